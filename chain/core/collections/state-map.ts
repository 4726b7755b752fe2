// State maps, items, sets and sequences over one store. Reads and writes go through the context, which charges gas.
// Source: cosmossdk.io/collections v1.2.1 map.go, item.go, keyset.go, sequence.go, iter.go.
import type { Context } from '../context.ts';
import { decodeKey, type KeyCodec } from './key-codec.ts';
import type { Schema } from './schema.ts';
import { noValue, uint64Value, type ValueCodec } from './value-codec.ts';

/** Bounds in encoded keys without the collection's prefix: start inclusive, end exclusive; undefined is open. */
export interface KeyRange {
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
  readonly reverse?: boolean | undefined;
}

/** The smallest key after every key that begins with `prefix`; undefined where there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let n = prefix.length; n > 0; n--) {
    if (prefix[n - 1] !== 255) {
      // A copy: `slice` of a Node Buffer would be a view of the caller's bytes.
      const end = new Uint8Array(prefix.subarray(0, n));
      end[n - 1] = (end[n - 1] as number) + 1;
      return end;
    }
  }
  return undefined;
}

/** All keys that begin with an encoded part. */
export function prefixRange(prefix: Uint8Array, reverse = false): KeyRange {
  return { start: prefix, end: prefixEnd(prefix), reverse };
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** collections.Map. */
export class StateMap<K, V> {
  readonly keyCodec: KeyCodec<K>;
  readonly valueCodec: ValueCodec<V>;
  readonly #store: string;
  readonly #prefix: Uint8Array;
  readonly #prefixEnd: Uint8Array | undefined;

  constructor(schema: Schema, prefix: number | string, name: string, keyCodec: KeyCodec<K>, valueCodec: ValueCodec<V>) {
    this.#store = schema.storeName;
    this.#prefix = schema.declare(prefix, name);
    this.#prefixEnd = prefixEnd(this.#prefix);
    this.keyCodec = keyCodec;
    this.valueCodec = valueCodec;
  }

  /** The whole key as the store has it. */
  storeKey(key: K): Uint8Array {
    const n = this.#prefix.length;
    const out = new Uint8Array(n + this.keyCodec.size(key));
    out.set(this.#prefix);
    this.keyCodec.write(out, n, key);
    return out;
  }

  get(ctx: Context, key: K): V | undefined {
    const b = ctx.store(this.#store).get(this.storeKey(key));
    return b === undefined ? undefined : this.valueCodec.decode(b);
  }

  has(ctx: Context, key: K): boolean {
    return ctx.store(this.#store).has(this.storeKey(key));
  }

  set(ctx: Context, key: K, value: V): void {
    ctx.store(this.#store).set(this.storeKey(key), this.valueCodec.encode(value));
  }

  remove(ctx: Context, key: K): void {
    ctx.store(this.#store).delete(this.storeKey(key));
  }

  /** Entries in key order. Nothing may be written to the range while it is walked. */
  *walk(ctx: Context, range: KeyRange = {}): Generator<readonly [K, V]> {
    for (const [k, v] of this.walkRaw(ctx, range)) yield [decodeKey(this.keyCodec, k), this.valueCodec.decode(v)];
  }

  /** As walk, with encoded keys (without prefix) and values. */
  *walkRaw(ctx: Context, range: KeyRange = {}): Generator<readonly [Uint8Array, Uint8Array]> {
    const store = ctx.store(this.#store);
    const start = range.start === undefined ? this.#prefix : join(this.#prefix, range.start);
    const end = range.end === undefined ? this.#prefixEnd : join(this.#prefix, range.end);
    const n = this.#prefix.length;
    for (const [k, v] of range.reverse === true ? store.iterateReverse(start, end) : store.iterate(start, end)) yield [k.subarray(n), v];
  }

  /** Removes a range: keys are read first, then deleted. */
  clear(ctx: Context, range: KeyRange = {}): void {
    const keys = [...this.walkRaw(ctx, range)].map(([k]) => k);
    const store = ctx.store(this.#store);
    for (const k of keys) store.delete(join(this.#prefix, k));
  }
}

/** collections.Item: one value under the prefix itself. */
export class Item<V> {
  readonly valueCodec: ValueCodec<V>;
  readonly #store: string;
  readonly #key: Uint8Array;

  constructor(schema: Schema, prefix: number | string, name: string, valueCodec: ValueCodec<V>) {
    this.#store = schema.storeName;
    this.#key = schema.declare(prefix, name);
    this.valueCodec = valueCodec;
  }

  get(ctx: Context): V | undefined {
    const b = ctx.store(this.#store).get(this.#key);
    return b === undefined ? undefined : this.valueCodec.decode(b);
  }

  has(ctx: Context): boolean {
    return ctx.store(this.#store).has(this.#key);
  }

  set(ctx: Context, value: V): void {
    ctx.store(this.#store).set(this.#key, this.valueCodec.encode(value));
  }

  remove(ctx: Context): void {
    ctx.store(this.#store).delete(this.#key);
  }
}

/** collections.KeySet. */
export class KeySet<K> {
  readonly map: StateMap<K, null>;

  constructor(schema: Schema, prefix: number | string, name: string, keyCodec: KeyCodec<K>) {
    this.map = new StateMap(schema, prefix, name, keyCodec, noValue);
  }

  has(ctx: Context, key: K): boolean {
    return this.map.has(ctx, key);
  }

  add(ctx: Context, key: K): void {
    this.map.set(ctx, key, null);
  }

  remove(ctx: Context, key: K): void {
    this.map.remove(ctx, key);
  }

  *walk(ctx: Context, range: KeyRange = {}): Generator<K> {
    for (const [k] of this.map.walkRaw(ctx, range)) yield decodeKey(this.map.keyCodec, k);
  }
}

/** collections.Sequence: counts from 0. */
export class Sequence {
  readonly #item: Item<bigint>;

  constructor(schema: Schema, prefix: number | string, name: string) {
    this.#item = new Item(schema, prefix, name, uint64Value);
  }

  peek(ctx: Context): bigint {
    return this.#item.get(ctx) ?? 0n;
  }

  /** The current number; the next caller gets the one after. */
  next(ctx: Context): bigint {
    const n = this.peek(ctx);
    this.#item.set(ctx, n + 1n);
    return n;
  }

  set(ctx: Context, n: bigint): void {
    this.#item.set(ctx, n);
  }
}
