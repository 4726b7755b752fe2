// Verifies batches of signatures away from the main thread. The threads start with the first batch that is worth them; until they run
// the main thread works alone, and if they die it goes on alone, so that an answer always comes.
import { Worker } from 'node:worker_threads';
import type { SignatureVerifier } from '../crypto/ports.ts';
import { ITEMS_MAX, MESSAGE_BYTES_MAX, RING_BYTES, type SignatureItem, SignatureRing } from './signature-ring.ts';
import { createNativeVerifier } from './verifier.ts';

export type { SignatureItem } from './signature-ring.ts';

/** A round trip costs 20 to 30 µs and a check 50 to 60, so fewer are verified at once. */
const INLINE_MAX = 3;
/** How long the main thread helps before other events get their turn. */
const HELP_SLICE_MS = 4;
/** Items of a batch in no hurry that are announced together: an urgent one waits for as many at most, some 15 ms. */
const PATIENT_ITEMS_MAX = 256;
/** Items between two turns of the event loop where there are no threads. */
const ALONE_ITEMS_MAX = 64;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 };

export interface SignaturePoolOptions {
  /** Default 1. */
  readonly threads?: number;
  readonly verifier?: SignatureVerifier;
  /** The program of the threads; default signature-worker. */
  readonly worker?: URL;
}

export interface VerifyOptions {
  /**
   * Consensus waits for it: the batch goes before all others that do not have this, and the main thread verifies too, in slices of
   * 4 ms. Default false.
   */
  readonly help?: boolean;
}

interface Batch {
  readonly items: readonly SignatureItem[];
  /** Indexes of the items that go to the ring, and how many of them are done. */
  readonly fitting: readonly number[];
  done: number;
  readonly verdicts: boolean[];
  readonly resolve: (verdicts: boolean[]) => void;
  readonly reject: (reason: unknown) => void;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class SignaturePool {
  readonly #threads: number;
  readonly #verifier: SignatureVerifier;
  readonly #worker: URL;
  readonly #urgent: Batch[] = [];
  readonly #patient: Batch[] = [];
  #ring: SignatureRing | undefined;
  readonly #workers = new Set<Worker>();
  #online = false;
  #running = false;
  #closed = false;

  constructor(options: SignaturePoolOptions = {}) {
    this.#threads = options.threads ?? 1;
    this.#verifier = options.verifier ?? createNativeVerifier();
    this.#worker = options.worker ?? new URL(`./signature-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  }

  /** One verdict per item, in order. Malformed keys and signatures are false. Still answers after `close`, in the calling thread. */
  verifyBatch(items: readonly SignatureItem[], options: VerifyOptions = {}): Promise<boolean[]> {
    if (items.length <= INLINE_MAX || this.#closed || this.#threads === 0) return Promise.resolve(items.map((item) => this.verify(item)));
    const verdicts = new Array<boolean>(items.length).fill(false);
    // Only what has the right sizes goes to the ring; the rest is refused, or, where its message is long, verified here.
    const fitting: number[] = [];
    items.forEach((item, i) => {
      const keyLength = item.algorithm === 'ed25519' ? 32 : 33;
      if (item.publicKey.length !== keyLength || item.signature.length !== 64) return;
      if (item.message.length > MESSAGE_BYTES_MAX) verdicts[i] = this.verify(item);
      else fitting.push(i);
    });
    return new Promise((resolve, reject) => {
      (options.help === true ? this.#urgent : this.#patient).push({ items, fitting, done: 0, verdicts, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  /** In the calling thread. */
  verify(item: SignatureItem): boolean {
    return this.#verifier.verify(item.algorithm, item.publicKey, item.message, item.signature);
  }

  /** Batches under way are finished by the main thread; the threads end. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    const ended = [...this.#workers].map((w) => {
      w.ref();
      return new Promise((resolve) => w.once('exit', resolve));
    });
    this.#ring?.exit();
    await Promise.all(ended);
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#start();
    for (;;) {
      const queue = this.#urgent.length > 0 ? this.#urgent : this.#patient;
      const [batch] = queue;
      if (batch === undefined) break;
      try {
        if (batch.done < batch.fitting.length) await this.#verifySome(batch, queue === this.#urgent);
        if (batch.done < batch.fitting.length) continue;
        batch.resolve(batch.verdicts);
      } catch (e) {
        batch.reject(e);
      }
      queue.shift();
    }
    for (const w of this.#workers) w.unref();
    this.#running = false;
  }

  async #verifySome(batch: Batch, urgent: boolean): Promise<void> {
    const { items, fitting, verdicts, done } = batch;
    const end = Math.min(fitting.length, done + (urgent ? ITEMS_MAX : PATIENT_ITEMS_MAX));
    const some = fitting.slice(done, end).map((i) => items[i] as SignatureItem);
    const ring = this.#ring;
    if (ring !== undefined && this.#workers.size > 0) {
      const n = ring.announce(some);
      if (urgent || !this.#online) await this.#help(ring);
      await ring.finished();
      // Threads that died have left verdicts unset: then this part is done again, here.
      if (this.#workers.size > 0) {
        for (let i = 0; i < n; i++) verdicts[fitting[done + i] as number] = ring.verdict(i);
        batch.done += n;
        return;
      }
    }
    const alone = some.slice(0, ALONE_ITEMS_MAX);
    alone.forEach((item, i) => {
      verdicts[fitting[done + i] as number] = this.verify(item);
    });
    batch.done += alone.length;
    await nextTurn();
  }

  async #help(ring: SignatureRing): Promise<void> {
    let until = performance.now() + HELP_SLICE_MS;
    while (ring.work(this.#verifier)) {
      if (performance.now() < until) continue;
      await nextTurn();
      until = performance.now() + HELP_SLICE_MS;
    }
  }

  #start(): void {
    for (const w of this.#workers) w.ref();
    if (this.#ring !== undefined) return;
    const shared = new SharedArrayBuffer(RING_BYTES);
    this.#ring = new SignatureRing(shared);
    for (let i = 0; i < this.#threads; i++) {
      const worker = new Worker(this.#worker, { workerData: shared, resourceLimits: RESOURCE_LIMITS, name: 'signatures' });
      this.#workers.add(worker);
      worker.once('online', () => {
        this.#online = true;
      });
      let why = 'it ended';
      worker.once('error', (e) => {
        why = e instanceof Error ? e.message : String(e);
      });
      worker.once('exit', () => {
        if (!this.#closed && this.#workers.size > 0) process.emitWarning(`signature thread: ${why}; the main thread verifies from now on`);
        // A chunk may be lost with it, so the others end too; what was under way is verified again by the main thread.
        this.#workers.clear();
        this.#ring?.exit();
        this.#ring?.abandon();
      });
    }
  }
}
