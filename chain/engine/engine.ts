// A node's engine: mempool, consensus, execution, stores and index around one application. `open` brings them to one height, `start` runs
// consensus, `stop` ends it. The network (issue of its own) feeds `receive` and listens to consensus events; nothing here changes for it.
// Invariants: the consensus core runs one input at a time; after a failure it never runs again, and the node must exit.
import { type Application, type InfoResponse, PlannedHalt } from '../abci/application.ts';
import { BlockStore } from '../blockstore/block-store.ts';
import { type DurableDb, section } from '../blockstore/durable-db.ts';
import type { ConsensusConfig } from '../consensus/config.ts';
import { Driver } from '../consensus/driver.ts';
import type { Candidate, ConsensusEvent, Input, Steps } from '../consensus/effects.ts';
import type { ConsensusError } from '../consensus/errors.ts';
import { toHexUpper } from '../encoding/bytes.ts';
import type { Duration, Time } from '../encoding/time.ts';
import { EvidencePool } from '../evidence/pool.ts';
import { BlockExecutor, type CheckSignatures, txLimits } from '../execution/block-executor.ts';
import { ChainIndex } from '../execution/chain-index.ts';
import { EventBus } from '../execution/event-bus.ts';
import { ABCI_VERSION, handshake, loadState } from '../execution/handshake.ts';
import { Indexer } from '../execution/indexer.ts';
import type { State } from '../execution/state.ts';
import { StateStore } from '../execution/state-store.ts';
import { Mempool, type MempoolConfig } from '../mempool/mempool.ts';
import type { PrivValidator } from '../privval/priv-validator.ts';
import type { BlockId } from '../types/block-id.ts';
import type { Commit } from '../types/commit.ts';
import type { GenesisDoc } from '../types/genesis-doc.ts';
import type { PublicKey } from '../types/public-key.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { verifyEach } from '../types/verify-signature.ts';
import { BLOCK_PROTOCOL, P2P_PROTOCOL } from '../types/version.ts';
import { checkDoubleSigningRisk } from './double-sign.ts';
import { Performer } from './effects.ts';
import { heightContext, storedLastCommit } from './height-context.ts';
import type { Logger } from './logger.ts';
import { type RoundStateView, roundStateView } from './round-state-view.ts';
import { SignatureCache } from './signature-cache.ts';
import { systemClock } from './system-clock.ts';
import { Ticker } from './ticker.ts';
import { Wal } from './wal.ts';

export interface EngineConfig {
  readonly consensus: ConsensusConfig;
  readonly mempool: MempoolConfig;
  /** consensus.block_time_tolerance, nanoseconds. */
  readonly blockTimeTolerance: Duration;
  /** Refuse to start if one of the last so many blocks was signed with our key. */
  readonly doubleSignCheckHeight: bigint;
  /** Index transactions and blocks by their events. */
  readonly index: boolean;
  /** Told to the application. */
  readonly version: string;
}

export interface EngineDependencies {
  readonly genesis: GenesisDoc;
  /** Blocks, state, evidence and index; the engine does not close it. */
  readonly db: DurableDb;
  readonly application: Application;
  /** A node without state gets one by `bootstrap`: the application is not given the genesis. */
  readonly stateSync?: boolean;
  /** undefined: a node that does not validate. */
  readonly privValidator: PrivValidator | undefined;
  /** Head file of the write-ahead log (walPath). */
  readonly walFile: string;
  readonly config: EngineConfig;
  readonly logger: Logger;
  readonly eventBus?: EventBus;
  /** Wall clock, nanoseconds since 1970. */
  readonly clock?: () => Time;
  /** Default: one after another in this thread. */
  readonly checkSignatures?: CheckSignatures;
  /** Called between the steps that a crash may fall between; tests throw or exit here. */
  readonly failPoint?: (name: string) => void;
  /** Consensus has stopped for good. */
  readonly onFailure: (error: unknown) => void;
}

/** Inputs that wait; more are refused, as a peer's messages may be lost at any time. */
const QUEUE_MAX = 1000;
/** What is in the log and not on the disk is at most so old. */
const WAL_FLUSH_MS = 2000;

interface Parts {
  readonly d: EngineDependencies;
  readonly now: () => Time;
  readonly state: State;
  readonly info: InfoResponse;
  readonly blockStore: BlockStore;
  readonly stateStore: StateStore;
  readonly eventBus: EventBus;
  readonly mempool: Mempool;
  readonly evidence: EvidencePool;
  readonly index: ChainIndex | undefined;
  readonly indexer: Indexer | undefined;
  readonly signatures: SignatureCache;
  readonly executor: BlockExecutor;
  readonly publicKey: PublicKey | undefined;
}

export class Engine {
  readonly blockStore: BlockStore;
  readonly stateStore: StateStore;
  readonly eventBus: EventBus;
  readonly mempool: Mempool;
  readonly evidence: EvidencePool;
  /** undefined where indexing is off. */
  readonly index: ChainIndex | undefined;
  readonly executor: BlockExecutor;
  /** The key this node signs with. */
  readonly publicKey: PublicKey | undefined;
  /** The application's answer to Info at the start. */
  readonly info: InfoResponse;

  readonly #p: Parts;
  readonly #indexer: Indexer | undefined;
  readonly #ticker: Ticker;
  readonly #queue: Input[] = [];
  readonly #listeners = new Set<(event: ConsensusEvent) => void>();
  readonly #progressListeners = new Set<() => void>();
  readonly #refusedListeners = new Set<(error: ConsensusError, peer: string) => void>();
  #state: State;
  #wal: Wal | undefined;
  #driver: Driver | undefined;
  #performer: Performer | undefined;
  #running: Promise<void> | undefined;
  #stopping = false;
  #wake: (() => void) | undefined;
  #flush: NodeJS.Timeout | undefined;

  private constructor(p: Parts) {
    this.#p = p;
    this.blockStore = p.blockStore;
    this.stateStore = p.stateStore;
    this.eventBus = p.eventBus;
    this.mempool = p.mempool;
    this.evidence = p.evidence;
    this.index = p.index;
    this.executor = p.executor;
    this.publicKey = p.publicKey;
    this.info = p.info;
    this.#state = p.state;
    this.#indexer = p.indexer;
    this.#ticker = new Ticker((timeout) => this.#push({ type: 'timeout', timeout }));
    p.mempool.onTxsAvailable(() => this.#push({ type: 'txsAvailable' }));
  }

  /**
   * Opens the stores, shakes hands with the application and brings the index up to date. Rejects with HandshakeError, CorruptionError or
   * TypesError where the node may not start.
   */
  static async open(d: EngineDependencies): Promise<Engine> {
    const { db, genesis, application, config, logger } = d;
    const now = d.clock ?? systemClock;
    const onError = (what: string, error: unknown): void => logger.error(`${what} failed`, { error: String(error) });
    const blockStore = BlockStore.open(section(db, 'b'));
    const stateStore = new StateStore(section(db, 's'));
    const eventBus = d.eventBus ?? new EventBus((e) => onError('an event listener', e));
    const signatures = new SignatureCache(d.checkSignatures ?? verifyEach);
    const common = {
      stateStore,
      blockStore,
      application,
      checkSignatures: signatures.check,
      now,
      blockTimeTolerance: config.blockTimeTolerance,
      onError,
      ...(d.failPoint === undefined ? {} : { failPoint: d.failPoint }),
    };
    const stored = loadState(stateStore, genesis);
    const waits = d.stateSync === true && stored.lastBlockHeight === 0n;
    const { state, info, replayed } = waits
      ? {
          state: stored,
          info: await application.info({ version: config.version, blockVersion: BLOCK_PROTOCOL, p2pVersion: P2P_PROTOCOL, abciVersion: ABCI_VERSION }),
          replayed: 0,
        }
      : await handshake({
          ...common,
          // Events of blocks that are replayed were told before the crash, or their listeners are gone.
          eventBus: new EventBus(() => undefined),
          genesis,
          version: config.version,
          onReplay: (height) => logger.info('replayed block', { height }),
        });
    if (!waits) logger.info('handshake with the application done', { height: state.lastBlockHeight, appHash: toHexUpper(state.appHash), replayed });

    const mempool = new Mempool(config.mempool, application, state.lastBlockHeight, txLimits(state));
    const loadValidators = (height: bigint): State['validators'] | undefined => stateStore.loadValidators(height);
    const evidence = await EvidencePool.open({ db: section(db, 'e'), blockStore, loadValidators, checkSignatures: signatures.check, onError }, state);
    const index = config.index ? await ChainIndex.open(section(db, 'i'), blockStore, stateStore.results) : undefined;
    const indexed = await index?.catchUp(state.lastBlockHeight);
    if (indexed !== undefined && indexed > 0) logger.info('indexed blocks that the last run did not', { blocks: indexed });
    const indexer = index === undefined ? undefined : new Indexer(index, eventBus, (e) => onError('indexing, until the next start,', e));
    const beforePrune = async (from: bigint, to: bigint): Promise<void> => {
      await indexer?.idle();
      for (let h = from; h < to; h++) await index?.remove(h);
    };
    const executor = new BlockExecutor({ ...common, eventBus, mempool, evidence, beforePrune });
    const publicKey = await d.privValidator?.getPubKey();
    return new Engine({ d, now, state, info, blockStore, stateStore, eventBus, mempool, evidence, index, indexer, signatures, executor, publicKey });
  }

  /** The state after the last block. */
  get state(): State {
    return this.#state;
  }

  /** The clock of consensus. */
  now(): Time {
    return this.#p.now();
  }

  /** Verifies signatures on the engine's threads; what was good lately is not verified again. */
  get checkSignatures(): CheckSignatures {
    return this.#p.signatures.check;
  }

  /** The state after a block that was applied outside of consensus, which has not started yet. Resolves when the index has room. */
  async advance(state: State): Promise<void> {
    if (this.#driver !== undefined) throw new Error('engine: consensus runs, it alone applies blocks');
    this.#state = state;
    this.#p.signatures.nextHeight();
    await this.#indexer?.room();
  }

  /** The state that the application was restored to, with the commit of its height; only where there was none. */
  async bootstrap(state: State, commit: Commit): Promise<void> {
    if (this.#driver !== undefined || this.#state.lastBlockHeight !== 0n) throw new Error('engine: there is a state already');
    // The commit first: a stored state means that it is there.
    await this.blockStore.saveSeenCommit(commit);
    await this.stateStore.bootstrap(state);
    await this.evidence.update(state, []);
    this.#state = state;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && !this.#stopping;
  }

  /** Starts consensus: replays the log of the running height, then takes part. Rejects where the node may not. */
  async start(): Promise<void> {
    const { d, now, blockStore, signatures, executor, evidence, publicKey } = this.#p;
    const { logger, config } = d;
    const state = this.#state;
    const ownKey = publicKey === undefined ? undefined : { publicKey, address: addressOfKey(publicKey) };
    const lastCommit = storedLastCommit(state, blockStore);
    const lastHeader = state.lastBlockHeight === 0n ? undefined : blockStore.loadBlockMeta(state.lastBlockHeight)?.header;
    if (ownKey !== undefined) checkDoubleSigningRisk(blockStore, ownKey.address, state.lastBlockHeight + 1n, config.doubleSignCheckHeight);
    const wal = await Wal.open(d.walFile, {
      now,
      onRepair: (file, offset, bytes) => logger.warn('the end of the write-ahead log was cut short by a crash and is dropped', { file, offset, bytes }),
    });
    this.#wal = wal;
    this.#performer = new Performer(
      {
        privValidator: d.privValidator,
        ownAddress: ownKey?.address,
        wal,
        ticker: this.#ticker,
        executor,
        blockStore,
        evidence,
        signatures,
        logger,
        now,
        failPoint: d.failPoint ?? (() => undefined),
        onEvent: (event) => this.#onEvent(event),
        onRefused: (error, peer) => this.#onRefused(error, peer),
        onApplied: (s, candidate) => this.#onApplied(s, candidate),
      },
      state,
    );
    this.#driver = new Driver(config.consensus, heightContext(state, lastHeader?.appHash), ownKey, lastCommit);
    await this.#drive(this.#driver.begin());
    await this.#replay(wal, this.#driver);
    await this.#drive(this.#driver.start());
    this.#flush = setInterval(() => void wal.sync().catch((e: unknown) => this.#fail(e)), WAL_FLUSH_MS);
    this.#running = this.#run(this.#driver);
  }

  async #replay(wal: Wal, driver: Driver): Promise<void> {
    const { logger } = this.#p.d;
    const { height, initialHeight } = driver.state.context;
    const messages = wal.messagesAfter(height === initialHeight ? 0n : height - 1n);
    if (messages === undefined) {
      // After a crash between saving a block and ending its height, or after a sync: nothing of this height was signed.
      logger.info('the write-ahead log has no record of the last height; starting the height anew', { height });
      await wal.endHeight(height - 1n);
      return;
    }
    const performer = this.#performer as Performer;
    performer.replaying = true;
    let count = 0;
    for (const m of messages) {
      if (m.type === 'roundState' || m.type === 'endHeight') continue;
      await this.#drive(driver.replay(m));
      count++;
    }
    performer.replaying = false;
    if (count > 0) logger.info('replayed consensus messages', { height, messages: count });
  }

  async #drive(steps: Steps): Promise<void> {
    const performer = this.#performer as Performer;
    let r = steps.next();
    while (!r.done) {
      const result = performer.perform(r.value);
      r = steps.next(result instanceof Promise ? await result : result);
    }
  }

  async #run(driver: Driver): Promise<void> {
    let internalTurn = true;
    try {
      while (!this.#stopping) {
        // Our own messages first, but never so that others wait for ever.
        if (driver.hasInternal && (internalTurn || this.#queue.length === 0)) {
          internalTurn = this.#queue.length === 0;
          await this.#drive(driver.handleInternal());
          this.#onProgress();
          continue;
        }
        internalTurn = true;
        const input = this.#queue.shift();
        if (input !== undefined) {
          await this.#drive(driver.handle(input));
          this.#onProgress();
        } else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } catch (e) {
      this.#fail(e);
    }
  }

  #fail(e: unknown): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#ticker.stop();
    clearInterval(this.#flush);
    if (e instanceof PlannedHalt) this.#p.d.logger.info('stopping here as planned', { height: this.#state.lastBlockHeight, reason: e.message });
    else this.#p.d.logger.error('CONSENSUS FAILURE: this node takes no more part', { error: e instanceof Error ? (e.stack ?? e.message) : String(e) });
    this.#p.d.onFailure(e);
  }

  #push(input: Input): void {
    this.#queue.push(input);
    this.#wake?.();
  }

  /** A message of a peer. False where it is refused because too many wait. */
  receive(input: Exclude<Input, { readonly type: 'timeout' | 'txsAvailable' }>): boolean {
    if (this.#queue.length >= QUEUE_MAX) return false;
    this.#push(input);
    return true;
  }

  /** A peer says that it saw +2/3 for a value. Throws ConsensusError where it said otherwise before. */
  setPeerMaj23(height: bigint, round: number, type: number, peer: string, id: BlockId): void {
    const c = this.#driver?.state;
    if (c !== undefined && c.height === height) c.votes.setPeerMaj23(round, type, peer, id);
  }

  /** For gossip: the live state of consensus. Nobody but consensus may change it. */
  get consensus(): Driver['state'] | undefined {
    return this.#driver?.state;
  }

  /** Events of consensus as they happen, before the event bus. */
  onConsensusEvent(listener: (event: ConsensusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Called after each input that consensus processed. */
  onProgress(listener: () => void): () => void {
    this.#progressListeners.add(listener);
    return () => void this.#progressListeners.delete(listener);
  }

  #onProgress(): void {
    for (const listener of this.#progressListeners) listener();
  }

  /** Messages that consensus refused, with the peer they came from. */
  onRefused(listener: (error: ConsensusError, peer: string) => void): () => void {
    this.#refusedListeners.add(listener);
    return () => void this.#refusedListeners.delete(listener);
  }

  /** A copy of the round state; undefined before the start. */
  roundState(): RoundStateView | undefined {
    return this.#driver === undefined ? undefined : roundStateView(this.#driver);
  }

  #onEvent(event: ConsensusEvent): void {
    for (const listener of this.#listeners) listener(event);
    this.eventBus.publish(event);
  }

  #onRefused(error: ConsensusError, peer: string): void {
    const level = error.code === 'conflicting-vote' ? 'error' : 'debug';
    this.#p.d.logger[level]('consensus refused a message', { peer, code: error.code, error: error.message });
    for (const listener of this.#refusedListeners) listener(error, peer);
  }

  async #onApplied(state: State, { block, id }: Candidate): Promise<void> {
    this.#state = state;
    this.#p.d.logger.info('committed block', {
      height: block.header.height,
      hash: toHexUpper(id.hash),
      txs: block.data.txs.length,
      appHash: toHexUpper(state.appHash),
    });
    await this.#indexer?.room();
  }

  /** Ends consensus after the input in hand; what was decided is stored and indexed when it resolves. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ticker.stop();
    clearInterval(this.#flush);
    this.#wake?.();
    await this.#running;
    await this.executor.settled();
    await this.#indexer?.stop();
    await this.#wal?.close();
  }
}
