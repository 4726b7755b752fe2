// Sums of decimal coins: laws on random lists, and the edges at which the reference panics.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDecCoins,
  areDecCoinsZero,
  type DecCoins,
  decCoinsFromCoins,
  decCoinsFromProto,
  decCoinsToProto,
  decCoinsToString,
  intersectDecCoins,
  mulDecCoins,
  mulDecCoinsTruncate,
  quoDecCoinsTruncate,
  safeSubDecCoins,
  subDecCoins,
  truncateDecCoins,
} from './dec-coin-sums.ts';
import { Dec } from './math/dec.ts';
import { INT_MAX, MathPanic } from './math/int.ts';

const DENOMS = ['aaa', 'bbb', 'ccc', 'ddd'];
const list: fc.Arbitrary<DecCoins> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...DENOMS), fc.bigInt(1n, 10n ** 40n)), { selector: ([denom]) => denom })
  .map((pairs) => pairs.map(([denom, amount]) => ({ denom, amount })).sort((a, b) => (a.denom < b.denom ? -1 : 1)));
const one = (text: string, denom = 'aaa'): DecCoins => [{ denom, amount: Dec.parse(text) }];

test('sums and differences undo each other, whatever the denoms', () => {
  fc.assert(
    fc.property(list, list, (a, b) => {
      const sum = addDecCoins(a, b);
      expect(addDecCoins(b, a)).toEqual(sum);
      expect(subDecCoins(sum, b)).toEqual(a);
      expect(safeSubDecCoins(a, a)).toEqual([]);
      expect(decCoinsFromProto(decCoinsToProto(sum))).toEqual(sum);
      expect(sum.map((c) => c.denom)).toEqual([...new Set([...a, ...b].map((c) => c.denom))].sort());
    }),
  );
});

test('whole and rest are the list, and the rest is below one', () => {
  fc.assert(
    fc.property(list, (a) => {
      const { whole, rest } = truncateDecCoins(a);
      expect(addDecCoins(decCoinsFromCoins(whole), rest)).toEqual(a);
      expect(rest.every((c) => c.amount > 0n && c.amount < Dec.one)).toBe(true);
    }),
  );
});

test('a part and its rest are never more than the whole', () => {
  fc.assert(
    fc.property(list, fc.bigInt(1n, 10n ** 18n), fc.bigInt(1n, 10n ** 30n), (a, part, by) => {
      const taken = mulDecCoinsTruncate(a, part as Dec);
      expect(intersectDecCoins(taken, a)).toEqual(taken);
      expect(() => subDecCoins(a, taken)).not.toThrow();
      const shares = quoDecCoinsTruncate(a, Dec.fromInt(by));
      expect(() => subDecCoins(a, mulDecCoinsTruncate(shares, Dec.fromInt(by)))).not.toThrow();
    }),
  );
});

test('texts, zeros and rounding', () => {
  expect(decCoinsToString([...one('1.5'), ...one('0.1', 'bbb')])).toBe('1.500000000000000000aaa,0.100000000000000000bbb');
  expect(decCoinsToString([])).toBe('');
  expect(mulDecCoins(one('0.5'), Dec.smallest)).toEqual([]);
  expect(mulDecCoins(one('1.5'), Dec.smallest)).toEqual([{ denom: 'aaa', amount: 2n }]);
  expect(mulDecCoinsTruncate(one('1.5'), Dec.smallest)).toEqual([{ denom: 'aaa', amount: 1n }]);
  expect(areDecCoinsZero([{ denom: 'aaa', amount: 0n }])).toBe(true);
  expect(addDecCoins([{ denom: 'aaa', amount: 0n }], one('1', 'bbb'))).toEqual(one('1', 'bbb'));
  expect(intersectDecCoins([...one('2'), ...one('1', 'ccc')], one('1.5'))).toEqual(one('1.5'));
  expect(safeSubDecCoins(one('1'), one('2'))).toEqual([{ denom: 'aaa', amount: -(10n ** 18n) }]);
});

test('what the reference panics at', () => {
  expect(() => subDecCoins(one('1'), one('2'))).toThrow('negative coin amount');
  expect(() => quoDecCoinsTruncate([], Dec.zero)).toThrow('invalid zero decimal');
  expect(() => addDecCoins([{ denom: 'aaa', amount: Dec.fromInt(INT_MAX) }], [{ denom: 'aaa', amount: Dec.fromInt(INT_MAX) }])).toThrow(MathPanic);
  expect(() => truncateDecCoins([{ denom: 'aaa', amount: -1n }])).toThrow('negative');
  expect(() => decCoinsFromCoins([{ denom: 'aaa', amount: -1n }])).toThrow('not positive');
});
