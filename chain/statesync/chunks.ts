// The chunks of one snapshot: fetched from several peers at a time, asked of another peer where one does not answer, given out in order
// (cmt:statesync/chunks.go, syncer.go fetchChunks). At most WINDOW chunks wait in memory, so that nothing needs the disk.
import type { Clock } from './clock.ts';

/** Chunks beyond the next one to be applied that are fetched: of at most 16 MB each. */
const WINDOW = 8;

export interface Chunk {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly sender: string;
}

export interface ChunkQueueOptions {
  readonly total: number;
  /** Chunks asked for at the same time. */
  readonly fetchers: number;
  readonly requestTimeoutMs: number;
  /** How long the next chunk may take, whoever gives it. */
  readonly chunkTimeoutMs: number;
  readonly clock: Clock;
  /** Who has the snapshot now. */
  readonly peers: () => readonly string[];
  readonly request: (peer: string, index: number) => void;
  /** Which of the peers is asked; in [0, n). */
  readonly random: (n: number) => number;
}

interface Fetch {
  readonly peer: string;
  readonly cancel: () => void;
}

export class ChunkQueue {
  readonly #o: ChunkQueueOptions;
  readonly #chunks = new Map<number, Chunk>();
  readonly #applied = new Set<number>();
  readonly #fetching = new Map<number, Fetch>();
  /** Who was asked for a chunk and did not give it. */
  readonly #failed = new Map<number, Set<string>>();
  /** Who said that it has not a chunk. */
  readonly #missing = new Map<number, Set<string>>();
  #wake: (() => void) | undefined;
  #gone = false;
  #closed = false;

  constructor(o: ChunkQueueOptions) {
    this.#o = o;
  }

  /** The lowest that is not applied; undefined: all are. */
  get #next(): number | undefined {
    for (let i = 0; i < this.#o.total; i++) if (!this.#applied.has(i)) return i;
    return undefined;
  }

  #fetch(): void {
    const next = this.#next;
    if (this.#closed || next === undefined) return;
    const end = Math.min(this.#o.total, next + WINDOW);
    for (let i = next; i < end && this.#fetching.size < this.#o.fetchers; i++) {
      if (!this.#applied.has(i) && !this.#chunks.has(i) && !this.#fetching.has(i)) this.#ask(i);
    }
  }

  #ask(index: number): void {
    const { peers, request, random, clock, requestTimeoutMs } = this.#o;
    const failed = this.#failed.get(index) ?? new Set();
    const all = peers();
    // Where all have failed once, they get another chance.
    const fresh = all.filter((p) => !failed.has(p));
    if (fresh.length === 0) failed.clear();
    const choice = fresh.length > 0 ? fresh : all;
    const peer = choice[random(choice.length)];
    const cancel = clock.after(requestTimeoutMs, () => this.#giveUp(index, true));
    this.#fetching.set(index, { peer: peer ?? '', cancel });
    if (peer !== undefined) request(peer, index);
  }

  #giveUp(index: number, askAgain: boolean): void {
    const f = this.#fetching.get(index);
    if (f === undefined) return;
    f.cancel();
    this.#fetching.delete(index);
    const failed = this.#failed.get(index) ?? new Set();
    failed.add(f.peer);
    this.#failed.set(index, failed);
    if (askAgain) this.#fetch();
  }

  /** A chunk of a peer; false where it was not asked for it. */
  add(chunk: Chunk): boolean {
    if (this.#fetching.get(chunk.index)?.peer !== chunk.sender) return false;
    this.#fetching.get(chunk.index)?.cancel();
    this.#fetching.delete(chunk.index);
    this.#chunks.set(chunk.index, chunk);
    this.#wake?.();
    this.#fetch();
    return true;
  }

  /** The peer has not the chunk: another one is asked. Where nobody has it, the snapshot is gone, and waiting for it makes no sense. */
  missing(peer: string, index: number): void {
    if (this.#fetching.get(index)?.peer !== peer) return;
    const missing = this.#missing.get(index) ?? new Set();
    missing.add(peer);
    this.#missing.set(index, missing);
    if (this.#o.peers().every((p) => missing.has(p))) {
      this.#gone = true;
      this.#wake?.();
    }
    this.#giveUp(index, !this.#gone);
  }

  /** What was asked of a peer that is gone is asked of others. */
  removePeer(peer: string): void {
    for (const [index, f] of [...this.#fetching]) if (f.peer === peer) this.#giveUp(index, false);
    this.#fetch();
  }

  /** The next chunk in order; 'done' when all are applied, 'timeout' when it did not come, 'gone' when no peer has it. */
  async next(): Promise<Chunk | 'done' | 'timeout' | 'gone'> {
    let late = false;
    const cancel = this.#o.clock.after(this.#o.chunkTimeoutMs, () => {
      late = true;
      this.#wake?.();
    });
    try {
      for (;;) {
        const next = this.#next;
        if (next === undefined) return 'done';
        const chunk = this.#chunks.get(next);
        if (chunk !== undefined) return chunk;
        if (this.#gone) return 'gone';
        if (late || this.#closed) return 'timeout';
        this.#fetch();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      cancel();
    }
  }

  applied(index: number): void {
    this.#applied.add(index);
    this.#chunks.delete(index);
    this.#fetch();
  }

  /** Fetch it anew, and apply it again if it was applied. */
  discard(index: number): void {
    this.#applied.delete(index);
    this.#chunks.delete(index);
    this.#fetch();
  }

  /** Nothing that this peer sent is kept, unless it is applied. */
  discardSender(peer: string): void {
    for (const [index, c] of [...this.#chunks]) if (c.sender === peer) this.#chunks.delete(index);
    this.removePeer(peer);
  }

  /** Apply all again. */
  restart(): void {
    this.#applied.clear();
    this.#fetch();
  }

  close(): void {
    this.#closed = true;
    for (const f of this.#fetching.values()) f.cancel();
    this.#fetching.clear();
    this.#chunks.clear();
    this.#wake?.();
  }
}
