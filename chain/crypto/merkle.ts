// Merkle trees of RFC 6962 as CometBFT uses them (cmt:crypto/merkle): empty = sha256(""), leaf = sha256(00‖x), inner = sha256(01‖l‖r),
// the left side holds the largest power of two strictly below n leaves. Such a tree is the one made level by level, pairing neighbours
// and carrying an odd last node up unchanged, so whole levels are hashed in one call.
import { bytesEqual, concatBytes } from '../encoding/bytes.ts';
import { CryptoError } from './errors.ts';
import { sha256, sha256Many } from './sha256.ts';

/** More aunts than this are refused; a tree of 2^100 leaves has as many. */
export const MERKLE_AUNTS_MAX = 100;
/** Bytes of a hash. */
export const HASH_SIZE = 32;

/** Inclusion of one item: leaf hash and the siblings from the leaf up to the root's child. */
export interface MerkleProof {
  readonly total: bigint;
  readonly index: bigint;
  readonly leafHash: Uint8Array;
  readonly aunts: readonly Uint8Array[];
}

const LEAF = new Uint8Array([0]);
const INNER = new Uint8Array([1]);
/** Items longer than this are hashed one by one: copying them together would cost more than the calls. */
const BATCHED_ITEM_BYTES_MAX = 512;

export function merkleLeafHash(item: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, item));
}

export function merkleInnerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(INNER, left, right));
}

/** Leaf hashes side by side, 32 bytes each. */
function leafLevel(items: readonly Uint8Array[]): Uint8Array {
  const n = items.length;
  const out = new Uint8Array(HASH_SIZE * n);
  let total = 0;
  let longest = 0;
  for (const item of items) {
    total += item.length + 1;
    if (item.length > longest) longest = item.length;
  }
  if (longest > BATCHED_ITEM_BYTES_MAX) {
    for (let i = 0; i < n; i++) out.set(merkleLeafHash(items[i] as Uint8Array), HASH_SIZE * i);
    return out;
  }
  const data = new Uint8Array(total);
  const offsets = new Uint32Array(n);
  const lengths = new Uint32Array(n);
  let at = 0;
  for (let i = 0; i < n; i++) {
    const item = items[i] as Uint8Array;
    offsets[i] = at;
    lengths[i] = item.length + 1;
    data.set(item, at + 1);
    at += item.length + 1;
  }
  sha256Many(data, offsets, lengths, out);
  return out;
}

/** The level above one of at least two hashes. */
function levelAbove(level: Uint8Array): Uint8Array {
  const n = level.length / HASH_SIZE;
  const pairs = n >>> 1;
  const data = new Uint8Array(65 * pairs);
  const offsets = new Uint32Array(pairs);
  const lengths = new Uint32Array(pairs).fill(65);
  for (let i = 0; i < pairs; i++) {
    offsets[i] = 65 * i;
    data[65 * i] = 1;
    data.set(level.subarray(64 * i, 64 * i + 64), 65 * i + 1);
  }
  const out = new Uint8Array(HASH_SIZE * (n - pairs));
  sha256Many(data, offsets, lengths, out.subarray(0, HASH_SIZE * pairs));
  if (n % 2 === 1) out.set(level.subarray(64 * pairs), HASH_SIZE * pairs);
  return out;
}

/** Root of the items in their order: 32 bytes. */
export function merkleRoot(items: readonly Uint8Array[]): Uint8Array {
  if (items.length === 0) return sha256(new Uint8Array(0));
  let level = leafLevel(items);
  while (level.length > HASH_SIZE) level = levelAbove(level);
  return level;
}

/** The root and the proof of every item. */
export function merkleProofs(items: readonly Uint8Array[]): { root: Uint8Array; proofs: MerkleProof[] } {
  if (items.length === 0) return { root: sha256(new Uint8Array(0)), proofs: [] };
  const levels = [leafLevel(items)];
  for (let top = levels[0] as Uint8Array; top.length > HASH_SIZE; levels.push(top)) top = levelAbove(top);
  const total = BigInt(items.length);
  const proofs = items.map((_, index): MerkleProof => {
    const aunts: Uint8Array[] = [];
    let at = index;
    for (let l = 0; l < levels.length - 1; l++) {
      const level = levels[l] as Uint8Array;
      const sibling = HASH_SIZE * (at ^ 1);
      if (sibling < level.length) aunts.push(level.slice(sibling, sibling + HASH_SIZE));
      at >>>= 1;
    }
    return { total, index: BigInt(index), leafHash: (levels[0] as Uint8Array).slice(HASH_SIZE * index, HASH_SIZE * index + HASH_SIZE), aunts };
  });
  return { root: (levels[levels.length - 1] as Uint8Array).slice(), proofs };
}

/** CometBFT's Proof.ValidateBasic: throws CryptoError on negative numbers, sizes other than 32 bytes or more than 100 aunts. */
export function checkMerkleProof(p: MerkleProof): void {
  if (p.total < 0n) throw new CryptoError('merkle', 'negative Total');
  if (p.index < 0n) throw new CryptoError('merkle', 'negative Index');
  if (p.leafHash.length !== HASH_SIZE) throw new CryptoError('merkle', `expected LeafHash size to be 32, got ${p.leafHash.length}`);
  if (p.aunts.length > MERKLE_AUNTS_MAX) throw new CryptoError('merkle', `expected no more than ${MERKLE_AUNTS_MAX} aunts, got ${p.aunts.length}`);
  p.aunts.forEach((a, i) => {
    if (a.length !== HASH_SIZE) throw new CryptoError('merkle', `expected Aunts#${i} size to be 32, got ${a.length}`);
  });
}

function highestBitBelow(n: bigint): bigint {
  let k = 1n;
  while (k * 2n < n) k *= 2n;
  return k;
}

/** The root that a leaf hash and its aunts give; undefined if index, total and the number of aunts do not fit together. */
export function rootFromAunts(index: bigint, total: bigint, leafHash: Uint8Array, aunts: readonly Uint8Array[]): Uint8Array | undefined {
  if (total <= 0n || index < 0n || index >= total) return undefined;
  const isRight: boolean[] = [];
  let i = index;
  for (let n = total; n > 1n; ) {
    if (isRight.length >= aunts.length) return undefined;
    const left = highestBitBelow(n);
    const right = i >= left;
    isRight.push(right);
    if (right) i -= left;
    n = right ? n - left : left;
  }
  if (isRight.length !== aunts.length) return undefined;
  let hash = leafHash;
  for (let level = 0; level < aunts.length; level++) {
    const aunt = aunts[level] as Uint8Array;
    hash = isRight[aunts.length - 1 - level] ? merkleInnerHash(aunt, hash) : merkleInnerHash(hash, aunt);
  }
  return hash;
}

/** Whether `item` is at proof.index of the proof.total items under `root`. False for a proof that `checkMerkleProof` refuses. */
export function verifyMerkleProof(proof: MerkleProof, root: Uint8Array, item: Uint8Array): boolean {
  try {
    checkMerkleProof(proof);
  } catch {
    return false;
  }
  if (!bytesEqual(proof.leafHash, merkleLeafHash(item))) return false;
  const computed = rootFromAunts(proof.index, proof.total, proof.leafHash, proof.aunts);
  return computed !== undefined && bytesEqual(computed, root);
}
