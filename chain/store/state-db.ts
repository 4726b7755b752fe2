// Commits of the state to disk: change sets and commit infos in LevelDB, one synced batch of a BatchChain each; nodes, by mode, before it
// (history.ts); whole trees in files beside the running chain (tree-file.ts).
// Invariant: from the oldest tree file's height on (or from the first height) every change set is there.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchChain } from './batch-chain.ts';
import { encodeChangeSet } from './change-set.ts';
import { type CommitInfo, commitInfoCodec } from './commit-info.ts';
import type { CheckedDb, DbOp } from './db.ts';
import { DatabaseError } from './errors.ts';
import { encodeHeight, encodeJson, heightKey, KIND, kindKey } from './height-keys.ts';
import type { History } from './history.ts';
import type { NodeView } from './iavl/node-view.ts';
import { BackgroundCheck } from './leveldb/background-check.ts';
import type { Persistence, PersistenceOptions } from './persistence.ts';
import { ErrVersionDoesNotExist } from './query-errors.ts';
import { baseFor, STATE_FORMAT, type StateMeta, TREES_FOLDER, type TreeFileRecord, treeFileName } from './state-records.ts';
import type { StateTrees } from './state-trees.ts';
import { checkTreeFile, writeTreeFile } from './tree-file.ts';

/** Change sets are replayed on opening; when they have grown by so much, or by half of the last tree file, the trees are written again. */
const REPLAY_BYTES = 4 << 20;
/** What replaying a height costs besides its bytes, in bytes. */
export const REPLAY_HEIGHT_BYTES = 512;
/** Old records deleted with one commit, at most. */
const DELETED_PER_COMMIT_MAX = 512;

export class StateDb implements Persistence {
  readonly #db: CheckedDb;
  readonly #chain: BatchChain;
  readonly #folder: string;
  readonly #history: History | undefined;
  readonly #keepInMemory: number;
  #meta: StateMeta | undefined;
  /** Stores that the coming commit no longer has. */
  #ended: readonly string[];
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
    options: PersistenceOptions,
    state: {
      readonly meta: StateMeta | undefined;
      readonly ended: readonly string[];
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
    this.#ended = state.ended;
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
    const saved = this.#history?.save(version, trees.stores);
    trees.commit();
    this.#changesFrom ??= version;
    this.#infosFrom ??= version;
    const rebased = this.#finished !== undefined;
    const dropped = this.#recordTreeFile(ops, version);
    this.#deleteOld(ops, version);
    // Nodes first: a commit must never need what is not there. Nodes up to a tree file are not made again from change sets.
    await saved;
    if (rebased) await this.#history?.sync();
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
    await this.#history?.install(version, trees.stores);
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
    if (this.#meta !== undefined && fresh.length === 0 && this.#ended.length === 0) return;
    const kept = known.map((s) => (this.#ended.includes(s.name) ? { ...s, until: version - 1 } : s));
    this.#ended = [];
    this.#meta = { format: STATE_FORMAT, nodes: this.#keepsNodes, stores: [...kept, ...fresh.map((name) => ({ name, since: version }))] };
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
    const unanswered = this.#history === undefined ? version - this.#keepInMemory : (this.#history.oldest ?? 0) - 1;
    let from = this.#infosFrom as number;
    for (; from <= unanswered && left > 0; from++, left--) ops.push({ type: 'del', key: heightKey(KIND.info, from) });
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
    await this.#history?.sync();
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
        await this.#history?.sync();
        this.#recordTreeFile(ops, 0);
        await this.#chain.append(ops);
      }
      // After a clean stop all stored nodes are witnessed.
      await this.#history?.sync();
      await this.#chain.close();
    } finally {
      await this.#history?.close();
      await this.#db.close();
    }
  }
}
