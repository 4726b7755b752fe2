import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import type { Hasher } from './ports.ts';
import { currentHasher, hashMany, portableHasher, setHasher, sha256, tmhashTruncated } from './sha256.ts';

const openssl = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex');

afterEach(() => {
  setHasher(portableHasher);
});

describe('sha256', () => {
  it('gives the digests of OpenSSL for every length around the blocks', () => {
    for (let n = 0; n <= 260; n++) {
      const data = Uint8Array.from({ length: n }, (_, i) => i * 7 + n);
      expect(toHex(sha256(data))).toBe(openssl(data));
    }
  });

  it('does not mix inputs: a long one before a short one leaves nothing behind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 80 }), (a, b) => {
        sha256(a);
        expect(toHex(sha256(b))).toBe(openssl(b));
      }),
    );
  });

  it('hashes many inputs in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (inputs) => {
        expect(hashMany(inputs).map(toHex)).toEqual(inputs.map(openssl));
      }),
    );
  });

  it('is replaced as a whole', () => {
    const fake: Hasher = { name: 'fake', sha256: () => new Uint8Array(32).fill(9), sha256Many: (_data, _offsets, _lengths, out) => out.fill(8) };
    expect(setHasher(fake)).toBe(portableHasher);
    expect(currentHasher().name).toBe('fake');
    expect(sha256(new Uint8Array(1))[0]).toBe(9);
    expect(hashMany([new Uint8Array(1)])[0]?.[0]).toBe(8);
  });

  it('truncates to the address', () => {
    expect(toHex(tmhashTruncated(new Uint8Array(0)))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4');
  });
});
