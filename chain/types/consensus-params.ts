// Consensus parameters of CometBFT v0.40.0 (cmt:types/params.go, proto/tendermint/types/params.proto).
import type { Duration } from '../encoding/time.ts';

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
