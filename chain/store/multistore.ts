// The committed state of a chain: IAVL trees by store name, the app hash over their roots, and proofs. Stores named transient_… are emptied by
// each commit, those named mem_… live as long as the process; neither is in the app hash. What is kept of the past is said by the mode
// (docs/architecture/adr-003-store-modes.md). Source of the behaviour: store:rootmulti/store.go.
// Invariants: workingHash is what commit then gives; a commit is one synced batch; `last` moves only when that batch is on the disk.
import type { BranchMultiStore, CommitId, CommitMultiStore, KVStore, MultiStore, StoreProofOp, StoreQueryResult } from '../core/kv-store.ts';
import { bytesEqual, toHex, utf8 } from '../encoding/bytes.ts';
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';
import { MultiBranch } from './branch.ts';
import { type CommitInfo, makeCommitInfo, type RootProofs, rootProofs } from './commit-info.ts';
import { rootHash } from './iavl/hash.ts';
import { arenaView, type NodeView } from './iavl/node-view.ts';
import { encodeProof, prove } from './iavl/proof.ts';
import { MapStore } from './map-store.ts';
import { MODES, type StoreMode } from './modes.ts';
import { type OpenedState, openInMemory, type Persistence } from './persistence.ts';
import { ErrSnapshot, ErrStoreUnknownRequest, ErrVersionDoesNotExist } from './query-errors.ts';
import { HEIGHT_MAX, type StateTrees } from './state-trees.ts';
import type { AppliedChanges, StoreUpgrade } from './store-changes.ts';
import { TreeStore, VersionStore, ViewStore } from './tree-store.ts';

export interface MultiStoreOptions {
  /** The database folder, e.g. data/application.db; undefined keeps everything in memory only. */
  readonly dir?: string;
  readonly mode: StoreMode;
  /** Names of all stores; those that begin with transient_ and mem_ are not committed. */
  readonly stores: readonly string[];
  /** Heights that queries and proofs answer; each mode has its own default. */
  readonly keepRecent?: number;
  /** Stores that do not exist in the stored state and begin empty with the next height (a software upgrade). */
  readonly added?: readonly string[];
  /** How the stores change at one height; has no effect where the coming height is another. */
  readonly upgrade?: StoreUpgrade;
}

export interface TrellisMultiStore extends CommitMultiStore {
  readonly storeNames: readonly string[];
  /** Throws away what was written since the last commit. */
  discard(): void;
  /** Writes the trees of the last commit to a file now, instead of when the change sets have grown. For tests and orderly stops. */
  compact(): Promise<void>;
  /** The trees, for snapshots of the state. */
  readonly trees: StateTrees;
  /** Keeps a height in memory until the returned function is called. Throws ErrVersionDoesNotExist where it is not in memory. */
  hold(height: bigint): () => void;
  /** Makes an empty store the state of a height, from roots in the arena of `trees`. Throws ErrSnapshot where they give another app hash than `appHash`. */
  install(height: bigint, roots: ReadonlyMap<string, number>, appHash: Uint8Array | undefined): Promise<void>;
}

const isTransient = (name: string): boolean => name.startsWith('transient_');
const isMemory = (name: string): boolean => name.startsWith('mem_');
/** Heights whose root proofs are remembered. */
const ROOT_PROOFS_MAX = 16;

class CommittedStore implements TrellisMultiStore {
  readonly storeNames: readonly string[];
  readonly trees: StateTrees;
  readonly #maps: ReadonlyMap<string, MapStore>;
  readonly #persistence: Persistence;
  readonly #keepInMemory: number;
  readonly #infos = new Map<number, CommitInfo>();
  readonly #rootProofs = new Map<number, RootProofs>();
  #last: CommitId;
  #failure: unknown;
  /** Heights held in memory, as often as they were asked for. */
  readonly #held: number[] = [];
  #working: { readonly changes: number; readonly info: CommitInfo; readonly proofs: RootProofs } | undefined;

  /** Of the coming height, until it is committed. */
  #renamed: AppliedChanges['renamed'];

  constructor(names: readonly string[], { trees, persistence, infos, changes }: OpenedState, keepInMemory: number) {
    this.storeNames = names;
    this.trees = trees;
    this.#renamed = changes.renamed;
    this.#maps = new Map(names.filter((n) => isTransient(n) || isMemory(n)).map((n) => [n, new MapStore()]));
    this.#persistence = persistence;
    this.#keepInMemory = keepInMemory;
    for (const info of infos) this.#infos.set(Number(info.version), info);
    const last = infos.at(-1);
    this.#last = last === undefined ? { height: 0n, appHash: makeAppHash([]) } : { height: last.version, appHash: rootProofs(last).appHash };
    this.#moveRenamed();
  }

  /** A store begins with the pairs of the one whose place it takes, as the first writes of its first height. */
  #moveRenamed(): void {
    for (const { from, to } of this.#renamed) {
      const [old, fresh] = [this.trees.stores.get(from), this.trees.stores.get(to)];
      if (old === undefined || fresh === undefined) throw new Error(`the upgrade renames ${from} to ${to}, and one of them is not there`);
      for (const [key, value] of old.iterate(undefined, undefined)) fresh.set(key, value);
    }
  }

  get last(): CommitId {
    return this.#last;
  }

  get oldest(): bigint {
    if (this.#last.height === 0n) return 0n;
    const inMemory = this.#infos.keys().next().value ?? Number(this.#last.height);
    return BigInt(Math.min(inMemory, this.#persistence.oldest ?? inMemory));
  }

  setInitialHeight(height: bigint): void {
    if (this.#last.height !== 0n) throw new Error('the initial height is set after a commit');
    if (height < 1n || height > HEIGHT_MAX) throw new RangeError(`initial height ${height} is not between 1 and ${HEIGHT_MAX}`);
    this.trees.setFirstVersion(Number(height));
  }

  kvStore(name: string): KVStore {
    const store = this.trees.stores.get(name) ?? this.#maps.get(name);
    if (store === undefined || (store instanceof TreeStore && store.tree.isEnded)) throw new Error(`no such store: ${name}`);
    return store;
  }

  branch(): BranchMultiStore {
    return new MultiBranch(this);
  }

  #changes(): number {
    let n = this.trees.working;
    for (const s of this.trees.stores.values()) n += s.tree.changes;
    return n;
  }

  #workingInfo(): { readonly info: CommitInfo; readonly proofs: RootProofs } {
    const changes = this.#changes();
    if (this.#working?.changes !== changes) {
      const info = makeCommitInfo(BigInt(this.trees.working), this.trees.workingRoots());
      this.#working = { changes, info, proofs: rootProofs(info) };
    }
    return this.#working as { readonly changes: number; readonly info: CommitInfo; readonly proofs: RootProofs };
  }

  workingHash(): Uint8Array {
    return this.#workingInfo().proofs.appHash.slice();
  }

  async commit(time: Time = GO_ZERO_TIME): Promise<CommitId> {
    if (this.#failure !== undefined) throw this.#failure;
    const { info: working, proofs } = this.#workingInfo();
    const info: CommitInfo = { ...working, timestamp: time };
    const version = Number(info.version);
    if (version > HEIGHT_MAX) throw new RangeError(`height ${version} is above ${HEIGHT_MAX}`);
    try {
      await this.#persistence.commit(info, this.trees);
    } catch (e) {
      // The trees are ahead of the disk now: nothing that follows could be right.
      this.#failure = e;
      throw e;
    }
    this.#renamed = [];
    this.#infos.set(version, info);
    this.#rememberProofs(version, proofs);
    const keepFrom = Math.min(version - this.#keepInMemory + 1, this.#persistence.pinned ?? version, ...this.#held);
    this.trees.dropBelow(keepFrom);
    for (const v of this.#infos.keys()) {
      if (v >= keepFrom) break;
      this.#infos.delete(v);
    }
    for (const [name, m] of this.#maps) if (isTransient(name)) m.clear();
    this.#last = { height: info.version, appHash: proofs.appHash };
    return this.#last;
  }

  discard(): void {
    if (this.#failure !== undefined) throw this.#failure;
    for (const s of this.trees.stores.values()) {
      s.tree.discard();
      s.log.clear();
    }
    this.#moveRenamed();
    for (const [name, m] of this.#maps) if (isTransient(name)) m.clear();
  }

  timeAt(height: bigint): Time | undefined {
    if (height < 1n || height > this.#last.height) return undefined;
    const version = Number(height);
    const time = (this.#infos.get(version) ?? this.#persistence.info(version))?.timestamp;
    return time === GO_ZERO_TIME ? undefined : time;
  }

  #rememberProofs(version: number, proofs: RootProofs): void {
    this.#rootProofs.set(version, proofs);
    for (const v of this.#rootProofs.keys()) {
      if (this.#rootProofs.size <= ROOT_PROOFS_MAX) break;
      this.#rootProofs.delete(v);
    }
  }

  #version(height: bigint): number {
    const version = Number(height);
    if (height < 1n || height > this.#last.height || height < this.oldest) {
      throw ErrVersionDoesNotExist.wrap(`height ${height} is not kept (kept: ${this.oldest} to ${this.#last.height})`);
    }
    return version;
  }

  at(height: bigint): MultiStore {
    const version = this.#version(height);
    const stores = new Map<string, KVStore>();
    const view: MultiStore = {
      kvStore: (name) => {
        let store = stores.get(name);
        if (store === undefined) {
          store = this.#storeAt(name, version);
          stores.set(name, store);
        }
        return store;
      },
      branch: () => new MultiBranch(view),
    };
    return view;
  }

  #storeAt(name: string, version: number): KVStore {
    const map = this.#maps.get(name);
    if (map !== undefined) return map;
    const tree = this.trees.stores.get(name)?.tree;
    if (tree === undefined) throw new Error(`no such store: ${name}`);
    return tree.hasVersion(version) ? new VersionStore(tree, version) : new ViewStore(this.#persistence.view(name, version));
  }

  #viewAt(name: string, version: number): NodeView | undefined {
    const root = this.trees.stores.get(name)?.tree.rootOf(version);
    return root === undefined ? this.#persistence.view(name, version) : arenaView(this.trees.nodes, root);
  }

  #rootProofsAt(version: number): RootProofs {
    let proofs = this.#rootProofs.get(version);
    if (proofs === undefined) {
      const info = this.#infos.get(version) ?? this.#persistence.info(version);
      if (info === undefined) throw ErrVersionDoesNotExist.wrap(`height ${version} has no commit info`);
      proofs = rootProofs(info);
      this.#rememberProofs(version, proofs);
    }
    return proofs;
  }

  query(name: string, key: Uint8Array, height: bigint, shallProve: boolean): StoreQueryResult {
    if (!this.storeNames.includes(name)) throw ErrStoreUnknownRequest.wrap(`no such store: ${name}`);
    if (!this.trees.stores.has(name)) throw ErrStoreUnknownRequest.wrap(`store ${name} doesn't support queries`);
    const at = height === 0n ? this.#last.height : height;
    const version = this.#version(at);
    if (!shallProve) return { value: this.#storeAt(name, version).get(key), height: at, ops: [] };
    const rootProof = this.#rootProofsAt(version).proof(name);
    if (rootProof === undefined) throw ErrVersionDoesNotExist.wrap(`store ${name} did not exist at height ${at}`);
    const { value, proof } = prove(this.#viewAt(name, version), key);
    const ops: StoreProofOp[] = [
      { type: 'ics23:iavl', key, data: encodeProof(proof) },
      { type: 'ics23:simple', key: utf8(name), data: rootProof },
    ];
    return { value, height: at, ops };
  }

  hold(height: bigint): () => void {
    const version = Number(height);
    if (!this.#infos.has(version)) throw ErrVersionDoesNotExist.wrap(`height ${height} is not in memory`);
    this.#held.push(version);
    return () => {
      const at = this.#held.indexOf(version);
      if (at >= 0) this.#held.splice(at, 1);
    };
  }

  async install(height: bigint, roots: ReadonlyMap<string, number>, appHash: Uint8Array | undefined): Promise<void> {
    if (this.#last.height !== 0n || this.#changes() !== this.trees.working) throw ErrSnapshot.wrap('the state is not empty');
    if (height < 1n || height > HEIGHT_MAX) throw ErrSnapshot.wrap(`height ${height} is not between 1 and ${HEIGHT_MAX}`);
    const { nodes, stores } = this.trees;
    const info = makeCommitInfo(
      height,
      [...stores.keys()].map((name) => [name, rootHash(nodes, roots.get(name) ?? 0)]),
    );
    const proofs = rootProofs(info);
    if (appHash !== undefined && !bytesEqual(proofs.appHash, appHash))
      throw ErrSnapshot.wrap(`it gives app hash ${toHex(proofs.appHash)}, not ${toHex(appHash)}`);
    this.trees.install(Number(height), roots);
    try {
      await this.#persistence.install(info, this.trees);
    } catch (e) {
      this.#failure = e;
      throw e;
    }
    this.#infos.set(Number(height), info);
    this.#rememberProofs(Number(height), proofs);
    this.#last = { height, appHash: proofs.appHash };
  }

  async compact(): Promise<void> {
    await this.#persistence.compact(this.trees);
  }

  async close(): Promise<void> {
    await this.#persistence.close();
  }
}

function makeAppHash(roots: Iterable<readonly [string, Uint8Array]>): Uint8Array {
  return rootProofs(makeCommitInfo(0n, roots)).appHash;
}

/** Opens or creates the state. Throws CorruptionError, DatabaseError or a registered error where the stores or the mode do not fit. */
export async function openCommitMultiStore(options: MultiStoreOptions): Promise<TrellisMultiStore> {
  const names = [...new Set(options.stores)];
  const committed = names.filter((n) => !isTransient(n) && !isMemory(n));
  const mode = MODES[options.mode];
  const keepRecent = options.keepRecent ?? mode.keepRecent;
  const keepInMemory = options.dir === undefined ? keepRecent : Math.min(keepRecent, mode.keepInMemory);
  const opened =
    options.dir === undefined
      ? openInMemory(committed)
      : // The database is loaded only where it is used.
        await (await import('./state-open.ts')).openStateDb({
          dir: options.dir,
          names: committed,
          added: options.added ?? [],
          upgrade: options.upgrade,
          keepsNodes: mode.keepsNodes,
          keepRecent,
          keepInMemory,
        });
  return new CommittedStore(names, opened, Math.max(keepInMemory, 1));
}
