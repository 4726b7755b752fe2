// The committed state on disk: change sets, commit infos and, by mode, nodes in LevelDB; whole trees in files beside it (folder trees/).
// A commit is one synced batch of a BatchChain. Opening loads the newest tree file that leaves all kept heights to be replayed, replays the
// change sets after it and compares every kept app hash with the commit info of its height.
// Invariant: from the oldest tree file's height on (or from the first height) every change set is there.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual } from '../encoding/bytes.ts';
import { WireError } from '../encoding/proto-wire.ts';
import { BatchChain } from './batch-chain.ts';
import { decodeChangeSet, encodeChangeSet } from './change-set.ts';
import { type CommitInfo, commitInfoCodec, makeCommitInfo, rootProofs } from './commit-info.ts';
import { type CheckedDb, type DbOp, openDb } from './db.ts';
import { CorruptionError, DatabaseError } from './errors.ts';
import { decodeHeight, decodeJson, encodeHeight, encodeJson, heightKey, KIND, type Kind, keyHeight, kindKey } from './height-keys.ts';
import { History } from './history.ts';
import type { NodeView } from './iavl/node-view.ts';
import { BackgroundCheck } from './leveldb/background-check.ts';
import { prefixEnd } from './namespace.ts';
import { newTrees, type OpenedState, type Persistence, type PersistenceOptions } from './persistence.ts';
import { ErrStoreMismatch, ErrVersionDoesNotExist } from './query-errors.ts';
import { StateTrees } from './state-trees.ts';
import { checkTreeFile, checkTreeFileSize, readTreeFile, writeTreeFile } from './tree-file.ts';

const FORMAT = 1;
export const TREES_FOLDER = 'trees';
/** Change sets are replayed on opening; when they have grown by so much, or by half of the last tree file, the trees are written again. */
const REPLAY_BYTES = 4 << 20;
/** What replaying a height costs besides its bytes, in bytes. */
const REPLAY_HEIGHT_BYTES = 512;
/** Old records deleted with one commit, at most. */
const DELETED_PER_COMMIT_MAX = 512;
const DELETED_PER_BATCH = 4096;

export interface StateMeta {
  readonly format: number;
  /** Whether nodes are kept. */
  readonly nodes: boolean;
  /** Committed stores and their first heights; the place is the store's number in keys of nodes. Never reordered. */
  readonly stores: readonly { readonly name: string; readonly since: number }[];
}

interface TreeFileRecord {
  readonly height: number;
  readonly bytes: number;
}

export type StateDbOptions = PersistenceOptions & { readonly dir: string };

export const treeFileName = (height: number): string => `${String(height).padStart(12, '0')}.trees`;

/** The metadata of a state database, undefined in a fresh one. */
export function readMeta(db: CheckedDb): StateMeta | undefined {
  const bytes = db.get(kindKey(KIND.meta));
  if (bytes === undefined) return undefined;
  const meta = decodeJson(bytes) as StateMeta;
  if (meta.format !== FORMAT) throw ErrStoreMismatch.wrap(`${db.location} has format ${meta.format}, this version reads format ${FORMAT}`);
  return meta;
}

/** Tree files that were recorded, ascending. */
export async function treeFiles(db: CheckedDb): Promise<TreeFileRecord[]> {
  const files: TreeFileRecord[] = [];
  for await (const [key, value] of db.iterate({ start: kindKey(KIND.treeFile), end: heightKey(KIND.treeFile, Number.MAX_SAFE_INTEGER) })) {
    files.push({ height: keyHeight(key), bytes: (decodeJson(value) as { bytes: number }).bytes });
  }
  return files;
}

class StateDb implements Persistence {
  readonly #db: CheckedDb;
  readonly #chain: BatchChain;
  readonly #folder: string;
  readonly #history: History | undefined;
  readonly #keepInMemory: number;
  #meta: StateMeta | undefined;
  readonly #names: readonly string[];
  readonly #keepsNodes: boolean;
  #files: TreeFileRecord[];
  /** Records to go into the next batch: a tree file that was finished. */
  #finished: TreeFileRecord | undefined;
  #job: { readonly height: number; readonly done: Promise<void> } | undefined;
  /** Of writing a tree file, or of one that was found damaged: the next commit fails with it. */
  #jobFailure: unknown;
  readonly #check: BackgroundCheck;
  #closing = false;
  /** Cost of replaying what the last tree file does not have. */
  #replayBytes: number;
  /** First height whose change set, and whose commit info, is still stored. */
  #changesFrom: number | undefined;
  #infosFrom: number | undefined;

  constructor(
    db: CheckedDb,
    chain: BatchChain,
    options: StateDbOptions,
    state: {
      readonly meta: StateMeta | undefined;
      readonly history: History | undefined;
      readonly files: readonly TreeFileRecord[];
      readonly replayBytes: number;
      readonly changesFrom: number | undefined;
      readonly infosFrom: number | undefined;
      /** Tree files that the opening did not read. */
      readonly unread: readonly TreeFileRecord[];
    },
  ) {
    this.#db = db;
    this.#chain = chain;
    this.#folder = join(options.dir, TREES_FOLDER);
    this.#history = state.history;
    this.#keepInMemory = options.keepInMemory;
    this.#keepsNodes = options.keepsNodes;
    this.#names = options.names;
    this.#meta = state.meta;
    this.#files = [...state.files];
    this.#replayBytes = state.replayBytes;
    this.#changesFrom = state.changesFrom;
    this.#infosFrom = state.infosFrom;
    const unread = state.unread.map((f) => ({ path: join(this.#folder, treeFileName(f.height)), size: f.bytes, check: checkTreeFile }));
    this.#check = new BackgroundCheck(unread, (e) => {
      this.#jobFailure ??= e;
    });
  }

  get oldest(): number | undefined {
    return this.#history?.oldest;
  }

  get pinned(): number | undefined {
    return this.#job?.height;
  }

  view(name: string, version: number): NodeView | undefined {
    if (this.#history === undefined) throw ErrVersionDoesNotExist.wrap(`height ${version} is not in memory`);
    return this.#history.view(name, version);
  }

  info(version: number): CommitInfo | undefined {
    const bytes = this.#db.get(heightKey(KIND.info, version));
    return bytes === undefined ? undefined : commitInfoCodec.decode(bytes);
  }

  async commit(info: CommitInfo, trees: StateTrees): Promise<void> {
    if (this.#jobFailure !== undefined) throw this.#jobFailure;
    const version = Number(info.version);
    const changes = encodeChangeSet([...trees.stores].map(([name, s]) => [name, s.log] as const));
    const ops: DbOp[] = [
      { type: 'put', key: heightKey(KIND.changes, version), value: changes },
      { type: 'put', key: heightKey(KIND.info, version), value: commitInfoCodec.encode(info) },
      { type: 'put', key: kindKey(KIND.last), value: encodeHeight(version) },
    ];
    this.#putMeta(ops, version);
    this.#history?.save(ops, version, trees.stores);
    trees.commit();
    this.#changesFrom ??= version;
    this.#infosFrom ??= version;
    const dropped = this.#recordTreeFile(ops, version);
    this.#deleteOld(ops, version);
    await this.#chain.append(ops);
    for (const f of dropped) rmSync(join(this.#folder, treeFileName(f.height)), { force: true });
    this.#replayBytes += changes.length + REPLAY_HEIGHT_BYTES;
    const base = this.#files.at(-1);
    const due = this.#replayBytes > Math.max(REPLAY_BYTES, (base?.bytes ?? 0) / 2);
    // Two files closer than the window would not let the older one go.
    if (due && version >= (base?.height ?? 0) + this.#keepInMemory) this.#startJob(trees, version);
  }

  async install(info: CommitInfo, trees: StateTrees): Promise<void> {
    const version = Number(info.version);
    const ops: DbOp[] = [
      { type: 'put', key: heightKey(KIND.info, version), value: commitInfoCodec.encode(info) },
      { type: 'put', key: kindKey(KIND.last), value: encodeHeight(version) },
    ];
    this.#putMeta(ops, version);
    // Before the tree file, which carries the numbers of the nodes.
    await this.#history?.install(ops, version, trees.stores);
    const bytes = await writeTreeFile(join(this.#folder, treeFileName(version)), version, trees, () => this.#closing);
    if (bytes === undefined) throw new DatabaseError(this.#db.location, 'is being closed');
    this.#finished = { height: version, bytes };
    this.#recordTreeFile(ops, version);
    this.#infosFrom = version;
    this.#changesFrom = version + 1;
    await this.#chain.append(ops);
  }

  #putMeta(ops: DbOp[], version: number): void {
    const known = this.#meta?.stores ?? [];
    const fresh = this.#names.filter((name) => !known.some((s) => s.name === name));
    if (this.#meta !== undefined && fresh.length === 0) return;
    this.#meta = { format: FORMAT, nodes: this.#keepsNodes, stores: [...known, ...fresh.map((name) => ({ name, since: version }))] };
    ops.push({ type: 'put', key: kindKey(KIND.meta), value: encodeJson(this.#meta) });
  }

  /** Takes note of a finished tree file, and of older ones that are no longer needed to reach the kept heights; returns those. */
  #recordTreeFile(ops: DbOp[], version: number): TreeFileRecord[] {
    if (this.#finished !== undefined) {
      const f = this.#finished;
      ops.push({ type: 'put', key: heightKey(KIND.treeFile, f.height), value: encodeJson({ bytes: f.bytes }) });
      this.#files.push(f);
      this.#finished = undefined;
    }
    const base = baseFor(this.#files, version, this.#keepInMemory);
    const dropped = base === undefined ? [] : this.#files.filter((f) => f.height < base.height);
    for (const f of dropped) ops.push({ type: 'del', key: heightKey(KIND.treeFile, f.height) });
    this.#files = this.#files.filter((f) => !dropped.includes(f));
    return dropped;
  }

  #deleteOld(ops: DbOp[], version: number): void {
    let left = DELETED_PER_COMMIT_MAX;
    const base = this.#files[0];
    if (base !== undefined && base.height <= version - this.#keepInMemory) {
      let from = this.#changesFrom as number;
      for (; from <= base.height && left > 0; from++, left--) ops.push({ type: 'del', key: heightKey(KIND.changes, from) });
      this.#changesFrom = from;
    }
    if (this.#history !== undefined) return;
    let from = this.#infosFrom as number;
    for (; from <= version - this.#keepInMemory && left > 0; from++, left--) ops.push({ type: 'del', key: heightKey(KIND.info, from) });
    this.#infosFrom = from;
  }

  #startJob(trees: StateTrees, height: number): void {
    if (this.#job !== undefined || this.#finished !== undefined) return;
    const done = writeTreeFile(join(this.#folder, treeFileName(height)), height, trees, () => this.#closing).then(
      (bytes) => {
        this.#job = undefined;
        if (bytes === undefined) return;
        this.#finished = { height, bytes };
        this.#replayBytes = 0;
      },
      (e: unknown) => {
        this.#job = undefined;
        this.#jobFailure = e;
      },
    );
    this.#job = { height, done };
    // Until the file is written, what follows it does not count again.
    this.#replayBytes = 0;
  }

  async compact(trees: StateTrees): Promise<void> {
    const last = trees.working - 1;
    if (last > (this.#files.at(-1)?.height ?? 0) && this.#chain.head.sequence > 0) this.#startJob(trees, last);
    await this.#job?.done;
    if (this.#jobFailure !== undefined) throw this.#jobFailure;
    const ops: DbOp[] = [];
    const dropped = this.#recordTreeFile(ops, last);
    if (ops.length > 0) await this.#chain.append(ops);
    for (const f of dropped) rmSync(join(this.#folder, treeFileName(f.height)), { force: true });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#check.close();
    await this.#job?.done;
    try {
      if (this.#finished !== undefined && this.#jobFailure === undefined) {
        const ops: DbOp[] = [];
        this.#recordTreeFile(ops, 0);
        await this.#chain.append(ops);
      }
      await this.#chain.close();
    } finally {
      await this.#db.close();
    }
  }
}

/** The newest file from which all kept heights can be replayed, else the oldest. */
function baseFor(files: readonly TreeFileRecord[], last: number, keep: number): TreeFileRecord | undefined {
  return files.findLast((f) => f.height <= last - keep) ?? files[0];
}

async function firstHeight(db: CheckedDb, kind: Kind): Promise<number | undefined> {
  for await (const [key] of db.iterate({ start: kindKey(kind), end: heightKey(kind, Number.MAX_SAFE_INTEGER), limit: 1 })) return keyHeight(key);
  return undefined;
}

function checkFit(options: StateDbOptions, meta: StateMeta): void {
  const known = new Set(meta.stores.map((s) => s.name));
  const gone = [...known].filter((n) => !options.names.includes(n));
  if (gone.length > 0) throw ErrStoreMismatch.wrap(`${options.dir} has stores that this program does not know: ${gone.join(', ')}`);
  const unknown = options.names.filter((n) => !known.has(n) && !options.added.includes(n));
  if (unknown.length > 0) throw ErrStoreMismatch.wrap(`${options.dir} lacks the stores ${unknown.join(', ')}; new stores come with a software upgrade`);
}

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

interface Loaded {
  /** Height of the tree file that was read. */
  readonly base: number | undefined;
  readonly trees: StateTrees;
  readonly infos: readonly CommitInfo[];
  readonly replayBytes: number;
}

async function load(
  db: CheckedDb,
  options: StateDbOptions,
  meta: StateMeta,
  last: number,
  files: readonly TreeFileRecord[],
  history: History | undefined,
): Promise<Loaded> {
  const base = baseFor(files, last, options.keepInMemory);
  const first = Math.min(...meta.stores.map((s) => s.since));
  const trees = new StateTrees(base === undefined ? first : base.height + 1, [
    ...meta.stores.map((s) => [s.name, s.since] as const),
    ...options.names.filter((n) => !meta.stores.some((s) => s.name === n)).map((n) => [n, last + 1] as const),
  ]);
  if (history !== undefined) trees.nodes.keepNonces();
  if (base !== undefined) await readTreeFile(join(options.dir, TREES_FOLDER, treeFileName(base.height)), base.height, trees);
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
    if (history !== undefined) for (const s of trees.stores.values()) if (s.tree.workingVersion === height) history.replay(s.tree);
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
  return computed;
}

/** Deletes all that belongs to stored nodes; nothing refers to it while the metadata says that none are kept. */
async function deleteNodes(db: CheckedDb): Promise<void> {
  // Roots last: while one is there, an interrupted deletion is noticed.
  for (const kind of [KIND.nodes, KIND.orphans, KIND.roots]) {
    let ops: DbOp[] = [];
    for await (const [key] of db.iterate({ start: kindKey(kind), end: prefixEnd(kindKey(kind)) })) {
      ops.push({ type: 'del', key });
      if (ops.length < DELETED_PER_BATCH) continue;
      await db.batch(ops, { sync: false });
      ops = [];
    }
    await db.batch(ops, { sync: false });
  }
}

/** From a mode that stores nodes to one that does not. */
async function dropNodes(db: CheckedDb, chain: BatchChain, meta: StateMeta): Promise<StateMeta> {
  const without = { ...meta, nodes: false };
  await chain.append([{ type: 'put', key: kindKey(KIND.meta), value: encodeJson(without) }]);
  await deleteNodes(db);
  return without;
}

/** From a mode that stores no nodes to one that does: all nodes of the last height are written, with a tree file that has their numbers. */
async function beginNodes(db: CheckedDb, chain: BatchChain, options: StateDbOptions, meta: StateMeta, loaded: Loaded, history: History): Promise<StateMeta> {
  await deleteNodes(db);
  const last = loaded.trees.working - 1;
  loaded.trees.nodes.keepNonces();
  const withNodes = { ...meta, nodes: true };
  const ops: DbOp[] = [{ type: 'put', key: kindKey(KIND.meta), value: encodeJson(withNodes) }];
  await history.install(ops, last, loaded.trees.stores);
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

export async function openStateDb(options: StateDbOptions): Promise<OpenedState> {
  const db = await openDb(options.dir);
  let chain: BatchChain | undefined;
  try {
    chain = await BatchChain.open(db);
    const folder = join(options.dir, TREES_FOLDER);
    mkdirSync(folder, { recursive: true });
    let meta = readMeta(db);
    const lastBytes = db.get(kindKey(KIND.last));
    if ((meta === undefined || lastBytes === undefined) && chain.head.sequence > 0) throw new CorruptionError(options.dir, 'its last height is missing');
    if (meta !== undefined) checkFit(options, meta);
    const names = [...(meta?.stores ?? []).map((s) => s.name), ...options.names.filter((n) => !meta?.stores.some((s) => s.name === n))];
    if (meta !== undefined && !options.keepsNodes && (meta.nodes || (await firstHeight(db, KIND.roots)) !== undefined)) meta = await dropNodes(db, chain, meta);
    const begins = meta?.nodes === false && options.keepsNodes;
    const history = options.keepsNodes ? await History.open(db, names, options.keepRecent) : undefined;
    let files = await treeFiles(db);
    removeStrays(folder, files);
    for (const f of files) checkTreeFileSize(join(folder, treeFileName(f.height)), f.bytes);
    let loaded: Loaded;
    if (meta === undefined || lastBytes === undefined) {
      loaded = { base: undefined, trees: newTrees(options.names), infos: [], replayBytes: 0 };
      if (history !== undefined) loaded.trees.nodes.keepNonces();
    } else loaded = await load(db, options, meta, decodeHeight(lastBytes), files, begins ? undefined : history);
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
        history,
        files,
        replayBytes: loaded.replayBytes,
        changesFrom: await firstHeight(db, KIND.changes),
        infosFrom: await firstHeight(db, KIND.info),
        unread: files.filter((f) => f.height !== loaded.base),
      },
    );
    return { trees: loaded.trees, infos: loaded.infos, persistence };
  } catch (e) {
    await chain?.close();
    await db.close();
    throw e;
  }
}
