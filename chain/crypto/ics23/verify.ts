// The client functions of ICS-23 (ibc:spec/core/ics-023-vector-commitments, ics23:go/ics23.go): is this key with this value, or not,
// in the tree of this root. False is the answer to every proof that does not prove it, malformed or not.
import { bytesEqual, compareBytes } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { compressProof, decompressProof } from './compress.ts';
import { existenceRoot, verifyExistence } from './existence.ts';
import { keyForComparison, nonExistenceRoot, verifyNonExistence } from './non-existence.ts';
import type { BatchEntry, CommitmentProof, EntryProof, ExistenceProof, NonExistenceProof, ProofSpec } from './types.ts';

function holds(run: () => boolean): boolean {
  try {
    return run();
  } catch (e) {
    if (e instanceof CryptoError) return false;
    throw e;
  }
}

/** The proofs inside: one, or those of a batch. */
function entriesOf(proof: CommitmentProof): readonly (EntryProof | undefined)[] {
  const p = proof.proof;
  if (p === undefined || p.case === 'compressed') return [];
  return p.case === 'batch' ? p.value.entries.map((e) => e.proof) : [p];
}

function existenceFor(proof: CommitmentProof, key: Uint8Array): ExistenceProof | undefined {
  for (const p of entriesOf(proof)) if (p?.case === 'exist' && bytesEqual(p.value.key, key)) return p.value;
  return undefined;
}

function nonExistenceFor(spec: ProofSpec, proof: CommitmentProof, key: Uint8Array): NonExistenceProof | undefined {
  const at = keyForComparison(spec, key);
  for (const p of entriesOf(proof)) {
    if (p?.case !== 'nonexist') continue;
    const { left, right } = p.value;
    if (left !== undefined && compareBytes(keyForComparison(spec, left.key), at) >= 0) continue;
    if (right !== undefined && compareBytes(keyForComparison(spec, right.key), at) <= 0) continue;
    return p.value;
  }
  return undefined;
}

export function verifyMembership(spec: ProofSpec, root: Uint8Array, proof: CommitmentProof, key: Uint8Array, value: Uint8Array): boolean {
  return holds(() => {
    const found = existenceFor(decompressProof(proof), key);
    if (found === undefined) return false;
    verifyExistence(found, spec, root, key, value);
    return true;
  });
}

export function verifyNonMembership(spec: ProofSpec, root: Uint8Array, proof: CommitmentProof, key: Uint8Array): boolean {
  return holds(() => {
    const found = nonExistenceFor(spec, decompressProof(proof), key);
    if (found === undefined) return false;
    verifyNonExistence(found, spec, root, key);
    return true;
  });
}

/** Whether the proof proves every item. */
export function batchVerifyMembership(
  spec: ProofSpec,
  root: Uint8Array,
  proof: CommitmentProof,
  items: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[],
): boolean {
  return holds(() => {
    const batch = decompressProof(proof);
    return items.every(({ key, value }) => verifyMembership(spec, root, batch, key, value));
  });
}

export function batchVerifyNonMembership(spec: ProofSpec, root: Uint8Array, proof: CommitmentProof, keys: readonly Uint8Array[]): boolean {
  return holds(() => {
    const batch = decompressProof(proof);
    return keys.every((key) => verifyNonMembership(spec, root, batch, key));
  });
}

/** The root that the (first) proof leads to; throws CryptoError. It proves nothing without a spec: use the verify functions. */
export function commitmentRoot(proof: CommitmentProof): Uint8Array {
  const first = entriesOf(decompressProof(proof))[0];
  if (first === undefined) throw new CryptoError('ics23', 'unrecognized proof type');
  return first.case === 'exist' ? existenceRoot(first.value) : nonExistenceRoot(first.value);
}

/** Joins proofs of one root into a compressed batch. */
export function combineProofs(proofs: readonly CommitmentProof[]): CommitmentProof {
  const entries: BatchEntry[] = [];
  for (const proof of proofs) {
    const inner = entriesOf(decompressProof(proof));
    if (proof.proof === undefined) throw new CryptoError('ics23', 'proof neither exist or nonexist');
    for (const p of inner) entries.push({ proof: p });
  }
  return compressProof({ proof: { case: 'batch', value: { entries } } });
}
