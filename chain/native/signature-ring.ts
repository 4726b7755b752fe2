// The memory that the main thread and the verifying threads share: one batch of signatures at a time, taken by chunks.
// Control words, then one verdict byte an item, then the offset of each item, then the items:
// algorithm (1 byte) | public key (33, the last unused for ed25519) | signature (64) | message length (4, little-endian) | message.
// A batch is announced by a new SEQUENCE. TICKET is the number of the batch and the index of the next item that nobody has taken: whoever is
// free exchanges it for one that is CHUNK further and verifies the items between. DONE counts verified items; who brings it to COUNT wakes
// the main thread.
// Invariant: who has read a ticket of one batch takes nothing of another, however long it slept in between: each item is verified by one
// thread, so that DONE reaches COUNT only when all are.
import type { SignatureAlgorithm, SignatureVerifier } from '../crypto/ports.ts';

export interface SignatureItem {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  /** What was signed; secp256k1 and secp256r1 hash it with SHA-256. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export const ITEMS_MAX = 2048;
const ITEM_HEAD_BYTES = 102;
const DATA_BYTES = 1_048_576;
/** Longer messages are verified where they are: copying them costs more than another thread saves. */
export const MESSAGE_BYTES_MAX = 65_536;
const CHUNK = 16;
/** Low bits of a ticket: the index. All set, beyond any item: nothing is there to be taken. */
const INDEX_BITS = 12;
const CLOSED = (1 << INDEX_BITS) - 1;

const SEQUENCE = 0;
const COUNT = 1;
const TICKET = 2;
const DONE = 3;
const EXIT = 4;
const CONTROL_WORDS = 8;
const AT_VERDICTS = 4 * CONTROL_WORDS;
const AT_OFFSETS = AT_VERDICTS + ITEMS_MAX;
const AT_DATA = AT_OFFSETS + 4 * ITEMS_MAX;
export const RING_BYTES: number = AT_DATA + DATA_BYTES;

const ALGORITHMS: readonly SignatureAlgorithm[] = ['ed25519', 'secp256k1', 'secp256r1'];

/** ES2024, and Node since 16. */
interface AsyncAtomics {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
  ): { readonly async: false; readonly value: string } | { readonly async: true; readonly value: Promise<string> };
}

/** One thread's view of the shared memory. */
export class SignatureRing {
  readonly #control: Int32Array;
  readonly #verdicts: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #data: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#control = new Int32Array(shared, 0, CONTROL_WORDS);
    this.#verdicts = new Uint8Array(shared, AT_VERDICTS, ITEMS_MAX);
    this.#offsets = new Uint32Array(shared, AT_OFFSETS, ITEMS_MAX);
    this.#data = new Uint8Array(shared, AT_DATA, DATA_BYTES);
  }

  /** Main thread, no batch running: announces as many of the items, from the first, as there is room for, and says how many. */
  announce(items: readonly SignatureItem[]): number {
    const ticket = this.#close();
    let at = 0;
    let n = 0;
    for (; n < items.length && n < ITEMS_MAX; n++) {
      const item = items[n] as SignatureItem;
      const length = item.message.length;
      if (at + ITEM_HEAD_BYTES + length > DATA_BYTES) break;
      this.#offsets[n] = at;
      this.#data[at] = ALGORITHMS.indexOf(item.algorithm);
      this.#data.set(item.publicKey, at + 1);
      this.#data.set(item.signature, at + 34);
      for (let b = 0; b < 4; b++) this.#data[at + 98 + b] = length >>> (8 * b);
      this.#data.set(item.message, at + ITEM_HEAD_BYTES);
      at += ITEM_HEAD_BYTES + length;
    }
    this.#verdicts.fill(0, 0, n);
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, COUNT, n);
    Atomics.store(this.#control, TICKET, ticket & ~CLOSED);
    Atomics.add(this.#control, SEQUENCE, 1);
    Atomics.notify(this.#control, SEQUENCE);
    return n;
  }

  /** Ends the tickets of the batch before. Gives the closed ticket of the next one. */
  #close(): number {
    const ticket = (((Atomics.load(this.#control, TICKET) >>> INDEX_BITS) + 1) << INDEX_BITS) | CLOSED;
    Atomics.store(this.#control, TICKET, ticket);
    return ticket;
  }

  /** Takes one chunk and verifies it; false when there was none left. */
  work(verifier: SignatureVerifier): boolean {
    let from: number;
    let count: number;
    let ticket: number;
    do {
      ticket = Atomics.load(this.#control, TICKET);
      from = ticket & CLOSED;
      count = Atomics.load(this.#control, COUNT);
      if (from >= count) return false;
      // Only if it is still the same batch: then the count was this batch's too.
    } while (Atomics.compareExchange(this.#control, TICKET, ticket, ticket + CHUNK) !== ticket);
    const end = Math.min(from + CHUNK, count);
    for (let i = from; i < end; i++) this.#verdicts[i] = this.#verify(verifier, this.#offsets[i] as number) ? 1 : 0;
    if (Atomics.add(this.#control, DONE, end - from) + end - from === count) Atomics.notify(this.#control, DONE);
    return true;
  }

  #verify(verifier: SignatureVerifier, at: number): boolean {
    const data = this.#data;
    const algorithm = ALGORITHMS[data[at] as number] as SignatureAlgorithm;
    const length = (data[at + 98] as number) | ((data[at + 99] as number) << 8) | ((data[at + 100] as number) << 16);
    // Copies: native code does not read shared memory.
    const publicKey = data.slice(at + 1, at + (algorithm === 'ed25519' ? 33 : 34));
    return verifier.verify(algorithm, publicKey, data.slice(at + ITEM_HEAD_BYTES, at + ITEM_HEAD_BYTES + length), data.slice(at + 34, at + 98));
  }

  verdict(i: number): boolean {
    return this.#verdicts[i] === 1;
  }

  /** Main thread: resolves when all announced items are verified. */
  async finished(): Promise<void> {
    for (;;) {
      const done = Atomics.load(this.#control, DONE);
      if (done >= Atomics.load(this.#control, COUNT)) return;
      const wait = (Atomics as unknown as AsyncAtomics).waitAsync(this.#control, DONE, done);
      if (wait.async) await wait.value;
    }
  }

  /** Main thread: wakes `finished` although nothing came, for when the threads are gone. */
  abandon(): void {
    this.#close();
    Atomics.store(this.#control, DONE, Atomics.load(this.#control, COUNT));
    Atomics.notify(this.#control, DONE);
  }

  /** A verifying thread: works until `exit`. */
  serve(verifier: SignatureVerifier): void {
    let seen = 0;
    while (Atomics.load(this.#control, EXIT) === 0) {
      const sequence = Atomics.load(this.#control, SEQUENCE);
      if (sequence === seen) {
        Atomics.wait(this.#control, SEQUENCE, seen);
        continue;
      }
      seen = sequence;
      while (this.work(verifier)) {
        // Until no chunk is left.
      }
    }
  }

  /** Main thread: the verifying threads end. */
  exit(): void {
    Atomics.store(this.#control, EXIT, 1);
    Atomics.add(this.#control, SEQUENCE, 1);
    Atomics.notify(this.#control, SEQUENCE);
  }
}
