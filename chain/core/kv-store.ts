// What a module sees of state: ordered byte maps, one per store name, synchronous. Sources: cosmossdk.io/store v1.1.2 types/store.go.
import type { Time } from '../encoding/time.ts';

export interface KVStore {
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  /** The key must not be empty. Stores that give proofs refuse an empty value where ICS-23 could not prove it (wire.md §4). */
  set(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
  /** Ascending over [start, end); undefined is open. A generator: gas is charged as it advances, and leaving early charges no more. */
  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, Uint8Array]>;
  /** Descending over [start, end). */
  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, Uint8Array]>;
}

/** The stores of one point in time, by name. */
export interface MultiStore {
  kvStore(name: string): KVStore;
  /** A branch: its writes stay its own until `write`. */
  branch(): BranchMultiStore;
}

export interface BranchMultiStore extends MultiStore {
  /** Applies the branch to its parent, keys in ascending order, and empties it. */
  write(): void;
}

export interface CommitId {
  readonly height: bigint;
  readonly appHash: Uint8Array;
}

export interface StoreProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

export interface StoreQueryResult {
  /** undefined where the key is absent. */
  readonly value: Uint8Array | undefined;
  readonly height: bigint;
  /** ics23:iavl then ics23:simple; empty where no proof was asked for. */
  readonly ops: readonly StoreProofOp[];
}

/** The committed state of a chain. Reads through kvStore see the last commit; writes go through a branch. */
export interface CommitMultiStore extends MultiStore {
  readonly last: CommitId;
  /** The height of the first commit; must be set before it. */
  setInitialHeight(height: bigint): void;
  /** The app hash that committing the writes made so far would give. */
  workingHash(): Uint8Array;
  /** Throws away what was written since the last commit. */
  discard(): void;
  /** One synced write: change set, commit info and height together. `time` is the block's; a store that keeps it answers `timeAt`. */
  commit(time?: Time): Promise<CommitId>;
  /** Block time of a kept height, where the store knows it; not hashed. */
  timeAt?(height: bigint): Time | undefined;
  /** A read-only view; throws a registered error where the height is not kept. */
  at(height: bigint): MultiStore;
  query(store: string, key: Uint8Array, height: bigint, prove: boolean): StoreQueryResult;
  /** Oldest height that `at` and `query` answer. */
  readonly oldest: bigint;
  close(): Promise<void>;
}
