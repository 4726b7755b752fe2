// Private keys as the keyring holds them, and their amino bytes: four bytes of the registered name's hash, a length, the key
// (sdk:crypto/codec/amino.go). An ed25519 key carries its public half behind the seed.
import type { SimpleKey } from '../../crypto/account-key.ts';
import { currentSigner } from '../../crypto/signatures.ts';
import { bytesEqual, concatBytes, fromHex, toHex } from '../../encoding/bytes.ts';
import { KeyringError } from './errors.ts';

export type PrivateKeyType = 'secp256k1' | 'ed25519';

export interface PrivateKey {
  readonly type: PrivateKeyType;
  /** 32 bytes: the scalar, or the seed of RFC 8032. */
  readonly secret: Uint8Array;
}

const PREFIX: Readonly<Record<PrivateKeyType, string>> = { secp256k1: 'e1b0f79b', ed25519: 'a3288910' };

export function publicKeyOf(key: PrivateKey): SimpleKey {
  const signer = currentSigner();
  return { type: key.type, bytes: key.type === 'secp256k1' ? signer.secp256k1PublicKey(key.secret) : signer.ed25519PublicKey(key.secret) };
}

export function privateKeyAmino(key: PrivateKey): Uint8Array {
  const bytes = key.type === 'secp256k1' ? key.secret : concatBytes(key.secret, publicKeyOf(key).bytes);
  return concatBytes(fromHex(PREFIX[key.type]), Uint8Array.of(bytes.length), bytes);
}

/** Throws KeyringError. */
export function privateKeyFromAmino(b: Uint8Array): PrivateKey {
  const prefix = toHex(b.subarray(0, 4));
  const type = (['secp256k1', 'ed25519'] as const).find((t) => PREFIX[t] === prefix);
  if (type === undefined) throw new KeyringError('private key: neither secp256k1 nor ed25519');
  return privateKeyFromBytes(type, b.subarray(5), b[4] as number);
}

/** From the field `key` of the protobuf messages. */
export function privateKeyFromBytes(type: PrivateKeyType, bytes: Uint8Array, length = bytes.length): PrivateKey {
  const want = type === 'secp256k1' ? 32 : 64;
  if (bytes.length !== want || length !== want) throw new KeyringError(`private key: ${type} has ${want} bytes, not ${bytes.length}`);
  const key: PrivateKey = { type, secret: bytes.slice(0, 32) };
  if (type === 'ed25519' && !bytesEqual(publicKeyOf(key).bytes, bytes.subarray(32)))
    throw new KeyringError('private key: its public half belongs to another key');
  return key;
}
