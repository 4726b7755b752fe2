// A store in plain memory: transient stores (emptied by each commit) and memory stores (kept while the process lives). Neither is part of
// the app hash.
import type { KVStore } from '../core/kv-store.ts';
import { compareBytes } from '../encoding/bytes.ts';
import { assertKey, assertValue } from './branch.ts';
import { KeyTable, keyHash } from './key-table.ts';

export class MapStore implements KVStore {
  #table = new KeyTable();
  #values: (Uint8Array | undefined)[] = [];
  #sorted: number[] | undefined;

  get(key: Uint8Array): Uint8Array | undefined {
    const e = this.#table.find(key, keyHash(key));
    return e < 0 ? undefined : this.#values[e];
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    assertKey(key);
    assertValue(value);
    const hash = keyHash(key);
    const e = this.#table.find(key, hash);
    if (e >= 0) {
      this.#values[e] = value;
      return;
    }
    this.#table.add(key.slice(), hash);
    this.#values.push(value);
    this.#sorted = undefined;
  }

  delete(key: Uint8Array): void {
    const e = this.#table.find(key, keyHash(key));
    if (e >= 0) this.#values[e] = undefined;
  }

  clear(): void {
    this.#table = new KeyTable();
    this.#values = [];
    this.#sorted = undefined;
  }

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, Uint8Array]> {
    return this.#range(start, end);
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, Uint8Array]> {
    return this.#range(start, end).reverse();
  }

  #range(start: Uint8Array | undefined, end: Uint8Array | undefined): [Uint8Array, Uint8Array][] {
    const keys = this.#table.keys;
    this.#sorted ??= keys.map((_, e) => e).sort((a, b) => compareBytes(keys[a] as Uint8Array, keys[b] as Uint8Array));
    const out: [Uint8Array, Uint8Array][] = [];
    for (const e of this.#sorted) {
      const key = keys[e] as Uint8Array;
      const value = this.#values[e];
      if (value === undefined || (start !== undefined && compareBytes(key, start) < 0)) continue;
      if (end !== undefined && compareBytes(key, end) >= 0) break;
      out.push([key, value]);
    }
    return out;
  }
}
