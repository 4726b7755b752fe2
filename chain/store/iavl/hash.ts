// Hashes of IAVL nodes, whole levels at a time from the leaves up: one call of the hasher for many nodes. Preimages: wire.md §4,
// iavl:node.go. height, size and version as zigzag varints; a leaf adds its key and the SHA-256 of its value, an inner node the hashes of its
// children, each behind its length.
import { sha256, sha256Many } from '../../crypto/sha256.ts';
import {
  ADDRESS,
  DIRTY,
  HASH_BYTES,
  HEIGHT_MASK,
  KEY_LENGTH,
  LEFT,
  META,
  NODE_SHIFT,
  type NodeArena,
  RIGHT,
  SIZE,
  VALUE_LENGTH,
  VERSION,
} from './node-arena.ts';

/** Nodes hashed in one call: their preimages stay in the cache. */
const BATCH = 1024;
/** Longest preimage of an inner node: 2 + 5 + 6 bytes of numbers and two hashes of 33. */
const INNER_BYTES_MAX = 80;
const OFFSETS = new Uint32Array(BATCH);
const LENGTHS = new Uint32Array(BATCH);
const DIGESTS = new Uint8Array(BATCH * HASH_BYTES);
let scratch = new Uint8Array(BATCH * INNER_BYTES_MAX);

/** Unsigned varint of a whole number below 2^53; returns the position after it. */
export function putUvarint(b: Uint8Array, position: number, n: number): number {
  let p = position;
  let v = n;
  while (v > 127) {
    b[p++] = (v % 128) | 128;
    v = v > 0x7fffffff ? Math.floor(v / 128) : v >>> 7;
  }
  b[p++] = v;
  return p;
}

function room(bytes: number): void {
  if (bytes <= scratch.length) return;
  const grown = new Uint8Array(Math.max(bytes, scratch.length * 2));
  grown.set(scratch);
  scratch = grown;
}

/** Lists of dirty nodes by height. */
function collect(nodes: NodeArena, root: number): number[][] {
  const levels: number[][] = [];
  const w = nodes.words;
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const at = n << NODE_SHIFT;
    const meta = w[at + META] as number;
    if ((meta & DIRTY) === 0) continue;
    const height = meta & HEIGHT_MASK;
    for (let l = levels.length; l <= height; l++) levels.push([]);
    (levels[height] as number[]).push(n);
    if (height > 0) stack.push(w[at + RIGHT] as number, w[at + LEFT] as number);
  }
  return levels;
}

function store(nodes: NodeArena, level: readonly number[], from: number, count: number): void {
  const { words, octets } = nodes;
  for (let i = 0; i < count; i++) {
    const n = level[from + i] as number;
    const to = nodes.hashOffset(n);
    const at = i * HASH_BYTES;
    for (let k = 0; k < HASH_BYTES; k++) octets[to + k] = DIGESTS[at + k] as number;
    words[(n << NODE_SHIFT) + META] = (words[(n << NODE_SHIFT) + META] as number) & ~DIRTY;
  }
}

function hashScratch(count: number): void {
  sha256Many(scratch, count === BATCH ? OFFSETS : OFFSETS.subarray(0, count), count === BATCH ? LENGTHS : LENGTHS.subarray(0, count), DIGESTS);
}

function hashLeaves(nodes: NodeArena, level: readonly number[]): void {
  const w = nodes.words;
  const bytes = nodes.bytes;
  for (let from = 0; from < level.length; from += BATCH) {
    const count = Math.min(BATCH, level.length - from);
    let p = 0;
    for (let i = 0; i < count; i++) {
      const at = (level[from + i] as number) << NODE_SHIFT;
      const length = w[at + VALUE_LENGTH] as number;
      const address = w[at + ADDRESS] as number;
      const chunk = bytes.chunk(address);
      const start = bytes.offset(address) + (w[at + KEY_LENGTH] as number);
      room(p + length);
      if (length < 64) for (let k = 0; k < length; k++) scratch[p + k] = chunk[start + k] as number;
      else scratch.set(chunk.subarray(start, start + length), p);
      OFFSETS[i] = p;
      LENGTHS[i] = length;
      p += length;
    }
    hashScratch(count);
    p = 0;
    for (let i = 0; i < count; i++) {
      const at = (level[from + i] as number) << NODE_SHIFT;
      const length = w[at + KEY_LENGTH] as number;
      const address = w[at + ADDRESS] as number;
      const chunk = bytes.chunk(address);
      const start = bytes.offset(address);
      room(p + length + INNER_BYTES_MAX);
      OFFSETS[i] = p;
      scratch[p] = 0;
      scratch[p + 1] = 2;
      p = putUvarint(scratch, p + 2, ((w[at + VERSION] as number) >>> 0) * 2);
      p = putUvarint(scratch, p, length);
      for (let k = 0; k < length; k++) scratch[p + k] = chunk[start + k] as number;
      p += length;
      scratch[p++] = HASH_BYTES;
      for (let k = 0; k < HASH_BYTES; k++) scratch[p + k] = DIGESTS[i * HASH_BYTES + k] as number;
      p += HASH_BYTES;
      LENGTHS[i] = p - (OFFSETS[i] as number);
    }
    hashScratch(count);
    store(nodes, level, from, count);
  }
}

function hashInner(nodes: NodeArena, level: readonly number[], height: number): void {
  const { words: w, octets } = nodes;
  for (let from = 0; from < level.length; from += BATCH) {
    const count = Math.min(BATCH, level.length - from);
    let p = 0;
    for (let i = 0; i < count; i++) {
      const at = (level[from + i] as number) << NODE_SHIFT;
      OFFSETS[i] = p;
      p = putUvarint(scratch, p, height * 2);
      p = putUvarint(scratch, p, (w[at + SIZE] as number) * 2);
      p = putUvarint(scratch, p, ((w[at + VERSION] as number) >>> 0) * 2);
      scratch[p++] = HASH_BYTES;
      const left = nodes.hashOffset(w[at + LEFT] as number);
      for (let k = 0; k < HASH_BYTES; k++) scratch[p + k] = octets[left + k] as number;
      p += HASH_BYTES;
      scratch[p++] = HASH_BYTES;
      const right = nodes.hashOffset(w[at + RIGHT] as number);
      for (let k = 0; k < HASH_BYTES; k++) scratch[p + k] = octets[right + k] as number;
      p += HASH_BYTES;
      LENGTHS[i] = p - (OFFSETS[i] as number);
    }
    hashScratch(count);
    store(nodes, level, from, count);
  }
}

/** Computes the hashes of all dirty nodes under a root. */
export function hashDirty(nodes: NodeArena, root: number): void {
  const levels = collect(nodes, root);
  levels.forEach((level, height) => {
    if (height === 0) hashLeaves(nodes, level);
    else hashInner(nodes, level, height);
  });
}

/** sha256 of nothing: the root of an empty tree. */
const EMPTY_ROOT: Uint8Array = Uint8Array.from([
  0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95,
  0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/** The hash of a root node, 0 for the empty tree, after those of all dirty nodes below it. */
export function rootHash(nodes: NodeArena, root: number): Uint8Array {
  if (root === 0) return EMPTY_ROOT.slice();
  hashDirty(nodes, root);
  return nodes.hash(root);
}

/** The hash of one leaf. */
export function leafHash(key: Uint8Array, value: Uint8Array, version: number): Uint8Array {
  const preimage = new Uint8Array(2 + 6 + 5 + key.length + 1 + HASH_BYTES);
  preimage[1] = 2;
  let p = putUvarint(preimage, 2, version * 2);
  p = putUvarint(preimage, p, key.length);
  preimage.set(key, p);
  p += key.length;
  preimage[p++] = HASH_BYTES;
  preimage.set(sha256(value), p);
  return sha256(preimage.subarray(0, p + HASH_BYTES));
}
