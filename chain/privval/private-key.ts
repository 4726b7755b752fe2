// Private consensus keys and their JSON: {"type": amino name, "value": base64} (cmt:crypto/ed25519, secp256k1).
// ed25519: 64 bytes, the RFC 8032 seed and the public key; secp256k1: the 32-byte scalar.
import { randomBytes } from 'node:crypto';
import { currentSigner, signEd25519, signSecp256k1 } from '../crypto/signatures.ts';
import { bytesEqual, concatBytes, fromBase64, toBase64 } from '../encoding/bytes.ts';
import type { PublicKey } from '../types/public-key.ts';

export interface PrivateKey {
  readonly case: 'ed25519' | 'secp256k1';
  readonly value: Uint8Array;
}

const NAMES = { ed25519: 'tendermint/PrivKeyEd25519', secp256k1: 'tendermint/PrivKeySecp256k1' } as const;

/** From a 32-byte seed. */
export function ed25519FromSeed(seed: Uint8Array): PrivateKey {
  return { case: 'ed25519', value: concatBytes(seed, currentSigner().ed25519PublicKey(seed)) };
}

export function generateEd25519(): PrivateKey {
  return ed25519FromSeed(new Uint8Array(randomBytes(32)));
}

export function publicKeyOf(key: PrivateKey): PublicKey {
  if (key.case === 'ed25519') return { case: 'ed25519', value: key.value.slice(32) };
  return { case: 'secp256k1', value: currentSigner().secp256k1PublicKey(key.value) };
}

export function signWith(key: PrivateKey, message: Uint8Array): Uint8Array {
  return key.case === 'ed25519' ? signEd25519(key.value.subarray(0, 32), message) : signSecp256k1(key.value, message);
}

export function privateKeyToJson(key: PrivateKey): string {
  return JSON.stringify({ type: NAMES[key.case], value: toBase64(key.value) });
}

/** Throws RangeError with the reason; nothing of the key is in its text. */
export function privateKeyFromJson(j: unknown): PrivateKey {
  if (typeof j !== 'object' || j === null || Array.isArray(j)) throw new RangeError('expected {"type", "value"}');
  const { type, value, ...others } = j as Record<string, unknown>;
  if (Object.keys(others).length > 0) throw new RangeError('unknown fields beside type and value');
  const kind = (Object.keys(NAMES) as (keyof typeof NAMES)[]).find((k) => NAMES[k] === type);
  if (kind === undefined) throw new RangeError(`unknown key type ${JSON.stringify(type)?.slice(0, 64)}`);
  if (typeof value !== 'string') throw new RangeError('value is not a base64 string');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(value);
  } catch {
    throw new RangeError('value is not base64');
  }
  if (toBase64(bytes) !== value) throw new RangeError('value is not canonical base64');
  const size = kind === 'ed25519' ? 64 : 32;
  if (bytes.length !== size) throw new RangeError(`a key of ${bytes.length} bytes, not ${size}`);
  if (kind === 'ed25519' && !bytesEqual(currentSigner().ed25519PublicKey(bytes.subarray(0, 32)), bytes.subarray(32))) {
    throw new RangeError('the public half of the key does not belong to its seed');
  }
  return { case: kind, value: bytes };
}
