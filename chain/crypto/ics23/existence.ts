// A proof that a key has a value under a root (ics23:go/proof.go). The checking functions throw CryptoError with the reason.
import { bytesEqual } from '../../encoding/bytes.ts';
import { at, fail } from './fail.ts';
import { applyInner, applyLeaf, checkInner, checkLeaf } from './ops.ts';
import type { ExistenceProof, LeafOp, ProofSpec } from './types.ts';

const DEPTH_MAX_DEFAULT = 128;

const leafOf = (proof: ExistenceProof): LeafOp => proof.leaf ?? fail('existence Proof needs defined LeafOp');

/** The root that a proof leads to. With a spec, an intermediate hash longer than a child of the spec is refused. */
export function existenceRoot(proof: ExistenceProof, spec?: ProofSpec): Uint8Array {
  const leaf = leafOf(proof);
  let hash = at('leaf', () => applyLeaf(leaf, proof.key, proof.value));
  const childSize = spec?.innerSpec?.childSize ?? 0;
  for (const step of proof.path) {
    const child = hash;
    hash = at('inner', () => applyInner(step, child));
    if (childSize >= 32 && hash.length > childSize) fail('inner, hash is longer than a child of the spec');
  }
  return hash;
}

export function checkExistenceAgainstSpec(proof: ExistenceProof, spec: ProofSpec): void {
  const leaf = leafOf(proof);
  at('leaf', () => checkLeaf(leaf, spec));
  const depth = proof.path.length;
  if (spec.minDepth > 0 && depth < spec.minDepth) fail(`innerOps depth too short: ${depth}`);
  if (depth > (spec.maxDepth === 0 ? DEPTH_MAX_DEFAULT : spec.maxDepth)) fail(`innerOps depth too long: ${depth}`);
  proof.path.forEach((op, i) => {
    at('inner', () => checkInner(op, spec, i + 1));
  });
}

export function verifyExistence(proof: ExistenceProof, spec: ProofSpec, root: Uint8Array, key: Uint8Array, value: Uint8Array): void {
  checkExistenceAgainstSpec(proof, spec);
  if (!bytesEqual(key, proof.key)) fail("provided key doesn't match proof");
  if (!bytesEqual(value, proof.value)) fail("provided value doesn't match proof");
  if (!bytesEqual(root, existenceRoot(proof, spec))) fail("calculated root doesn't match provided root");
}
