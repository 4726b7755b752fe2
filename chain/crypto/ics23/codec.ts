// Messages of cosmos.ics23.v1 on the wire.
import { bool, bytes, type Codec, enumeration, int32, message, oneof, optional, repeated, repeatedScalar, scalars } from '../../encoding/codec.ts';
import { CryptoError } from '../errors.ts';
import type {
  BatchEntry,
  BatchProof,
  CommitmentCases,
  CommitmentProof,
  CompressedBatchEntry,
  CompressedBatchProof,
  CompressedCases,
  CompressedExistenceProof,
  CompressedNonExistenceProof,
  EntryCases,
  ExistenceProof,
  InnerOp,
  InnerSpec,
  LeafOp,
  NonExistenceProof,
  ProofSpec,
} from './types.ts';

export const leafOpCodec: Codec<LeafOp> = message<LeafOp>('cosmos.ics23.v1.LeafOp', {
  hash: enumeration(1),
  prehashKey: enumeration(2),
  prehashValue: enumeration(3),
  length: enumeration(4),
  prefix: bytes(5),
});
export const innerOpCodec: Codec<InnerOp> = message<InnerOp>('cosmos.ics23.v1.InnerOp', { hash: enumeration(1), prefix: bytes(2), suffix: bytes(3) });
export const existenceProofCodec: Codec<ExistenceProof> = message<ExistenceProof>('cosmos.ics23.v1.ExistenceProof', {
  key: bytes(1),
  value: bytes(2),
  leaf: optional(3, leafOpCodec),
  path: repeated(4, innerOpCodec),
});
export const nonExistenceProofCodec: Codec<NonExistenceProof> = message<NonExistenceProof>('cosmos.ics23.v1.NonExistenceProof', {
  key: bytes(1),
  left: optional(2, existenceProofCodec),
  right: optional(3, existenceProofCodec),
});
const batchEntryCodec: Codec<BatchEntry> = message<BatchEntry>('cosmos.ics23.v1.BatchEntry', {
  proof: oneof<EntryCases>({ exist: optional(1, existenceProofCodec), nonexist: optional(2, nonExistenceProofCodec) }),
});
const batchProofCodec: Codec<BatchProof> = message<BatchProof>('cosmos.ics23.v1.BatchProof', { entries: repeated(1, batchEntryCodec) });
const compressedExistenceCodec: Codec<CompressedExistenceProof> = message<CompressedExistenceProof>('cosmos.ics23.v1.CompressedExistenceProof', {
  key: bytes(1),
  value: bytes(2),
  leaf: optional(3, leafOpCodec),
  path: repeatedScalar(4, scalars.int32),
});
const compressedNonExistenceCodec: Codec<CompressedNonExistenceProof> = message<CompressedNonExistenceProof>('cosmos.ics23.v1.CompressedNonExistenceProof', {
  key: bytes(1),
  left: optional(2, compressedExistenceCodec),
  right: optional(3, compressedExistenceCodec),
});
const compressedEntryCodec: Codec<CompressedBatchEntry> = message<CompressedBatchEntry>('cosmos.ics23.v1.CompressedBatchEntry', {
  proof: oneof<CompressedCases>({ exist: optional(1, compressedExistenceCodec), nonexist: optional(2, compressedNonExistenceCodec) }),
});
const compressedBatchCodec: Codec<CompressedBatchProof> = message<CompressedBatchProof>('cosmos.ics23.v1.CompressedBatchProof', {
  entries: repeated(1, compressedEntryCodec),
  lookupInners: repeated(2, innerOpCodec),
});
export const commitmentProofCodec: Codec<CommitmentProof> = message<CommitmentProof>('cosmos.ics23.v1.CommitmentProof', {
  proof: oneof<CommitmentCases>({
    exist: optional(1, existenceProofCodec),
    nonexist: optional(2, nonExistenceProofCodec),
    batch: optional(3, batchProofCodec),
    compressed: optional(4, compressedBatchCodec),
  }),
});
export const innerSpecCodec: Codec<InnerSpec> = message<InnerSpec>('cosmos.ics23.v1.InnerSpec', {
  childOrder: repeatedScalar(1, scalars.int32),
  childSize: int32(2),
  minPrefixLength: int32(3),
  maxPrefixLength: int32(4),
  emptyChild: bytes(5),
  hash: enumeration(6),
});
export const proofSpecCodec: Codec<ProofSpec> = message<ProofSpec>('cosmos.ics23.v1.ProofSpec', {
  leafSpec: optional(1, leafOpCodec),
  innerSpec: optional(2, innerSpecCodec),
  maxDepth: int32(3),
  minDepth: int32(4),
  prehashKeyBeforeComparison: bool(5),
});

/** Longer proofs are refused before they are decoded. An IAVL proof of a deep tree has some 4 KiB. */
export const COMMITMENT_PROOF_BYTES_MAX = 1_048_576;

/** Throws CryptoError on bytes that are no proof, and on too many. */
export function decodeCommitmentProof(data: Uint8Array): CommitmentProof {
  if (data.length > COMMITMENT_PROOF_BYTES_MAX) throw new CryptoError('ics23', `proof of ${data.length} bytes is longer than ${COMMITMENT_PROOF_BYTES_MAX}`);
  try {
    return commitmentProofCodec.decode(data);
  } catch (e) {
    throw new CryptoError('ics23', e instanceof Error ? e.message : 'not a proof');
  }
}
