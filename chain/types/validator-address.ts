// Consensus keys: their sizes and addresses (wire.md, Keys; cmt:crypto/*/).
import { secp256k1Address, secp256k1ethAddress, truncatedHashAddress } from '../crypto/address.ts';
import { TypesError } from './errors.ts';
import type { PublicKey, PublicKeyType } from './public-key.ts';

/** Bytes of a key, by type. */
export const KEY_SIZES: Readonly<Record<PublicKeyType, number>> = { ed25519: 32, secp256k1: 33, bls12381: 96, mldsa65: 1952, secp256k1eth: 33 };

/** Throws TypesError where the key has another size than its type. */
export function checkKeySize(key: PublicKey): void {
  const size = KEY_SIZES[key.case];
  if (key.value.length !== size) throw new TypesError('validator', `invalid key length for ${key.case}: got ${key.value.length}, want ${size}`);
}

/** The 20-byte address of a key. Throws TypesError where the bytes are no key. */
export function addressOfKey(key: PublicKey): Uint8Array {
  checkKeySize(key);
  switch (key.case) {
    case 'secp256k1':
      return secp256k1Address(key.value);
    case 'secp256k1eth':
      try {
        return secp256k1ethAddress(key.value);
      } catch (e) {
        throw new TypesError('validator', (e as Error).message);
      }
    default:
      return truncatedHashAddress(key.value);
  }
}
