// A branch: writes on top of a parent store that stay its own until `write`. Reads of a committed store are remembered, as a block reads the
// same parameters and accounts many times. Iteration merges the branch with its parent and sees the moment it began.
// Source of the semantics: store:cachekv/store.go. Invariant: after `write` the parent reads as the branch did, and the branch is empty.
import type { BranchMultiStore, KVStore, MultiStore } from '../core/kv-store.ts';
import { compareBytes } from '../encoding/bytes.ts';
import { KeyTable, keyHash } from './key-table.ts';

/** Longest key of the reference (store:types/validity.go). */
export const KEY_BYTES_MAX = (1 << 17) - 1;
/** Longest value; the reference allows 2^31 - 1, which no block can carry. */
export const VALUE_BYTES_MAX = 1 << 28;

type Pair = readonly [Uint8Array, Uint8Array];

/** Throws on keys and values that no store holds: bugs of the caller, as in the reference. */
export function assertKey(key: Uint8Array): void {
  if (key.length === 0) throw new Error('key is nil or empty');
  if (key.length > KEY_BYTES_MAX) throw new Error('key is too large');
}

export function assertValue(value: Uint8Array): void {
  if (value === undefined || value === null) throw new Error('value is nil');
  if (value.length > VALUE_BYTES_MAX) throw new Error('value is too large');
}

/** Below one part of this many, entries are put into place one by one instead of merging all. */
const FEW = 64;

const CLEAN = 0;
const SET = 1;
const DELETED = 2;

export class BranchStore implements KVStore {
  readonly #parent: KVStore;
  /** The parent where it is a branch too: hashes are handed on, and nothing is remembered of it. */
  readonly #branch: BranchStore | undefined;
  #table = new KeyTable();
  #values: (Uint8Array | undefined)[] = [];
  #states: number[] = [];
  /** Written entries in order of their keys, and those written since that was made. */
  #sorted: number[] = [];
  #unsorted: number[] = [];

  constructor(parent: KVStore) {
    this.#parent = parent;
    this.#branch = parent instanceof BranchStore ? parent : undefined;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    assertKey(key);
    return this.#get(key, keyHash(key));
  }

  #get(key: Uint8Array, hash: number): Uint8Array | undefined {
    const e = this.#table.find(key, hash);
    if (e >= 0) return this.#values[e];
    if (this.#branch !== undefined) return this.#branch.#get(key, hash);
    const value = this.#parent.get(key);
    this.#table.add(key.slice(), hash);
    this.#values.push(value);
    this.#states.push(CLEAN);
    return value;
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  /** Keeps `value` itself: it must not be changed afterwards. */
  set(key: Uint8Array, value: Uint8Array): void {
    assertKey(key);
    assertValue(value);
    this.#put(key, keyHash(key), value, true);
  }

  delete(key: Uint8Array): void {
    assertKey(key);
    this.#put(key, keyHash(key), undefined, true);
  }

  #put(key: Uint8Array, hash: number, value: Uint8Array | undefined, copyKey: boolean): void {
    const e = this.#table.find(key, hash);
    const state = value === undefined ? DELETED : SET;
    if (e < 0) {
      this.#unsorted.push(this.#table.add(copyKey ? key.slice() : key, hash));
      this.#values.push(value);
      this.#states.push(state);
      return;
    }
    if (this.#states[e] === CLEAN) this.#unsorted.push(e);
    this.#values[e] = value;
    this.#states[e] = state;
  }

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<Pair> {
    return this.#iterate(start, end, true);
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<Pair> {
    return this.#iterate(start, end, false);
  }

  #iterate(start: Uint8Array | undefined, end: Uint8Array | undefined, ascending: boolean): Iterable<Pair> {
    const parent = ascending ? this.#parent.iterate(start, end) : this.#parent.iterateReverse(start, end);
    const own = this.#range(start, end);
    if (own.length === 0) return parent;
    if (!ascending) own.reverse();
    return merge(parent, own, ascending);
  }

  #sort(): void {
    if (this.#unsorted.length === 0) return;
    const keys = this.#table.keys;
    const order = (a: number, b: number): number => compareBytes(keys[a] as Uint8Array, keys[b] as Uint8Array);
    const fresh = this.#unsorted.sort(order);
    this.#unsorted = [];
    const old = this.#sorted;
    if (old.length === 0) {
      this.#sorted = fresh;
      return;
    }
    let i = 0;
    // A transaction writes a few keys among the many of its block: each is put into its place.
    if (fresh.length * FEW < old.length) {
      for (const e of fresh) {
        i = this.#lowerBound(keys[e] as Uint8Array, i);
        old.splice(i, 0, e);
      }
      return;
    }
    const merged: number[] = [];
    for (const e of fresh) {
      const at = this.#lowerBound(keys[e] as Uint8Array, i);
      for (; i < at; i++) merged.push(old[i] as number);
      merged.push(e);
    }
    for (; i < old.length; i++) merged.push(old[i] as number);
    this.#sorted = merged;
  }

  /** The first place in #sorted, from `from` on, whose key is not below `key`. */
  #lowerBound(key: Uint8Array, from = 0): number {
    const keys = this.#table.keys;
    let low = from;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(keys[this.#sorted[middle] as number] as Uint8Array, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #range(start: Uint8Array | undefined, end: Uint8Array | undefined): [Uint8Array, Uint8Array | undefined][] {
    this.#sort();
    const from = start === undefined ? 0 : this.#lowerBound(start);
    const to = end === undefined ? this.#sorted.length : this.#lowerBound(end);
    const out: [Uint8Array, Uint8Array | undefined][] = [];
    for (let i = from; i < to; i++) {
      const e = this.#sorted[i] as number;
      out.push([this.#table.keys[e] as Uint8Array, this.#values[e]]);
    }
    return out;
  }

  /** Applies the writes to the parent, keys in ascending order, and empties the branch. */
  write(): void {
    const { keys, hashes } = this.#table;
    if (this.#branch !== undefined) {
      // The order does not show: the parent sorts again when it writes.
      for (let e = 0; e < keys.length; e++) this.#branch.#put(keys[e] as Uint8Array, hashes[e] as number, this.#values[e], false);
    } else {
      this.#sort();
      for (const e of this.#sorted) {
        const value = this.#values[e];
        if (value === undefined) this.#parent.delete(keys[e] as Uint8Array);
        else this.#parent.set(keys[e] as Uint8Array, value);
      }
    }
    this.#table = new KeyTable();
    this.#values = [];
    this.#states = [];
    this.#sorted = [];
    this.#unsorted = [];
  }
}

/** The parent's pairs with the branch's over them; both in the same order. An own pair without a value hides the parent's. */
function* merge(parent: Iterable<Pair>, own: readonly (readonly [Uint8Array, Uint8Array | undefined])[], ascending: boolean): Generator<Pair> {
  let i = 0;
  for (const pair of parent) {
    let hidden = false;
    for (let mine = own[i]; mine !== undefined; mine = own[i]) {
      const order = ascending ? compareBytes(mine[0], pair[0]) : compareBytes(pair[0], mine[0]);
      if (order > 0) break;
      i++;
      if (mine[1] !== undefined) yield [mine[0], mine[1]];
      if (order === 0) {
        hidden = true;
        break;
      }
    }
    if (!hidden) yield pair;
  }
  for (; i < own.length; i++) {
    const [key, value] = own[i] as readonly [Uint8Array, Uint8Array | undefined];
    if (value !== undefined) yield [key, value];
  }
}

/** Branches of all stores of a parent, made when first asked for. */
export class MultiBranch implements BranchMultiStore {
  readonly #parent: MultiStore;
  readonly #stores = new Map<string, BranchStore>();

  constructor(parent: MultiStore) {
    this.#parent = parent;
  }

  kvStore(name: string): KVStore {
    let store = this.#stores.get(name);
    if (store === undefined) {
      store = new BranchStore(this.#parent.kvStore(name));
      this.#stores.set(name, store);
    }
    return store;
  }

  branch(): BranchMultiStore {
    return new MultiBranch(this);
  }

  write(): void {
    for (const store of this.#stores.values()) store.write();
  }
}
