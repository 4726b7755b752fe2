import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleVerifier } from '../crypto/noble.ts';
import { concatBytes, fromHex } from '../encoding/bytes.ts';
import { createNativeVerifier, opensslVerifier } from './verifier.ts';

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
/** A point of order 8. */
const TORSION = Point.fromBytes(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'), true);

const littleEndian = (b: Uint8Array): bigint => b.reduceRight((n, v) => (n << 8n) | BigInt(v), 0n);
function scalarBytes(n: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));
}
const torsion = (n: number) => Array.from({ length: n }).reduce<typeof TORSION>((p) => p.add(TORSION), Point.ZERO);

/** A signature by a key and a nonce that both carry a part of small order: only a check with the cofactor takes all of them. */
function signature(secret: bigint, nonce: bigint, keyTorsion: number, nonceTorsion: number, message: Uint8Array, error: bigint) {
  const key = Point.BASE.multiply(secret).add(torsion(keyTorsion)).toBytes();
  const r = Point.BASE.multiply(nonce).add(torsion(nonceTorsion)).toBytes();
  const k = littleEndian(sha512(concatBytes(r, key, message))) % ORDER;
  return { key, sig: concatBytes(r, scalarBytes((nonce + k * secret + error) % ORDER)) };
}

const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n });

describe('ZIP-215', () => {
  it('is decided alike by libsodium, OpenSSL with noble, and noble, for keys and nonces of any order', () => {
    fc.assert(
      fc.property(scalar, scalar, fc.nat(7), fc.nat(7), fc.uint8Array({ maxLength: 20 }), fc.constantFrom(0n, 0n, 1n), (a, r, i, j, message, error) => {
        const { key, sig } = signature(a, r, i, j, message, error);
        for (const v of [createNativeVerifier(), opensslVerifier, nobleVerifier]) expect(v.verify('ed25519', key, message, sig)).toBe(error === 0n);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses s at and above the order', () => {
    const message = new Uint8Array(3);
    const { key, sig } = signature(5n, 7n, 0, 0, message, 0n);
    const s = littleEndian(sig.subarray(32));
    for (const v of [createNativeVerifier(), opensslVerifier, nobleVerifier]) {
      expect(v.verify('ed25519', key, message, sig)).toBe(true);
      expect(v.verify('ed25519', key, message, concatBytes(sig.subarray(0, 32), scalarBytes(s + ORDER)))).toBe(false);
      expect(v.verify('ed25519', key, message, concatBytes(sig.subarray(0, 32), scalarBytes(ORDER)))).toBe(false);
    }
  });
});
