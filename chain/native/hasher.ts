// SHA-256 for the node: sodium for short inputs, where the call costs more than the hash, OpenSSL for long ones, where its SHA
// instructions win, and a SIMD kernel for many at once.
import { hash } from 'node:crypto';
import type { Hash, Hasher } from '../crypto/ports.ts';
import { portableHasher, SHA256_INITIAL, SHA256_K } from '../crypto/sha256.ts';
import { loadSodium } from './libraries.ts';
import { createSimdHashMany } from './sha256-simd.ts';

/** From here on OpenSSL is faster than sodium, measured on x64 with and without SHA extensions. */
const LONG_BYTES = 320;

/** Node 20.12 and later. */
const openssl: Hash = (data) => {
  const digest = hash('sha256', data, 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, 32).slice();
};

export function createNativeHasher(): Hasher {
  const sodium = loadSodium();
  const out = new Uint8Array(32);
  const short: Hash =
    sodium === undefined
      ? portableHasher.sha256
      : (data) => {
          // One output for all calls, then a copy: handing a new array to native code costs as much as the hash.
          sodium.crypto_hash_sha256(out, data);
          return out.slice();
        };
  const sha256: Hash = (data) => (data.length < LONG_BYTES ? short(data) : openssl(data));
  const many = createSimdHashMany(sha256, SHA256_K, SHA256_INITIAL);
  return {
    name: `${sodium === undefined ? 'portable' : 'sodium'}, openssl${many === undefined ? '' : ', wasm simd'}`,
    sha256,
    sha256Many:
      many ??
      ((data, offsets, lengths, digests) => {
        for (let i = 0; i < offsets.length; i++) {
          const at = offsets[i] as number;
          digests.set(sha256(data.subarray(at, at + (lengths[i] as number))), 32 * i);
        }
      }),
  };
}
