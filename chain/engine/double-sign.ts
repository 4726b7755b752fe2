// Before a validator takes part: did its key sign lately, perhaps on another machine? (cmt:consensus/state.go checkDoubleSigningRisk)
import type { BlockStore } from '../blockstore/block-store.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { BLOCK_ID_FLAG_COMMIT } from '../types/commit.ts';

export class DoubleSignRiskError extends Error {
  constructor(height: bigint) {
    super(
      `found signature from the same key in the commit of height ${height}: another node may be running with it. If not, wait for consensus.double_sign_check_height blocks or set it to 0`,
    );
    this.name = 'DoubleSignRiskError';
  }
}

/** Looks at exactly `depth` blocks below `height`. Throws DoubleSignRiskError. */
export function checkDoubleSigningRisk(blocks: BlockStore, address: Uint8Array, height: bigint, depth: bigint): void {
  for (let i = 1n; i <= depth && height - i > 0n; i++) {
    const commit = blocks.loadSeenCommit(height - i);
    if (commit?.signatures.some((s) => s.blockIdFlag === BLOCK_ID_FLAG_COMMIT && bytesEqual(s.validatorAddress, address)) === true) {
      throw new DoubleSignRiskError(height - i);
    }
  }
}
