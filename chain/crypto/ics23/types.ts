// Messages of cosmos.ics23.v1 (ics23:proto/cosmos/ics23/v1/proofs.proto): proofs that a key is, or is not, in a tree, and the specs
// that say which trees are meant.
import { bool, bytes, type Codec, enumeration, int32, message, oneof, optional, repeated, repeatedScalar, scalars } from '../../encoding/codec.ts';
import { CryptoError } from '../errors.ts';

/** hash(prefix ‖ length(prehashKey(key)) ‖ length(prehashValue(value))). Numbers are HASH_OP and LENGTH_OP. */
export interface LeafOp {
  readonly hash: number;
  readonly prehashKey: number;
  readonly prehashValue: number;
  readonly length: number;
  readonly prefix: Uint8Array;
}

/** hash(prefix ‖ child ‖ suffix). */
export interface InnerOp {
  readonly hash: number;
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

export interface ExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaf: LeafOp | undefined;
  /** From the leaf's parent to the root. */
  readonly path: readonly InnerOp[];
}

/** The neighbours of a key that is absent; one of them is absent at the edge of the tree. */
export interface NonExistenceProof {
  readonly key: Uint8Array;
  readonly left: ExistenceProof | undefined;
  readonly right: ExistenceProof | undefined;
}

interface EntryCases {
  exist: ExistenceProof;
  nonexist: NonExistenceProof;
}
export type EntryProof = { readonly [K in keyof EntryCases]: { readonly case: K; readonly value: EntryCases[K] } }[keyof EntryCases];
export interface BatchEntry {
  readonly proof: EntryProof | undefined;
}
export interface BatchProof {
  readonly entries: readonly BatchEntry[];
}

export interface CompressedExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaf: LeafOp | undefined;
  /** Indexes into lookupInners. */
  readonly path: readonly number[];
}
export interface CompressedNonExistenceProof {
  readonly key: Uint8Array;
  readonly left: CompressedExistenceProof | undefined;
  readonly right: CompressedExistenceProof | undefined;
}
interface CompressedCases {
  exist: CompressedExistenceProof;
  nonexist: CompressedNonExistenceProof;
}
export interface CompressedBatchEntry {
  readonly proof: { readonly [K in keyof CompressedCases]: { readonly case: K; readonly value: CompressedCases[K] } }[keyof CompressedCases] | undefined;
}
export interface CompressedBatchProof {
  readonly entries: readonly CompressedBatchEntry[];
  readonly lookupInners: readonly InnerOp[];
}

interface CommitmentCases {
  exist: ExistenceProof;
  nonexist: NonExistenceProof;
  batch: BatchProof;
  compressed: CompressedBatchProof;
}
export interface CommitmentProof {
  readonly proof: { readonly [K in keyof CommitmentCases]: { readonly case: K; readonly value: CommitmentCases[K] } }[keyof CommitmentCases] | undefined;
}

export interface InnerSpec {
  readonly childOrder: readonly number[];
  readonly childSize: number;
  readonly minPrefixLength: number;
  readonly maxPrefixLength: number;
  readonly emptyChild: Uint8Array;
  readonly hash: number;
}
export interface ProofSpec {
  readonly leafSpec: LeafOp | undefined;
  readonly innerSpec: InnerSpec | undefined;
  /** 0: 128. */
  readonly maxDepth: number;
  /** 0: none. */
  readonly minDepth: number;
  readonly prehashKeyBeforeComparison: boolean;
}

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
