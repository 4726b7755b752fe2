// A hash table of byte-string keys for one branch of state: entries in the order of their first use, found by a hash of the key and compared
// byte by byte, so that a look-up makes no string. Small tables are searched in line; larger ones have slots with linear probing.
// Entries are never removed; the hash is not secret, so an attacker may make keys collide: HASH_SEED differs per process and never shows.
import { randomInt } from 'node:crypto';

const IN_LINE_MAX = 8;
const HASH_SEED = randomInt(0x1_0000_0000) | 0;

export function keyHash(key: Uint8Array): number {
  let h = HASH_SEED ^ key.length;
  let i = 0;
  const n = key.length;
  for (; i + 3 < n; i += 4) {
    const w = (key[i] as number) | ((key[i + 1] as number) << 8) | ((key[i + 2] as number) << 16) | ((key[i + 3] as number) << 24);
    h = Math.imul(h ^ w, 0x9e3779b1);
    h ^= h >>> 15;
  }
  for (; i < n; i++) h = Math.imul(h ^ (key[i] as number), 0x85ebca6b);
  h ^= h >>> 13;
  return Math.imul(h, 0xc2b2ae35);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  const n = a.length;
  if (n !== b.length) return false;
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false;
  return true;
}

export class KeyTable {
  readonly keys: Uint8Array[] = [];
  readonly hashes: number[] = [];
  /** Entry + 1 by slot; undefined while the table is small. */
  #slots: Int32Array | undefined;

  get size(): number {
    return this.keys.length;
  }

  /** The entry of a key, or -1. */
  find(key: Uint8Array, hash: number): number {
    const { keys, hashes } = this;
    const slots = this.#slots;
    if (slots === undefined) {
      for (let i = 0; i < hashes.length; i++) if (hashes[i] === hash && same(keys[i] as Uint8Array, key)) return i;
      return -1;
    }
    const mask = slots.length - 1;
    for (let s = (hash ^ (hash >>> 16)) & mask; ; s = (s + 1) & mask) {
      const e = slots[s] as number;
      if (e === 0) return -1;
      if (hashes[e - 1] === hash && same(keys[e - 1] as Uint8Array, key)) return e - 1;
    }
  }

  /** Adds a key that is not there; keeps the array given. Returns its entry. */
  add(key: Uint8Array, hash: number): number {
    const e = this.keys.length;
    this.keys.push(key);
    this.hashes.push(hash);
    if (this.#slots === undefined ? e >= IN_LINE_MAX : (e + 1) * 2 > this.#slots.length) this.#rebuild();
    else if (this.#slots !== undefined) this.#place(e);
    return e;
  }

  #place(e: number): void {
    const slots = this.#slots as Int32Array;
    const mask = slots.length - 1;
    const hash = this.hashes[e] as number;
    let s = (hash ^ (hash >>> 16)) & mask;
    while (slots[s] !== 0) s = (s + 1) & mask;
    slots[s] = e + 1;
  }

  #rebuild(): void {
    let size = 32;
    while (size < this.keys.length * 4) size *= 2;
    this.#slots = new Int32Array(size);
    for (let e = 0; e < this.keys.length; e++) this.#place(e);
  }
}
