import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WireError, Writer } from '../encoding/proto-wire.ts';
import { BIT_ARRAY_BITS_MAX, BitArray, bitArrayCodec } from './bit-array.ts';

const bits = fc.array(fc.boolean(), { maxLength: 200 });
const of = (b: readonly boolean[]): BitArray => BitArray.from(b.length, (i) => b[i] === true);
const list = (a: BitArray): boolean[] => Array.from({ length: a.size }, (_, i) => a.get(i));

test('behaves as a list of booleans', () => {
  fc.assert(
    fc.property(bits, bits, (x, y) => {
      const [a, b] = [of(x), of(y)];
      const longer = Math.max(x.length, y.length);
      const shorter = Math.min(x.length, y.length);
      expect(list(a.or(b))).toEqual(Array.from({ length: longer }, (_, i) => (x[i] ?? false) || (y[i] ?? false)));
      expect(list(a.and(b))).toEqual(Array.from({ length: shorter }, (_, i) => x[i] && y[i]));
      expect(list(a.not())).toEqual(x.map((v) => !v));
      expect(list(a.sub(b))).toEqual(x.map((v, i) => v && !(y[i] ?? false)));
      expect(a.count()).toBe(x.filter((v) => v).length);
      expect(a.isEmpty()).toBe(x.every((v) => !v));
      expect(a.isFull()).toBe(x.every((v) => v));
      expect(a.not().not().equals(a)).toBe(true);
      const set = x.flatMap((v, i) => (v ? [i] : []));
      expect(set.map((_, n) => a.nth(n))).toEqual(set);
      expect(a.nth(set.length)).toBeUndefined();
      expect(BitArray.parse(a.toString()).equals(a)).toBe(true);
      expect(bitArrayCodec.decode(bitArrayCodec.encode(a)).equals(a)).toBe(true);
    }),
  );
});

test('nothing outside the array can be read or set', () => {
  const a = new BitArray(70);
  for (const i of [-1, 70, 2 ** 31, Number.NaN]) {
    expect(a.set(i, true)).toBe(false);
    expect(a.get(i)).toBe(false);
  }
  expect(a.isEmpty()).toBe(true);
});

test('F-7: size and words must agree, and no size makes a large allocation', () => {
  const encode = (size: bigint, words: number): Uint8Array => {
    const w = new Writer();
    if (size !== 0n) w.tag(1, 0).varint64(size);
    if (words > 0) w.tag(2, 2).bytes(new Uint8Array(words));
    return w.finish();
  };
  expect(bitArrayCodec.decode(encode(64n, 1)).size).toBe(64);
  for (const [size, words] of [
    [64n, 2],
    [65n, 1],
    [0n, 1],
    [1n, 0],
    [-1n, 0],
    [2n ** 31n, 0],
    [2n ** 63n - 1n, 1],
    [BigInt(BIT_ARRAY_BITS_MAX) + 1n, 1],
  ] as const) {
    expect(() => bitArrayCodec.decode(encode(size, words))).toThrow(WireError);
  }
  // Bits beyond the size are dropped: they would be votes of validators that are not there.
  expect(BitArray.fromElems(3, [0xffn]).count()).toBe(3);
});
