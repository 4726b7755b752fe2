// Named limits of CometBFT v0.40.0 (cmt:types/block.go, params.go, signable.go, vote_set.go, evidence.go), in bytes unless said.

export const MAX_BLOCK_SIZE_BYTES = 104_857_600;
export const BLOCK_PART_SIZE_BYTES = 65_536;
/** Parts of the largest block. */
export const MAX_BLOCK_PARTS_COUNT = MAX_BLOCK_SIZE_BYTES / BLOCK_PART_SIZE_BYTES + 1;
export const HASH_SIZE = 32;
export const ADDRESS_SIZE = 20;
/** The longest signature: ML-DSA-65. */
export const MAX_SIGNATURE_SIZE = 3309;
/** Characters (UTF-8 bytes) of a chain id. */
export const MAX_CHAIN_ID_LENGTH = 50;
/** Votes of one round, hence validators of a set. */
export const MAX_VOTES_COUNT = 10_000;
export const MAX_VOTE_EXTENSION_SIZE = 1_048_576;
export const MAX_AUTHORITY_LENGTH = 256;
export const MAX_HEADER_BYTES = 626n;
export const MAX_OVERHEAD_FOR_BLOCK = 11n;
const MAX_COMMIT_OVERHEAD_BYTES = 94n;
/** signature + address + flag + timestamp + protobuf framing (4 tags, 2 + 1 + 1 lengths, 3 spare). */
export const MAX_COMMIT_SIG_BYTES = BigInt(MAX_SIGNATURE_SIZE) + 20n + 1n + 14n + 11n;

/** Largest encoding of a commit of `validators` signatures. */
export function maxCommitBytes(validators: number): bigint {
  return MAX_COMMIT_OVERHEAD_BYTES + (MAX_COMMIT_SIG_BYTES + 3n) * BigInt(validators);
}

/**
 * Bytes left for transactions (with their framing) in a block of `maxBytes`, of which `evidenceBytes` are evidence.
 * Negative where block.max_bytes cannot hold a full commit: CometBFT's proposer stops then, ours refuses to propose.
 */
export function maxDataBytes(maxBytes: bigint, evidenceBytes: bigint, validators: number): bigint {
  return maxBytes - MAX_OVERHEAD_FOR_BLOCK - MAX_HEADER_BYTES - maxCommitBytes(validators) - evidenceBytes;
}
