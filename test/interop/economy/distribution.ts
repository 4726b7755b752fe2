// Random messages of distribution and mint, right ones and wrong ones. A second denom takes part, so that lists of shares have more than one.
import { INT_MAX } from '../../../chain/core/math/int.ts';
import {
  MsgCommunityPoolSpend,
  MsgDepositValidatorRewardsPool,
  MsgFundCommunityPool,
  MsgSetWithdrawAddress,
  MsgUpdateParams,
  MsgWithdrawDelegatorReward,
  MsgWithdrawValidatorCommission,
} from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { MsgUpdateParams as MsgUpdateMint } from '../../../proto/gen/cosmos/mint/v1beta1.ts';
import { any, type Maker, type Planned, SECOND_DENOM, type World } from './world.ts';

const operators = (w: World): string[] => [...w.app.keepers.staking.allValidators(w.state())].map((v) => v.operatorAddress);

function someOperator(w: World): string {
  const list = operators(w);
  if (list.length === 0 || w.random.chance(0.05)) return w.app.addresses.validators.toString(w.app.addresses.toBytes(w.account().address));
  const text = w.random.pick(list);
  return w.random.chance(0.02) ? text.slice(1) : text;
}

/** A list of one or both denoms, sometimes none, in disorder, with zero or far too much. */
function coins(w: World, most = 1_000_000): { readonly denom: string; readonly amount: string }[] {
  const r = w.random;
  if (r.chance(0.03)) return [];
  const list = [w.coin(w.amount(most), SECOND_DENOM), w.coin(w.amount(most))];
  if (r.chance(0.03)) return list.reverse();
  if (r.chance(0.02)) return [w.coin(INT_MAX, SECOND_DENOM)];
  if (r.chance(0.02)) return [w.coin(5n, '2x')];
  return r.chance(0.4) ? list : [r.pick(list)];
}

const setWithdraw: Maker = (w) => {
  const from = w.account();
  const r = w.random;
  const blocked = w.app.addresses.toString(w.app.keepers.accounts.moduleAddress('distribution') as Uint8Array);
  const other = w.app.addresses.toString(Uint8Array.from({ length: 20 }, () => r.between(0, 256)));
  const withdrawAddress = r.chance(0.1) ? blocked : r.chance(0.05) ? 'nobody' : r.chance(0.3) ? other : r.chance(0.3) ? from.address : w.account().address;
  return { name: 'set withdraw address', from, messages: [any(MsgSetWithdrawAddress, { delegatorAddress: from.address, withdrawAddress })] };
};

const reward = (delegatorAddress: string, validatorAddress: string): Planned['messages'][number] =>
  any(MsgWithdrawDelegatorReward, { delegatorAddress, validatorAddress });

const withdraw: Maker = (w) => {
  const all = [...w.app.keepers.staking.delegations.walk(w.state())].map(([, d]) => d).filter((d) => w.accountOf(d.delegatorAddress) !== undefined);
  const d = all.length === 0 || w.random.chance(0.1) ? undefined : w.random.pick(all);
  const from = (d && w.accountOf(d.delegatorAddress)) ?? w.account();
  const validator = d === undefined || w.random.chance(0.05) ? someOperator(w) : d.validatorAddress;
  return { name: 'withdraw rewards', from, messages: [reward(from.address, validator)] };
};

/** All of an account's rewards at once, as wallets do. */
const withdrawAll: Maker = (w) => {
  const from = w.account();
  const mine = [...w.app.keepers.staking.delegationsOf(w.state(), w.app.addresses.toBytes(from.address))];
  if (mine.length === 0) return undefined;
  return { name: 'withdraw all rewards', from, messages: mine.map((d) => reward(from.address, d.validatorAddress)) };
};

const commission: Maker = (w) => {
  const owned = operators(w).flatMap((o) => w.accountOf(w.app.addresses.toString(w.app.addresses.validators.toBytes(o))) ?? []);
  const from = owned.length === 0 || w.random.chance(0.1) ? w.account() : w.random.pick(owned);
  const validatorAddress = w.app.addresses.validators.toString(w.app.addresses.toBytes(from.address));
  return { name: 'withdraw commission', from, messages: [any(MsgWithdrawValidatorCommission, { validatorAddress })] };
};

const fund: Maker = (w) => {
  const from = w.account();
  return { name: 'fund community pool', from, messages: [any(MsgFundCommunityPool, { depositor: from.address, amount: coins(w) })] };
};

const deposit: Maker = (w) => {
  const from = w.account();
  const value = { depositor: from.address, validatorAddress: someOperator(w), amount: coins(w) };
  return { name: 'deposit rewards', from, messages: [any(MsgDepositValidatorRewardsPool, value)] };
};

/** Only governance may; everybody else is told so. */
const authority: Maker = (w) => {
  const from = w.account();
  const ctx = w.state();
  const messages = [
    any(MsgUpdateParams, { authority: from.address, params: w.app.keepers.distribution.getParams(ctx) }),
    any(MsgUpdateMint, { authority: from.address, params: w.app.keepers.mint.getParams(ctx) }),
    any(MsgCommunityPoolSpend, { authority: from.address, recipient: w.account().address, amount: coins(w) }),
  ];
  return { name: 'distribution by others than governance', from, messages: [w.random.pick(messages)] };
};

/** Gas that may not be enough: what was used up to then must be equal too. */
const short: Maker = (w) => {
  const p = w.random.pick([withdraw, withdrawAll, commission, deposit, fund])(w);
  return p && { ...p, name: `${p.name} with little gas`, options: { gas: BigInt(w.random.between(45_000, 150_000)) } };
};

export const DISTRIBUTION: readonly (readonly [number, Maker])[] = [
  [3, setWithdraw],
  [6, withdraw],
  [3, withdrawAll],
  [4, commission],
  [2, fund],
  [3, deposit],
  [1, authority],
  [2, short],
];
