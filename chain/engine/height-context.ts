// From the state of the chain to what consensus on the next height needs.

import type { BlockStore } from '../blockstore/block-store.ts';
import type { HeightContext } from '../consensus/effects.ts';
import { type VoteSet, voteSetFromCommit, voteSetFromExtendedCommit } from '../consensus/vote-set.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { nextHeight, type State } from '../execution/state.ts';
import { voteExtensionsEnabled } from '../types/consensus-params.ts';

/** `lastAppHash`: of the last block's header; undefined if that block is not here. */
export function heightContext(s: State, lastAppHash: Uint8Array | undefined): HeightContext {
  const height = nextHeight(s);
  return {
    chainId: s.chainId,
    height,
    initialHeight: s.initialHeight,
    validators: s.validators,
    lastValidators: s.lastBlockHeight === 0n ? undefined : s.lastValidators,
    maxBlockBytes: s.consensusParams.block.maxBytes,
    extensions: voteExtensionsEnabled(s.consensusParams, height),
    needProofBlock: height === s.initialHeight || lastAppHash === undefined || !bytesEqual(s.appHash, lastAppHash),
  };
}

/** The precommits of the last block, from the store (reconstructLastCommit). Throws where they are missing or too few. */
export function storedLastCommit(s: State, blocks: BlockStore): VoteSet | undefined {
  const height = s.lastBlockHeight;
  if (height === 0n) return undefined;
  const extended = voteExtensionsEnabled(s.consensusParams, height) ? blocks.loadExtendedCommit(height) : undefined;
  const plain = blocks.loadSeenCommit(height);
  const set =
    extended !== undefined
      ? voteSetFromExtendedCommit(extended, s.lastValidators)
      : plain !== undefined
        ? voteSetFromCommit(plain, s.lastValidators)
        : undefined;
  if (set === undefined) throw new Error(`the commit of height ${height} is not in the block store`);
  if (set.maj23 === undefined) throw new Error(`the stored commit of height ${height} has not two thirds of the voting power`);
  return set;
}
