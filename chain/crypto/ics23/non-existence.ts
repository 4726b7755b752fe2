// A proof that a key is absent: the leaves to its left and right, which are neighbours or at the edge (ics23:go/proof.go).
import { compareBytes } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { existenceRoot, verifyExistence } from './existence.ts';
import { doHashOrNoop } from './hash-op.ts';
import { isLeftMost, isLeftNeighbor, isRightMost } from './padding.ts';
import type { ExistenceProof, NonExistenceProof, ProofSpec } from './types.ts';

function fail(what: string): never {
  throw new CryptoError('ics23', what);
}

/** The key in the tree's own order: hashed where the spec says so. */
export function keyForComparison(spec: ProofSpec, key: Uint8Array): Uint8Array {
  if (!spec.prehashKeyBeforeComparison || spec.leafSpec === undefined) return key;
  return doHashOrNoop(spec.leafSpec.prehashKey, key);
}

export function nonExistenceRoot(proof: NonExistenceProof): Uint8Array {
  const side = proof.left ?? proof.right;
  return side === undefined ? fail('nonexistence proof has empty Left and Right proof') : existenceRoot(side);
}

function verifySide(side: 'left' | 'right', proof: ExistenceProof | undefined, spec: ProofSpec, root: Uint8Array): void {
  if (proof === undefined) return;
  try {
    verifyExistence(proof, spec, root, proof.key, proof.value);
  } catch (e) {
    if (e instanceof CryptoError) fail(`${side} proof, ${e.message.slice('ics23: '.length)}`);
    throw e;
  }
}

/** Throws CryptoError with the reason. The key inside the proof is not looked at, as in Go. */
export function verifyNonExistence(proof: NonExistenceProof, spec: ProofSpec, root: Uint8Array, key: Uint8Array): void {
  const { left, right } = proof;
  verifySide('left', left, spec, root);
  verifySide('right', right, spec, root);
  const inner = spec.innerSpec;
  const at = keyForComparison(spec, key);
  if (right !== undefined && compareBytes(at, keyForComparison(spec, right.key)) >= 0) fail('key is not left of right proof');
  if (left !== undefined && compareBytes(at, keyForComparison(spec, left.key)) <= 0) fail('key is not right of left proof');
  if (inner === undefined) throw new CryptoError('ics23', 'spec.InnerSpec must be non-nil');
  if (left === undefined && right === undefined) fail('both left and right proofs missing');
  else if (left === undefined) {
    if (!isLeftMost(inner, (right as ExistenceProof).path)) fail('left proof missing, right proof must be left-most');
  } else if (right === undefined) {
    if (!isRightMost(inner, left.path)) fail('right proof missing, left proof must be right-most');
  } else if (!isLeftNeighbor(inner, left.path, right.path)) fail('left and right proofs are not neighbors');
}
