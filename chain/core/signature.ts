// A signature to check, as modules ask for it; who checks it, when and where is the node's business (chain/baseapp/signature-cache.ts).
import type { SignatureAlgorithm } from '../crypto/ports.ts';

export type { SignatureAlgorithm };

/** `message` are the sign bytes; secp256k1 and secp256r1 sign their SHA-256. */
export interface SignatureItem {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The verdict of chain/crypto's SignatureVerifier, maybe known from before. */
export interface SignatureChecker {
  verify(item: SignatureItem): boolean;
}
