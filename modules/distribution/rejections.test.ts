// Each message's every refusal, with the codespace and code of the reference (sdk:x/distribution/keeper/msg_server.go and what it calls).
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import {
  MsgCommunityPoolSpend,
  MsgDepositValidatorRewardsPool,
  MsgFundCommunityPool,
  MsgSetWithdrawAddress,
  MsgUpdateParams,
  MsgWithdrawDelegatorReward,
  MsgWithdrawValidatorCommission,
} from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import { registerMessages } from './msg-server.ts';
import { DEFAULT_PARAMS } from './params.ts';
import { account, DENOM, SECOND_DENOM, type TestChain, testChain } from './testing/chain.ts';

interface World extends TestChain {
  readonly ctx: Context;
  send<T>(codec: Codec<T>, msg: T): void;
  readonly owner: (n: number) => string;
  readonly operator: (n: number) => string;
}

function world(): World {
  const c = testChain(2, 2);
  const handlers = new Map<unknown, (ctx: Context, msg: never) => unknown>();
  registerMessages({ msg: (request, _, handler) => handlers.set(request, handler as never), query: () => undefined } as ServiceRegistrar, c.distribution);
  const ctx = c.at(5n);
  return {
    ...c,
    ctx,
    send: (codec, msg) => void handlers.get(codec)?.(ctx, msg as never),
    owner: (n) => c.addresses.toString(account(n)),
    operator: (n) => c.addresses.validators.toString(account(n)),
  };
}

const coin = (amount: string, denom = DENOM): { denom: string; amount: string } => ({ denom, amount });
const module = (w: World): string => w.addresses.toString(w.accounts.moduleAddress('distribution') as Uint8Array);
const AUTHORITY = (w: World): string => w.distribution.authority;
const params = (w: World, part: Partial<typeof DEFAULT_PARAMS>): void =>
  w.send(MsgUpdateParams, { authority: AUTHORITY(w), params: { ...DEFAULT_PARAMS, ...part } });
const spend = (w: World, part: Partial<MsgCommunityPoolSpend>): void =>
  w.send(MsgCommunityPoolSpend, { authority: AUTHORITY(w), recipient: w.owner(3), amount: [coin('1')], ...part });
const fund = (w: World, amount: MsgFundCommunityPool['amount'], depositor = w.owner(2)): void => w.send(MsgFundCommunityPool, { depositor, amount });
const deposit = (w: World, part: Partial<MsgDepositValidatorRewardsPool>): void =>
  w.send(MsgDepositValidatorRewardsPool, { depositor: w.owner(2), validatorAddress: w.operator(0), amount: [coin('5')], ...part });

const REFUSED: readonly (readonly [string, string, number, (w: World) => void])[] = [
  ['withdraw address: delegator', 'sdk', 7, (w) => w.send(MsgSetWithdrawAddress, { delegatorAddress: 'x', withdrawAddress: w.owner(1) })],
  ['withdraw address: address', 'sdk', 7, (w) => w.send(MsgSetWithdrawAddress, { delegatorAddress: w.owner(1), withdrawAddress: '' })],
  ['withdraw address: a module', 'sdk', 4, (w) => w.send(MsgSetWithdrawAddress, { delegatorAddress: w.owner(1), withdrawAddress: module(w) })],
  [
    'withdraw address: off',
    'distribution',
    8,
    (w) => {
      params(w, { withdrawAddrEnabled: false });
      w.send(MsgSetWithdrawAddress, { delegatorAddress: w.owner(1), withdrawAddress: w.owner(2) });
    },
  ],
  ['rewards: validator', 'sdk', 7, (w) => w.send(MsgWithdrawDelegatorReward, { delegatorAddress: w.owner(1), validatorAddress: w.owner(1) })],
  ['rewards: delegator', 'sdk', 7, (w) => w.send(MsgWithdrawDelegatorReward, { delegatorAddress: '', validatorAddress: w.operator(1) })],
  ['rewards: no such validator', 'staking', 3, (w) => w.send(MsgWithdrawDelegatorReward, { delegatorAddress: w.owner(1), validatorAddress: w.operator(9) })],
  ['rewards: no delegation', 'staking', 19, (w) => w.send(MsgWithdrawDelegatorReward, { delegatorAddress: w.owner(2), validatorAddress: w.operator(1) })],
  [
    'rewards: no record',
    'distribution',
    5,
    (w) => {
      w.distribution.startingInfos.remove(w.ctx, [account(1), account(1)]);
      w.send(MsgWithdrawDelegatorReward, { delegatorAddress: w.owner(1), validatorAddress: w.operator(1) });
    },
  ],
  ['commission: validator', 'sdk', 7, (w) => w.send(MsgWithdrawValidatorCommission, { validatorAddress: 'x' })],
  ['commission: none', 'distribution', 7, (w) => w.send(MsgWithdrawValidatorCommission, { validatorAddress: w.operator(0) })],
  ['commission: no such validator', 'distribution', 7, (w) => w.send(MsgWithdrawValidatorCommission, { validatorAddress: w.operator(9) })],
  ['fund: depositor', 'sdk', 7, (w) => fund(w, [coin('1')], 'x')],
  ['fund: nothing', 'sdk', 10, (w) => fund(w, [])],
  ['fund: zero', 'sdk', 10, (w) => fund(w, [coin('0')])],
  ['fund: negative', 'sdk', 10, (w) => fund(w, [coin('-1')])],
  ['fund: disorder', 'sdk', 10, (w) => fund(w, [coin('1', DENOM), coin('1', SECOND_DENOM)])],
  ['fund: twice a denom', 'sdk', 10, (w) => fund(w, [coin('1'), coin('1')])],
  ['fund: denom', 'sdk', 10, (w) => fund(w, [coin('1', '1x')])],
  ['fund: more than there is', 'sdk', 5, (w) => fund(w, [coin('1000000000000001')])],
  ['params: authority is none', 'sdk', 7, (w) => w.send(MsgUpdateParams, { authority: 'x', params: DEFAULT_PARAMS })],
  ['params: authority', 'gov', 13, (w) => w.send(MsgUpdateParams, { authority: w.owner(1), params: DEFAULT_PARAMS })],
  ['params: base reward', 'sdk', 18, (w) => params(w, { baseProposerReward: '1' })],
  ['params: bonus reward', 'sdk', 18, (w) => params(w, { bonusProposerReward: '1' })],
  ['params: no tax', 'undefined', 1, (w) => params(w, { communityTax: '' })],
  ['params: negative tax', 'undefined', 1, (w) => params(w, { communityTax: '-1' })],
  ['params: tax above one', 'undefined', 1, (w) => params(w, { communityTax: Dec.toWire(Dec.parse('1.1')) })],
  ['spend: authority is none', 'sdk', 7, (w) => spend(w, { authority: '' })],
  ['spend: authority', 'gov', 13, (w) => spend(w, { authority: w.owner(1) })],
  ['spend: nothing', 'sdk', 10, (w) => spend(w, { amount: [] })],
  ['spend: zero', 'sdk', 10, (w) => spend(w, { amount: [coin('0')] })],
  ['spend: recipient', 'undefined', 1, (w) => spend(w, { recipient: '' })],
  ['spend: a module', 'sdk', 4, (w) => spend(w, { recipient: module(w) })],
  ['spend: more than there is', 'distribution', 9, (w) => spend(w, {})],
  ['deposit: depositor', 'undefined', 1, (w) => deposit(w, { depositor: '' })],
  ['deposit: coins', 'sdk', 10, (w) => deposit(w, { amount: [coin('0')] })],
  ['deposit: more than there is', 'sdk', 5, (w) => deposit(w, { amount: [coin('1000000000000001')] })],
  ['deposit: validator', 'undefined', 1, (w) => deposit(w, { validatorAddress: 'x' })],
  ['deposit: no such validator', 'staking', 3, (w) => deposit(w, { validatorAddress: w.operator(9) })],
  [
    'deposit: what could not be added up',
    'undefined',
    1,
    (w) => {
      const cumulativeRewardRatio = [{ denom: DENOM, amount: Dec.fromInt((1n << 256n) - 2n) }];
      w.distribution.historicalRewards.set(w.ctx, [account(0), 1n], { cumulativeRewardRatio, referenceCount: 2 });
      deposit(w, { amount: [coin('500')] });
    },
  ],
];

test.each(REFUSED)('%s: %s %i', (_, codespace, code, act) => {
  const w = world();
  let thrown: unknown;
  try {
    act(w);
  } catch (e) {
    thrown = e;
  }
  if (!(thrown instanceof SdkError)) throw thrown ?? new Error('nothing was refused');
  expect([thrown.codespace, thrown.code]).toEqual([codespace, code]);
});

test('a deposit without coins does nothing but tell', () => {
  const w = world();
  deposit(w, { amount: [] });
  expect(w.ctx.events.events.map((e) => e.type).filter((t) => t === 'rewards' || t === 'commission')).toEqual(['commission', 'rewards']);
  expect(w.distribution.totalRewards(w.ctx)).toEqual([]);
});

test('changed parameters and a payment from the pool', () => {
  const w = world();
  params(w, { communityTax: Dec.toWire(Dec.one), baseProposerReward: '', bonusProposerReward: '0' });
  expect(w.distribution.getParams(w.ctx).communityTax).toBe(Dec.toWire(Dec.one));
  fund(w, [coin('3', SECOND_DENOM), coin('5')]);
  spend(w, { amount: [coin('3', SECOND_DENOM), coin('4')] });
  expect(w.distribution.communityPool(w.ctx)).toEqual([{ denom: DENOM, amount: 10n ** 18n }]);
});
