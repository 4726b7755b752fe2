// What a peer may say on the mempool and evidence channels. A refused message is a PeerFault, or the peer is dropped; the mempool stays within
// its limits.

import { TestPeer } from '../../chain/engine/gossip/test-peer.ts';
import { EvidenceReactor } from '../../chain/evidence/reactor.ts';
import { DEFAULT_MEMPOOL_CONFIG, Mempool } from '../../chain/mempool/mempool.ts';
import { MempoolReactor } from '../../chain/mempool/reactor.ts';
import { EVIDENCE_CHANNEL, MEMPOOL_CHANNEL } from '../../chain/p2p/channel.ts';
import { PeerFault, type Reactor } from '../../chain/p2p/reactor.ts';
import { TypesError } from '../../chain/types/errors.ts';
import { type Evidence, evidenceText, validateEvidence } from '../../chain/types/evidence.ts';
import { encodeTxs } from '../../chain/types/messages/mempool.ts';
import { hostileMessages } from '../../testnet/faults/hostile-messages.ts';
import type { FuzzTarget } from './target.ts';

const MAX_TX_BYTES = 64;
const SIZE = 50;
const checkTx = async (): Promise<unknown> => ({ code: 0, data: new Uint8Array(0), log: '', info: '', gasWanted: 1n, gasUsed: 0n, events: [], codespace: '' });
const mempool = new Mempool({ ...DEFAULT_MEMPOOL_CONFIG, size: SIZE, maxTxBytes: MAX_TX_BYTES }, { checkTx } as never, 1n);
const failures: unknown[] = [];
const onError = (_: string, e: unknown): void => void failures.push(e);
const txs = new MempoolReactor({ mempool, maxTxBytes: MAX_TX_BYTES, maxBatchBytes: 256, broadcast: true, peerHeight: () => 1n, onError });
/** As far as RPC looks at it without a chain: what is well-formed can be shown. */
function look(e: Evidence): void {
  validateEvidence(e);
  evidenceText(e);
}
const evidence = new EvidenceReactor({
  pool: { list: () => [], onAdded: () => () => undefined, add: async (e) => look(e) },
  heights: () => ({ base: 0n, height: 1n << 62n }),
  maxAgeNumBlocks: () => 10n,
  peerHeight: () => 1n,
  onError,
});
const peer = new TestPeer('p');

export const target: FuzzTarget = {
  name: 'p2p-gossip',
  corpus: () => [
    Uint8Array.of(0, ...encodeTxs([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])),
    Uint8Array.of(0, ...encodeTxs([new Uint8Array(65)])),
    Uint8Array.of(1, 0x0a, 0x04, 0x0a, 0x02, 0x18, 0x05),
    Uint8Array.of(1, 0x0a, 0x02, 0x12, 0x00),
    // What is near a rule's edge already.
    ...hostileMessages({ height: 5n, address: new Uint8Array(20), index: 0, time: 0n }).flatMap(({ channel, bytes }) => {
      const at = [MEMPOOL_CHANNEL, EVIDENCE_CHANNEL].indexOf(channel);
      return at < 0 ? [] : [Uint8Array.of(at, ...bytes)];
    }),
  ],
  run: async (input) => {
    const first: Reactor = (input[0] ?? 0) % 2 === 0 ? txs : evidence;
    try {
      first.receive(first === txs ? MEMPOOL_CHANNEL : EVIDENCE_CHANNEL, peer, input.subarray(1));
    } catch (e) {
      if (!(e instanceof PeerFault)) throw e;
    }
    await Promise.resolve();
    if (mempool.size > SIZE) throw new Error(`the mempool has ${mempool.size} transactions`);
    if (mempool.size === SIZE) mempool.flush();
    const failure = failures.find((e) => !(e instanceof TypesError));
    if (failure !== undefined) throw failure;
  },
};
