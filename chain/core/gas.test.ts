import { expect, test } from 'vitest';
import { GasMeter, GasOverflow, gasAmount, OutOfGas } from './gas.ts';
import { GasStore } from './gas-store.ts';
import { MemoryStores } from './testing/memory-stores.ts';

const bytes = (n: number, fill = 1): Uint8Array => new Uint8Array(n).fill(fill);

test('the charge that passes the limit counts and throws', () => {
  const m = GasMeter.withLimit(100n);
  m.consume(60, 'a');
  expect(() => m.consume(60, 'b')).toThrow(OutOfGas);
  expect([m.consumed, m.consumedToLimit, m.remaining, m.isPastLimit]).toEqual([120n, 100, 0n, true]);
});

test('at the limit nothing is left, but nothing is wrong', () => {
  const m = GasMeter.withLimit(100n);
  m.consume(100, 'a');
  expect([m.isOutOfGas, m.isPastLimit]).toEqual([true, false]);
});

test('an infinite meter counts and never ends; absurd prices overflow', () => {
  const m = GasMeter.infinite();
  m.consume(5, 'a');
  expect([m.consumed, m.limit, m.remaining]).toEqual([5n, 18446744073709551615n, 18446744073709551615n]);
  expect(() => m.consume(gasAmount(1n << 63n, 300), 'price')).toThrow(GasOverflow);
});

test('store accesses cost what the reference charges', () => {
  const m = GasMeter.infinite();
  const s = new GasStore(new MemoryStores().kvStore('x'), m);
  const spent = (f: () => unknown): bigint => {
    const before = m.consumed;
    f();
    return m.consumed - before;
  };
  expect(spent(() => s.get(bytes(10)))).toBe(1030n);
  expect(spent(() => s.set(bytes(10), bytes(7)))).toBe(2000n + 300n + 210n);
  expect(spent(() => s.get(bytes(10)))).toBe(1000n + 30n + 21n);
  expect(spent(() => s.has(bytes(10)))).toBe(1000n);
  s.set(bytes(10, 2), bytes(1));
  // Opening charges the first entry, each advance the entry it leaves.
  const [first, second] = [30n + 21n + 30n, 30n + 3n + 30n];
  expect(spent(() => [...s.iterate(undefined, undefined)])).toBe(first + first + second);
  expect(
    spent(() => {
      for (const _ of s.iterate(undefined, undefined)) break;
    }),
  ).toBe(first);
  expect(spent(() => [...s.iterateReverse(undefined, undefined)])).toBe(second + second + first);
  expect(spent(() => [...s.iterate(bytes(1, 9), undefined)])).toBe(30n);
  expect(spent(() => s.delete(bytes(10)))).toBe(1000n);
});
