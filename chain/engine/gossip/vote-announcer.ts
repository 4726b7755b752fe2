// Tells peers which votes we have, so that they do not send them again. CometBFT sends a HasVote for every vote to every peer, 2n³ messages
// a height in a full mesh; a VoteSetBits of the same votes from time to time says as much, and CometBFT applies it unasked (network.md §6.6a).
import { formatBlockId } from '../../types/block-id.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../types/messages/consensus.ts';
import { PREVOTE, type Vote } from '../../types/vote.ts';
import type { LiveConsensus } from './engine-view.ts';
import { voteBitArray } from './vote-bits.ts';

type Key = Pick<Vote, 'height' | 'round' | 'type' | 'blockId'>;

export class VoteAnnouncer {
  readonly #changed = new Map<string, Key>();

  added({ height, round, type, blockId }: Vote): void {
    this.#changed.set(`${height}/${round}/${type}/${formatBlockId(blockId)}`, { height, round, type, blockId });
  }

  /** What changed since the last call, encoded, each with a tag that is the same for the same votes. */
  take(c: LiveConsensus): { readonly tag: string; readonly bytes: Uint8Array }[] {
    const out: { tag: string; bytes: Uint8Array }[] = [];
    for (const [tag, key] of this.#changed) {
      const message = announcement(c, key);
      if (message !== undefined) out.push({ tag, bytes: encodeConsensusMessage(message) });
    }
    this.#changed.clear();
    return out;
  }
}

function announcement(c: LiveConsensus, { height, round, type, blockId }: Key): ConsensusMessage | undefined {
  const last = height + 1n === c.height && c.lastCommit?.round === round ? c.lastCommit : undefined;
  const set = height === c.height ? (type === PREVOTE ? c.votes.prevotes(round) : c.votes.precommits(round)) : last;
  const votes = set === undefined ? undefined : voteBitArray(set, blockId);
  return votes === undefined ? undefined : { case: 'voteSetBits', value: { height, round, type, blockId, votes } };
}
