// One node of the simulated network: the real engine, switch, reactors and catch-up over a simulated disk and transport, as chain/node joins
// them. It can be killed, stopped and started again; each run is a process of its own.
import type { Application } from '../../chain/abci/application.ts';
import { section } from '../../chain/blockstore/durable-db.ts';
import { BlocksyncReactor } from '../../chain/blocksync/reactor.ts';
import { STATUS_REQUEST } from '../../chain/blocksync/wire.ts';
import { Engine, type EngineConfig } from '../../chain/engine/engine.ts';
import type { PeerRoundState } from '../../chain/engine/gossip/peer-round-state.ts';
import { ConsensusReactor } from '../../chain/engine/gossip/reactor.ts';
import type { LogFields, Logger } from '../../chain/engine/logger.ts';
import { walPath } from '../../chain/engine/wal.ts';
import { EvidenceReactor } from '../../chain/evidence/reactor.ts';
import { EventBus } from '../../chain/execution/event-bus.ts';
import { MempoolReactor } from '../../chain/mempool/reactor.ts';
import { createCatchUp } from '../../chain/node/catch-up.ts';
import { BLOCKSYNC_CHANNEL, CHANNELS, mempoolChannel } from '../../chain/p2p/channel.ts';
import { Switch } from '../../chain/p2p/switch.ts';
import type { Transport } from '../../chain/p2p/transport.ts';
import { FilePrivValidator } from '../../chain/privval/file.ts';
import type { PrivValidator } from '../../chain/privval/priv-validator.ts';
import type { PrivateKey } from '../../chain/privval/private-key.ts';
import { StatesyncReactor } from '../../chain/statesync/reactor.ts';
import { voteExtensionsEnabled } from '../../chain/types/consensus-params.ts';
import type { GenesisDoc } from '../../chain/types/genesis-doc.ts';
import { APPLICATION_SECTION, SimDisk } from './disk.ts';
import { EPOCH_MS } from './host.ts';
import type { SimNetwork } from './network.ts';
import type { Random } from './random.ts';
import type { SharedSignatures } from './signatures.ts';
import type { AppHome, SimApplication, SimApplications } from './sim-app.ts';
import { SimDb } from './sim-db.ts';
import { SIM_ROOT } from './sim-files.ts';
import { SimProcess, type VirtualTime } from './virtual-time.ts';

export interface SimNodeOptions {
  readonly index: number;
  readonly time: VirtualTime;
  readonly network: SimNetwork;
  readonly random: Random;
  readonly genesis: GenesisDoc;
  readonly key: PrivateKey;
  readonly config: EngineConfig;
  readonly signatures: SharedSignatures;
  /** Indexes of the nodes that it dials. */
  readonly peers: readonly number[];
  readonly gossipSleepMs: number;
  readonly queryMaj23SleepMs: number;
  readonly announceVotes?: 'each' | 'batched' | undefined;
  readonly applications: SimApplications;
  /** What a misbehaving node puts between itself and the world. */
  readonly wrapTransport?: (t: Transport, node: SimNode) => Transport;
  readonly wrapSigner?: (s: PrivValidator, process: SimProcess) => PrivValidator;
  readonly syncMicros: (disk: SimDisk) => number;
  readonly onStarted: (node: SimNode, engine: Engine) => void;
  readonly onFailure: (node: SimNode, error: unknown) => void;
  readonly onFailPoint: (node: SimNode, point: string) => void;
  readonly log: (node: SimNode, level: string, message: string, fields: LogFields) => void;
}

interface Run {
  readonly process: SimProcess;
  engine: Engine | undefined;
  app: SimApplication | undefined;
  gossip: ConsensusReactor | undefined;
  stop: (() => Promise<void>) | undefined;
}

const MAX_SNAPSHOT_CHUNKS = 100_000;

export const nodeName = (index: number): string => `node${index}`;

export class SimNode {
  readonly index: number;
  readonly name: string;
  readonly disk: SimDisk;
  readonly #o: SimNodeOptions;
  #run: Run | undefined;
  #home: AppHome = {};
  #skewMs = 0;
  starts = 0;

  constructor(o: SimNodeOptions) {
    this.#o = o;
    this.index = o.index;
    this.name = nodeName(o.index);
    this.disk = new SimDisk(o.random.fork('disk'));
    this.disk.folders.add(`${SIM_ROOT}${this.name}`);
  }

  get process(): SimProcess | undefined {
    return this.#run?.process;
  }

  get engine(): Engine | undefined {
    return this.#run?.engine;
  }

  get app(): SimApplication | undefined {
    return this.#run?.app;
  }

  /** Peers of which its consensus reactor knows. */
  peers(): readonly string[] {
    return [...(this.#run?.gossip?.roundStates().keys() ?? [])];
  }

  peerState(peer: string): PeerRoundState | undefined {
    return this.#run?.gossip?.roundStates().get(peer);
  }

  get isUp(): boolean {
    return this.#run !== undefined;
  }

  /** Its wall clock is so many milliseconds ahead from now on, also after a restart. */
  skew(ms: number): void {
    this.#skewMs = ms;
    if (this.#run !== undefined) this.#run.process.skewMs = ms;
  }

  start(): void {
    if (this.#run !== undefined) return;
    const { time, onFailure } = this.#o;
    const process = new SimProcess(this.name);
    process.skewMs = this.#skewMs;
    const run: Run = { process, engine: undefined, app: undefined, gossip: undefined, stop: undefined };
    this.#run = run;
    this.starts++;
    time.after(0, process, () => {
      this.#open(run).catch((e: unknown) => {
        if (process.alive) onFailure(this, e);
      });
    });
  }

  #signer(process: SimProcess): PrivValidator {
    const folder = `${SIM_ROOT}${this.name}`;
    const files = { key: `${folder}/key.json`, state: `${folder}/state.json` };
    const signer = this.disk.files.has(files.key) ? FilePrivValidator.load(files) : FilePrivValidator.generate(files, this.#o.key);
    return this.#o.wrapSigner?.(signer, process) ?? signer;
  }

  async #open(run: Run): Promise<void> {
    const o = this.#o;
    const { process } = run;
    const logger = this.#logger();
    const onFailure = (e: unknown): void => {
      if (process.alive) o.onFailure(this, e);
    };
    const db = (): SimDb => new SimDb(`${SIM_ROOT}${this.name}/chain.db`, this.disk, process, o.time, o.syncMicros);
    const opened = await o.applications.open(section(db(), APPLICATION_SECTION), this.#home);
    run.app = opened;
    const engine = await Engine.open({
      genesis: o.genesis,
      db: db(),
      application: fenced(opened.application, process),
      privValidator: this.#signer(process),
      walFile: walPath(`${SIM_ROOT}${this.name}`),
      config: o.config,
      logger,
      eventBus: new EventBus((e) => onFailure(e)),
      clock: () => BigInt(EPOCH_MS + process.skewMs) * 1_000_000n + BigInt(Math.floor(o.time.now)) * 1000n,
      checkSignatures: o.signatures.check,
      failPoint: (point) => o.onFailPoint(this, point),
      onFailure,
    });
    run.engine = engine;
    const network = this.#network(run, engine, opened.application, logger, onFailure);
    run.stop = async () => {
      await network.catchUp.stop();
      await network.stop();
      await engine.stop();
    };
    o.onStarted(this, engine);
    await network.start();
    await network.catchUp.start();
  }

  #network(run: Run, engine: Engine, application: Application, logger: Logger, onFailure: (e: unknown) => void) {
    const o = this.#o;
    const { config } = o;
    const { maxTxBytes } = config.mempool;
    const isSyncing = (): boolean => catchUp.isSyncing;
    const consensus: ConsensusReactor = new ConsensusReactor({
      engine,
      gossipSleepMs: o.gossipSleepMs,
      queryMaj23SleepMs: o.queryMaj23SleepMs,
      now: () => engine.now(),
      isSyncing,
      storeHeight: (id) => blocksync.heightOf(id),
      askStoreHeight: (peer) => blocksync.ask(peer),
      announceVotes: o.announceVotes,
    });
    run.gossip = consensus;
    const peerHeight = (id: string): bigint => consensus.heightOf(id);
    const onError = (what: string) => (peer: string, e: unknown) => onFailure(new Error(`${what} (${peer}): ${String(e)}`, { cause: e }));
    const txs = new MempoolReactor({
      mempool: engine.mempool,
      maxTxBytes,
      maxBatchBytes: 0,
      broadcast: true,
      peerHeight,
      isSyncing,
      onError: onError('checking a transaction of a peer failed'),
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
    const statesync = new StatesyncReactor({ application, maxChunks: MAX_SNAPSHOT_CHUNKS, logger });
    const transport = o.network.create(this.name, run.process);
    const sw = new Switch({
      transport: o.wrapTransport?.(transport, this) ?? transport,
      channels: [...CHANNELS, mempoolChannel(maxTxBytes)],
      reactors: [txs, blocksync, consensus, evidence, statesync],
      bootstrapPeers: o.peers.map((p) => ({ id: nodeName(p), host: 'sim', port: 1, persistent: true, unconditional: true })),
      maxPeers: 200,
      greeting: { channel: BLOCKSYNC_CHANNEL, bytes: STATUS_REQUEST },
      logger,
    });
    const { genesis } = o;
    const catchUp = createCatchUp({ engine, application, genesis, statesync: undefined, network: { blocksync, statesync }, logger, onFailure });
    return {
      catchUp,
      start: async () => {
        consensus.start();
        await sw.start();
      },
      stop: async () => {
        consensus.stop();
        txs.stop();
        evidence.stop();
        await sw.stop();
      },
    };
  }

  #logger(): Logger {
    const at =
      (level: string) =>
      (message: string, fields: LogFields = {}): void =>
        this.#o.log(this, level, message, fields);
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }

  /** The application of a node that is down loses its data. */
  forgetApplication(): void {
    this.disk.forgetApplication();
    this.#home = {};
  }

  /** The process is dead; the disk keeps what a crash leaves. */
  kill(): void {
    const run = this.#run;
    if (run === undefined) return;
    run.process.alive = false;
    this.#run = undefined;
    this.#o.network.lost(this.name);
    this.disk.crash();
  }

  /** Stops in order; `stopped` is called when it is over. */
  stop(stopped: () => void): void {
    const run = this.#run;
    if (run === undefined || run.stop === undefined) {
      this.kill();
      stopped();
      return;
    }
    const { stop, process } = run;
    this.#o.time.after(0, process, () => {
      void stop().then(() => {
        if (this.#run !== run) return;
        process.alive = false;
        this.#run = undefined;
        stopped();
      });
    });
  }
}

/** A dead process's calls reach no application. */
function fenced(application: Application, process: SimProcess): Application {
  return new Proxy(application, {
    get(target, name) {
      const f = Reflect.get(target, name) as unknown;
      if (typeof f !== 'function') return f;
      return (...args: unknown[]) => (process.alive ? (f as (...a: unknown[]) => unknown).apply(target, args) : new Promise(() => undefined));
    },
  });
}
