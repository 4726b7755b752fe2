// Proofs about append-only logs over the same tree as merkle.ts: that a log of `size1` leaves is the beginning of one of `size2`
// (RFC 9162 §2.1.4), and the same for a subtree [start, end) (draft-ietf-plants-merkle-tree-certs §4). The chain's own trees need only
// inclusion; a log that a light client follows needs these.
import { bytesEqual } from '../encoding/bytes.ts';
import { HASH_SIZE, MERKLE_AUNTS_MAX, merkleInnerHash, rootFromAunts } from './merkle.ts';
import { sha256 } from './sha256.ts';

export interface Subtree {
  readonly start: bigint;
  readonly end: bigint;
}

/** A subtree is a range that starts at a multiple of the smallest power of two that its size fits in. */
function isSubtree({ start, end }: Subtree): boolean {
  if (start < 0n || start >= end) return false;
  let span = 1n;
  while (span < end - start) span *= 2n;
  return start % span === 0n;
}

const wellFormed = (proof: readonly Uint8Array[]): boolean => proof.length <= MERKLE_AUNTS_MAX && proof.every((h) => h.length === HASH_SIZE);

/** Whether `node` is the root of the leaves [start, end) of the log of `size` leaves whose root is `root`. */
export function verifySubtreeConsistency(subtree: Subtree, size: bigint, node: Uint8Array, root: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (subtree.end > size || !wellFormed(proof)) return false;
  // No leaves: the empty root, whatever the log.
  if (subtree.start >= 0n && subtree.start === subtree.end) return proof.length === 0 && bytesEqual(node, sha256(new Uint8Array(0)));
  if (!isSubtree(subtree)) return false;
  let first = subtree.start;
  let second = subtree.end - 1n;
  let last = size - 1n;
  const up = (): void => {
    first >>= 1n;
    second >>= 1n;
    last >>= 1n;
  };
  // Up to the largest whole node that is the right edge of the subtree.
  if (second === last) while (first !== second) up();
  else while (first !== second && (second & 1n) === 1n) up();
  let at = 0;
  let seed = node;
  if (first !== second) {
    const head = proof[at++];
    if (head === undefined) return false;
    seed = head;
  }
  let inSubtree = seed;
  let inLog = seed;
  for (; at < proof.length; at++) {
    const sibling = proof[at] as Uint8Array;
    if (last === 0n) return false;
    if ((second & 1n) === 1n || second === last) {
      if (first < second) inSubtree = merkleInnerHash(sibling, inSubtree);
      inLog = merkleInnerHash(sibling, inLog);
      while ((second & 1n) === 0n && second !== 0n) up();
    } else inLog = merkleInnerHash(inLog, sibling);
    up();
  }
  return last === 0n && bytesEqual(inSubtree, node) && bytesEqual(inLog, root);
}

/** Whether the log of root1 is the beginning of the log of root2. An empty log says nothing and is refused. */
export function verifyConsistency(size1: bigint, size2: bigint, root1: Uint8Array, root2: Uint8Array, proof: readonly Uint8Array[]): boolean {
  return size1 > 0n && verifySubtreeConsistency({ start: 0n, end: size1 }, size2, root1, root2, proof);
}

/** Whether the leaf is at `index` of the log, below the root of the subtree. */
export function verifySubtreeInclusion(index: bigint, subtree: Subtree, leafHash: Uint8Array, root: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!isSubtree(subtree) || leafHash.length !== HASH_SIZE || !wellFormed(proof)) return false;
  const computed = rootFromAunts(index - subtree.start, subtree.end - subtree.start, leafHash, proof);
  return computed !== undefined && bytesEqual(computed, root);
}
