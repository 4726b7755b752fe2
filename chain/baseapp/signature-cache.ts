// Signatures checked ahead of execution, in batches and away from the main thread: each once per node. The ante decorators stay synchronous;
// they ask here and check by themselves what is not known. Entries leave when their transaction is committed, or the oldest when it is full.
// Invariant: an entry is used only where key, message and signature are all the same; a verdict never depends on the cache.
import type { SignatureChecker, SignatureItem } from '../core/signature.ts';
import { bytesEqual } from '../encoding/bytes.ts';

/** One verdict per item, in order. The rules are those of chain/crypto's SignatureVerifier. `help`: consensus waits for it. */
export type VerifyBatch = (items: readonly SignatureItem[], options?: { readonly help?: boolean }) => Promise<readonly boolean[]>;
export type VerifyOne = (item: SignatureItem) => boolean;

/** Entries kept; a mempool of 5000 transactions of several signatures fits. */
export const SIGNATURES_REMEMBERED_MAX = 32_768;

interface Entry {
  readonly item: SignatureItem;
  readonly valid: boolean;
}

function sameItem(a: SignatureItem, b: SignatureItem): boolean {
  return a.algorithm === b.algorithm && bytesEqual(a.publicKey, b.publicKey) && bytesEqual(a.message, b.message) && bytesEqual(a.signature, b.signature);
}

/** Six bytes of s as a number. Two signatures with the same ones push each other out, which costs a check and nothing else. */
function keyOf(signature: Uint8Array): number {
  let n = 0;
  for (let i = Math.max(signature.length - 6, 0); i < signature.length; i++) n = n * 256 + (signature[i] as number);
  return n;
}

export class SignatureCache implements SignatureChecker {
  readonly #entries = new Map<number, Entry>();
  readonly #max: number;
  readonly #verifyBatch: VerifyBatch | undefined;
  readonly #verifyOne: VerifyOne;
  readonly #nextTurn: (() => Promise<void>) | undefined;
  #gathered: SignatureItem[] = [];
  #flush: Promise<void> | undefined;

  /**
   * Without `verifyBatch` nothing is prefetched and every check is made inline. `nextTurn` waits for the event loop's next turn: what comes
   * in until then goes into one batch.
   */
  constructor(verifyOne: VerifyOne, verifyBatch?: VerifyBatch, nextTurn?: () => Promise<void>, max = SIGNATURES_REMEMBERED_MAX) {
    this.#verifyOne = verifyOne;
    this.#verifyBatch = verifyBatch;
    this.#nextTurn = nextTurn;
    this.#max = max;
  }

  get canPrefetch(): boolean {
    return this.#verifyBatch !== undefined;
  }

  get size(): number {
    return this.#entries.size;
  }

  #find(item: SignatureItem): Entry | undefined {
    const e = this.#entries.get(keyOf(item.signature));
    return e !== undefined && sameItem(e.item, item) ? e : undefined;
  }

  #keep(item: SignatureItem, valid: boolean): void {
    if (this.#entries.size >= this.#max) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(keyOf(item.signature), { item, valid });
  }

  /** Checks what is not known yet, in one batch, before everything else: a block waits for it. */
  prefetch(items: readonly SignatureItem[]): Promise<void> {
    return this.#check(items, true);
  }

  /** Checks what is not known yet, together with what others ask for in this turn of the event loop. */
  gather(items: readonly SignatureItem[]): Promise<void> {
    this.#gathered.push(...items);
    this.#flush ??= this.#flushLater();
    return this.#flush;
  }

  async #flushLater(): Promise<void> {
    await this.#nextTurn?.();
    const items = this.#gathered;
    this.#gathered = [];
    this.#flush = undefined;
    await this.#check(items, false);
  }

  async #check(items: readonly SignatureItem[], help: boolean): Promise<void> {
    if (this.#verifyBatch === undefined) return;
    const unknown = items.filter((item) => this.#find(item) === undefined);
    if (unknown.length === 0) return;
    let verdicts: readonly boolean[];
    try {
      verdicts = await this.#verifyBatch(unknown, { help });
    } catch {
      // Nothing is known then, and each is checked where it is needed.
      return;
    }
    for (const [i, item] of unknown.entries()) this.#keep(item, verdicts[i] === true);
  }

  verify(item: SignatureItem): boolean {
    const known = this.#find(item);
    if (known !== undefined) return known.valid;
    const valid = this.#verifyOne(item);
    this.#keep(item, valid);
    return valid;
  }

  /** Forgets the signatures of committed transactions. */
  forget(signatures: readonly Uint8Array[]): void {
    for (const s of signatures) this.#entries.delete(keyOf(s));
  }
}
