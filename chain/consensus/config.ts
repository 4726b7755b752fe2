// Timeouts and policy of consensus ([consensus] of config.toml, cmt:config/config.go), durations in nanoseconds.
import type { Duration } from '../encoding/time.ts';

export interface ConsensusConfig {
  readonly timeoutPropose: Duration;
  readonly timeoutProposeDelta: Duration;
  readonly timeoutPrevote: Duration;
  readonly timeoutPrevoteDelta: Duration;
  readonly timeoutPrecommit: Duration;
  readonly timeoutPrecommitDelta: Duration;
  /** From the decision to the next round 0, for late precommits. */
  readonly timeoutCommit: Duration;
  /** Start the next height at once when all precommits are there. */
  readonly skipTimeoutCommit: boolean;
  readonly createEmptyBlocks: boolean;
  /** With transactions missing, propose an empty block after so long; 0: as `createEmptyBlocks` says. */
  readonly createEmptyBlocksInterval: Duration;
}

const MS = 1_000_000n;
/** CometBFT v0.40.0's defaults. */
export const DEFAULT_CONSENSUS_CONFIG: ConsensusConfig = {
  timeoutPropose: 3000n * MS,
  timeoutProposeDelta: 500n * MS,
  timeoutPrevote: 1000n * MS,
  timeoutPrevoteDelta: 500n * MS,
  timeoutPrecommit: 1000n * MS,
  timeoutPrecommitDelta: 500n * MS,
  timeoutCommit: 1000n * MS,
  skipTimeoutCommit: false,
  createEmptyBlocks: true,
  createEmptyBlocksInterval: 0n,
};

/** Whether round 0 waits for transactions before proposing. */
export function waitsForTxs(c: ConsensusConfig): boolean {
  return !c.createEmptyBlocks || c.createEmptyBlocksInterval > 0n;
}
