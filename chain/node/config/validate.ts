// Rules that join several configuration keys, as CometBFT v0.40 and the SDK check them at start (cmt:config/config.go ValidateBasic).
import type { NodeConfig } from './config.ts';
import { ConfigError } from './errors.ts';

const GAS_PRICES = /^\d+(\.\d{1,18})?[a-zA-Z][a-zA-Z0-9/:._-]{2,127}(,\d+(\.\d{1,18})?[a-zA-Z][a-zA-Z0-9/:._-]{2,127})*$/;
const STATE_SYNC_PAUSE_MS_MIN = 5000;

/** What is wrong, or undefined; in the order of the file. */
function firstFault({ comet, app }: NodeConfig): string | undefined {
  const { rpc, p2p, mempool, statesync, consensus } = comet;
  if (rpc.experimentalWebsocketWriteBufferSize < rpc.experimentalSubscriptionBufferSize) {
    return 'rpc.experimental_websocket_write_buffer_size must not be less than rpc.experimental_subscription_buffer_size';
  }
  if ((rpc.tlsCertFile === '') !== (rpc.tlsKeyFile === '')) return 'rpc.tls_cert_file and rpc.tls_key_file must be given together';
  if (p2p.seedMode && !p2p.pex) return 'p2p.seed_mode needs p2p.pex = true';
  if (p2p.libp2p.enabled) {
    const { scaler, limits } = p2p.libp2p;
    for (const s of [scaler, ...scaler.overrides]) if (s.minWorkers > s.maxWorkers) return 'p2p.libp2p.scaler: min_workers must not exceed max_workers';
    if (limits.mode === 'custom' && (limits.maxPeers === 0 || limits.maxPeerStreams === 0)) {
      return 'p2p.libp2p.limits: mode "custom" needs max_peers and max_peer_streams';
    }
  }
  if (mempool.type === 'nop' && !consensus.createEmptyBlocks) return 'mempool.type "nop" needs consensus.create_empty_blocks = true';
  if (mempool.type === 'app' && mempool.reapIntervalMs === 0) return 'mempool.type "app" needs mempool.reap_interval above 0';
  if (statesync.enable) {
    if (statesync.rpcServers.length < 2) return 'statesync.rpc_servers needs at least two servers';
    if (statesync.trustHeight === 0n) return 'statesync.trust_height is missing';
    if (!/^[0-9a-fA-F]{64}$/.test(statesync.trustHash)) return 'statesync.trust_hash must be 64 hex digits';
    if (statesync.trustPeriodMs === 0) return 'statesync.trust_period is missing';
    if (statesync.discoveryTimeMs !== 0 && statesync.discoveryTimeMs < STATE_SYNC_PAUSE_MS_MIN) return 'statesync.discovery_time must be 0s or at least 5s';
    if (statesync.chunkRequestTimeoutMs < STATE_SYNC_PAUSE_MS_MIN) return 'statesync.chunk_request_timeout must be at least 5s';
    if (statesync.chunkFetchers === 0) return 'statesync.chunk_fetchers must be above 0';
    if (statesync.maxSnapshotChunks === 0) return 'statesync.max_snapshot_chunks must be above 0';
  }
  const prices = app.minimumGasPrices;
  if (prices !== '' && !GAS_PRICES.test(prices))
    return `minimum-gas-prices must be amounts with denominations such as "0.01utrel", not ${JSON.stringify(prices)}`;
  if (app.pruning === 'everything' && app.stateSync.snapshotInterval > 0) return 'state-sync.snapshot-interval cannot be used with pruning "everything"';
  return undefined;
}

/** Throws ConfigError. */
export function validateConfig(config: NodeConfig): void {
  const fault = firstFault(config);
  if (fault !== undefined) throw new ConfigError(`configuration: ${fault}`);
}
