// Signatures verified lately are not verified again: votes that were gossiped return in the next block's last commit.
// Invariant: only signatures that were found good are in it, under the whole of what was checked.
import { bytesEqual, toHex } from '../encoding/bytes.ts';
import type { CheckSignatures } from '../execution/block-executor.ts';
import type { SignatureCheck } from '../types/commit-verify.ts';

export class SignatureCache {
  readonly #verify: CheckSignatures;
  #current = new Map<string, SignatureCheck>();
  #previous = new Map<string, SignatureCheck>();

  constructor(verify: CheckSignatures) {
    this.#verify = verify;
  }

  /** Call at the end of a height: what was not used for a whole height is forgotten. */
  nextHeight(): void {
    this.#previous = this.#current;
    this.#current = new Map();
  }

  #isKnown(c: SignatureCheck): boolean {
    const key = toHex(c.signature);
    const k = this.#current.get(key) ?? this.#previous.get(key);
    return k !== undefined && k.pubKey.case === c.pubKey.case && bytesEqual(k.pubKey.value, c.pubKey.value) && bytesEqual(k.message, c.message);
  }

  readonly check: CheckSignatures = async (checks) => {
    const results = checks.map((c) => this.#isKnown(c));
    const open = checks.filter((_, i) => results[i] !== true);
    if (open.length === 0) return results;
    const verified = await this.#verify(open);
    let next = 0;
    return results.map((known, i) => {
      if (known) return true;
      const good = verified[next++] === true;
      const c = checks[i];
      if (good && c !== undefined) this.#current.set(toHex(c.signature), c);
      return good;
    });
  };
}
