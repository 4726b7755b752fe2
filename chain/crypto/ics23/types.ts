// Messages of cosmos.ics23.v1 (ics23:proto/cosmos/ics23/v1/proofs.proto): proofs that a key is, or is not, in a tree, and the specs
// that say which trees are meant.

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

export interface EntryCases {
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
export interface CompressedCases {
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

export interface CommitmentCases {
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
