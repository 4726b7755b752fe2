// Messages by peer, channel and type. The type is read from the tag of the message's oneof, without decoding it.
import {
  BLOCKSYNC_CHANNEL,
  CHUNK_CHANNEL,
  DATA_CHANNEL,
  EVIDENCE_CHANNEL,
  MEMPOOL_CHANNEL,
  SNAPSHOT_CHANNEL,
  STATE_CHANNEL,
  VOTE_CHANNEL,
  VOTE_SET_BITS_CHANNEL,
} from '../../p2p/channel.ts';
import type { SwitchObserver } from '../../p2p/switch.ts';
import type { P2pFamilies } from './families.ts';

/** Go's names of the messages, by the number of their field in the channel's Message. */
const CONSENSUS = ['NewRoundStep', 'NewValidBlock', 'Proposal', 'ProposalPOL', 'BlockPart', 'Vote', 'HasVote', 'VoteSetMaj23', 'VoteSetBits'];
const BLOCKSYNC = ['BlockRequest', 'NoBlockResponse', 'BlockResponse', 'StatusRequest', 'StatusResponse'];
const STATESYNC = ['SnapshotsRequest', 'SnapshotsResponse', 'ChunkRequest', 'ChunkResponse'];
const NAMES: ReadonlyMap<number, readonly string[]> = new Map([
  [STATE_CHANNEL, CONSENSUS],
  [DATA_CHANNEL, CONSENSUS],
  [VOTE_CHANNEL, CONSENSUS],
  [VOTE_SET_BITS_CHANNEL, CONSENSUS],
  [MEMPOOL_CHANNEL, ['Txs']],
  [BLOCKSYNC_CHANNEL, BLOCKSYNC],
  [SNAPSHOT_CHANNEL, STATESYNC],
  [CHUNK_CHANNEL, STATESYNC],
]);
const TAG_BITS = 3;

export function messageType(channel: number, bytes: Uint8Array): string {
  // Evidence travels as a list without a oneof around it.
  if (channel === EVIDENCE_CHANNEL) return 'EvidenceList';
  return NAMES.get(channel)?.[((bytes[0] ?? 0) >> TAG_BITS) - 1] ?? 'unknown';
}

const channelId = (channel: number): string => `0x${channel.toString(16)}`;

const REACTORS = ['MEMPOOL', 'BLOCKSYNC', 'CONSENSUS', 'EVIDENCE', 'STATESYNC'];

export function p2pObserver(f: P2pFamilies): SwitchObserver {
  // One message at a time, in the turn in which it came: nothing waits.
  for (const reactor of REACTORS) f.concurrency.set(1, { reactor });
  return {
    received(peer, channel, bytes, reactor, seconds) {
      const type = messageType(channel, bytes);
      const labels = { message_type: type, reactor };
      f.receivedBytes.add(bytes.length, { peer_id: peer, chID: channelId(channel) });
      f.typeReceivedBytes.add(bytes.length, { message_type: type });
      f.received.add(1, labels);
      f.inFlight.set(0, labels);
      f.pending.observe(0, labels);
      f.receive.observe(seconds, labels);
    },
    sent(peer, channel, bytes) {
      f.sentBytes.add(bytes.length, { peer_id: peer, chID: channelId(channel) });
      f.typeSentBytes.add(bytes.length, { message_type: messageType(channel, bytes) });
    },
  };
}
