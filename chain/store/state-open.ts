// Opens the state on disk, in whatever mode it is opened: with what it was before, or changed.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BatchChain } from './batch-chain.ts';
import { type CheckedDb, type DbOp, openDb } from './db.ts';
import { CorruptionError } from './errors.ts';
import { decodeHeight, encodeJson, heightKey, KIND, kindKey } from './height-keys.ts';
import { History } from './history.ts';
import type { OpenedState, PersistenceOptions } from './persistence.ts';
import { ErrStoreMismatch } from './query-errors.ts';
import { StateDb } from './state-db.ts';
import { type Loaded, loadTrees } from './state-load.ts';
import { firstHeight, NODES_FOLDER, readMeta, type StateMeta, TREES_FOLDER, type TreeFileRecord, treeFileName, treeFiles } from './state-records.ts';
import { newTrees } from './state-trees.ts';
import { type AppliedChanges, changesAt } from './store-changes.ts';
import { checkTreeFileSize, writeTreeFile } from './tree-file.ts';

/** Commits whose nodes may wait for the disk; a power cut loses them, and they are made again from the change sets. */
const NODES_SYNC_EVERY = 16;

function checkFit(options: PersistenceOptions, meta: StateMeta, changes: AppliedChanges): void {
  const live = new Set(meta.stores.filter((s) => s.until === undefined).map((s) => s.name));
  const again = meta.stores.filter((s) => s.until !== undefined && options.names.includes(s.name)).map((s) => s.name);
  if (again.length > 0) throw ErrStoreMismatch.wrap(`${options.dir} had the stores ${again.join(', ')} once; a name that was deleted cannot come again`);
  const missing = changes.ended.filter((n) => !live.has(n));
  if (missing.length > 0) throw ErrStoreMismatch.wrap(`the upgrade takes the stores ${missing.join(', ')} away, which ${options.dir} does not have`);
  const gone = [...live].filter((n) => !options.names.includes(n) && !changes.ended.includes(n));
  if (gone.length > 0) throw ErrStoreMismatch.wrap(`${options.dir} has stores that this program does not know: ${gone.join(', ')}`);
  const kept = changes.ended.filter((n) => options.names.includes(n));
  if (kept.length > 0) throw ErrStoreMismatch.wrap(`the upgrade takes the stores ${kept.join(', ')} away, and this program opens them`);
  const unknown = options.names.filter((n) => !live.has(n) && !options.added.includes(n) && !changes.added.includes(n));
  if (unknown.length > 0) throw ErrStoreMismatch.wrap(`${options.dir} lacks the stores ${unknown.join(', ')}; new stores come with a software upgrade`);
}

/** From a mode that stores nodes to one that does not. Without the metadata's word nothing refers to the folder. */
async function dropNodes(dir: string, chain: BatchChain, meta: StateMeta): Promise<StateMeta> {
  const without = { ...meta, nodes: false };
  if (meta.nodes) await chain.append([{ type: 'put', key: kindKey(KIND.meta), value: encodeJson(without) }]);
  rmSync(join(dir, NODES_FOLDER), { recursive: true, force: true });
  return without;
}

async function openHistory(options: PersistenceOptions, names: readonly string[], last: number, begins: boolean): Promise<History | undefined> {
  if (!options.keepsNodes) return undefined;
  const folder = join(options.dir, NODES_FOLDER);
  // What an interrupted beginning left.
  if (begins) rmSync(folder, { recursive: true, force: true });
  const syncEvery = options.keepInMemory >= 2 * NODES_SYNC_EVERY ? NODES_SYNC_EVERY : 1;
  return History.open({ folder, names, keepRecent: options.keepRecent, last, syncEvery });
}

/** From a mode that stores no nodes to one that does: all nodes of the last height are written, with a tree file that has their numbers. */
async function beginNodes(
  db: CheckedDb,
  chain: BatchChain,
  options: PersistenceOptions,
  meta: StateMeta,
  loaded: Loaded,
  history: History,
): Promise<StateMeta> {
  const last = loaded.trees.working - 1;
  loaded.trees.nodes.keepNonces();
  const withNodes = { ...meta, nodes: true };
  const ops: DbOp[] = [{ type: 'put', key: kindKey(KIND.meta), value: encodeJson(withNodes) }];
  await history.install(last, loaded.trees.stores);
  const folder = join(options.dir, TREES_FOLDER);
  const bytes = (await writeTreeFile(join(folder, treeFileName(last)), last, loaded.trees, () => false)) as number;
  const old = (await treeFiles(db)).filter((f) => f.height !== last);
  for (const f of old) ops.push({ type: 'del', key: heightKey(KIND.treeFile, f.height) });
  ops.push({ type: 'put', key: heightKey(KIND.treeFile, last), value: encodeJson({ bytes }) });
  await chain.append(ops);
  for (const f of old) rmSync(join(folder, treeFileName(f.height)), { force: true });
  return withNodes;
}

/** Files that no record names are left from an interrupted write. */
function removeStrays(folder: string, files: readonly TreeFileRecord[]): void {
  const known = new Set(files.map((f) => treeFileName(f.height)));
  for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
}

export async function openStateDb(options: PersistenceOptions): Promise<OpenedState> {
  const db = await openDb(options.dir);
  let chain: BatchChain | undefined;
  let history: History | undefined;
  try {
    chain = await BatchChain.open(db);
    const folder = join(options.dir, TREES_FOLDER);
    mkdirSync(folder, { recursive: true });
    let meta = readMeta(db);
    const lastBytes = db.get(kindKey(KIND.last));
    if ((meta === undefined || lastBytes === undefined) && chain.head.sequence > 0) throw new CorruptionError(options.dir, 'its last height is missing');
    const changes = changesAt(options.upgrade, lastBytes === undefined ? 0 : decodeHeight(lastBytes) + 1);
    if (meta !== undefined) checkFit(options, meta, changes);
    const names = [...(meta?.stores ?? []).map((s) => s.name), ...options.names.filter((n) => !meta?.stores.some((s) => s.name === n))];
    if (meta !== undefined && !options.keepsNodes && (meta.nodes || existsSync(join(options.dir, NODES_FOLDER))))
      meta = await dropNodes(options.dir, chain, meta);
    const begins = meta?.nodes === false && options.keepsNodes;
    history = await openHistory(options, names, lastBytes === undefined ? 0 : decodeHeight(lastBytes), begins);
    let files = await treeFiles(db);
    removeStrays(folder, files);
    for (const f of files) checkTreeFileSize(join(folder, treeFileName(f.height)), f.bytes);
    let loaded: Loaded;
    if (meta === undefined || lastBytes === undefined) {
      loaded = { base: undefined, trees: newTrees(options.names), infos: [], replayBytes: 0 };
      if (history !== undefined) loaded.trees.nodes.keepNonces();
    } else loaded = await loadTrees(db, options, meta, decodeHeight(lastBytes), files, begins ? undefined : history, changes);
    if (begins && meta !== undefined && history !== undefined) {
      meta = await beginNodes(db, chain, options, meta, loaded, history);
      files = await treeFiles(db);
      // What was in memory only would be gone with the next start: the answers begin with the height whose nodes are stored.
      loaded.trees.dropBelow(loaded.trees.working - 1);
      loaded = { ...loaded, infos: loaded.infos.slice(-1) };
    }
    const persistence = new StateDb(
      db,
      chain,
      { ...options, names },
      {
        meta,
        ended: changes.ended,
        history,
        files,
        replayBytes: loaded.replayBytes,
        changesFrom: await firstHeight(db, KIND.changes),
        infosFrom: await firstHeight(db, KIND.info),
        unread: files.filter((f) => f.height !== loaded.base),
      },
    );
    return { trees: loaded.trees, infos: loaded.infos, persistence, changes };
  } catch (e) {
    await history?.close();
    await chain?.close();
    await db.close();
    throw e;
  }
}
