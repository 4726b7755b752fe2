// Consensus keys: their sizes and addresses (wire.md, Keys; cmt:crypto/*/).
import { tmhashTruncated } from '../crypto/sha256.ts';
import { TypesError } from './errors.ts';
import type { PublicKey, PublicKeyType } from './public-key.ts';

/** Bytes of a key, by type. */
export const KEY_SIZES: Readonly<Record<PublicKeyType, number>> = { ed25519: 32, secp256k1: 33, bls12381: 96, mldsa65: 1952, secp256k1eth: 33 };

type Derive = (key: Uint8Array) => Uint8Array;

/** A page carries no more hash functions than it needs: those of secp256k1 are added by secp256k1-addresses.ts. */
const derivations: Partial<Record<PublicKeyType, Derive>> = { ed25519: tmhashTruncated, bls12381: tmhashTruncated, mldsa65: tmhashTruncated };

export function addDerivation(type: PublicKeyType, derive: Derive): void {
  derivations[type] = derive;
}

/** Throws TypesError where the key has another size than its type. */
export function checkKeySize(key: PublicKey): void {
  const size = KEY_SIZES[key.case];
  if (key.value.length !== size) throw new TypesError('validator', `invalid key length for ${key.case}: got ${key.value.length}, want ${size}`);
}

/** The 20-byte address of a key. Throws TypesError where the bytes are no key. */
export function addressOfKey(key: PublicKey): Uint8Array {
  checkKeySize(key);
  const derive = derivations[key.case];
  if (derive === undefined) throw new TypesError('validator', `keys of type ${key.case} are not supported`);
  return derive(key.value);
}
