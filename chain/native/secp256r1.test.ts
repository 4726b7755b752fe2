import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nobleVerifier } from '../crypto/noble.ts';
import { isLowS, SECP256R1_N, toLowS } from '../crypto/secp256k1.ts';
import { utf8 } from '../encoding/bytes.ts';
import { createNativeVerifier, opensslVerifier } from './verifier.ts';

describe('secp256r1', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const point = spki.subarray(spki.length - 64);
  const key = Uint8Array.of(2 + ((point[63] as number) & 1), ...point.subarray(0, 32));
  const message = utf8('sign bytes');
  const raw = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  const low = toLowS(raw, SECP256R1_N);
  const high = low.slice();
  let borrow = 0n;
  for (let i = 31; i >= 0; i--) {
    const d = ((SECP256R1_N >> BigInt(8 * (31 - i))) & 255n) - BigInt(low[32 + i] as number) - borrow;
    borrow = d < 0n ? 1n : 0n;
    high[32 + i] = Number((d + 256n) % 256n);
  }

  it.each([createNativeVerifier(), opensslVerifier, nobleVerifier])('takes the lower s only, by $name', (v) => {
    expect(isLowS(low, SECP256R1_N)).toBe(true);
    expect(isLowS(high, SECP256R1_N)).toBe(false);
    expect(v.verify('secp256r1', key, message, low)).toBe(true);
    expect(v.verify('secp256r1', key, message, high)).toBe(false);
    expect(v.verify('secp256r1', key, utf8('another'), low)).toBe(false);
  });
});
