// Consensus keys: their sizes and addresses (wire.md, Keys; cmt:crypto/*/).
import { sha256 } from '../crypto/sha256.ts';
import { TypesError } from './errors.ts';
import { ADDRESS_SIZE } from './limits.ts';
import type { PublicKey, PublicKeyType } from './public-key.ts';

/** Bytes of a key, by type. */
export const KEY_SIZES: Readonly<Record<PublicKeyType, number>> = { ed25519: 32, secp256k1: 33, bls12381: 96, mldsa65: 1952, secp256k1eth: 33 };

/** Throws TypesError where the key has another size than its type. */
export function checkKeySize(key: PublicKey): void {
  const size = KEY_SIZES[key.case];
  if (key.value.length !== size) throw new TypesError('validator', `invalid key length for ${key.case}: got ${key.value.length}, want ${size}`);
}

/** The 20-byte address of a key: the first bytes of its SHA-256. */
export function addressOfKey(key: PublicKey): Uint8Array {
  switch (key.case) {
    case 'ed25519':
    case 'bls12381':
    case 'mldsa65':
      return sha256(key.value).slice(0, ADDRESS_SIZE);
    default:
      throw new TypesError('validator', `consensus keys of type ${key.case} are not supported`);
  }
}
