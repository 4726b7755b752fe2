// Consensus signatures by key type, over the signature port of chain/crypto.
import { verifySignature as verifyBy } from '../crypto/signatures.ts';
import type { SignatureCheck } from './commit-verify.ts';
import type { PublicKey } from './public-key.ts';

/** Consensus key types whose signatures can be verified. */
export const VERIFIABLE_KEY_TYPES: readonly PublicKey['case'][] = ['ed25519', 'secp256k1'];

/** False for a signature that is not good, and for key types that are not supported. */
export function verifySignature(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return (key.case === 'ed25519' || key.case === 'secp256k1') && verifyBy(key.case, key.value, message, signature);
}

/** One check after another, in the calling thread: the plain way to conclude a plan. */
export function verifyEach(checks: readonly SignatureCheck[]): readonly boolean[] {
  return checks.map((c) => verifySignature(c.pubKey, c.message, c.signature));
}
