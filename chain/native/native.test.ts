import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleSigner, nobleVerifier } from '../crypto/noble.ts';
import type { SignatureAlgorithm } from '../crypto/ports.ts';
import { bytesToNumber, numberTo32Bytes, SECP256K1_N } from '../crypto/secp256k1.ts';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { createNativeHasher } from './hasher.ts';
import { createNativeSigner } from './signer.ts';
import { createNativeVerifier, opensslVerifier } from './verifier.ts';

const hasher = createNativeHasher();
const signer = createNativeSigner();
const verifiers = [createNativeVerifier(), opensslVerifier, nobleVerifier];
const secretKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((k) => k.some((b) => b !== 0) && k[0] !== 255);

describe('native hasher', () => {
  it('gives the digests of OpenSSL for every length', () => {
    for (let n = 0; n <= 700; n++) {
      const data = new Uint8Array(n).fill(n);
      expect(toHex(hasher.sha256(data))).toBe(createHash('sha256').update(data).digest('hex'));
    }
  });

  it('hashes many of any lengths, overlapping, in any order and more than a chunk', () => {
    const check = (data: Uint8Array, ranges: readonly (readonly [number, number])[]): void => {
      const out = new Uint8Array(32 * ranges.length);
      hasher.sha256Many(
        data,
        Uint32Array.from(ranges, ([offset]) => offset),
        Uint32Array.from(ranges, ([, length]) => length),
        out,
      );
      ranges.forEach(([offset, length], i) => {
        const want = createHash('sha256')
          .update(data.subarray(offset, offset + length))
          .digest('hex');
        expect(toHex(out.subarray(32 * i, 32 * i + 32))).toBe(want);
      });
    };
    const data = Uint8Array.from({ length: 600_000 }, (_, i) => i ^ (i >> 8));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(599_000), fc.nat(300)), { maxLength: 60 }), (ranges) => check(data, ranges)),
      { numRuns: 50 },
    );
    check(
      data,
      Array.from({ length: 5000 }, (_, i) => [110 * i, 33 + (i % 78)]),
    );
    expect(() => hasher.sha256Many(new Uint8Array(10), Uint32Array.of(5), Uint32Array.of(6), new Uint8Array(32))).toThrow(RangeError);
  });
});

describe('signatures', () => {
  it('are the same bytes by every signer', () => {
    fc.assert(
      fc.property(secretKey, fc.uint8Array({ maxLength: 200 }), (key, message) => {
        expect(signer.ed25519(key, message)).toEqual(nobleSigner.ed25519(key, message));
        expect(signer.secp256k1(key, message)).toEqual(nobleSigner.secp256k1(key, message));
        expect(signer.ed25519PublicKey(key)).toEqual(nobleSigner.ed25519PublicKey(key));
        // The pair of the last seed is kept: a caller may reuse its array for another one.
        const reused = key.slice();
        reused[0] = (key[0] as number) ^ 1;
        expect(signer.ed25519(reused, message)).toEqual(nobleSigner.ed25519(reused, message));
        expect(signer.secp256k1PublicKey(key)).toEqual(nobleSigner.secp256k1PublicKey(key));
      }),
      { numRuns: 10 },
    );
    expect(() => signer.secp256k1(new Uint8Array(32), utf8('m'))).toThrow('key: ');
    expect(() => signer.ed25519(new Uint8Array(31), utf8('m'))).toThrow('key: ');
  });

  it('get the same verdict by every verifier, good or damaged', () => {
    const algorithm = fc.constantFrom<SignatureAlgorithm[]>('ed25519', 'secp256k1');
    fc.assert(
      fc.property(
        algorithm,
        secretKey,
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(63),
        fc.nat(32),
        fc.constantFrom('none', 'signature', 'key'),
        (a, secret, message, i, k, where) => {
          const key = a === 'ed25519' ? signer.ed25519PublicKey(secret) : signer.secp256k1PublicKey(secret);
          const signature = a === 'ed25519' ? signer.ed25519(secret, message) : signer.secp256k1(secret, message);
          if (where === 'signature') signature[i] = (signature[i] as number) ^ (1 << (k & 7));
          if (where === 'key') key[k % key.length] = (key[k % key.length] as number) ^ 1;
          const verdicts = verifiers.map((v) => v.verify(a, key, message, signature));
          expect(new Set(verdicts).size).toBe(1);
          expect(verdicts[0]).toBe(where === 'none');
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(verifiers)('of wrong sizes are refused by $name', (v) => {
    for (const a of ['ed25519', 'secp256k1', 'secp256r1'] as const) {
      for (const [keyBytes, sigBytes] of [
        [0, 0],
        [32, 63],
        [33, 65],
        [65, 64],
      ] as const) {
        expect(v.verify(a, new Uint8Array(keyBytes), utf8('m'), new Uint8Array(sigBytes))).toBe(false);
      }
    }
  });

  it('with the upper s are refused', () => {
    const secret = new Uint8Array(32).fill(3);
    const [key, signature] = [signer.secp256k1PublicKey(secret), signer.secp256k1(secret, utf8('m'))];
    const high = Uint8Array.of(...signature.subarray(0, 32), ...numberTo32Bytes(SECP256K1_N - bytesToNumber(signature.subarray(32))));
    for (const v of verifiers) {
      expect(v.verify('secp256k1', key, utf8('m'), signature)).toBe(true);
      expect(v.verify('secp256k1', key, utf8('m'), high)).toBe(false);
    }
  });
});
