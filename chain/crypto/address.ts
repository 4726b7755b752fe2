// Addresses of keys and of modules. CometBFT: cmt:crypto/*/; SDK: sdk:types/address/hash.go (ADR-028), x/auth/types.NewModuleAddress.
// Lengths differ: 20 bytes for keys and plain module accounts, 32 bytes for secp256r1 and every derived address.
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { CryptoError } from './errors.ts';
import { keccak256 } from './keccak256.ts';
import { ripemd160 } from './ripemd160.ts';
import { decompressSecp256k1 } from './secp256k1.ts';
import { sha256, tmhashTruncated } from './sha256.ts';

function checkLength(what: string, key: Uint8Array, length: number): void {
  if (key.length !== length) throw new CryptoError('key', `${what} key has ${key.length} bytes, not ${length}`);
}

/** 20 bytes; throws CryptoError unless the key has 32. */
export function ed25519Address(key: Uint8Array): Uint8Array {
  checkLength('ed25519', key, 32);
  return tmhashTruncated(key);
}

/** ripemd160(sha256(key)), 20 bytes, for account and validator keys; throws CryptoError unless the key has 33 bytes. */
export function secp256k1Address(key: Uint8Array): Uint8Array {
  checkLength('secp256k1', key, 33);
  return ripemd160(sha256(key));
}

/** The last 20 bytes of keccak256(x‖y); throws CryptoError on anything but a compressed point. */
export function secp256k1ethAddress(key: Uint8Array): Uint8Array {
  checkLength('secp256k1eth', key, 33);
  const point = decompressSecp256k1(key);
  if (point === undefined) throw new CryptoError('key', 'secp256k1eth key is not a point of the curve');
  return keccak256(point).slice(12);
}

/** sha256(key)[:20] of keys whose bytes say all: bls12381 and mldsa65 of CometBFT. */
export const truncatedHashAddress = tmhashTruncated;

/** 32 bytes; throws CryptoError unless the key has 33. */
export function secp256r1Address(key: Uint8Array): Uint8Array {
  checkLength('secp256r1', key, 33);
  return addressHash('cosmos.crypto.secp256r1.PubKey', key);
}

/** sdk:types/address Hash: sha256(sha256(type)‖key), 32 bytes. */
export function addressHash(type: string | Uint8Array, key: Uint8Array): Uint8Array {
  return sha256(concatBytes(sha256(typeof type === 'string' ? utf8(type) : type), key));
}

/** sdk:types/address Derive: a sub-account of an address, 32 bytes. */
export function deriveAddress(address: Uint8Array, key: Uint8Array): Uint8Array {
  return addressHash(address, key);
}

/** The account of a module, 20 bytes; with derivation keys an account of one of its objects, 32 bytes (address.Module). */
export function moduleAddress(name: string, ...derivationKeys: readonly Uint8Array[]): Uint8Array {
  const [first, ...rest] = derivationKeys;
  if (first === undefined) return tmhashTruncated(utf8(name));
  return rest.reduce(deriveAddress, addressHash('module', concatBytes(utf8(name), new Uint8Array(1), first)));
}
