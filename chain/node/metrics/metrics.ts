// A node's metrics: the families, what feeds them, and the text for a scrape. Made only where instrumentation.prometheus is on.
import type { Application } from '../../abci/application.ts';
import type { Engine } from '../../engine/engine.ts';
import type { GossipObserver } from '../../engine/gossip/receive.ts';
import type { SwitchObserver } from '../../p2p/switch.ts';
import type { Network } from '../network.ts';
import { measuredApplication } from './application-feed.ts';
import { feedConsensus, gossipObserver } from './consensus-feed.ts';
import { consensusFamilies, executionFamilies, mempoolFamilies, p2pFamilies, syncFamilies } from './families.ts';
import { p2pObserver } from './p2p-feed.ts';
import { processFamilies } from './process-families.ts';
import { Registry } from './registry.ts';

export interface NetworkObservers {
  readonly p2p: SwitchObserver;
  readonly gossip: GossipObserver;
  readonly onTxBatch: (direction: 'inbound' | 'outbound', txs: number) => void;
}

export interface SignerObserver {
  request(type: string, seconds: number): void;
}

export interface Metrics {
  readonly network: NetworkObservers;
  readonly signer: SignerObserver;
  /** The application with its calls timed. */
  measured(app: Application): Application;
  /** Begins to follow the parts of a node; gives the end of it. */
  follow(parts: MetricsParts): () => void;
  text(): string;
}

export interface MetricsParts {
  readonly engine: Engine;
  readonly network: Pick<Network, 'peers' | 'consensus'> | undefined;
  readonly isSyncing: () => boolean;
  readonly fetching: () => 'snapshot' | 'blocks' | undefined;
  /** undefined: the key is a file here. */
  readonly isSignerConnected: (() => boolean) | undefined;
}

export function createMetrics(o: { readonly namespace: string; readonly chainId: string }): Metrics {
  const labels = { chain_id: o.chainId };
  const r = new Registry(o.namespace, labels);
  const own = new Registry('trellis', labels);
  const host = new Registry('', {});
  processFamilies(host);
  const consensus = consensusFamilies(r);
  const mempool = mempoolFamilies(r);
  const p2p = p2pFamilies(r);
  const execution = executionFamilies(r);
  const sync = syncFamilies(r);
  const signerSeconds = own.histogram({ name: 'signer_request_seconds', help: 'Seconds until the remote signer answered.', labels: ['type'] });
  const signerConnected = own.gauge({ name: 'signer_connected', help: 'Whether the signer can be asked: 1 if yes, 0 if not.' });

  return {
    network: { p2p: p2pObserver(p2p), gossip: gossipObserver(consensus), onTxBatch: (dir, txs) => mempool.batchSize.observe(txs, { dir }) },
    signer: { request: (type, seconds) => signerSeconds.observe(seconds, { type }) },
    measured: (app) => measuredApplication(app, execution, consensus, mempool),
    follow({ engine, network, isSyncing, fetching, isSignerConnected }) {
      engine.mempool.observe({
        added: (bytes) => mempool.txSize.observe(bytes),
        refused: (code) => {
          if (code === 'in-cache') mempool.alreadyReceived.add(1);
          else if (code === 'full' || code === 'rechecking') mempool.rejected.add(1);
        },
      });
      const offConsensus = feedConsensus(consensus, engine, isSyncing);
      const offSync = engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
        if (data.type !== 'NewBlock' || fetching() !== 'blocks') return;
        const { header, data: body } = data.block;
        sync.numTxs.set(body.txs.length);
        sync.totalTxs.add(body.txs.length);
        sync.blockSize.set(Number(engine.blockStore.loadBlockMeta(header.height)?.blockSize ?? 0n));
        sync.latestBlockHeight.set(Number(header.height));
      });
      r.onCollect(() => {
        mempool.size.set(engine.mempool.size);
        mempool.sizeBytes.set(Number(engine.mempool.sizeBytes));
        const now = fetching();
        sync.syncing.set(now === 'blocks' ? 1 : 0);
        sync.stateSyncing.set(now === 'snapshot' ? 1 : 0);
        signerConnected.set(engine.publicKey !== undefined && (isSignerConnected?.() ?? true) ? 1 : 0);
        const peers = network?.peers() ?? [];
        p2p.peers.set(peers.length);
        mempool.outbound.set(peers.length);
        p2p.sendQueue.clear();
        for (const { id, waiting } of peers) p2p.sendQueue.set(waiting, { peer_id: id });
        consensus.peerHeight.clear();
        for (const [id, { height }] of network?.consensus.roundStates() ?? []) consensus.peerHeight.set(Number(height), { peer_id: id });
      });
      return () => {
        offConsensus();
        offSync();
      };
    },
    text: () => r.text() + own.text() + host.text(),
  };
}
