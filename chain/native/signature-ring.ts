// The memory that the main thread and the verifying threads share: one batch of signatures at a time, taken by chunks.
// Control words, then one verdict byte an item, then the offset of each item, then the items:
// algorithm (1 byte) | public key (33, the last unused for ed25519) | signature (64) | message length (4, little-endian) | message.
// A batch is announced by a new SEQUENCE. Whoever is free adds CHUNK to NEXT and verifies the items it got; NEXT is CLOSED while no
// batch is there, so that a late adder gets nothing. DONE counts verified items; who brings it to COUNT wakes the main thread.
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
const CLOSED = 0x4000_0000;

const SEQUENCE = 0;
const COUNT = 1;
const NEXT = 2;
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
    Atomics.store(this.#control, NEXT, CLOSED);
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
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, COUNT, n);
    Atomics.store(this.#control, NEXT, 0);
    Atomics.add(this.#control, SEQUENCE, 1);
    Atomics.notify(this.#control, SEQUENCE);
    return n;
  }

  /** Takes one chunk and verifies it; false when there was none left. */
  work(verifier: SignatureVerifier): boolean {
    const from = Atomics.add(this.#control, NEXT, CHUNK);
    const count = Atomics.load(this.#control, COUNT);
    if (from >= count) return false;
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
    Atomics.store(this.#control, NEXT, CLOSED);
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
