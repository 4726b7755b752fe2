// A proof that a key has a value under a root (ics23:go/proof.go). The checking functions throw CryptoError with the reason.
import { bytesEqual } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { applyInner, applyLeaf, checkInner, checkLeaf } from './ops.ts';
import type { ExistenceProof, ProofSpec } from './types.ts';

const DEPTH_MAX_DEFAULT = 128;

/** `text` with where in the proof it happened, as Go wraps its errors. */
function at<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (e instanceof CryptoError) throw new CryptoError('ics23', `${where}, ${e.message.slice('ics23: '.length)}`);
    throw e;
  }
}

/** The root that a proof leads to. With a spec, an intermediate hash longer than a child of the spec is refused. */
export function existenceRoot(proof: ExistenceProof, spec?: ProofSpec): Uint8Array {
  const leaf = proof.leaf;
  if (leaf === undefined) throw new CryptoError('ics23', 'existence Proof needs defined LeafOp');
  let hash = at('leaf', () => applyLeaf(leaf, proof.key, proof.value));
  const childSize = spec?.innerSpec?.childSize ?? 0;
  for (const step of proof.path) {
    const child = hash;
    hash = at('inner', () => applyInner(step, child));
    if (childSize >= 32 && hash.length > childSize) throw new CryptoError('ics23', 'inner, hash is longer than a child of the spec');
  }
  return hash;
}

export function checkExistenceAgainstSpec(proof: ExistenceProof, spec: ProofSpec): void {
  const leaf = proof.leaf;
  if (leaf === undefined) throw new CryptoError('ics23', 'existence Proof needs defined LeafOp');
  at('leaf', () => checkLeaf(leaf, spec));
  const depth = proof.path.length;
  if (spec.minDepth > 0 && depth < spec.minDepth) throw new CryptoError('ics23', `innerOps depth too short: ${depth}`);
  if (depth > (spec.maxDepth === 0 ? DEPTH_MAX_DEFAULT : spec.maxDepth)) throw new CryptoError('ics23', `innerOps depth too long: ${depth}`);
  proof.path.forEach((op, i) => {
    at('inner', () => checkInner(op, spec, i + 1));
  });
}

export function verifyExistence(proof: ExistenceProof, spec: ProofSpec, root: Uint8Array, key: Uint8Array, value: Uint8Array): void {
  checkExistenceAgainstSpec(proof, spec);
  if (!bytesEqual(key, proof.key)) throw new CryptoError('ics23', "provided key doesn't match proof");
  if (!bytesEqual(value, proof.value)) throw new CryptoError('ics23', "provided value doesn't match proof");
  if (!bytesEqual(root, existenceRoot(proof, spec))) throw new CryptoError('ics23', "calculated root doesn't match provided root");
}
