// A node: one application, one engine, the doors. Parts are made in the order in which they need each other, started bottom up and stopped
// in reverse. What fails to start is told in one line, with nothing left running.
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ChainDb, section } from '../blockstore/durable-db.ts';
import { decCoinsText, parseDecCoins } from '../core/dec-coins.ts';
import { toHexUpper } from '../encoding/bytes.ts';
import type { Time } from '../encoding/time.ts';
import { Engine } from '../engine/engine.ts';
import { EventBus } from '../execution/event-bus.ts';
import { SignaturePool } from '../native/signature-pool.ts';
import { CHANNEL_IDS } from '../p2p/channel.ts';
import type { Transport } from '../p2p/transport.ts';
import { loadOrGenerateNodeKey } from '../privval/node-key.ts';
import type { Backend, NodeInfo } from '../rpc/backend.ts';
import { createCometRpc } from '../rpc/comet/server.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { BLOCK_PROTOCOL, P2P_PROTOCOL } from '../types/version.ts';
import { createBackend } from './backend.ts';
import { type CatchUp, createCatchUp } from './catch-up.ts';
import type { NodeConfig } from './config/config.ts';
import { ConfigError } from './config/errors.ts';
import { CONFIG_DIR } from './config/home.ts';
import { refuseUnsupportedApplication, refuseUnsupportedEngine, settingsWithoutEffect } from './config/unsupported.ts';
import { engineConfig, restConfig, rpcConfig } from './engine-config.ts';
import { pinGenesis, readGenesisFile } from './genesis-file.ts';
import { type Health, healthOf } from './health.ts';
import { withRoomyHeap } from './heap.ts';
import { inOrder, type Startable } from './lifecycle.ts';
import { type ListenAddress, listenError, parseListenAddress } from './listen-address.ts';
import type { Logger } from './logger.ts';
import type { Network } from './network.ts';
import type { NodeApplication } from './node-application.ts';
import { poolCheck } from './signatures.ts';
import { openSigner } from './signer.ts';

/** Reported over RPC; begins with "0.38." so that stock clients choose the dialect we speak (docs/architecture/adr-002-version-string.md). */
export const REPORTED_VERSION = '0.38.21-trellis';
const SDK_VERSION = 'v0.53.4';
/** cosmos-sdk's ABCI app name and the doors' name for this program. */
const APP_NAME = 'trellis';

export interface NodeOptions {
  readonly config: NodeConfig;
  readonly logger: Logger;
  readonly softwareVersion: string;
  readonly bech32Prefix: string;
  /** Makes the application once the chain id is known. `verifyBatch` checks signatures on the node's threads. */
  readonly openApplication: (deps: { readonly chainId: string; readonly verifyBatch: SignaturePool['verifyBatch'] }) => Promise<NodeApplication>;
  /** Threads that verify signatures; they start with the first batch. */
  readonly signatureThreads?: number;
  readonly failPoint?: (name: string) => void;
  /** Instead of the machine's wall clock, in tests. */
  readonly clock?: () => Time;
  /** Puts something between the reactors and the network, as tests with a slow or lying network do. */
  readonly wrapTransport?: (inner: Transport) => Transport;
}

export interface Node {
  readonly chainId: string;
  readonly engine: Engine;
  readonly backend: Backend;
  /** undefined where p2p.libp2p is not enabled. */
  readonly network: Pick<Network, 'id' | 'dial' | 'know'> | undefined;
  /** Upper-case hex. */
  readonly validatorAddress: string;
  /** Bound addresses, after start. */
  readonly addresses: {
    readonly rpc: ListenAddress;
    readonly grpc: ListenAddress | undefined;
    readonly rest: ListenAddress | undefined;
    readonly p2p: ListenAddress | undefined;
    readonly metrics: ListenAddress | undefined;
  };
  health(): Health;
  /** Resolves with the reason if consensus stops for good. */
  readonly failed: Promise<unknown>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A last block that is older says that the chain, or this node, stands still. */
const HEAD_LAG_MAX_MS = 60_000;

interface Door extends Startable {
  readonly port: number;
}

/** A listening part whose error names the configuration key. */
function door(key: string, address: ListenAddress, server: Startable): Startable {
  return {
    start: async () => {
      try {
        await server.start();
      } catch (e) {
        throw listenError(key, address, e);
      }
    },
    stop: () => server.stop(),
  };
}

/** Certificate and key of rpc.tls_cert_file and rpc.tls_key_file; relative paths begin at the config folder. */
function tlsFiles({ home, comet }: NodeConfig): { readonly cert: Uint8Array; readonly key: Uint8Array } | undefined {
  const { tlsCertFile, tlsKeyFile } = comet.rpc;
  if (tlsCertFile === '') return undefined;
  const read = (key: string, file: string): Uint8Array => {
    const path = isAbsolute(file) ? file : join(home, CONFIG_DIR, file);
    try {
      return new Uint8Array(readFileSync(path));
    } catch (e) {
      throw new ConfigError(`rpc.${key}: cannot read ${path}: ${(e as Error).message}`);
    }
  };
  return { cert: read('tls_cert_file', tlsCertFile), key: read('tls_key_file', tlsKeyFile) };
}

/** Opens databases, application and engine; the doors and consensus begin with `start`. */
export async function createNode(o: NodeOptions): Promise<Node> {
  const { config, logger } = o;
  const { comet, app, files } = config;
  refuseUnsupportedEngine(config);
  refuseUnsupportedApplication(config);
  const idle = settingsWithoutEffect(config);
  if (idle.length > 0) logger.warn('settings that change nothing in this program', { keys: idle.join(', ') });
  const genesis = readGenesisFile(files.genesis);
  const nodeKey = loadOrGenerateNodeKey(files.nodeKey);
  const rpcAddress = parseListenAddress('rpc.laddr', comet.rpc.laddr);
  const grpcAddress = app.grpc.enable ? parseListenAddress('grpc.address', app.grpc.address) : undefined;
  const metricsAddress = comet.instrumentation.prometheus
    ? parseListenAddress('instrumentation.prometheus_listen_addr', comet.instrumentation.prometheusListenAddr)
    : undefined;
  const restAddress = app.api.enable ? parseListenAddress('api.address', app.api.address) : undefined;

  const closers: (() => Promise<void>)[] = [];
  /** All are closed, also where one fails; the first failure is told. */
  const close = async (): Promise<void> => {
    let failure: unknown;
    for (const c of closers.splice(0).reverse()) await c().catch((e: unknown) => (failure ??= e));
    if (failure !== undefined) throw failure;
  };
  try {
    const pool = new SignaturePool({ threads: o.signatureThreads ?? 1 });
    closers.push(() => pool.close());
    const metrics =
      metricsAddress === undefined
        ? undefined
        : (await import('./metrics/metrics.ts')).createMetrics({ namespace: comet.instrumentation.namespace, chainId: genesis.doc.chainId });
    const db = await ChainDb.open(join(files.data, 'chain.db'));
    closers.push(() => db.close());
    await pinGenesis(section(db, 'n'), files.genesis, genesis.hash);
    const opened = await o.openApplication({ chainId: genesis.doc.chainId, verifyBatch: (items, options) => pool.verifyBatch(items, options) });
    closers.push(() => opened.close());
    const application = metrics?.measured(opened.application) ?? opened.application;
    const signer = await openSigner({ config, chainId: genesis.doc.chainId, logger: logger.module('privval'), observer: metrics?.signer });
    closers.push(() => signer.close());
    let onFailure: (e: unknown) => void = () => undefined;
    const failed = new Promise<unknown>((resolve) => {
      onFailure = resolve;
    });
    const eventBus = new EventBus((e) => logger.error('an event listener failed', { err: String(e) }));
    const engine = await Engine.open({
      genesis: genesis.doc,
      db,
      application,
      privValidator: signer.privValidator,
      stateSync: comet.statesync.enable,
      walFile: files.consensusWal,
      config: engineConfig(config, REPORTED_VERSION),
      logger: logger.module('engine'),
      eventBus,
      checkSignatures: poolCheck(pool),
      onFailure,
      ...(o.failPoint === undefined ? {} : { failPoint: o.failPoint }),
      ...(o.clock === undefined ? {} : { clock: o.clock }),
    });

    const network = comet.p2p.libp2p.enabled
      ? (await import('./network.ts')).createNetwork({
          config,
          engine,
          application: opened.application,
          nodeKey,
          logger: logger.module('p2p'),
          clock: () => engine.now(),
          isSyncing: () => catchUp.isSyncing,
          observers: metrics?.network,
          wrapTransport: o.wrapTransport,
        })
      : undefined;
    const catchUp: CatchUp = createCatchUp({
      engine,
      application: opened.application,
      genesis: genesis.doc,
      statesync: comet.statesync,
      network,
      logger: logger.module('sync'),
      whileSyncing: withRoomyHeap,
      onFailure,
    });
    const nodeInfo = (): NodeInfo => ({
      protocolVersion: { p2p: P2P_PROTOCOL, block: BLOCK_PROTOCOL, app: engine.state.version.app },
      id: nodeKey.id,
      listenAddr: comet.p2p.laddr,
      network: genesis.doc.chainId,
      version: REPORTED_VERSION,
      channels: network === undefined ? new Uint8Array(0) : Uint8Array.from(CHANNEL_IDS),
      moniker: comet.base.moniker,
      txIndex: engine.index === undefined ? 'off' : 'on',
      rpcAddress: `tcp://${rpcAddress.host}:${rpc.port}`,
    });
    const backend = createBackend({
      application,
      appDoor: opened.door,
      engine,
      genesisJson: genesis.json,
      nodeInfo,
      network,
      isSyncing: () => catchUp.isSyncing,
      publicKey: signer.publicKey,
      nodeConfig: {
        minimumGasPrices: decCoinsText(parseDecCoins(app.minimumGasPrices)),
        pruningKeepRecent: String(app.pruningKeepRecent),
        pruningInterval: String(app.pruningInterval),
        haltHeight: app.haltHeight,
        bech32Prefix: o.bech32Prefix,
        appName: APP_NAME,
        appVersion: o.softwareVersion,
        cosmosSdkVersion: SDK_VERSION,
      },
      unsafe: comet.rpc.unsafe,
    });
    const health = (): Health =>
      healthOf({
        isRunning: () => engine.isRunning,
        isSyncing: () => catchUp.isSyncing,
        height: () => engine.state.lastBlockHeight,
        lastBlockTime: () => engine.state.lastBlockTime,
        now: () => engine.now(),
        peers: network === undefined ? undefined : () => network.peers().length,
        peersMin: () => (engine.state.validators.size > 1 ? 1 : 0),
        headLagMaxMs: comet.consensus.createEmptyBlocks && comet.consensus.createEmptyBlocksIntervalMs === 0 ? HEAD_LAG_MAX_MS : undefined,
        isSignerConnected: signer.isConnected,
        dataFolder: files.data,
      });
    const rpc: Door = createCometRpc({ backend, ...rpcAddress, config: rpcConfig(config), tls: tlsFiles(config), health });
    const parts: (readonly [string, Startable])[] = [['rpc', door('rpc.laddr', rpcAddress, rpc)]];
    let grpc: Door | undefined;
    if (grpcAddress !== undefined) {
      const { createGrpc } = await import('../rpc/grpc/server.ts');
      grpc = createGrpc({ backend, ...grpcAddress, config: { maxRecvMsgBytes: app.grpc.maxRecvMsgSize } });
      parts.push(['grpc', door('grpc.address', grpcAddress, grpc)]);
    }
    let rest: Door | undefined;
    if (restAddress !== undefined) {
      const { createRest } = await import('../rpc/rest/server.ts');
      const { followBlocks } = await import('./follow-blocks.ts');
      const log = followBlocks({
        file: join(files.data, 'block-log'),
        backend,
        peers: app.light.logPeers,
        logger: logger.module('light'),
      });
      parts.push(['block log', log]);
      rest = createRest({ backend, log, ...restAddress, config: restConfig(config) });
      parts.push(['rest', door('api.address', restAddress, rest)]);
    }
    let metricsDoor: Door | undefined;
    if (metrics !== undefined && metricsAddress !== undefined) {
      const { createMetricsServer } = await import('./metrics/server.ts');
      metrics.follow({ engine, network, isSyncing: () => catchUp.isSyncing, fetching: () => catchUp.fetching, isSignerConnected: signer.isConnected });
      const { maxOpenConnections } = comet.instrumentation;
      metricsDoor = createMetricsServer({ ...metricsAddress, maxOpenConnections, text: () => metrics.text() });
      parts.push(['metrics', door('instrumentation.prometheus_listen_addr', metricsAddress, metricsDoor)]);
    }
    parts.push(['engine', { start: async () => undefined, stop: () => engine.stop() }]);
    // Before the engine in stopping: a peer must not hold up the last block.
    if (network !== undefined) parts.push(['p2p', door('p2p.laddr', parseListenAddress('p2p.laddr', comet.p2p.laddr), network)]);
    parts.push(['consensus', catchUp]);
    const running = inOrder(parts);
    const bound = (address: ListenAddress | undefined, server: Door | undefined): ListenAddress | undefined =>
      address === undefined || server === undefined ? undefined : { host: address.host, port: server.port };
    return {
      chainId: genesis.doc.chainId,
      engine,
      backend,
      network,
      validatorAddress: toHexUpper(addressOfKey(signer.publicKey)),
      get addresses() {
        return {
          rpc: { host: rpcAddress.host, port: rpc.port },
          grpc: bound(grpcAddress, grpc),
          rest: bound(restAddress, rest),
          p2p: network?.address,
          metrics: bound(metricsAddress, metricsDoor),
        };
      },
      health,
      failed,
      async start() {
        try {
          await running.start();
        } catch (e) {
          await close().catch(() => undefined);
          throw e;
        }
      },
      async stop() {
        try {
          await running.stop();
        } finally {
          await close();
        }
      },
    };
  } catch (e) {
    await close().catch(() => undefined);
    throw e;
  }
}
