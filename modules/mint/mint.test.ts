// The inflation curve by values worked out by hand and by its bounds; parameters with every refusal; the block's coins.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockInfo, Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MemoryStores } from '../../chain/core/testing/memory-stores.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import type { MsgUpdateParams, Params } from '../../proto/gen/cosmos/mint/v1beta1.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { annualProvisions, blockProvision, nextInflation } from './inflation.ts';
import { MintKeeper } from './keeper.ts';
import { registerMessages } from './msg-server.ts';
import { defaultParams, validateParams } from './params.ts';

const P = defaultParams('utrel');
const dec = Dec.parse;
const wire = (text: string): string => Dec.toWire(dec(text));

test.each([
  // (1 - bonded / 0.67) · 0.13 / 6311520 a block, each step rounded at 18 places.
  ['0', '0.07', '0.070000020597257079'],
  ['1', '0.2', '0.199999989855082334'],
  ['0.5', '0.1', '0.100000005226169707'],
  ['0.67', '0.15', '0.15'],
  ['1', '0.07', '0.07'],
  ['0', '0.2', '0.2'],
])('bonded %s, inflation %s: then %s', (bonded, inflation, next) => {
  expect(Dec.format(nextInflation(dec(inflation), P, dec(bonded)))).toBe(Dec.format(dec(next)));
});

test('inflation stays within its bounds and moves toward the goal', () => {
  const rate = fc.bigInt(0n, 10n ** 18n).map((n) => n as Dec);
  fc.assert(
    fc.property(rate, rate, (inflation, bonded) => {
      const next = nextInflation(inflation, P, bonded);
      expect(next >= dec('0.07') && next <= dec('0.2')).toBe(true);
      if (inflation < dec('0.07') || inflation > dec('0.2')) return;
      if (bonded < dec('0.67')) expect(next).toBeGreaterThanOrEqual(inflation);
      if (bonded > dec('0.67')) expect(next).toBeLessThanOrEqual(inflation);
    }),
  );
});

test('provisions of a block are truncated, and a year of them is no more than the year’s', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 30n), fc.bigInt(1n, 10n ** 8n), (supply, blocksPerYear) => {
      const annual = annualProvisions(dec('0.13'), supply);
      const each = blockProvision(annual, { ...P, blocksPerYear });
      expect(Dec.fromInt(each * blocksPerYear) <= annual).toBe(true);
      expect(Dec.fromInt((each + 1n) * blocksPerYear) > annual).toBe(true);
    }),
  );
});

test.each<readonly [string, Partial<Params>]>([
  ['mint denom cannot be blank', { mintDenom: '  ' }],
  ['invalid denom: 1x', { mintDenom: '1x' }],
  ['inflation rate change cannot be nil: <nil>', { inflationRateChange: '' }],
  ['inflation rate change cannot be negative: -0.000000000000000001', { inflationRateChange: '-1' }],
  ['inflation rate change too large: 1.100000000000000000', { inflationRateChange: wire('1.1') }],
  ['max inflation cannot be nil: <nil>', { inflationMax: '' }],
  ['max inflation cannot be negative: -0.000000000000000001', { inflationMax: '-1' }],
  ['max inflation too large: 1.100000000000000000', { inflationMax: wire('1.1') }],
  ['min inflation cannot be nil: <nil>', { inflationMin: '' }],
  ['min inflation cannot be negative: -0.000000000000000001', { inflationMin: '-1' }],
  ['min inflation too large: 1.100000000000000000', { inflationMin: wire('1.1') }],
  ['goal bonded cannot be nil: <nil>', { goalBonded: '' }],
  ['goal bonded must be positive: 0.000000000000000000', { goalBonded: '0' }],
  ['goal bonded too large: 1.100000000000000000', { goalBonded: wire('1.1') }],
  ['blocks per year must be positive: 0', { blocksPerYear: 0n }],
  ['max inflation (0.200000000000000000) must be greater than or equal to min inflation (0.300000000000000000)', { inflationMin: wire('0.3') }],
])('%s', (text, part) => {
  expect(() => validateParams({ ...P, ...part })).toThrow(text);
});

function keeper(supply: bigint): { readonly k: MintKeeper; readonly calls: string[]; readonly ctx: Context } {
  const calls: string[] = [];
  const show = (coins: readonly { readonly denom: string; readonly amount: bigint }[]): string => coins.map((c) => `${c.amount}${c.denom}`).join();
  const k = new MintKeeper({
    accounts: { moduleAddress, moduleAccount: (_, name) => ({ address: moduleAddress(name) }) },
    bank: {
      mint: (_, module, coins) => void calls.push(`mint ${module} ${show(coins)}`),
      sendFromModuleToModule: (_, from, to, coins) => void calls.push(`send ${from} ${to} ${show(coins)}`),
    },
    staking: { stakingTokenSupply: () => supply, bondedRatio: () => dec('0.67') },
    authority: 'gov',
  });
  return { k, calls, ctx: new Context({ block: blockInfo('test', { height: 1n }), mode: 'finalize', stores: new MemoryStores() }) };
}

test('a block’s coins go to the fees; none are made of too little', () => {
  const { k, calls, ctx } = keeper(6_311_520_000n);
  initGenesis(k, ctx, defaultGenesis('utrel'));
  k.beginBlock(ctx);
  expect(calls).toEqual(['mint mint 130utrel', 'send mint fee_collector 130utrel']);
  expect(k.getMinter(ctx)).toEqual({ inflation: wire('0.13'), annualProvisions: wire('820497600') });
  expect(ctx.events.events[0]?.attributes.map((a) => `${a.key}=${a.value}`)).toEqual([
    'bonded_ratio=0.670000000000000000',
    'inflation=0.130000000000000000',
    'annual_provisions=820497600.000000000000000000',
    'amount=130',
  ]);
  const poor = keeper(1000n);
  initGenesis(poor.k, poor.ctx, defaultGenesis('utrel'));
  poor.k.beginBlock(poor.ctx);
  expect(poor.calls).toEqual(['send mint fee_collector ']);
});

test('a chain without mint makes nothing; a genesis comes back as it was', () => {
  const { k, calls, ctx } = keeper(10n ** 15n);
  k.beginBlock(ctx);
  expect(calls).toEqual([]);
  initGenesis(k, ctx, defaultGenesis('utrel'));
  expect(exportGenesis(k, ctx)).toEqual(defaultGenesis('utrel'));
  validateGenesis(defaultGenesis('utrel'));
  expect(() => validateGenesis({ ...(defaultGenesis('utrel') as object), minter: { inflation: '-0.1', annual_provisions: '0' } })).toThrow(
    'should be positive',
  );
  expect(() => validateGenesis({ minter: { inflation: '0.1', annual_provisions: '0' } })).toThrow('mint denom cannot be blank');
});

test('only the authority changes parameters', () => {
  const { k, ctx } = keeper(0n);
  let update: (ctx: Context, msg: MsgUpdateParams) => unknown = () => undefined;
  registerMessages({ msg: (_, __, handler) => (update = handler as never), query: () => undefined } as ServiceRegistrar, k);
  const refused = (msg: MsgUpdateParams): unknown => {
    try {
      update(ctx, msg);
    } catch (e) {
      return e instanceof SdkError ? [e.codespace, e.code] : e;
    }
    return undefined;
  };
  expect(refused({ authority: 'me', params: P })).toEqual(['gov', 13]);
  expect(refused({ authority: 'gov', params: { ...P, blocksPerYear: 0n } })).toEqual(['undefined', 1]);
  expect(refused({ authority: 'gov', params: { ...P, blocksPerYear: 7n } })).toBeUndefined();
  expect(k.getParams(ctx).blocksPerYear).toBe(7n);
});
