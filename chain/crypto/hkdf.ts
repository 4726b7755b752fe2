// HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869), over the SHA-256 port.
import { concatBytes } from '../encoding/bytes.ts';
import { CryptoError } from './errors.ts';
import { sha256 } from './sha256.ts';

const BLOCK = 64;

/** 32 bytes. */
export function hmacSha256(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array {
  const k = key.length > BLOCK ? sha256(key) : key;
  const inner = new Uint8Array(BLOCK).fill(0x36);
  const outer = new Uint8Array(BLOCK).fill(0x5c);
  for (let i = 0; i < k.length; i++) {
    inner[i] = (inner[i] as number) ^ (k[i] as number);
    outer[i] = (outer[i] as number) ^ (k[i] as number);
  }
  return sha256(concatBytes(outer, sha256(concatBytes(inner, ...message))));
}

/** `length` bytes, at most 255 · 32; throws CryptoError above. An empty salt is one of zeros. */
export function hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * 32) throw new CryptoError('key', `HKDF gives at most 8160 bytes, not ${length}`);
  const key = hmacSha256(salt, secret);
  const out = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, n = 1; at < length; at += 32, n++) {
    block = hmacSha256(key, block, info, Uint8Array.of(n));
    out.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  return out;
}
