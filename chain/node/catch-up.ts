// How a node that starts reaches the height of its peers before it takes part: by a snapshot where statesync is on and there is no state,
// then by blocks, then consensus (cmt:node/node.go NewNode, startStateSync). Without a network consensus begins at once.

import { DEFAULT_VERIFY_OPTIONS } from '../../lightclient/verifier/plan.ts';
import { type Application, PlannedHalt } from '../abci/application.ts';
import type { BlocksyncReactor } from '../blocksync/reactor.ts';
import { BlockSync } from '../blocksync/sync.ts';
import { bytesEqual, fromHex } from '../encoding/bytes.ts';
import type { Engine } from '../engine/engine.ts';
import type { Logger } from '../engine/logger.ts';
import type { State } from '../execution/state.ts';
import { LightClient } from '../statesync/light-client.ts';
import { LightStateProvider } from '../statesync/light-state-provider.ts';
import type { StatesyncReactor } from '../statesync/reactor.ts';
import { RpcLightProvider } from '../statesync/rpc-provider.ts';
import { Syncer } from '../statesync/syncer.ts';
import type { GenesisDoc } from '../types/genesis-doc.ts';
import { addressOfKey } from '../types/validator-address.ts';
import type { NodeConfig } from './config/config.ts';
import { ConfigError } from './config/errors.ts';
import type { Startable } from './lifecycle.ts';
import type { Network } from './network.ts';

type StatesyncConfig = NodeConfig['comet']['statesync'];

export interface CatchUpParts {
  readonly engine: Engine;
  readonly application: Application;
  readonly genesis: GenesisDoc;
  /** undefined: never by a snapshot. */
  readonly statesync: StatesyncConfig | undefined;
  /** undefined: this node is alone. */
  readonly network: (Pick<Network, 'blocksync' | 'statesync'> & Partial<Pick<Network, 'knownPeers'>>) | undefined;
  readonly logger: Logger;
  /** Runs the fetching of blocks, where the process is this node's alone. */
  readonly whileSyncing?: <T>(run: () => Promise<T>) => Promise<T>;
  /** This node can go no further. */
  readonly onFailure: (error: unknown) => void;
}

export interface CatchUp extends Startable {
  readonly isSyncing: boolean;
  /** What is fetched now; undefined: nothing, or not yet. */
  readonly fetching: 'snapshot' | 'blocks' | undefined;
}

const NANOS_PER_MS = 1_000_000n;

/** Peers need some time to answer (cmt:statesync/syncer.go minimumDiscoveryTime). */
const DISCOVERY_MS_MIN = 5000;

/** Nobody else votes, so nobody can be ahead (cmt:node/setup.go onlyValidatorIsUs). */
function isOnlyValidator(s: State, address: Uint8Array | undefined): boolean {
  const [only] = s.validators.validators;
  return address !== undefined && s.validators.size === 1 && only !== undefined && bytesEqual(only.address, address);
}

export function createCatchUp(p: CatchUpParts): CatchUp {
  const { engine, network, logger, onFailure } = p;
  const ownAddress = engine.publicKey === undefined ? undefined : addressOfKey(engine.publicKey);
  const wantsState = p.statesync?.enable === true && engine.state.lastBlockHeight === 0n;
  if (wantsState && network === undefined) throw new ConfigError('statesync.enable needs peers: set p2p.libp2p.enabled and bootstrap_peers');
  let syncing = network !== undefined && (wantsState || !isOnlyValidator(engine.state, ownAddress));
  let fetching: CatchUp['fetching'];
  let stopping = false;
  let stopCurrent: () => Promise<void> = async () => undefined;
  let running: Promise<void> = Promise.resolve();

  const bySnapshot = async (config: StatesyncConfig, reactor: StatesyncReactor): Promise<void> => {
    const syncer = createSyncer(p, config, reactor);
    stopCurrent = async () => syncer.stop();
    reactor.listen(syncer);
    try {
      const synced = await syncer.run();
      if (synced !== undefined) await engine.bootstrap(synced.state, synced.commit);
    } finally {
      reactor.listen(undefined);
    }
  };
  const byBlocks = async (reactor: BlocksyncReactor): Promise<void> => {
    const { executor, blockStore, checkSignatures, state } = engine;
    logger.info('catching up by blocks', { height: state.lastBlockHeight });
    const sync = new BlockSync({
      reactor,
      executor,
      blockStore,
      checkSignatures,
      state,
      onApplied: (s) => engine.advance(s),
      ownAddress,
      logger,
      clock: () => Number(engine.now() / NANOS_PER_MS),
      knownPeers: () => network?.knownPeers ?? 0,
    });
    stopCurrent = () => sync.stop();
    await (p.whileSyncing ?? ((run) => run()))(() => sync.run());
  };
  const run = async ({ blocksync, statesync }: NonNullable<CatchUpParts['network']>): Promise<void> => {
    try {
      if (wantsState && p.statesync !== undefined) {
        fetching = 'snapshot';
        await bySnapshot(p.statesync, statesync);
      }
      if (stopping) return;
      fetching = 'blocks';
      await byBlocks(blocksync);
      if (stopping) return;
      // Before: peers are told of the first steps.
      syncing = false;
      fetching = undefined;
      await engine.start();
    } catch (e) {
      if (!(e instanceof PlannedHalt)) logger.error('catching up failed', { error: e instanceof Error ? e.message : String(e) });
      onFailure(e);
    } finally {
      fetching = undefined;
    }
  };
  return {
    get isSyncing() {
      return syncing;
    },
    get fetching() {
      return fetching;
    },
    async start() {
      if (network !== undefined && syncing) running = run(network);
      else await engine.start();
    },
    async stop() {
      stopping = true;
      await stopCurrent();
      await running;
    },
  };
}

function createSyncer({ engine, application, genesis, logger }: CatchUpParts, c: StatesyncConfig, reactor: StatesyncReactor): Syncer {
  const providers = c.rpcServers.map((server) => new RpcLightProvider(server));
  const open = (): Promise<LightClient> =>
    LightClient.open({
      chainId: genesis.chainId,
      trust: { height: c.trustHeight, hash: fromHex(c.trustHash) },
      verify: { ...DEFAULT_VERIFY_OPTIONS, trustingPeriod: BigInt(c.trustPeriodMs) * NANOS_PER_MS },
      providers,
      checkSignatures: engine.checkSignatures,
      now: () => engine.now(),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  return new Syncer({
    application,
    provider: new LightStateProvider(open, providers, genesis.initialHeight),
    discoveryMs: Math.max(c.discoveryTimeMs, DISCOVERY_MS_MIN),
    chunkRequestTimeoutMs: c.chunkRequestTimeoutMs,
    chunkFetchers: c.chunkFetchers,
    requestSnapshots: () => reactor.requestSnapshots(),
    requestChunk: (peer, snapshot, index) => reactor.requestChunk(peer, snapshot, index),
    logger,
  });
}
