// State sync (network.md §10, cmt:statesync/syncer.go): the best snapshot that peers offer is offered to the application with the app hash
// of a verified header, its chunks are fetched and applied, and the application is asked whether it is there.
// Invariant: nothing is applied before the app hash of its height was verified; what the application refuses is not tried again.
import type { Application } from '../abci/application.ts';
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import type { Logger } from '../engine/logger.ts';
import type { State } from '../execution/state.ts';
import type { Commit } from '../types/commit.ts';
import { type Chunk, ChunkQueue } from './chunks.ts';
import { type Clock, systemClock } from './clock.ts';
import { type PeerSnapshot, SnapshotPool } from './snapshots.ts';
import { type StateProvider, UntrustedError } from './state-provider.ts';

/** The node can get no state: what happened, and what to do. */
export class StateSyncError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateSyncError';
  }
}

export interface SyncerOptions {
  readonly application: Pick<Application, 'info' | 'offerSnapshot' | 'applySnapshotChunk'>;
  readonly provider: StateProvider;
  /** At least 5 s. */
  readonly discoveryMs: number;
  readonly chunkRequestTimeoutMs: number;
  readonly chunkFetchers: number;
  /** Asks all peers for their snapshots. */
  readonly requestSnapshots: () => void;
  readonly requestChunk: (peer: string, snapshot: PeerSnapshot, index: number) => void;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface SyncedState {
  readonly state: State;
  readonly commit: Commit;
}

/** How one snapshot ended. */
type Outcome = 'restored' | 'retry' | 'reject' | 'rejectFormat' | 'rejectSenders' | 'timeout' | 'gone';

const CHUNK_TIMEOUT_MS = 120_000;
const OFFER: Readonly<Record<number, Outcome>> = { 3: 'reject', 4: 'rejectFormat', 5: 'rejectSenders' };
const ACCEPT = 1;
const ABORT = 2;
const CHUNK = { retry: 3, retrySnapshot: 4, rejectSnapshot: 5 } as const;
/** A snapshot that the application wants from the beginning again and again is no good. */
const RETRIES_MAX = 3;

export class Syncer {
  readonly #o: SyncerOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #pool = new SnapshotPool();
  #current: { readonly snapshot: PeerSnapshot; readonly chunks: ChunkQueue } | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(o: SyncerOptions) {
    this.#o = o;
    this.#clock = o.clock ?? systemClock;
    this.#random = o.random ?? Math.random;
  }

  addSnapshot(peer: string, s: PeerSnapshot): void {
    if (this.#pool.add(peer, s)) this.#o.logger.info('discovered a snapshot', { height: s.height, format: s.format, hash: toHexUpper(s.hash) });
  }

  addChunk(peer: string, height: bigint, format: number, index: number, bytes: Uint8Array | undefined): void {
    const c = this.#current;
    if (c === undefined || c.snapshot.height !== height || c.snapshot.format !== format) return;
    if (bytes === undefined) c.chunks.missing(peer, index);
    else c.chunks.add({ index, bytes, sender: peer });
  }

  removePeer(peer: string): void {
    this.#pool.removePeer(peer);
    this.#current?.chunks.removePeer(peer);
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.chunks.close();
    this.#wake?.();
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }

  /** Resolves with the state to begin from; undefined: stopped. Rejects with StateSyncError. */
  async run(): Promise<SyncedState | undefined> {
    const { application, logger, discoveryMs, requestSnapshots } = this.#o;
    const info = await application.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' });
    // Restored before this start, by hand or before a crash: only the engine's side is missing.
    if (info.lastBlockHeight > 0n) return this.#adopt(info.lastBlockHeight);
    logger.info('looking for snapshots', { seconds: discoveryMs / 1000 });
    requestSnapshots();
    await this.#pause(discoveryMs);
    let retries = 0;
    while (!this.#stopped) {
      const snapshot = this.#pool.best();
      if (snapshot === undefined) {
        logger.info('no snapshot found yet, asking again');
        requestSnapshots();
        await this.#pause(discoveryMs);
        continue;
      }
      const result = await this.#try(snapshot);
      if (typeof result === 'object') return result;
      if (this.#stopped) break;
      retries = result === 'retry' ? retries + 1 : 0;
      this.#conclude(snapshot, result === 'retry' && retries > RETRIES_MAX ? 'reject' : result);
    }
    return undefined;
  }

  #conclude(snapshot: PeerSnapshot, outcome: Outcome): void {
    const { height, format } = snapshot;
    this.#o.logger.warn('a snapshot could not be restored', { height, format, outcome });
    if (outcome === 'rejectFormat') this.#pool.rejectFormat(format);
    else if (outcome === 'rejectSenders') for (const peer of this.#pool.peersOf(snapshot)) this.#pool.rejectPeer(peer);
    else if (outcome !== 'retry') this.#pool.reject(snapshot);
  }

  async #adopt(height: bigint): Promise<SyncedState> {
    const result = await this.#verified(height);
    if (result === undefined) throw new StateSyncError(`the application has a state of height ${height}, and no header of that height can be verified`);
    await this.#checkApplication(result.state);
    this.#o.logger.info('the application has a state already, which is the chain’s', { height });
    return result;
  }

  /** undefined where the height cannot be verified, but another may. */
  async #verified(height: bigint): Promise<SyncedState | undefined> {
    const { provider, logger } = this.#o;
    try {
      await provider.appHash(height);
      return { state: await provider.state(height), commit: await provider.commit(height) };
    } catch (e) {
      if (e instanceof UntrustedError) throw new StateSyncError(e.message);
      logger.warn('the header of a snapshot could not be verified', { height, error: (e as Error).message });
      return undefined;
    }
  }

  async #try(snapshot: PeerSnapshot): Promise<SyncedState | Exclude<Outcome, 'restored'>> {
    const { application, logger } = this.#o;
    const { height, format, chunks: total } = snapshot;
    const result = await this.#verified(height);
    if (result === undefined) return 'reject';
    logger.info('offering a snapshot to the application', { height, format, chunks: total });
    const { result: answer } = await application.offerSnapshot({ snapshot, appHash: result.state.appHash });
    if (answer === ABORT) throw new StateSyncError(`the application refuses to restore the snapshot of height ${height}, and any other`);
    if (answer !== ACCEPT) {
      const outcome = OFFER[answer];
      if (outcome === undefined) throw new Error(`OfferSnapshot responded with result ${answer}`);
      return outcome as Exclude<Outcome, 'restored'>;
    }
    const outcome = await this.#applyAll(snapshot);
    if (outcome !== 'restored') return outcome;
    await this.#checkApplication(result.state);
    logger.info('restored a snapshot', { height, format, appHash: toHexUpper(result.state.appHash) });
    return result;
  }

  async #applyAll(snapshot: PeerSnapshot): Promise<Outcome> {
    const { chunkRequestTimeoutMs, chunkFetchers, requestChunk, logger } = this.#o;
    const chunks = new ChunkQueue({
      total: snapshot.chunks,
      fetchers: chunkFetchers,
      requestTimeoutMs: chunkRequestTimeoutMs,
      chunkTimeoutMs: CHUNK_TIMEOUT_MS,
      clock: this.#clock,
      peers: () => this.#pool.peersOf(snapshot),
      request: (peer, index) => requestChunk(peer, snapshot, index),
      random: (n) => Math.min(n - 1, Math.floor(this.#random() * n)),
    });
    this.#current = { snapshot, chunks };
    try {
      for (;;) {
        const chunk = await chunks.next();
        if (chunk === 'done') return 'restored';
        if (chunk === 'timeout' || chunk === 'gone') return chunk;
        const outcome = await this.#apply(chunks, chunk);
        if (outcome !== undefined) return outcome;
        logger.info('applied a chunk', { height: snapshot.height, chunk: chunk.index, total: snapshot.chunks });
      }
    } finally {
      chunks.close();
      this.#current = undefined;
    }
  }

  /** undefined: go on. */
  async #apply(chunks: ChunkQueue, { index, bytes, sender }: Chunk): Promise<Outcome | undefined> {
    const r = await this.#o.application.applySnapshotChunk({ index, chunk: bytes, sender });
    for (const peer of r.rejectSenders) {
      if (peer === '') continue;
      this.#pool.rejectPeer(peer);
      chunks.discardSender(peer);
    }
    if (r.result === ACCEPT) chunks.applied(index);
    for (const again of r.refetchChunks) chunks.discard(again);
    switch (r.result) {
      case ACCEPT:
      case CHUNK.retry:
        return undefined;
      case CHUNK.retrySnapshot:
        return 'retry';
      case CHUNK.rejectSnapshot:
        return 'reject';
      case ABORT:
        throw new StateSyncError(
          'the application gave up restoring the snapshot; its log says why. Reset the data ("trellisd comet reset-state") and start again',
        );
      default:
        throw new Error(`ApplySnapshotChunk responded with result ${r.result}`);
    }
  }

  async #checkApplication(state: State): Promise<void> {
    const info = await this.#o.application.info({ version: '', blockVersion: 0n, p2pVersion: 0n, abciVersion: '' });
    const reset = 'Reset the data ("trellisd comet reset-state") and start again';
    if (info.lastBlockHeight !== state.lastBlockHeight || !bytesEqual(info.lastBlockAppHash, state.appHash)) {
      throw new StateSyncError(
        `the application is at height ${info.lastBlockHeight} with app hash ${toHexUpper(info.lastBlockAppHash)}, the verified header says ${state.lastBlockHeight} and ${toHexUpper(state.appHash)}. ${reset}`,
      );
    }
    if (info.appVersion !== state.version.app) {
      throw new StateSyncError(`the application says version ${info.appVersion}, the chain has ${state.version.app}. Run the program of that version`);
    }
  }
}
