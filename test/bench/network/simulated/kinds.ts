// What a message is, by its channel and the first byte of its wrapper: the oneof's number (network.md §5).
import {
  BLOCKSYNC_CHANNEL,
  DATA_CHANNEL,
  EVIDENCE_CHANNEL,
  MEMPOOL_CHANNEL,
  STATE_CHANNEL,
  VOTE_CHANNEL,
  VOTE_SET_BITS_CHANNEL,
} from '../../../../chain/p2p/channel.ts';

const STATE: Readonly<Record<number, string>> = { 1: 'NewRoundStep', 2: 'NewValidBlock', 7: 'HasVote', 8: 'VoteSetMaj23' };
const DATA: Readonly<Record<number, string>> = { 3: 'Proposal', 4: 'ProposalPOL', 5: 'BlockPart' };
const OTHER: Readonly<Record<number, string>> = {
  [VOTE_CHANNEL]: 'Vote',
  [VOTE_SET_BITS_CHANNEL]: 'VoteSetBits',
  [MEMPOOL_CHANNEL]: 'Txs',
  [EVIDENCE_CHANNEL]: 'Evidence',
  [BLOCKSYNC_CHANNEL]: 'block sync',
};

export function kindOf(channel: number, bytes: Uint8Array): string {
  const number = (bytes[0] ?? 0) >> 3;
  const name = channel === STATE_CHANNEL ? STATE[number] : channel === DATA_CHANNEL ? DATA[number] : OTHER[channel];
  return name ?? `0x${channel.toString(16)}/${number}`;
}
