// One node of a test: an engine in a folder of its own, which can be stopped, crashed and opened again.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChainDb, type DurableDb } from '../blockstore/durable-db.ts';
import { DEFAULT_CONSENSUS_CONFIG } from '../consensus/config.ts';
import { DEFAULT_MEMPOOL_CONFIG } from '../mempool/mempool.ts';
import { installNative } from '../native/install.ts';
import { FilePrivValidator } from '../privval/file.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import { completeGenesis, type GenesisDoc } from '../types/genesis-doc.ts';
import { Engine, type EngineConfig, type EngineDependencies } from './engine.ts';
import type { Logger } from './logger.ts';
import { ToyApp } from './test-app.ts';
import { walPath } from './wal.ts';

installNative();

const MS = 1_000_000n;
/** In memory where the system offers it: these tests sync to disk thousands of times. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
export const FAST_CONFIG: EngineConfig = {
  consensus: {
    ...DEFAULT_CONSENSUS_CONFIG,
    timeoutCommit: 1n * MS,
    timeoutPropose: 200n * MS,
    timeoutPrevote: 50n * MS,
    timeoutPrecommit: 50n * MS,
    skipTimeoutCommit: true,
  },
  mempool: DEFAULT_MEMPOOL_CONFIG,
  blockTimeTolerance: 60_000n * MS,
  doubleSignCheckHeight: 0n,
  index: true,
  version: 'test',
};

const silent = (): void => undefined;
const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Waits without polling time: `done` is asked after every event of the engine. */
export async function untilHeight(engine: Engine, height: bigint): Promise<void> {
  if (engine.state.lastBlockHeight >= height) return;
  await new Promise<void>((resolve) => {
    const stop = engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
      if (data.type !== 'NewBlock' || data.block.header.height < height) return;
      stop();
      resolve();
    });
  });
}

export class TestNode {
  readonly folder = mkdtempSync(join(BASE, 'trellis-engine-'));
  readonly app = new ToyApp();
  readonly privValidator: FilePrivValidator;
  readonly genesis: GenesisDoc;
  config: EngineConfig;
  log: string[] = [];
  failures: unknown[] = [];
  #db: ChainDb | undefined;
  engine: Engine | undefined;

  constructor(config: Partial<EngineConfig> = {}, genesis: Partial<GenesisDoc> = {}) {
    this.config = { ...FAST_CONFIG, ...config };
    this.privValidator = FilePrivValidator.generate({ key: join(this.folder, 'key.json'), state: join(this.folder, 'state.json') });
    const { pubKey, address } = this.privValidator;
    this.genesis = completeGenesis({
      genesisTime: 1_700_000_000_000_000_000n,
      chainId: 'toy-1',
      initialHeight: 1n,
      consensusParams: { ...DEFAULT_CONSENSUS_PARAMS, version: { app: 1n } },
      validators: [{ address, pubKey, power: 10n, name: 'one' }],
      appHash: new Uint8Array(0),
      appState: '{}',
      ...genesis,
    });
  }

  get walFile(): string {
    return walPath(this.folder);
  }

  get dbFolder(): string {
    return join(this.folder, 'chain.db');
  }

  dependencies(db: DurableDb): EngineDependencies {
    return {
      genesis: this.genesis,
      db,
      application: this.app,
      privValidator: FilePrivValidator.load({ key: join(this.folder, 'key.json'), state: join(this.folder, 'state.json') }),
      walFile: this.walFile,
      config: this.config,
      logger: { ...SILENT, warn: (m) => this.log.push(m), error: (m, f) => this.log.push(`${m} ${f?.error ?? ''}`), info: (m) => this.log.push(m) },
      onFailure: (e) => this.failures.push(e),
    };
  }

  async open(more: Partial<EngineDependencies> = {}): Promise<Engine> {
    this.#db = await ChainDb.open(this.dbFolder);
    try {
      this.engine = await Engine.open({ ...this.dependencies(this.#db), ...more });
    } catch (e) {
      await this.#db.close();
      this.#db = undefined;
      throw e;
    }
    return this.engine;
  }

  async start(more: Partial<EngineDependencies> = {}): Promise<Engine> {
    const engine = await this.open(more);
    await engine.start();
    return engine;
  }

  async stop(): Promise<void> {
    const { engine } = this;
    const db = this.#db;
    this.engine = undefined;
    this.#db = undefined;
    try {
      await engine?.stop();
    } finally {
      await db?.close();
    }
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
