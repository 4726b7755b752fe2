import { expect, test } from 'vitest';
import { STATUS_REQUEST } from '../../blocksync/wire.ts';
import { BLOCKSYNC_CHANNEL, EVIDENCE_CHANNEL, MEMPOOL_CHANNEL, STATE_CHANNEL } from '../../p2p/channel.ts';
import { encodeConsensusMessage } from '../../types/messages/consensus.ts';
import { encodeTxs } from '../../types/messages/mempool.ts';
import { p2pFamilies } from './families.ts';
import { messageType, p2pObserver } from './p2p-feed.ts';
import { parseMetrics } from './parse.ts';
import { Registry } from './registry.ts';

const hasVote = encodeConsensusMessage({ case: 'hasVote', value: { height: 1n, round: 0, type: 1, index: 0 } });

test('types by the tag of the message, as Go names them', () => {
  expect(messageType(STATE_CHANNEL, hasVote)).toBe('HasVote');
  expect(messageType(MEMPOOL_CHANNEL, encodeTxs([Uint8Array.of(1)]))).toBe('Txs');
  expect(messageType(BLOCKSYNC_CHANNEL, STATUS_REQUEST)).toBe('StatusRequest');
  expect(messageType(EVIDENCE_CHANNEL, Uint8Array.of(10, 0))).toBe('EvidenceList');
  expect(messageType(STATE_CHANNEL, new Uint8Array(0))).toBe('unknown');
});

test('bytes by peer, channel and type', () => {
  const r = new Registry('cometbft', { chain_id: 'c' });
  const o = p2pObserver(p2pFamilies(r));
  o.received('p1', STATE_CHANNEL, hasVote, 'CONSENSUS', 0.001);
  o.received('p1', STATE_CHANNEL, hasVote, 'CONSENSUS', 0.001);
  o.sent('p2', BLOCKSYNC_CHANNEL, STATUS_REQUEST);
  const m = parseMetrics(r.text());
  const of = (name: string): [string, number][] => [...(m.get(`cometbft_p2p_${name}`)?.samples ?? [])].map(([k, v]) => [k.slice(k.indexOf('{')), v]);
  expect(of('peer_receive_bytes_total')).toEqual([['{chain_id="c",peer_id="p1",chID="0x20"}', 2 * hasVote.length]]);
  expect(of('message_receive_bytes_total')).toEqual([['{chain_id="c",message_type="HasVote"}', 2 * hasVote.length]]);
  expect(of('messages_received')).toEqual([['{chain_id="c",message_type="HasVote",reactor="CONSENSUS"}', 2]]);
  expect(of('peer_send_bytes_total')).toEqual([['{chain_id="c",peer_id="p2",chID="0x40"}', STATUS_REQUEST.length]]);
});
