// Settings that Go CometBFT or the SDK know and this program does not do. What would change how the node behaves is refused with what to do
// instead; what only tunes parts that are built otherwise here is named once in the log. The files stay readable by both programs.
import { type AppConfig, type CometConfig, defaultNodeConfig, type NodeConfig } from './config.ts';
import { ConfigError } from './errors.ts';

type Refusal<C> = readonly [key: string, isAsked: (c: C) => boolean, why: string];

const BOOTSTRAP = 'its network is libp2p: set p2p.libp2p.enabled and list peers in p2p.libp2p.bootstrap_peers';
const NO_APP_MEMPOOL = 'the application keeps no transactions of its own, so blocks would stay empty; use "flood"';

const ENGINE: readonly Refusal<CometConfig>[] = [
  ['filter_peers', (c) => c.base.filterPeers, 'it does not ask the application about peers (with libp2p CometBFT does not either)'],
  ['rpc.grpc_laddr', (c) => c.rpc.grpcLaddr !== '', 'it has no such server; the one of [grpc] in app.toml broadcasts too'],
  ['p2p.seeds', (c) => c.p2p.seeds.length > 0, BOOTSTRAP],
  ['p2p.persistent_peers', (c) => c.p2p.persistentPeers.length > 0, BOOTSTRAP],
  ['p2p.seed_mode', (c) => c.p2p.seedMode, BOOTSTRAP],
  ['p2p.unconditional_peer_ids', (c) => c.p2p.unconditionalPeerIds.length > 0, 'mark entries of p2p.libp2p.bootstrap_peers "unconditional = true"'],
  ['p2p.private_peer_ids', (c) => c.p2p.privatePeerIds.length > 0, 'addresses of peers are told to nobody, so leave it empty'],
  ['mempool.type "app"', (c) => c.mempool.type === 'app', NO_APP_MEMPOOL],
  ['mempool.type "nop"', (c) => c.mempool.type === 'nop', NO_APP_MEMPOOL],
  ['mempool.wal_dir', (c) => c.mempool.walDir !== '', 'waiting transactions are not logged'],
  [
    'mempool.experimental_max_gossip_connections_to_*',
    (c) => c.mempool.experimentalMaxGossipConnectionsToPersistentPeers > 0 || c.mempool.experimentalMaxGossipConnectionsToNonPersistentPeers > 0,
    'transactions go to all peers; set both to 0',
  ],
  ['blocksync.adaptive_sync', (c) => c.blocksync.adaptiveSync, 'it begins consensus when it has caught up, so that it never votes on a height that is decided'],
  ['storage.discard_abci_responses', (c) => c.storage.discardAbciResponses, 'its answers about transactions are read from them; min-retain-blocks bounds them'],
  ['tx_index.indexer "psql"', (c) => c.txIndex.indexer === 'psql', 'use "kv" or "null"'],
];

const APPLICATION: readonly Refusal<AppConfig>[] = [
  ['telemetry.enabled', (c) => c.telemetry.enabled, 'its metrics are those of [instrumentation] in config.toml'],
  ['api.swagger', (c) => c.api.swagger, 'it serves no such pages'],
  ['api.rpc-write-timeout', (c) => c.api.rpcWriteTimeout !== 0, 'answers are written without a limit of time; set it to 0'],
  ['streaming.abci', (c) => c.streaming.abci.plugin !== '' || c.streaming.abci.keys.length > 0, 'it has no plugins'],
  ['mempool.max-txs', (c) => c.mempool.maxTxs >= 0, 'the application keeps no transactions of its own; set it to -1'],
];

function refuse<C>(file: string, list: readonly Refusal<C>[], config: C): void {
  for (const [key, isAsked, why] of list) if (isAsked(config)) throw new ConfigError(`${file}: ${key} is not supported by trellisd: ${why}`);
}

/** Throws ConfigError. */
export const refuseUnsupportedEngine = ({ comet }: NodeConfig): void => refuse('config.toml', ENGINE, comet);
export const refuseUnsupportedApplication = ({ app }: NodeConfig): void => refuse('app.toml', APPLICATION, app);

const WITHOUT_EFFECT: Readonly<Record<string, (c: NodeConfig) => unknown>> = {
  db_backend: (c) => c.comet.base.dbBackend,
  event_bus_buffer_capacity: (c) => c.comet.base.eventBusBufferCapacity,
  'rpc.experimental_websocket_write_buffer_size': (c) => c.comet.rpc.experimentalWebsocketWriteBufferSize,
  'p2p.addr_book_strict': (c) => c.comet.p2p.addrBookStrict,
  'p2p.max_num_inbound_peers': (c) => c.comet.p2p.maxNumInboundPeers,
  'p2p.max_num_outbound_peers': (c) => c.comet.p2p.maxNumOutboundPeers,
  'p2p.persistent_peers_max_dial_period': (c) => c.comet.p2p.persistentPeersMaxDialPeriodMs,
  'p2p.flush_throttle_timeout': (c) => c.comet.p2p.flushThrottleTimeoutMs,
  'p2p.max_packet_msg_payload_size': (c) => c.comet.p2p.maxPacketMsgPayloadSize,
  'p2p.send_rate': (c) => c.comet.p2p.sendRate,
  'p2p.recv_rate': (c) => c.comet.p2p.recvRate,
  'p2p.pex': (c) => c.comet.p2p.pex,
  'p2p.allow_duplicate_ip': (c) => c.comet.p2p.allowDuplicateIp,
  'p2p.handshake_timeout': (c) => c.comet.p2p.handshakeTimeoutMs,
  'p2p.dial_timeout': (c) => c.comet.p2p.dialTimeoutMs,
  'p2p.libp2p.scaler': (c) => c.comet.p2p.libp2p.scaler,
  'statesync.temp_dir': (c) => c.comet.statesync.tempDir,
  'mempool.recheck_timeout': (c) => c.comet.mempool.recheckTimeoutMs,
  'pruning-interval': (c) => c.app.pruningInterval,
  'inter-block-cache': (c) => c.app.interBlockCache,
  'iavl-cache-size': (c) => c.app.iavlCacheSize,
  'iavl-disable-fastnode': (c) => c.app.iavlDisableFastnode,
  'app-db-backend': (c) => c.app.appDbBackend,
  'grpc.max-send-msg-size': (c) => c.app.grpc.maxSendMsgSize,
};

/** Keys that are set and change nothing here. */
export function settingsWithoutEffect(config: NodeConfig): readonly string[] {
  const initial = defaultNodeConfig(config.home);
  return Object.entries(WITHOUT_EFFECT)
    .filter(([, read]) => JSON.stringify(read(config)) !== JSON.stringify(read(initial)))
    .map(([key]) => key);
}
