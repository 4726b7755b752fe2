// The node's network: transport, switch and reactors around an engine. Loaded only where p2p.libp2p is enabled.

import type { Application } from '../abci/application.ts';
import { BlocksyncReactor } from '../blocksync/reactor.ts';
import { STATUS_REQUEST } from '../blocksync/wire.ts';
import type { Time } from '../encoding/time.ts';
import type { Engine } from '../engine/engine.ts';
import { ConsensusReactor } from '../engine/gossip/reactor.ts';
import { EvidenceReactor } from '../evidence/reactor.ts';
import { MempoolReactor } from '../mempool/reactor.ts';
import { BLOCKSYNC_CHANNEL, CHANNELS, mempoolChannel } from '../p2p/channel.ts';
import { Libp2pHost } from '../p2p/libp2p/host.ts';
import { type KnownPeer, type PeerView, Switch } from '../p2p/switch.ts';
import type { Transport } from '../p2p/transport.ts';
import type { NodeKey } from '../privval/node-key.ts';
import { StatesyncReactor } from '../statesync/reactor.ts';
import { voteExtensionsEnabled } from '../types/consensus-params.ts';
import type { NodeConfig } from './config/config.ts';
import { ConfigError } from './config/errors.ts';
import type { Startable } from './lifecycle.ts';
import { parseListenAddress } from './listen-address.ts';
import type { Logger } from './logger.ts';
import type { NetworkObservers } from './metrics/metrics.ts';

export interface NetworkParts {
  readonly config: NodeConfig;
  readonly engine: Engine;
  readonly application: Application;
  readonly nodeKey: NodeKey;
  readonly logger: Logger;
  readonly clock: () => Time;
  /** Blocks or snapshots are being fetched: consensus does not run. */
  readonly isSyncing: () => boolean;
  readonly observers: NetworkObservers | undefined;
  /** Puts something between the reactors and the network. */
  readonly wrapTransport?: ((inner: Transport) => Transport) | undefined;
}

export interface Network extends Startable {
  /** This node's identity on the network. */
  readonly id: string;
  readonly address: { readonly host: string; readonly port: number };
  peers(): readonly PeerView[];
  readonly consensus: ConsensusReactor;
  readonly blocksync: BlocksyncReactor;
  readonly statesync: StatesyncReactor;
  dial(peer: KnownPeer): Promise<void>;
  /** A peer that will dial this node. */
  know(peer: KnownPeer): void;
  /** Peers that this node was told of. */
  readonly knownPeers: number;
}

/** Peers at one time where the limits are libp2p's own, which count no peers; and where there shall be none. */
const PEERS_MAX = 100;
const PEERS_UNLIMITED = 10_000;
const STREAMS_UNLIMITED = 65_536;

type Limits = NodeConfig['comet']['p2p']['libp2p']['limits'];

/** p2p.libp2p.limits: peers at one time, and streams that one of them may have open (undefined: the transport's own limit). */
export function limitsOf({ mode, maxPeers, maxPeerStreams }: Limits): { readonly maxPeers: number; readonly maxPeerStreams: number | undefined } {
  if (mode === 'custom') return { maxPeers, maxPeerStreams };
  return mode === 'disabled' ? { maxPeers: PEERS_UNLIMITED, maxPeerStreams: STREAMS_UNLIMITED } : { maxPeers: PEERS_MAX, maxPeerStreams: undefined };
}

function bootstrapPeers({ comet }: NodeConfig): KnownPeer[] {
  return comet.p2p.libp2p.bootstrapPeers.map((p) => {
    const { host, port } = parseListenAddress('p2p.libp2p.bootstrap_peers', p.host);
    if (port === 0) throw new ConfigError(`p2p.libp2p.bootstrap_peers: ${p.host} needs a port`);
    return { id: p.id, host, port, persistent: p.persistent, unconditional: p.unconditional };
  });
}

export function createNetwork({ config, engine, application, nodeKey, logger, clock, isSyncing, observers, wrapTransport }: NetworkParts): Network {
  const { p2p, mempool, consensus: c } = config.comet;
  const { host, port } = parseListenAddress('p2p.laddr', p2p.laddr);
  if (nodeKey.privateKey.case !== 'ed25519') throw new ConfigError('node_key_file: the network needs an ed25519 key');
  const { maxPeers, maxPeerStreams } = limitsOf(p2p.libp2p.limits);
  const channels = [...CHANNELS, mempoolChannel(mempool.maxTxBytes)];
  const externalAddress = p2p.externalAddress === '' ? undefined : parseListenAddress('p2p.external_address', p2p.externalAddress);
  const transport = new Libp2pHost({ key: nodeKey.privateKey.value, host, port, channels, maxConnections: 2 * maxPeers, maxPeerStreams, externalAddress });

  const consensus: ConsensusReactor = new ConsensusReactor({
    engine,
    gossipSleepMs: c.peerGossipSleepDurationMs,
    queryMaj23SleepMs: c.peerQueryMaj23SleepDurationMs,
    now: clock,
    isSyncing,
    storeHeight: (id) => blocksync.heightOf(id),
    askStoreHeight: (peer) => blocksync.ask(peer),
    observer: observers?.gossip,
  });
  const peerHeight = (id: string): bigint => consensus.heightOf(id);
  const onError = (what: string) => (peer: string, e: unknown) => logger.error(what, { peer, error: String(e) });
  const txs = new MempoolReactor({
    mempool: engine.mempool,
    maxTxBytes: mempool.maxTxBytes,
    maxBatchBytes: mempool.maxBatchBytes,
    broadcast: mempool.broadcast,
    peerHeight,
    isSyncing,
    onError: onError('checking a transaction of a peer failed'),
    onBatch: observers?.onTxBatch,
  });
  const evidence = new EvidenceReactor({
    pool: engine.evidence,
    heights: () => ({ base: engine.blockStore.base, height: engine.state.lastBlockHeight }),
    maxAgeNumBlocks: () => engine.state.consensusParams.evidence.maxAgeNumBlocks,
    peerHeight,
    onError: onError('checking evidence of a peer failed'),
  });
  const blocksync = new BlocksyncReactor({
    blockStore: engine.blockStore,
    extensionsAt: (height) => voteExtensionsEnabled(engine.state.consensusParams, height),
    logger,
  });
  const statesync = new StatesyncReactor({ application, maxChunks: config.comet.statesync.maxSnapshotChunks, logger });
  const sw = new Switch({
    transport: wrapTransport?.(transport) ?? transport,
    channels,
    // The order in which CometBFT tells them of a peer.
    reactors: [txs, blocksync, consensus, evidence, statesync],
    bootstrapPeers: bootstrapPeers(config),
    maxPeers,
    greeting: { channel: BLOCKSYNC_CHANNEL, bytes: STATUS_REQUEST },
    logger,
    observer: observers?.p2p,
  });
  return {
    id: sw.id,
    get address() {
      return transport.address;
    },
    peers: () => sw.peers(),
    consensus,
    blocksync,
    statesync,
    dial: (peer) => sw.dial(peer),
    know: (peer) => sw.know(peer),
    get knownPeers() {
      return sw.knownPeers;
    },
    async start() {
      consensus.start();
      await sw.start();
      logger.info('listening for peers', { host: transport.address.host, port: transport.address.port, id: sw.id });
    },
    async stop() {
      consensus.stop();
      txs.stop();
      evidence.stop();
      await sw.stop();
    },
  };
}
