// Consensus parameters of CometBFT v0.40.0 (cmt:types/params.go, proto/tendermint/types/params.proto).
import { sha256 } from '../crypto/sha256.ts';
import { utf8 } from '../encoding/bytes.ts';
import { type Codec, duration, int64, message, optional, repeatedString, string, uint64 } from '../encoding/codec.ts';
import type { Duration } from '../encoding/time.ts';
import { TypesError } from './errors.ts';
import { MAX_AUTHORITY_LENGTH, MAX_BLOCK_SIZE_BYTES, MAX_VOTES_COUNT, maxCommitBytes } from './limits.ts';

export interface BlockParams {
  /** -1: up to 104,857,600. */
  readonly maxBytes: bigint;
  /** -1: no limit. */
  readonly maxGas: bigint;
}
export interface EvidenceParams {
  readonly maxAgeNumBlocks: bigint;
  readonly maxAgeDuration: Duration;
  readonly maxBytes: bigint;
}
export interface ValidatorParams {
  readonly pubKeyTypes: readonly string[];
}
export interface VersionParams {
  readonly app: bigint;
}
export interface AbciParams {
  /** 0: vote extensions are off. */
  readonly voteExtensionsEnableHeight: bigint;
}
export interface AuthorityParams {
  /** Opaque to the engine, at most 256 bytes. */
  readonly authority: string;
}
/** Every part is present in an engine; an application's update may leave parts out (undefined: unchanged). */
export interface ConsensusParams {
  readonly block: BlockParams | undefined;
  readonly evidence: EvidenceParams | undefined;
  readonly validator: ValidatorParams | undefined;
  readonly version: VersionParams | undefined;
  readonly abci: AbciParams | undefined;
  readonly authority: AuthorityParams | undefined;
}

/** The parameters an engine runs with: every part is there. */
export type FullConsensusParams = { readonly [K in keyof ConsensusParams]: NonNullable<ConsensusParams[K]> };

export const consensusParamsCodec: Codec<ConsensusParams> = message<ConsensusParams>('tendermint.types.ConsensusParams', {
  block: optional(1, message<BlockParams>('tendermint.types.BlockParams', { maxBytes: int64(1), maxGas: int64(2) })),
  evidence: optional(
    2,
    message<EvidenceParams>('tendermint.types.EvidenceParams', { maxAgeNumBlocks: int64(1), maxAgeDuration: duration(2), maxBytes: int64(3) }),
  ),
  validator: optional(3, message<ValidatorParams>('tendermint.types.ValidatorParams', { pubKeyTypes: repeatedString(1) })),
  version: optional(4, message<VersionParams>('tendermint.types.VersionParams', { app: uint64(1) })),
  abci: optional(5, message<AbciParams>('tendermint.types.ABCIParams', { voteExtensionsEnableHeight: int64(1) })),
  authority: optional(6, message<AuthorityParams>('tendermint.types.AuthorityParams', { authority: string(1) })),
});

const HOUR = 3_600_000_000_000n;

export const DEFAULT_CONSENSUS_PARAMS: FullConsensusParams = {
  // 21 MiB of data and the largest commit there can be.
  block: { maxBytes: 22_020_096n + maxCommitBytes(MAX_VOTES_COUNT), maxGas: -1n },
  evidence: { maxAgeNumBlocks: 100_000n, maxAgeDuration: 48n * HOUR, maxBytes: 1_048_576n },
  validator: { pubKeyTypes: ['ed25519'] },
  version: { app: 0n },
  abci: { voteExtensionsEnableHeight: 0n },
  authority: { authority: '' },
};

/** All parts, as an engine writes them: InitChain and the state always carry abci and authority, even when empty. Absent ones are zero. */
export function completeConsensusParams(p: ConsensusParams): FullConsensusParams {
  return {
    block: p.block ?? { maxBytes: 0n, maxGas: 0n },
    evidence: p.evidence ?? { maxAgeNumBlocks: 0n, maxAgeDuration: 0n, maxBytes: 0n },
    validator: p.validator ?? { pubKeyTypes: [] },
    version: p.version ?? { app: 0n },
    abci: p.abci ?? { voteExtensionsEnableHeight: 0n },
    authority: p.authority ?? { authority: '' },
  };
}

const hashedParamsCodec = message<{ blockMaxBytes: bigint; blockMaxGas: bigint }>('tendermint.types.HashedParams', {
  blockMaxBytes: int64(1),
  blockMaxGas: int64(2),
});

/** Header.consensusHash: only the block's size and gas limits are hashed. */
export function consensusParamsHash(p: ConsensusParams): Uint8Array {
  return sha256(hashedParamsCodec.encode({ blockMaxBytes: p.block?.maxBytes ?? 0n, blockMaxGas: p.block?.maxGas ?? 0n }));
}

/** block.max_bytes in bytes, −1 resolved to the absolute maximum. */
export function blockMaxBytes(p: BlockParams): bigint {
  return p.maxBytes === -1n ? BigInt(MAX_BLOCK_SIZE_BYTES) : p.maxBytes;
}

/** Key types a validator may have (params names). bls12_381 is absent: a stock CometBFT binary is built without it. */
export const KNOWN_PUB_KEY_TYPES: readonly string[] = ['ed25519', 'secp256k1', 'ml_dsa_65', 'secp256k1eth'];

/** Throws TypesError on values outside their limits. */
export function validateConsensusParams(params: ConsensusParams): void {
  const p = completeConsensusParams(params);
  const fail = (why: string): never => {
    throw new TypesError('consensus-params', why);
  };
  if (p.block.maxBytes === 0n) fail('block.MaxBytes cannot be 0');
  if (p.block.maxBytes < -1n) fail(`block.MaxBytes must be -1 or greater than 0. Got ${p.block.maxBytes}`);
  if (p.block.maxBytes > BigInt(MAX_BLOCK_SIZE_BYTES)) fail(`block.MaxBytes is too big. ${p.block.maxBytes} > ${MAX_BLOCK_SIZE_BYTES}`);
  if (p.block.maxGas < -1n) fail(`block.MaxGas must be greater or equal to -1. Got ${p.block.maxGas}`);
  if (p.evidence.maxAgeNumBlocks <= 0n) fail(`evidence.MaxAgeNumBlocks must be greater than 0. Got ${p.evidence.maxAgeNumBlocks}`);
  if (p.evidence.maxAgeDuration <= 0n) fail(`evidence.MaxAgeDuration must be greater than 0. Got ${p.evidence.maxAgeDuration}`);
  if (p.evidence.maxBytes > blockMaxBytes(p.block)) fail(`evidence.MaxBytes is greater than upper bound, ${p.evidence.maxBytes} > ${blockMaxBytes(p.block)}`);
  if (p.evidence.maxBytes < 0n) fail(`evidence.MaxBytes must be non negative. Got ${p.evidence.maxBytes}`);
  if (p.abci.voteExtensionsEnableHeight < 0n) fail(`ABCI.VoteExtensionsEnableHeight cannot be negative. Got ${p.abci.voteExtensionsEnableHeight}`);
  if (p.validator.pubKeyTypes.length === 0) fail('len(Validator.PubKeyTypes) must be greater than 0');
  for (const [i, type] of p.validator.pubKeyTypes.entries()) {
    if (!KNOWN_PUB_KEY_TYPES.includes(type)) fail(`params.Validator.PubKeyTypes[${i}], ${type}, is an unknown pubkey type`);
  }
  const length = utf8(p.authority.authority).length;
  if (length > MAX_AUTHORITY_LENGTH) fail(`authority exceeds maximum length of ${MAX_AUTHORITY_LENGTH} bytes (got ${length})`);
}

/** Whether precommits of `height` must carry extensions; 0 as the enable height means never. */
export function voteExtensionsEnabled(p: ConsensusParams, height: bigint): boolean {
  const from = p.abci?.voteExtensionsEnableHeight ?? 0n;
  return from !== 0n && from <= height;
}

/**
 * Whether an application may make this change at `height` (F-1): extensions can be scheduled for a later height, rescheduled or called off
 * while that height is still ahead, and never touched once they are on. The present value, whatever it is, is always accepted.
 * Throws TypesError.
 */
export function validateConsensusParamsUpdate(current: ConsensusParams, update: ConsensusParams | undefined, height: bigint): void {
  const wanted = update?.abci?.voteExtensionsEnableHeight;
  if (wanted === undefined) return;
  const now = current.abci?.voteExtensionsEnableHeight ?? 0n;
  const fail = (why: string): never => {
    throw new TypesError('consensus-params', `${why}; enable height ${now}, wanted ${wanted}, current height ${height}`);
  };
  if (wanted < 0n) fail('VoteExtensionsEnableHeight must be positive');
  if (wanted === now || (now <= 0n && wanted === 0n)) return;
  if (wanted === 0n) {
    if (now <= height) fail('vote extensions cannot be disabled once enabled');
    return;
  }
  if (wanted <= height) fail('vote extensions cannot be updated to a past or current height');
  if (now > 0n && now <= height) fail('vote extensions cannot be modified once enabled');
}

/** The parameters with the parts of an update put in; a part that is there replaces the whole part. */
export function updateConsensusParams(current: ConsensusParams, update: ConsensusParams | undefined): ConsensusParams {
  if (update === undefined) return current;
  return {
    block: update.block ?? current.block,
    evidence: update.evidence ?? current.evidence,
    validator: update.validator ?? current.validator,
    version: update.version ?? current.version,
    abci: update.abci ?? current.abci,
    authority: update.authority ?? current.authority,
  };
}
