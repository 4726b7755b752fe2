// Brings the trees of the last commit into memory: the newest tree file that leaves all kept heights to be replayed, then the change sets after
// it. Every app hash in memory must be the one of its commit info.
import { join } from 'node:path';
import { bytesEqual } from '../encoding/bytes.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { decodeChangeSet } from './change-set.ts';
import { type CommitInfo, commitInfoCodec, makeCommitInfo, rootProofs } from './commit-info.ts';
import type { CheckedDb } from './db.ts';
import { CorruptionError } from './errors.ts';
import { heightKey, KIND } from './height-keys.ts';
import type { History } from './history.ts';
import type { PersistenceOptions } from './persistence.ts';
import { REPLAY_HEIGHT_BYTES } from './state-db.ts';
import { firstHeight, type StateMeta, TREES_FOLDER, type TreeFileRecord, treeFileName } from './state-records.ts';
import { StateTrees } from './state-trees.ts';
import type { AppliedChanges } from './store-changes.ts';
import { readTreeFile } from './tree-file.ts';

/** Applies one change set to the working trees. */
function apply(location: string, height: number, record: Uint8Array, trees: StateTrees): void {
  try {
    for (const { name, ops } of decodeChangeSet(record)) {
      const tree = trees.stores.get(name)?.tree;
      if (tree === undefined) throw new WireError(`unknown store ${name}`, 0);
      for (const [key, value] of ops) {
        if (value === undefined) tree.remove(key);
        else tree.set(key, value);
      }
    }
  } catch (e) {
    if (e instanceof WireError) throw new CorruptionError(location, `change set of height ${height}: ${e.message}`);
    throw e;
  }
}

export interface Loaded {
  /** Height of the tree file that was read. */
  readonly base: number | undefined;
  readonly trees: StateTrees;
  readonly infos: readonly CommitInfo[];
  readonly replayBytes: number;
}

/** All kept heights must come back: without a file old enough, everything is replayed for as long as it is there. */
async function baseInMemory(db: CheckedDb, files: readonly TreeFileRecord[], height: number, first: number): Promise<TreeFileRecord | undefined> {
  const old = files.findLast((f) => f.height <= height);
  return old ?? ((await firstHeight(db, KIND.changes)) === first ? undefined : files[0]);
}

/** Past heights are answered from stored nodes, so the newest file will do whose nodes are all stored. */
function baseOfHistory(files: readonly TreeFileRecord[], history: History): TreeFileRecord | undefined {
  return files.findLast((f) => f.height <= (history.last ?? 0)) ?? files[0];
}

export async function loadTrees(
  db: CheckedDb,
  options: PersistenceOptions,
  meta: StateMeta,
  last: number,
  files: readonly TreeFileRecord[],
  history: History | undefined,
  changes: AppliedChanges,
): Promise<Loaded> {
  const first = Math.min(...meta.stores.map((s) => s.since));
  const base = history === undefined ? await baseInMemory(db, files, last - options.keepInMemory, first) : baseOfHistory(files, history);
  const trees = new StateTrees(base === undefined ? first : base.height + 1, [
    ...meta.stores.map((s) => [s.name, s.since, s.until ?? (changes.ended.includes(s.name) ? last : undefined)] as [string, number, number?]),
    ...options.names.filter((n) => !meta.stores.some((s) => s.name === n)).map((n) => [n, last + 1] as [string, number]),
  ]);
  if (history !== undefined) trees.nodes.keepNonces();
  if (base !== undefined) await readTreeFile(join(options.dir, TREES_FOLDER, treeFileName(base.height)), base.height, trees);
  trees.settle();
  if (history !== undefined && base !== undefined && (history.last ?? 0) < base.height) {
    throw new CorruptionError(history.location, `the nodes of heights ${(history.last ?? 0) + 1} to ${base.height} were lost`);
  }
  const infos: CommitInfo[] = [];
  // After a rollback the window is shorter: commit infos below it are gone.
  const keepFrom = Math.max(last - options.keepInMemory + 1, (await firstHeight(db, KIND.info)) ?? 0);
  const newest = files.at(-1)?.height ?? 0;
  let replayBytes = 0;
  if (base !== undefined && base.height >= keepFrom) infos.push(checkedInfo(db, base.height, trees));
  for (let height = base === undefined ? first : base.height + 1; height <= last; height++) {
    const record = db.get(heightKey(KIND.changes, height));
    if (record === undefined) throw new CorruptionError(db.location, `the change set of height ${height} is missing`);
    if (height > newest) replayBytes += record.length + REPLAY_HEIGHT_BYTES;
    apply(db.location, height, record, trees);
    const kept = height >= keepFrom;
    await replayNodes(history, height, trees);
    trees.commit({ hash: kept });
    if (kept) infos.push(checkedInfo(db, height, trees));
    trees.dropBelow(Math.min(height, Math.max(keepFrom, 0)));
  }
  return { base: base?.height, trees, infos, replayBytes };
}

/** The commit info of a height in memory; its app hash must be the stored one. */
function checkedInfo(db: CheckedDb, height: number, trees: StateTrees): CommitInfo {
  const key = heightKey(KIND.info, height);
  const bytes = db.get(key);
  if (bytes === undefined) throw new CorruptionError(db.location, `the commit info of height ${height} is missing`, key);
  const stored = commitInfoCodec.decode(bytes);
  const computed = makeCommitInfo(BigInt(height), trees.rootsOf(height));
  if (!bytesEqual(rootProofs(stored).appHash, rootProofs(computed).appHash)) {
    throw new CorruptionError(db.location, `the state of height ${height} has another app hash than was committed`, key);
  }
  return { ...computed, timestamp: stored.timestamp };
}

/** Nodes of a replayed height are numbered as they were; those that a power cut took are stored again. */
async function replayNodes(history: History | undefined, height: number, trees: StateTrees): Promise<void> {
  if (history === undefined) return;
  if (height <= (history.last ?? 0)) {
    history.replay(trees.stores, height);
    return;
  }
  for (const s of trees.stores.values()) s.tree.workingHash();
  await history.save(height, trees.stores);
}
