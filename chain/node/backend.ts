// What the doors ask, answered from the node's parts. The only place that knows both sides.
import type { Application } from '../abci/application.ts';
import type { Engine } from '../engine/engine.ts';
import type { AppDoor, Backend, NodeConfigView, NodeInfo, UnsafeDoor } from '../rpc/backend.ts';
import { serveAbciQuery } from '../rpc/grpc/methods.ts';
import type { PublicKey } from '../types/public-key.ts';
import { dialPeers } from './dial-peers.ts';
import type { Network } from './network.ts';
import { peerInfos, peerStates } from './peer-views.ts';

export interface BackendParts {
  readonly application: Application;
  readonly appDoor: Pick<AppDoor, 'services' | 'grpc' | 'requireDecodable' | 'simulate' | 'registry'>;
  readonly engine: Engine;
  readonly genesisJson: string;
  /** Blocks or snapshots are being fetched; default: never. */
  readonly isSyncing?: () => boolean;
  readonly nodeInfo: () => NodeInfo;
  /** undefined where the node has no peers. */
  readonly network?: Pick<Network, 'peers' | 'consensus' | 'dial'> | undefined;
  readonly publicKey: PublicKey;
  readonly nodeConfig: NodeConfigView;
  readonly unsafe: boolean;
}

const NO_PAGE = { total: 0, items: [] };

export function createBackend(p: BackendParts): Backend {
  const { application, engine } = p;
  const { blockStore, stateStore, mempool, index } = engine;
  const unsafe: UnsafeDoor | undefined = p.unsafe
    ? {
        dialSeeds: () => Promise.reject(new Error('the libp2p network has no seeds: use dial_peers')),
        dialPeers: (peers, options) => dialPeers(p.network, peers, options),
        flushMempool: () => mempool.flush(),
      }
    : undefined;
  const backend: Backend = {
    chain: {
      get base() {
        return blockStore.base;
      },
      // The block store is ahead of the state for the moment in which a block is executed; clients are told of what is executed.
      get height() {
        return engine.state.lastBlockHeight;
      },
      block: (height) => blockStore.loadBlock(height),
      blockByHash: (hash) => blockStore.loadBlockByHash(hash),
      meta: (height) => blockStore.loadBlockMeta(height),
      metaByHash: (hash) => blockStore.loadBlockMetaByHash(hash),
      commit: (height) => blockStore.loadCommit(height),
      seenCommit: (height) => blockStore.loadSeenCommit(height),
      results: (height) => stateStore.loadResults(height),
      validators: (height) => stateStore.loadValidators(height),
      consensusParams: (height) => stateStore.loadConsensusParams(height),
    },
    consensus: {
      get catchingUp() {
        return p.isSyncing?.() ?? false;
      },
      publicKey: p.publicKey,
      roundState: () => {
        const view = engine.roundState();
        if (view === undefined) throw new Error('consensus has not started yet');
        return view;
      },
      peerStates: () => peerStates(p.network),
    },
    mempool: {
      get size() {
        return mempool.size;
      },
      get sizeBytes() {
        return mempool.sizeBytes;
      },
      checkTx: (tx) => mempool.checkTx(tx),
      unconfirmed: (max) => mempool.txs(max),
    },
    search: {
      enabled: index !== undefined,
      tx: (hash) => index?.tx(hash),
      txs: (query, options) => index?.txs(query, options) ?? NO_PAGE,
      blocks: (query, options) => index?.blocks(query, options) ?? NO_PAGE,
    },
    events: { subscribe: (query, listener) => engine.eventBus.subscribe(query, listener) },
    app: {
      ...p.appDoor,
      info: () => application.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' }),
      // Paths of the node's own services (Simulate, say) are served here, as a stock wallet asks for them by ABCI query.
      query: (request) => serveAbciQuery(backend, request.path, request.data, request.height) ?? application.query(request),
      checkTx: (tx) => application.checkTx({ tx, type: 0 }),
    },
    genesis: { json: p.genesisJson },
    network: {
      listening: true,
      listeners: [`Listener(@)`],
      nodeInfo: p.nodeInfo,
      peers: () => peerInfos(p.network, p.nodeInfo()),
    },
    evidence: { add: (evidence) => engine.evidence.add(evidence) },
    nodeConfig: p.nodeConfig,
    unsafe,
  };
  return backend;
}
