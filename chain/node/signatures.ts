// One pool of signature threads serves both sides of the node: consensus signatures of commits and votes, and those of transactions.
import type { SignaturePool } from '../native/signature-pool.ts';
import type { SignatureCheck } from '../types/commit-verify.ts';
import { verifySignature } from '../types/verify-signature.ts';

export type CheckSignatures = (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;

/** Key types that the pool verifies; others are decided at once (unsupported types are false). */
export function poolCheck(pool: SignaturePool): CheckSignatures {
  return async (checks) => {
    const verdicts: boolean[] = new Array(checks.length);
    const items: { readonly at: number; readonly check: SignatureCheck; readonly algorithm: 'ed25519' | 'secp256k1' }[] = [];
    for (const [at, check] of checks.entries()) {
      const algorithm = check.pubKey.case;
      if (algorithm === 'ed25519' || algorithm === 'secp256k1') items.push({ at, check, algorithm });
      else verdicts[at] = verifySignature(check.pubKey, check.message, check.signature);
    }
    // Consensus waits for the answer, so the calling thread verifies too.
    const answers = await pool.verifyBatch(
      items.map(({ check, algorithm }) => ({ algorithm, publicKey: check.pubKey.value, message: check.message, signature: check.signature })),
      { help: true },
    );
    for (const [i, { at }] of items.entries()) verdicts[at] = answers[i] === true;
    return verdicts;
  };
}
