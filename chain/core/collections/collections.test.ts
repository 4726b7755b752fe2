import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, toHex, utf8 } from '../../encoding/bytes.ts';
import { testContext } from '../testing/memory-stores.ts';
import { IndexedMap, MultiIndex, ReversePairIndex, UniqueIndex } from './indexed-map.ts';
import { boolKey, bytesKey, decodeKey, encodeKey, int64Key, lengthPrefixedBytesKey, pairKey, stringKey, tripleKey, uint32Key, uint64Key } from './key-codec.ts';
import { Schema } from './schema.ts';
import { Item, KeySet, prefixEnd, prefixRange, Sequence, StateMap } from './state-map.ts';
import { boolValue, intValue, stringValue, uint64Value } from './value-codec.ts';

const hex = <K>(codec: Parameters<typeof encodeKey<K>>[0], key: K): string => toHex(encodeKey(codec, key));

test('key bytes are those of cosmossdk.io/collections', () => {
  expect(hex(uint64Key, 258n)).toBe('0000000000000102');
  expect(hex(uint32Key, 258)).toBe('00000102');
  expect(hex(int64Key, -1n)).toBe('7fffffffffffffff');
  expect(hex(int64Key, 1n)).toBe('8000000000000001');
  expect(hex(boolKey, true)).toBe('01');
  expect(hex(pairKey(bytesKey, stringKey), [Uint8Array.of(1, 2), 'utrel'])).toBe('0201027574726c'.slice(0, 6) + toHex(utf8('utrel')));
  expect(hex(pairKey(stringKey, lengthPrefixedBytesKey), ['ab', Uint8Array.of(7)])).toBe('61620001' + '07');
  expect(hex(tripleKey(stringKey, uint64Key, bytesKey), ['a', 1n, Uint8Array.of(9)])).toBe('6100' + '0000000000000001' + '09');
});

test('numeric keys order as numbers, and read back', () => {
  fc.assert(
    fc.property(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), (a, b) => {
      expect(Math.sign(compareBytes(encodeKey(int64Key, a), encodeKey(int64Key, b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      expect(decodeKey(int64Key, encodeKey(int64Key, a))).toBe(a);
    }),
  );
});

test('composite keys read back', () => {
  const codec = tripleKey(bytesKey, stringKey, pairKey(uint64Key, lengthPrefixedBytesKey));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 255 }),
      fc.string({ unit: 'binary' }).filter((s) => !s.includes('\0')),
      fc.bigInt(0n, (1n << 64n) - 1n),
      fc.uint8Array({ maxLength: 40 }),
      (a, s, n, b) => {
        const [x, y, [z, w]] = decodeKey(codec, encodeKey(codec, [a, s, [n, b]]));
        expect([toHex(x), y, z, toHex(w)]).toEqual([toHex(a), s, n, toHex(b)]);
      },
    ),
  );
  expect(() => encodeKey(pairKey(stringKey, stringKey), ['a\0b', 'c'])).toThrow('zero byte');
  expect(() => encodeKey(pairKey(bytesKey, stringKey), [new Uint8Array(256), 'c'])).toThrow('at most 255');
  expect(() => decodeKey(uint64Key, new Uint8Array(7))).toThrow();
  expect(() => decodeKey(uint64Key, new Uint8Array(9))).toThrow('left after');
});

test('value bytes are those of the SDK', () => {
  expect(toHex(intValue.encode(123n))).toBe('313233');
  expect(intValue.decode(utf8('999999999999999999999'))).toBe(999999999999999999999n);
  expect(toHex(uint64Value.encode(5n))).toBe('0000000000000005');
  expect(toHex(boolValue.encode(true))).toBe('0801');
  expect(boolValue.encode(false).length).toBe(0);
  expect(boolValue.decode(new Uint8Array(0))).toBe(false);
});

test('a prefix or name declared twice throws, and so does one that begins another', () => {
  const schema = new Schema('s');
  new Item(schema, 1, 'one', stringValue);
  expect(() => new Item(schema, 1, 'two', stringValue)).toThrow('overlap');
  expect(() => new Item(schema, 2, 'one', stringValue)).toThrow('declared twice');
  new Item(schema, 'ab', 'text', stringValue);
  expect(() => new Item(schema, 'abc', 'longer', stringValue)).toThrow('overlap');
  expect(() => new Item(schema, 9, '9x', stringValue)).toThrow('no name');
});

test('maps walk by prefix, both ways, and clear ranges', () => {
  const ctx = testContext();
  const codec = pairKey(stringKey, uint64Key);
  const map = new StateMap(new Schema('s'), 1, 'map', codec, stringValue);
  for (const [a, n] of [
    ['a', 2n],
    ['b', 1n],
    ['a', 1n],
    ['ab', 1n],
  ] as const)
    map.set(ctx, [a, n], `${a}${n}`);
  expect([...map.walk(ctx)].map(([, v]) => v)).toEqual(['a1', 'a2', 'ab1', 'b1']);
  expect([...map.walk(ctx, prefixRange(codec.prefix('a')))].map(([, v]) => v)).toEqual(['a1', 'a2']);
  expect([...map.walk(ctx, prefixRange(codec.prefix('a'), true))].map(([, v]) => v)).toEqual(['a2', 'a1']);
  map.clear(ctx, prefixRange(codec.prefix('a')));
  expect([...map.walk(ctx)].map(([, v]) => v)).toEqual(['ab1', 'b1']);
  map.remove(ctx, ['b', 1n]);
  expect([map.has(ctx, ['b', 1n]), map.get(ctx, ['ab', 1n])]).toEqual([false, 'ab1']);
});

test('sequences count from 0; sets hold keys', () => {
  const ctx = testContext();
  const schema = new Schema('s');
  const seq = new Sequence(schema, 1, 'seq');
  expect([seq.peek(ctx), seq.next(ctx), seq.next(ctx), seq.peek(ctx)]).toEqual([0n, 0n, 1n, 2n]);
  const set = new KeySet(schema, 2, 'set', stringKey);
  set.add(ctx, 'x');
  expect([set.has(ctx, 'x'), [...set.walk(ctx)]]).toEqual([true, ['x']]);
});

test('indexes follow their map', () => {
  const ctx = testContext();
  const schema = new Schema('s');
  const byNumber = new UniqueIndex<bigint, string, { n: bigint; owner: string }>(schema, 'n', 'by_n', uint64Key, stringKey, (_, v) => v.n);
  const byOwner = new MultiIndex<string, string, { n: bigint; owner: string }>(schema, 'o', 'by_o', stringKey, stringKey, (_, v) => v.owner);
  const codec = {
    encode: (v: { n: bigint; owner: string }) => utf8(`${v.n}/${v.owner}`),
    decode: (b: Uint8Array) => {
      const [n, owner] = new TextDecoder().decode(b).split('/') as [string, string];
      return { n: BigInt(n), owner };
    },
  };
  const map = new IndexedMap(schema, 'm', 'map', stringKey, codec, [byNumber, byOwner]);
  map.set(ctx, 'k', { n: 1n, owner: 'a' });
  map.set(ctx, 'k', { n: 2n, owner: 'b' });
  expect([byNumber.match(ctx, 1n), byNumber.match(ctx, 2n)]).toEqual([undefined, 'k']);
  expect([...byOwner.refs.walk(ctx)]).toEqual([['b', 'k']]);
  expect(() => map.set(ctx, 'l', { n: 2n, owner: 'c' })).toThrow('uniqueness');
  map.remove(ctx, 'k');
  expect([...byOwner.refs.walk(ctx)].length + [...byNumber.refs.walk(ctx)].length).toBe(0);
});

test('a reverse pair index lists the first parts of a second', () => {
  const ctx = testContext();
  const schema = new Schema('s');
  const index = new ReversePairIndex<Uint8Array, string, bigint>(schema, 3, 'rev', lengthPrefixedBytesKey, stringKey);
  const map = new IndexedMap(schema, 2, 'map', pairKey(bytesKey, stringKey), intValue, [index]);
  map.set(ctx, [Uint8Array.of(1), 'x'], 5n);
  map.set(ctx, [Uint8Array.of(2), 'x'], 6n);
  map.set(ctx, [Uint8Array.of(2), 'y'], 7n);
  expect([...index.refs.walk(ctx, prefixRange(index.prefix('x')))].map(([, a]) => toHex(a))).toEqual(['01', '02']);
});

test('the end of a prefix', () => {
  expect(prefixEnd(Uint8Array.of(1, 255))).toEqual(Uint8Array.of(2));
  // What came from a socket may be a Node Buffer, whose own `slice` shares memory.
  const received = Buffer.from([1, 5]);
  expect(prefixEnd(received)).toEqual(Uint8Array.of(1, 6));
  expect([...received]).toEqual([1, 5]);
  expect(prefixEnd(Uint8Array.of(255, 255))).toBeUndefined();
});
