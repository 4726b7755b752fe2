// What a Byzantine node sends unasked: garbage, floods, lies about what it has and has seen.

import type { LiveConsensus } from '../../chain/engine/gossip/engine-view.ts';
import {
  BLOCKSYNC_CHANNEL,
  DATA_CHANNEL,
  EVIDENCE_CHANNEL,
  MEMPOOL_CHANNEL,
  STATE_CHANNEL,
  VOTE_CHANNEL,
  VOTE_SET_BITS_CHANNEL,
} from '../../chain/p2p/channel.ts';
import { BitArray } from '../../chain/types/bit-array.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../../chain/types/block-id.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../chain/types/messages/consensus.ts';
import { PRECOMMIT, PREVOTE } from '../../chain/types/vote.ts';
import type { Random } from '../simulator/random.ts';

export interface Noise {
  readonly channel: number;
  readonly bytes: Uint8Array;
}

const CHANNELS = [STATE_CHANNEL, DATA_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL, MEMPOOL_CHANNEL, EVIDENCE_CHANNEL, BLOCKSYNC_CHANNEL];
const EMPTY = new Uint8Array(0);

const say = (channel: number, m: ConsensusMessage): Noise => ({ channel, bytes: encodeConsensusMessage(m) });
const anyId = (r: Random): BlockId => (r.chance(0.2) ? ZERO_BLOCK_ID : { hash: r.bytes(32), partSetHeader: { total: r.between(1, 4), hash: r.bytes(32) } });

/** Random bytes, or a message that was sent before with some bytes changed. */
export function garbage(r: Random, sent: Noise | undefined): Noise {
  if (sent === undefined || r.chance(0.4)) return { channel: r.pick(CHANNELS), bytes: r.bytes(r.between(1, 200)) };
  const bytes = sent.bytes.slice();
  for (let i = r.between(1, 4); i > 0; i--) bytes[r.between(0, bytes.length)] = r.next() & 255;
  return { channel: r.chance(0.1) ? r.pick(CHANNELS) : sent.channel, bytes };
}

/** Votes nobody signed, of any height and round near by, and parts of no block. */
export function flood(r: Random, c: LiveConsensus): Noise[] {
  return Array.from({ length: 40 }, () => {
    const height = c.height + BigInt(r.between(0, 3));
    const round = c.round.round + r.between(0, 4);
    const index = r.between(0, c.validators.size);
    if (r.chance(0.2)) {
      const part = { index: r.between(0, 3), bytes: r.bytes(40), proof: { total: 3n, index: 0n, leafHash: r.bytes(32), aunts: [r.bytes(32)] } };
      return say(DATA_CHANNEL, { case: 'blockPart', value: { height: c.height, round, part } });
    }
    const vote = {
      type: r.pick([PREVOTE, PRECOMMIT] as const),
      height,
      round,
      blockId: anyId(r),
      timestamp: c.startTime,
      validatorAddress: c.validators.validators[index]?.address ?? r.bytes(20),
      validatorIndex: index,
      signature: r.bytes(64),
      extension: EMPTY,
      extensionSignature: EMPTY,
    };
    return say(VOTE_CHANNEL, { case: 'vote', value: { vote } });
  });
}

/** That it has what it has not, or is where it is not. */
export function lieOfVotes(r: Random, c: LiveConsensus): Noise {
  const { height, round } = c.round;
  const size = c.validators.size;
  const type = r.pick([PREVOTE, PRECOMMIT] as const);
  switch (r.between(0, 4)) {
    case 0:
      return say(STATE_CHANNEL, { case: 'hasVote', value: { height, round: round + r.between(0, 2), type, index: r.between(0, size) } });
    case 1: {
      const votes = new BitArray(size);
      for (let i = 0; i < size; i++) votes.set(i, true);
      return say(VOTE_SET_BITS_CHANNEL, { case: 'voteSetBits', value: { height, round, type, blockId: anyId(r), votes } });
    }
    case 2:
      return say(STATE_CHANNEL, {
        case: 'newRoundStep',
        value: { height: height + BigInt(r.between(0, 3)), round: r.between(0, 3), step: r.between(1, 8), secondsSinceStartTime: 0n, lastCommitRound: 0 },
      });
    default: {
      const blockPartSetHeader = { total: 2, hash: r.bytes(32) };
      return say(STATE_CHANNEL, { case: 'newValidBlock', value: { height, round, blockPartSetHeader, blockParts: new BitArray(2), isCommit: r.chance(0.5) } });
    }
  }
}

/** That it has seen two thirds for something. */
export function lieOfMajority(r: Random, c: LiveConsensus): Noise {
  const { height, round } = c.round;
  const value = { height, round: Math.max(0, round - r.between(0, 2)), type: r.pick([PREVOTE, PRECOMMIT] as const), blockId: anyId(r) };
  return say(STATE_CHANNEL, { case: 'voteSetMaj23', value });
}
