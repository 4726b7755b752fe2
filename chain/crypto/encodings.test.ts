import { fromBech32, toBech32 } from '@cosmjs/encoding';
import { ripemd160 as nobleRipemd160 } from '@noble/hashes/legacy.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { bech32Decode, bech32Encode } from './bech32.ts';
import { crc32c } from './crc32c.ts';
import { CryptoError } from './errors.ts';
import { keccak256 } from './keccak256.ts';
import { ripemd160 } from './ripemd160.ts';

describe('bech32', () => {
  it('writes what CosmJS writes and reads it back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,20}$/), fc.uint8Array({ maxLength: 64 }), (prefix, bytes) => {
        const text = bech32Encode(prefix, bytes);
        expect(text).toBe(toBech32(prefix, bytes, 1023));
        expect(bech32Decode(text)).toEqual({ prefix, bytes });
        expect(bech32Decode(text.toUpperCase())).toEqual({ prefix, bytes });
        expect(fromBech32(text, 1023).data).toEqual(bytes);
      }),
    );
  });

  it('notices a change of any character', () => {
    const text = bech32Encode('trellis', new Uint8Array(20).fill(7));
    for (let i = 0; i < text.length; i++) {
      const changed = text.slice(0, i) + (text[i] === 'q' ? 'p' : 'q') + text.slice(i + 1);
      if (changed !== text) expect(() => bech32Decode(changed)).toThrow(CryptoError);
    }
  });

  it.each([
    ['length', 'a12uel'],
    ['length', `${'a'.repeat(1017)}1qqqqqq`],
    ['not all lowercase or all uppercase', 'cosmos1pfq05em6sfkls66ut4m2257p7qwlk448H8mysz'],
    ['separator', 'pzry9x0s0muk'],
    ['separator', '1pzry9x0s0muk'],
    ['invalid character', 'x1b4n0q5v'],
    ['invalid character', 'a\u212Aelvin1qqqqqq'],
    ['checksum', 'cosmos1pfq05em6sfkls66ut4m2257p7qwlk448h8mysq'],
    // Five bits of padding, and padding that is not zero.
    ['invalid incomplete group', 'trellis1qkufmhj'],
    ['invalid incomplete group', 'trellis1qpg3yl8h'],
  ])('refuses a bad %s', (why, text) => {
    expect(() => bech32Decode(text)).toThrow(why);
  });

  it('refuses to write an empty prefix and too long a text', () => {
    expect(() => bech32Encode('', new Uint8Array(1))).toThrow(CryptoError);
    expect(() => bech32Encode('a b', new Uint8Array(1))).toThrow(CryptoError);
    expect(() => bech32Encode('a', new Uint8Array(700))).toThrow(CryptoError);
  });
});

describe('crc32c', () => {
  it('gives the values of RFC 3720 B.4', () => {
    expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it('continues over parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(), (data, n) => {
        const at = n % (data.length + 1);
        expect(crc32c(data.subarray(at), crc32c(data.subarray(0, at)))).toBe(crc32c(data));
      }),
    );
  });
});

describe('ripemd160 and keccak256', () => {
  it('give the digests of noble for every length around the blocks', () => {
    for (let n = 0; n <= 280; n++) {
      const data = Uint8Array.from({ length: n }, (_, i) => i * 5 + n);
      expect(ripemd160(data)).toEqual(nobleRipemd160(data));
      expect(keccak256(data)).toEqual(keccak_256(data));
    }
  });
});
