import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CliError } from '../errors.ts';
import { buildBody, buildFee, feesOfPrices } from './build.ts';

test.each([
  ['0.025utrel', 200_000n, [{ denom: 'utrel', amount: '5000' }]],
  ['0.025utrel', 1n, [{ denom: 'utrel', amount: '1' }]],
  [
    '1utrel,0.000000000000000001uatom',
    10n,
    [
      { denom: 'utrel', amount: '10' },
      { denom: 'uatom', amount: '1' },
    ],
  ],
])('%s for %d gas', (prices, gas, fees) => expect(feesOfPrices(prices, gas)).toEqual(fees));

test('fees of prices are the least whole amounts that pay them', () => {
  const price = fc.record({ whole: fc.bigInt({ min: 0n, max: 10n ** 12n }), part: fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }) });
  fc.assert(
    fc.property(price, fc.bigInt({ min: 1n, max: 10n ** 10n }), ({ whole, part }, gas) => {
      const scaled = (whole * 10n ** 18n + part) * gas;
      const [fee] = feesOfPrices(`${whole}.${part.toString().padStart(18, '0')}utrel`, gas);
      const paid = BigInt((fee as { amount: string }).amount) * 10n ** 18n;
      return paid >= scaled && paid - scaled < 10n ** 18n;
    }),
  );
});

test.each(['utrel', '1', '-1utrel', '0.0000000000000000001utrel', '1utrel,'])('price %j is refused', (prices) =>
  expect(() => feesOfPrices(prices, 1n)).toThrow(CliError),
);

test('flags that exclude each other or miss another', () => {
  expect(() => buildFee({ fees: '1utrel', gasPrices: '1utrel' }, 1n)).toThrow(/exclude/);
  expect(() => buildBody([], { unordered: true })).toThrow(/--timeout-duration/);
  expect(() => buildBody([], { unordered: true, timeoutDuration: '1m', sequence: 1n })).toThrow(/no --sequence/);
  expect(() => buildBody([], { timeoutDuration: '11m' })).toThrow(/up to 10m/);
});
