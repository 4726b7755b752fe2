// A map with indexes that follow it: writing the map writes them. The order of their reads and writes is charged as the reference does.
// Source: cosmossdk.io/collections v1.2.1 indexed_map.go, indexes/unique.go, indexes/reverse_pair.go, indexes/multi.go.
import type { Context } from '../context.ts';
import { ErrConflict } from '../errors.ts';
import { type KeyCodec, type Pair, pairKey } from './key-codec.ts';
import type { Schema } from './schema.ts';
import { type KeyRange, KeySet, StateMap } from './state-map.ts';
import { keyValue, type ValueCodec } from './value-codec.ts';

export interface Index<K, V> {
  /** `old` reads the value before; it is charged only when called. */
  reference(ctx: Context, key: K, value: V, old: () => V | undefined): void;
  unreference(ctx: Context, key: K, old: () => V | undefined): void;
}

/** collections.IndexedMap. */
export class IndexedMap<K, V> {
  readonly map: StateMap<K, V>;
  readonly #indexes: readonly Index<K, V>[];

  constructor(schema: Schema, prefix: number | string, name: string, keyCodec: KeyCodec<K>, valueCodec: ValueCodec<V>, indexes: readonly Index<K, V>[]) {
    this.map = new StateMap(schema, prefix, name, keyCodec, valueCodec);
    this.#indexes = indexes;
  }

  get(ctx: Context, key: K): V | undefined {
    return this.map.get(ctx, key);
  }

  has(ctx: Context, key: K): boolean {
    return this.map.has(ctx, key);
  }

  set(ctx: Context, key: K, value: V): void {
    for (const index of this.#indexes) index.reference(ctx, key, value, () => this.map.get(ctx, key));
    this.map.set(ctx, key, value);
  }

  remove(ctx: Context, key: K): void {
    for (const index of this.#indexes) index.unreference(ctx, key, () => this.map.get(ctx, key));
    this.map.remove(ctx, key);
  }

  walk(ctx: Context, range: KeyRange = {}): Generator<readonly [K, V]> {
    return this.map.walk(ctx, range);
  }
}

/** One entry per reference key: reference -> primary key. */
export class UniqueIndex<R, K, V> implements Index<K, V> {
  readonly refs: StateMap<R, K>;
  readonly #reference: (key: K, value: V) => R;

  constructor(schema: Schema, prefix: number | string, name: string, refCodec: KeyCodec<R>, keyCodec: KeyCodec<K>, reference: (key: K, value: V) => R) {
    this.refs = new StateMap(schema, prefix, name, refCodec, keyValue(keyCodec));
    this.#reference = reference;
  }

  reference(ctx: Context, key: K, value: V, old: () => V | undefined): void {
    const before = old();
    if (before !== undefined) this.refs.remove(ctx, this.#reference(key, before));
    const ref = this.#reference(key, value);
    if (this.refs.has(ctx, ref)) throw ErrConflict.wrap('index uniqueness constrain violation');
    this.refs.set(ctx, ref, key);
  }

  unreference(ctx: Context, key: K, old: () => V | undefined): void {
    const before = old();
    if (before !== undefined) this.refs.remove(ctx, this.#reference(key, before));
  }

  match(ctx: Context, ref: R): K | undefined {
    return this.refs.get(ctx, ref);
  }
}

/** For maps keyed by pairs: the same pairs, second part first. Written at each set, whatever was there. */
export class ReversePairIndex<A, B, V> implements Index<Pair<A, B>, V> {
  readonly refs: KeySet<Pair<B, A>>;
  readonly #prefix: (b: B) => Uint8Array;

  constructor(schema: Schema, prefix: number | string, name: string, a: KeyCodec<A>, b: KeyCodec<B>) {
    const codec = pairKey(b, a);
    this.refs = new KeySet(schema, prefix, name, codec);
    this.#prefix = codec.prefix;
  }

  reference(ctx: Context, key: Pair<A, B>): void {
    this.refs.add(ctx, [key[1], key[0]]);
  }

  unreference(ctx: Context, key: Pair<A, B>): void {
    this.refs.remove(ctx, [key[1], key[0]]);
  }

  /** The encoded part that all keys of one second part share. */
  prefix(b: B): Uint8Array {
    return this.#prefix(b);
  }
}

/** Many primary keys per reference key: a set of (reference, key). */
export class MultiIndex<R, K, V> implements Index<K, V> {
  readonly refs: KeySet<Pair<R, K>>;
  readonly #reference: (key: K, value: V) => R;
  readonly #prefix: (r: R) => Uint8Array;

  constructor(schema: Schema, prefix: number | string, name: string, refCodec: KeyCodec<R>, keyCodec: KeyCodec<K>, reference: (key: K, value: V) => R) {
    const codec = pairKey(refCodec, keyCodec);
    this.refs = new KeySet(schema, prefix, name, codec);
    this.#prefix = codec.prefix;
    this.#reference = reference;
  }

  reference(ctx: Context, key: K, value: V, old: () => V | undefined): void {
    const before = old();
    if (before !== undefined) this.refs.remove(ctx, [this.#reference(key, before), key]);
    this.refs.add(ctx, [this.#reference(key, value), key]);
  }

  unreference(ctx: Context, key: K, old: () => V | undefined): void {
    const before = old();
    if (before !== undefined) this.refs.remove(ctx, [this.#reference(key, before), key]);
  }

  prefix(r: R): Uint8Array {
    return this.#prefix(r);
  }
}
