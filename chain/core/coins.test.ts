import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addCoins,
  amountOf,
  areCoinsValid,
  type Coin,
  coinsEqual,
  coinsError,
  coinsToString,
  isAllGte,
  isAnyGt,
  isAnyGte,
  isAnyNegative,
  isValidDenom,
  minCoins,
  newCoins,
  parseCoins,
  safeSubCoins,
  subCoins,
} from './coins.ts';

const DENOMS = ['aaa', 'bbb', 'ibc/27394FB0', 'utrel', 'zzz'];
const coins = fc
  .uniqueArray(fc.constantFrom(...DENOMS), { maxLength: 5 })
  .chain((denoms) => fc.tuple(...denoms.map((denom) => fc.bigInt(1n, 1n << 200n).map((amount) => ({ denom, amount })))))
  .map((list) => newCoins(list));

test('sums are valid, commute, and subtract back', () => {
  fc.assert(
    fc.property(coins, coins, (a, b) => {
      const sum = addCoins(a, b);
      expect(areCoinsValid(sum)).toBe(true);
      expect(addCoins(b, a)).toEqual(sum);
      expect(subCoins(sum, b)).toEqual(a);
      for (const d of DENOMS) expect(amountOf(sum, d)).toBe(amountOf(a, d) + amountOf(b, d));
    }),
  );
});

test('a difference is negative exactly where less is there', () => {
  fc.assert(
    fc.property(coins, coins, (a, b) => {
      expect(isAnyNegative(safeSubCoins(a, b))).toBe(!isAllGte(a, b));
    }),
  );
});

test('the minimum is in both, and nothing larger is', () => {
  fc.assert(
    fc.property(coins, coins, (a, b) => {
      const min = minCoins(a, b);
      expect(isAllGte(a, min) && isAllGte(b, min)).toBe(true);
      for (const d of DENOMS) expect([amountOf(a, d), amountOf(b, d)]).toContain(amountOf(min, d));
    }),
  );
});

test('text and back', () => {
  fc.assert(
    fc.property(coins, (a) => {
      expect(parseCoins(coinsToString(a))).toEqual(a);
    }),
  );
  expect(() => parseCoins('1.5utrel')).toThrow('invalid coin');
  expect(() => parseCoins('1utrel,2utrel')).toThrow('duplicate denomination utrel');
});

test('the reference texts of what is no valid list', () => {
  const c = (denom: string, amount = 1n): Coin => ({ denom, amount });
  expect(coinsError([])).toBeUndefined();
  expect(coinsError([c('1x')])).toBe('invalid denom: 1x');
  expect(coinsError([c('utrel', 0n)])).toBe('coin 0utrel amount is not positive');
  expect(coinsError([c('bbb'), c('aaa')])).toBe('denomination aaa is not sorted');
  expect(coinsError([c('aaa'), c('aaa')])).toBe('duplicate denomination aaa');
  expect(coinsError([c('aaa'), c('bbb', -1n)])).toBe('coin bbb amount is not positive');
});

test('denominations: 3 to 128 characters, a letter first', () => {
  expect(isValidDenom('ab')).toBe(false);
  expect(isValidDenom(`a${'b'.repeat(127)}`)).toBe(true);
  expect(isValidDenom(`a${'b'.repeat(128)}`)).toBe(false);
  expect(isValidDenom('ibc/ABC:x.y_z-1')).toBe(true);
  expect(isValidDenom('utrel\n')).toBe(false);
});

test('comparisons look only at denoms that both have', () => {
  const a = [{ denom: 'aaa', amount: 5n }];
  expect(isAnyGt(a, [{ denom: 'bbb', amount: 1n }])).toBe(false);
  expect(isAnyGte(a, [{ denom: 'aaa', amount: 5n }])).toBe(true);
  expect(isAnyGt(a, [{ denom: 'aaa', amount: 5n }])).toBe(false);
  expect(coinsEqual(a, [...a])).toBe(true);
});

test('a sum beyond 256 bits is refused', () => {
  const max = [{ denom: 'utrel', amount: (1n << 256n) - 1n }];
  expect(() => addCoins(max, [{ denom: 'utrel', amount: 1n }])).toThrow();
});
