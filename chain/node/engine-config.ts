// Settings of engine and RPC from config.toml, in their own units: milliseconds become nanoseconds where the engine keeps chain time.
import type { EngineConfig } from '../engine/engine.ts';
import { DEFAULT_RPC_CONFIG, type RpcConfig } from '../rpc/comet/config.ts';
import type { RestConfig } from '../rpc/rest/server.ts';
import type { NodeConfig } from './config/config.ts';

const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n;

export function engineConfig({ comet }: NodeConfig, version: string): EngineConfig {
  const { consensus: c, mempool: m } = comet;
  return {
    consensus: {
      timeoutPropose: nanos(c.timeoutProposeMs),
      timeoutProposeDelta: nanos(c.timeoutProposeDeltaMs),
      timeoutPrevote: nanos(c.timeoutPrevoteMs),
      timeoutPrevoteDelta: nanos(c.timeoutPrevoteDeltaMs),
      timeoutPrecommit: nanos(c.timeoutPrecommitMs),
      timeoutPrecommitDelta: nanos(c.timeoutPrecommitDeltaMs),
      timeoutCommit: nanos(c.timeoutCommitMs),
      skipTimeoutCommit: c.skipTimeoutCommit,
      createEmptyBlocks: c.createEmptyBlocks,
      createEmptyBlocksInterval: nanos(c.createEmptyBlocksIntervalMs),
    },
    mempool: {
      size: m.size,
      maxTxsBytes: BigInt(m.maxTxsBytes),
      maxTxBytes: m.maxTxBytes,
      cacheSize: m.cacheSize,
      keepInvalidTxsInCache: m.keepInvalidTxsInCache,
      recheck: m.recheck,
    },
    blockTimeTolerance: nanos(c.blockTimeToleranceMs),
    doubleSignCheckHeight: c.doubleSignCheckHeight,
    index: comet.txIndex.indexer === 'kv',
    version,
  };
}

export function rpcConfig({ comet }: NodeConfig): RpcConfig {
  const { rpc } = comet;
  return {
    ...DEFAULT_RPC_CONFIG,
    corsAllowedOrigins: rpc.corsAllowedOrigins,
    corsAllowedMethods: rpc.corsAllowedMethods,
    corsAllowedHeaders: rpc.corsAllowedHeaders,
    maxOpenConnections: rpc.maxOpenConnections,
    maxSubscriptionClients: rpc.maxSubscriptionClients,
    maxSubscriptionsPerClient: rpc.maxSubscriptionsPerClient,
    subscriptionBufferSize: rpc.experimentalSubscriptionBufferSize,
    closeOnSlowClient: rpc.experimentalCloseOnSlowClient,
    timeoutBroadcastTxCommitMs: rpc.timeoutBroadcastTxCommitMs,
    maxRequestBatchSize: rpc.maxRequestBatchSize,
    maxBodyBytes: rpc.maxBodyBytes,
    maxHeaderBytes: rpc.maxHeaderBytes,
  };
}

export function restConfig({ app: { api } }: NodeConfig): Partial<RestConfig> {
  return {
    maxBodyBytes: api.rpcMaxBodyBytes,
    enableUnsafeCors: api.enabledUnsafeCors,
    maxOpenConnections: api.maxOpenConnections,
    readTimeoutMs: api.rpcReadTimeout * 1000,
  };
}
