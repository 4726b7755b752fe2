// Snapshots of a running application (sdk:baseapp/abci.go, store:snapshots/manager.go): taken every so many heights behind the running chain,
// offered to others, and restored from what others give. Invariants: at most one is taken at a time; a store that refused a snapshot is empty.
import type { TrellisMultiStore } from '../multistore.ts';
import { ErrSnapshot } from '../query-errors.ts';
import { exportSnapshot, restoreSnapshot, SNAPSHOT_FORMAT } from '../snapshot.ts';
import type { SnapshotFolder } from './folder.ts';
import { fromOffered, matchesChunk, type OfferedSnapshot, offered, type SnapshotInfo } from './metadata.ts';

/** Answers to OfferSnapshot. */
const OFFER = { accept: 1, abort: 2, reject: 3, rejectFormat: 4 } as const;
/** Answers to ApplySnapshotChunk. */
const CHUNK = { accept: 1, abort: 2, retry: 3, rejectSnapshot: 5 } as const;

export interface ChunkAnswer {
  readonly result: number;
  readonly refetchChunks: readonly number[];
  readonly rejectSenders: readonly string[];
}

export interface SnapshotManagerOptions {
  readonly store: TrellisMultiStore;
  readonly folder: SnapshotFolder;
  /** state-sync.snapshot-interval; 0: none is taken. */
  readonly interval: number;
  /** state-sync.snapshot-keep-recent; 0: all. */
  readonly keepRecent: number;
  readonly onTaken?: (info: SnapshotInfo) => void;
  /** A snapshot could not be taken; the chain goes on. */
  readonly onError?: (height: bigint, error: unknown) => void;
  /** The store has become another state. */
  readonly onRestored?: () => void;
}

/** Chunks that come one by one, for a reader that waits for them. */
class ChunkQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

interface Restoring {
  readonly info: SnapshotInfo;
  readonly queue: ChunkQueue;
  /** Resolves with the failure; undefined: restored. */
  readonly done: Promise<unknown>;
  next: number;
  failed: boolean;
}

export class SnapshotManager {
  readonly #o: SnapshotManagerOptions;
  #taking: Promise<void> | undefined;
  #restoring: Restoring | undefined;
  #closed = false;

  constructor(o: SnapshotManagerOptions) {
    this.#o = o;
    o.folder.removeUnfinished();
  }

  /** How far back the oldest snapshot reaches, in heights; 0: none is taken, or all are kept. */
  get retentionHeights(): bigint {
    return BigInt(this.#o.interval) * BigInt(this.#o.keepRecent);
  }

  afterCommit(height: bigint): void {
    const { interval, onError } = this.#o;
    if (interval === 0 || height % BigInt(interval) !== 0n || this.#closed) return;
    if (this.#taking !== undefined) {
      onError?.(height, new Error('the snapshot before is still being taken; raise state-sync.snapshot-interval'));
      return;
    }
    this.#taking = this.#take(height);
  }

  async #take(height: bigint): Promise<void> {
    const { keepRecent, folder, onTaken, onError } = this.#o;
    try {
      const info = await this.create(height);
      if (keepRecent > 0) await folder.prune(keepRecent);
      onTaken?.(info);
    } catch (e) {
      if (!this.#closed) onError?.(height, e);
    } finally {
      this.#taking = undefined;
    }
  }

  /** Takes one of a height that is in memory. Rejects with ErrSnapshot or ErrVersionDoesNotExist. */
  create(height: bigint): Promise<SnapshotInfo> {
    const { store, folder } = this.#o;
    // Held from now on, as the next commit may come before the first chunk is asked for.
    const release = store.hold(height);
    return folder.save(height, SNAPSHOT_FORMAT, this.#untilClosed(exportSnapshot(store, height))).finally(release);
  }

  async *#untilClosed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#closed) throw ErrSnapshot.wrap('the node stops');
      yield chunk;
    }
  }

  /** Resolves when no snapshot is being taken. */
  async settled(): Promise<void> {
    await this.#taking;
  }

  async listSnapshots(): Promise<readonly OfferedSnapshot[]> {
    return this.#o.folder.list().map(offered);
  }

  async loadSnapshotChunk(req: { readonly height: bigint; readonly format: number; readonly chunk: number }): Promise<{ readonly chunk: Uint8Array }> {
    return { chunk: (await this.#o.folder.loadChunk(req.height, req.format, req.chunk)) ?? new Uint8Array(0) };
  }

  async offerSnapshot(req: { readonly snapshot: OfferedSnapshot | undefined; readonly appHash: Uint8Array }): Promise<{ readonly result: number }> {
    if (req.snapshot === undefined) return { result: OFFER.reject };
    if (req.snapshot.format !== SNAPSHOT_FORMAT) return { result: OFFER.rejectFormat };
    // A state is never thrown away for one that a peer has.
    if (this.#o.store.last.height !== 0n) return { result: OFFER.abort };
    let info: SnapshotInfo;
    try {
      info = fromOffered(req.snapshot);
    } catch (e) {
      if (ErrSnapshot.is(e)) return { result: OFFER.reject };
      throw e;
    }
    await this.#abandon();
    const queue = new ChunkQueue();
    const done = restoreSnapshot(this.#o.store, { height: info.height, format: info.format, chunks: queue, appHash: req.appHash }).then(
      () => undefined,
      (e: unknown) => e,
    );
    const restoring: Restoring = { info, queue, done, next: 0, failed: false };
    void done.then((e) => {
      restoring.failed = e !== undefined;
    });
    this.#restoring = restoring;
    return { result: OFFER.accept };
  }

  /** Ends a restoration that was not finished; the store is empty afterwards. */
  async #abandon(): Promise<void> {
    const r = this.#restoring;
    this.#restoring = undefined;
    r?.queue.end();
    await r?.done;
  }

  async applySnapshotChunk(req: { readonly index: number; readonly chunk: Uint8Array; readonly sender: string }): Promise<ChunkAnswer> {
    const r = this.#restoring;
    const answer = (result: number): ChunkAnswer => ({ result, refetchChunks: [], rejectSenders: [] });
    if (r === undefined) return answer(CHUNK.abort);
    // Chunks come in order; one that was applied already may come again after a retry.
    if (req.index < r.next) return answer(CHUNK.accept);
    if (req.index > r.next) return answer(CHUNK.abort);
    if (!matchesChunk(r.info, req.index, req.chunk)) {
      return { result: CHUNK.retry, refetchChunks: [req.index], rejectSenders: req.sender === '' ? [] : [req.sender] };
    }
    if (r.failed) return this.#refused(r);
    r.queue.push(req.chunk.slice());
    r.next++;
    if (r.next < r.info.chunks) return answer(CHUNK.accept);
    r.queue.end();
    if ((await r.done) !== undefined) return this.#refused(r);
    this.#restoring = undefined;
    this.#o.onRestored?.();
    return answer(CHUNK.accept);
  }

  /** Its content is not what its hash promises to be, or not the state of the header: another snapshot may be good. */
  async #refused(r: Restoring): Promise<ChunkAnswer> {
    await this.#abandon();
    const e = await r.done;
    this.#o.onError?.(r.info.height, e);
    return { result: ErrSnapshot.is(e) ? CHUNK.rejectSnapshot : CHUNK.abort, refetchChunks: [], rejectSenders: [] };
  }

  /** Waits for the chunk in hand; a snapshot that is not finished leaves nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#abandon();
    await this.#taking;
  }
}
