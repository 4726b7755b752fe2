// Signatures by a page's WebCrypto. It is stricter than CometBFT's ZIP-215: its yes counts, its no is decided by the fallback of
// `trellis/lightclient/zip215`, which is handed in. Without one a no is `undecided`, which moves nothing.
import type { SignatureCheck } from '../chain/types/commit-verify.ts';
import type { VerifySignatures } from './client/verify.ts';
import { LightError } from './errors.ts';

/** What is used of `crypto.subtle`. */
export interface Subtle {
  importKey(format: 'raw', key: Uint8Array, algorithm: 'Ed25519', extractable: false, usages: readonly ['verify']): Promise<unknown>;
  verify(algorithm: 'Ed25519', key: unknown, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

export type Zip215 = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

export function webCrypto(subtle: Subtle, zip215?: Zip215): VerifySignatures {
  const one = async ({ pubKey, message, signature }: SignatureCheck): Promise<boolean> => {
    if (pubKey.case !== 'ed25519') throw new LightError('undecided', `keys of type ${pubKey.case} are not verified here`);
    try {
      const key = await subtle.importKey('raw', pubKey.value, 'Ed25519', false, ['verify']);
      if (await subtle.verify('Ed25519', key, signature, message)) return true;
    } catch {
      // No Ed25519 in this host, or a key that it does not take.
    }
    if (zip215 === undefined) throw new LightError('undecided', 'a signature that needs the rules of ZIP-215');
    return zip215(pubKey.value, message, signature);
  };
  return (checks) => Promise.all(checks.map(one));
}
