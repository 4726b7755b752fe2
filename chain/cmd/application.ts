// The Trellis application on its database, as a node runs it: state opened by the home's settings, and the door through which RPC asks it.
import { join } from 'node:path';
import { createTrellisApp, type TrellisApp } from '../app/app.ts';
import { STORE_NAMES } from '../app/store-names.ts';
import type { Upgrade } from '../app/upgrades/upgrade.ts';
import { UPGRADES } from '../app/upgrades/upgrades.ts';
import { runQuery } from '../baseapp/query.ts';
import type { VerifyBatch } from '../baseapp/signature-cache.ts';
import { parseDecCoins } from '../core/dec-coins.ts';
import type { NodeConfig } from '../node/config/config.ts';
import { ConfigError } from '../node/config/errors.ts';
import type { Logger } from '../node/logger.ts';
import type { NodeApplication } from '../node/node-application.ts';
import type { AppDoor } from '../rpc/backend.ts';
import { GrpcCode, GrpcError } from '../rpc/grpc/status.ts';
import { openCommitMultiStore, type TrellisMultiStore } from '../store/multistore.ts';
import { SnapshotFolder } from '../store/snapshots/folder.ts';
import { SnapshotManager } from '../store/snapshots/manager.ts';
import { storeUpgrade, upgradeHost } from './upgrade-info.ts';

export interface OpenApplicationOptions {
  readonly config: NodeConfig;
  readonly chainId: string;
  readonly version: string;
  readonly bech32Prefix?: string;
  readonly verifyBatch?: VerifyBatch;
  readonly logger?: Pick<Logger, 'info' | 'error'>;
  readonly upgradeLogger?: Pick<Logger, 'info' | 'error'>;
  /** Heights whose upgrade is passed over. */
  readonly skipUpgradeHeights?: ReadonlySet<bigint>;
  readonly program?: Program;
}

/** What a program of another version has beside this one's code; a test of upgrades says it. */
export interface Program {
  readonly upgrades?: readonly Upgrade[];
  readonly storeNames?: readonly string[];
}

export interface OpenedApplication extends NodeApplication {
  readonly app: TrellisApp;
  readonly store: TrellisMultiStore;
  readonly snapshots: SnapshotManager;
}

function gasPrices(config: NodeConfig): ReturnType<typeof parseDecCoins> {
  try {
    return parseDecCoins(config.app.minimumGasPrices);
  } catch (e) {
    throw new ConfigError(`app.toml: minimum-gas-prices: ${(e as Error).message}`);
  }
}

export const applicationFolder = (config: NodeConfig): string => join(config.files.data, 'application.db');

function openStore({ config, program = {}, skipUpgradeHeights = new Set() }: OpenApplicationOptions): Promise<TrellisMultiStore> {
  const { pruning, pruningKeepRecent } = config.app;
  const upgrade = storeUpgrade(config.files.upgradeInfo, program.upgrades ?? UPGRADES, skipUpgradeHeights);
  return openCommitMultiStore({
    dir: applicationFolder(config),
    mode: pruning as 'default' | 'nothing' | 'everything' | 'custom',
    stores: program.storeNames ?? STORE_NAMES,
    ...(upgrade === undefined ? {} : { upgrade }),
    ...(pruning === 'custom' && Number(pruningKeepRecent) > 0 ? { keepRecent: Number(pruningKeepRecent) } : {}),
  });
}

export function openSnapshots(config: NodeConfig): SnapshotFolder {
  return new SnapshotFolder(join(config.files.data, 'snapshots'));
}

/** Query services of the application and simulation, for the doors of its node. */
export function appDoor(app: TrellisApp): Pick<AppDoor, 'services' | 'grpc' | 'requireDecodable' | 'simulate' | 'registry'> {
  const { queries, decodeTx } = app.options;
  const services = [...new Set(queries.methods.map((m) => m.slice(1, m.lastIndexOf('/'))))].filter((s) => s !== 'cosmos.tx.v1beta1.Service');
  return {
    services,
    registry: app.interfaces,
    grpc(path, request, height) {
      const route = queries.route(path);
      if (route === undefined) throw new GrpcError(GrpcCode.UNIMPLEMENTED, `unknown method ${path}`);
      const ctx = app.queryContext(height);
      return { value: runQuery(route, ctx, request), height: ctx.height };
    },
    requireDecodable(tx) {
      decodeTx(tx);
    },
    async simulate(tx) {
      const { gas, error, ...outcome } = app.simulate(tx);
      return {
        ...gas,
        ...outcome,
        log: '',
        error: error === undefined ? undefined : { codespace: error.codespace, code: error.code, message: error.message },
      };
    },
  };
}

export async function openApplication(o: OpenApplicationOptions): Promise<OpenedApplication> {
  const minGasPrices = gasPrices(o.config);
  const store = await openStore(o);
  const snapshots = new SnapshotManager({
    store,
    folder: openSnapshots(o.config),
    interval: o.config.app.stateSync.snapshotInterval,
    keepRecent: o.config.app.stateSync.snapshotKeepRecent,
    onTaken: ({ height, chunks }) => o.logger?.info('took a snapshot', { height, chunks }),
    onError: (height, e) => o.logger?.error('a snapshot failed', { height, error: String(e) }),
    onRestored: () => app.restored(),
  });
  const { minRetainBlocks, haltHeight, haltTime, queryGasLimit, indexEvents } = o.config.app;
  const app: TrellisApp = createTrellisApp({
    store,
    snapshots,
    chainId: o.chainId,
    version: o.version,
    minGasPrices,
    minRetainBlocks: o.config.app.light.archive ? 0n : minRetainBlocks,
    haltHeight,
    haltTime,
    queryGasLimit: BigInt(queryGasLimit),
    indexEvents: new Set(indexEvents),
    upgradeHost: upgradeHost(o.config.files.upgradeInfo, o.upgradeLogger),
    ...(o.skipUpgradeHeights === undefined ? {} : { skipUpgradeHeights: o.skipUpgradeHeights }),
    ...(o.program?.storeNames === undefined ? {} : { storeNames: o.program.storeNames }),
    ...(o.program?.upgrades === undefined ? {} : { upgrades: o.program.upgrades }),
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)),
    ...(o.bech32Prefix === undefined ? {} : { bech32Prefix: o.bech32Prefix }),
    ...(o.verifyBatch === undefined ? {} : { verifyBatch: o.verifyBatch }),
  });
  const close = async (): Promise<void> => {
    await snapshots.close();
    await store.close();
  };
  return { app, store, snapshots, application: app, door: appDoor(app), close };
}
