// Signature checks of a whole simulated network: each signature is verified once in the process, by the real verifier, and the verdict shared.
import type { CheckSignatures } from '../../chain/execution/block-executor.ts';
import type { SignatureCheck } from '../../chain/types/commit-verify.ts';
import { verifySignature } from '../../chain/types/verify-signature.ts';

const text = (b: Uint8Array): string => Buffer.from(b.buffer, b.byteOffset, b.length).toString('latin1');

export class SharedSignatures {
  /** By everything that was checked. */
  readonly #known = new Map<string, boolean>();
  verified = 0;
  asked = 0;

  #check(c: SignatureCheck): boolean {
    this.asked++;
    const key = `${text(c.signature)}${c.pubKey.case}${text(c.pubKey.value)}${text(c.message)}`;
    let good = this.#known.get(key);
    if (good === undefined) {
      this.verified++;
      good = verifySignature(c.pubKey, c.message, c.signature);
      this.#known.set(key, good);
    }
    return good;
  }

  readonly check: CheckSignatures = (checks) => checks.map((c) => this.#check(c));
}
