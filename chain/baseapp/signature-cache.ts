// Signatures checked ahead of execution, in batches and away from the main thread: each once per node. The ante decorators stay synchronous;
// they ask here and check by themselves what is not known. Entries leave when their transaction is committed, or the oldest when it is full.
// Invariant: an entry is used only where key, message and signature are all the same; a verdict never depends on the cache.
import type { SignatureChecker, SignatureItem } from '../core/signature.ts';
import { bytesEqual } from '../encoding/bytes.ts';

/** One verdict per item, in order. The rules are those of chain/crypto's SignatureVerifier. */
export type VerifyBatch = (items: readonly SignatureItem[]) => Promise<readonly boolean[]>;
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

  /** Without `verifyBatch` nothing is prefetched and every check is made inline. */
  constructor(verifyOne: VerifyOne, verifyBatch?: VerifyBatch, max = SIGNATURES_REMEMBERED_MAX) {
    this.#verifyOne = verifyOne;
    this.#verifyBatch = verifyBatch;
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

  /** Checks what is not known yet, in one batch. */
  async prefetch(items: readonly SignatureItem[]): Promise<void> {
    if (this.#verifyBatch === undefined) return;
    const unknown = items.filter((item) => this.#find(item) === undefined);
    if (unknown.length === 0) return;
    const verdicts = await this.#verifyBatch(unknown);
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
