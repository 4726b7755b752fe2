// Nodes of IAVL trees as records of 64 bytes, one cache line, in one array outside the garbage-collected heap. All trees of a multistore share it.
// A node is its index; 0 is no node. Words of a record:
//   leaf   0 address of key ‖ value in the byte arena   1 bytes of the value   2 bytes of the key
//   inner  0 left   1 right   2 smallest leaf of the right subtree (its key is the node's key)
//   both   3 size (leaves)   4 version   5 height, and DIRTY while the hash is not computed   6, 7 first eight bytes of the key
//          8..15 hash
// Invariant: an inner node of a committed version is never written; its smallest right leaf is in the same version, so keys are stored once.
import { ByteArena } from './byte-arena.ts';

export const NODE_SHIFT = 4;
const NODE_WORDS = 1 << NODE_SHIFT;
export const LEFT = 0;
export const ADDRESS = 0;
export const RIGHT = 1;
export const VALUE_LENGTH = 1;
export const MIN_LEAF = 2;
export const KEY_LENGTH = 2;
export const SIZE = 3;
export const VERSION = 4;
export const META = 5;
export const KEY_HIGH = 6;
export const KEY_LOW = 7;
const HASH_WORD = 8;
export const HASH_BYTES = 32;

/** Word positions are 31-bit: some 67 million keys, 8 GiB. */
const NODES_MAX = 2 ** 27;

export const DIRTY = 256;
export const HEIGHT_MASK = 255;

/** Bits of the first eight bytes of a key, zero where it is shorter: order of unsigned words is order of keys as far as they reach. */
export function keyWord(key: Uint8Array, at: number): number {
  if (at + 3 < key.length) return ((key[at] as number) << 24) | ((key[at + 1] as number) << 16) | ((key[at + 2] as number) << 8) | (key[at + 3] as number);
  let w = 0;
  for (let i = 0; i < 4; i++) w = (w << 8) | (at + i < key.length ? (key[at + i] as number) : 0);
  return w;
}

export class NodeArena {
  readonly bytes = new ByteArena();
  /** Replaced when the arena grows: read it anew after every `alloc`. */
  words = new Int32Array(1024 * NODE_WORDS);
  /** The same memory as bytes. */
  octets = new Uint8Array(this.words.buffer);
  #free = new Int32Array(256);
  #freeCount = 0;
  #next = 1;

  /** Numbers of nodes within their versions, where nodes are stored; undefined where they are not. */
  nonces: Uint32Array | undefined;

  keepNonces(): void {
    this.nonces ??= new Uint32Array(this.words.length >>> NODE_SHIFT);
  }

  /** A record with unspecified contents. */
  alloc(): number {
    if (this.#freeCount > 0) return this.#free[--this.#freeCount] as number;
    if (this.#next >= NODES_MAX) throw new RangeError(`the state has more than ${NODES_MAX} nodes`);
    if ((this.#next + 1) * NODE_WORDS > this.words.length) {
      const grown = new Int32Array(this.words.length + (this.words.length >>> (NODE_SHIFT + 1)) * NODE_WORDS);
      grown.set(this.words);
      this.words = grown;
      this.octets = new Uint8Array(grown.buffer);
      if (this.nonces !== undefined) {
        const nonces = new Uint32Array(grown.length >>> NODE_SHIFT);
        nonces.set(this.nonces);
        this.nonces = nonces;
      }
    }
    return this.#next++;
  }

  /** Nodes given out and not taken back. */
  get used(): number {
    return this.#next - 1 - this.#freeCount;
  }

  free(n: number): void {
    const w = this.words;
    const at = n << NODE_SHIFT;
    if (((w[at + META] as number) & HEIGHT_MASK) === 0) {
      this.bytes.free(w[at + ADDRESS] as number, (w[at + KEY_LENGTH] as number) + (w[at + VALUE_LENGTH] as number));
    }
    if (this.#freeCount === this.#free.length) {
      const grown = new Int32Array(this.#free.length * 2);
      grown.set(this.#free);
      this.#free = grown;
    }
    this.#free[this.#freeCount++] = n;
  }

  /** A dirty leaf that owns copies of key and value. */
  allocLeaf(key: Uint8Array, value: Uint8Array, version: number): number {
    const n = this.alloc();
    const address = this.bytes.alloc(key.length + value.length);
    const chunk = this.bytes.chunk(address);
    const offset = this.bytes.offset(address);
    chunk.set(key, offset);
    chunk.set(value, offset + key.length);
    const w = this.words;
    const at = n << NODE_SHIFT;
    w[at + ADDRESS] = address;
    w[at + VALUE_LENGTH] = value.length;
    w[at + KEY_LENGTH] = key.length;
    w[at + SIZE] = 1;
    w[at + VERSION] = version;
    w[at + META] = DIRTY;
    w[at + KEY_HIGH] = keyWord(key, 0);
    w[at + KEY_LOW] = keyWord(key, 4);
    return n;
  }

  /** Gives a leaf of the working version another value. */
  replaceValue(n: number, value: Uint8Array): void {
    const w = this.words;
    const at = n << NODE_SHIFT;
    const old = w[at + ADDRESS] as number;
    const keyLength = w[at + KEY_LENGTH] as number;
    const key = this.bytes.chunk(old).slice(this.bytes.offset(old), this.bytes.offset(old) + keyLength);
    this.bytes.free(old, keyLength + (w[at + VALUE_LENGTH] as number));
    const address = this.bytes.alloc(keyLength + value.length);
    const chunk = this.bytes.chunk(address);
    const offset = this.bytes.offset(address);
    chunk.set(key, offset);
    chunk.set(value, offset + keyLength);
    w[at + ADDRESS] = address;
    w[at + VALUE_LENGTH] = value.length;
    w[at + META] = DIRTY;
  }

  height(n: number): number {
    return (this.words[(n << NODE_SHIFT) + META] as number) & HEIGHT_MASK;
  }

  /** The leaf that gives an inner node its key. */
  minLeaf(n: number): number {
    return this.words[(n << NODE_SHIFT) + MIN_LEAF] as number;
  }

  /** The key of a leaf, a copy. */
  key(leaf: number): Uint8Array {
    const at = leaf << NODE_SHIFT;
    const address = this.words[at + ADDRESS] as number;
    const offset = this.bytes.offset(address);
    return this.bytes.chunk(address).slice(offset, offset + (this.words[at + KEY_LENGTH] as number));
  }

  /** The value of a leaf, a copy. */
  value(leaf: number): Uint8Array {
    const at = leaf << NODE_SHIFT;
    const address = this.words[at + ADDRESS] as number;
    const offset = this.bytes.offset(address) + (this.words[at + KEY_LENGTH] as number);
    return this.bytes.chunk(address).slice(offset, offset + (this.words[at + VALUE_LENGTH] as number));
  }

  hashOffset(n: number): number {
    return ((n << NODE_SHIFT) + HASH_WORD) << 2;
  }

  /** The hash of a node that is not dirty, a copy. */
  hash(n: number): Uint8Array {
    const at = this.hashOffset(n);
    return this.octets.slice(at, at + HASH_BYTES);
  }

  /** Order of a key (with its first words) against the key of a node: negative, zero, positive. */
  compare(key: Uint8Array, high: number, low: number, n: number): number {
    const w = this.words;
    const at = n << NODE_SHIFT;
    const h = w[at + KEY_HIGH] as number;
    if (high !== h) return high >>> 0 < h >>> 0 ? -1 : 1;
    const l = w[at + KEY_LOW] as number;
    if (low !== l) return low >>> 0 < l >>> 0 ? -1 : 1;
    const leaf = ((w[at + META] as number) & HEIGHT_MASK) === 0 ? at : (w[at + MIN_LEAF] as number) << NODE_SHIFT;
    const address = w[leaf + ADDRESS] as number;
    const length = w[leaf + KEY_LENGTH] as number;
    const chunk = this.bytes.chunk(address);
    const offset = this.bytes.offset(address);
    const shared = Math.min(key.length, length);
    for (let i = Math.min(shared, 8); i < shared; i++) {
      const d = (key[i] as number) - (chunk[offset + i] as number);
      if (d !== 0) return d;
    }
    return key.length - length;
  }
}
