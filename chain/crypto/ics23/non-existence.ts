// A proof that a key is absent: the leaves to its left and right, which are neighbours or at the edge (ics23:go/proof.go).
import { compareBytes } from '../../encoding/bytes.ts';
import { existenceRoot, verifyExistence } from './existence.ts';
import { at, fail } from './fail.ts';
import { doHashOrNoop } from './hash-op.ts';
import { innerSpecOf } from './ops.ts';
import { isLeftMost, isLeftNeighbor, isRightMost } from './padding.ts';
import type { ExistenceProof, NonExistenceProof, ProofSpec } from './types.ts';

/** The key in the tree's own order: hashed where the spec says so. */
export function keyForComparison(spec: ProofSpec, key: Uint8Array): Uint8Array {
  if (!spec.prehashKeyBeforeComparison || spec.leafSpec === undefined) return key;
  return doHashOrNoop(spec.leafSpec.prehashKey, key);
}

export function nonExistenceRoot(proof: NonExistenceProof): Uint8Array {
  const side = proof.left ?? proof.right;
  return side === undefined ? fail('nonexistence proof has empty Left and Right proof') : existenceRoot(side);
}

/** Throws CryptoError with the reason. The key inside the proof is not looked at, as in Go. */
export function verifyNonExistence(proof: NonExistenceProof, spec: ProofSpec, root: Uint8Array, key: Uint8Array): void {
  const { left, right } = proof;
  for (const [side, p] of Object.entries({ left, right })) {
    if (p !== undefined) at(`${side} proof`, () => verifyExistence(p, spec, root, p.key, p.value));
  }
  const own = keyForComparison(spec, key);
  if (right !== undefined && compareBytes(own, keyForComparison(spec, right.key)) >= 0) fail('key is not left of right proof');
  if (left !== undefined && compareBytes(own, keyForComparison(spec, left.key)) <= 0) fail('key is not right of left proof');
  const inner = innerSpecOf(spec);
  if (left === undefined && right === undefined) fail('both left and right proofs missing');
  else if (left === undefined) {
    if (!isLeftMost(inner, (right as ExistenceProof).path)) fail('left proof missing, right proof must be left-most');
  } else if (right === undefined) {
    if (!isRightMost(inner, left.path)) fail('right proof missing, left proof must be right-most');
  } else if (!isLeftNeighbor(inner, left.path, right.path)) fail('left and right proofs are not neighbors');
}
