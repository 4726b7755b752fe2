// What must hold after every block: nobody can be owed more than there is. Source: sdk v0.50 x/distribution/keeper/invariants.go.
import { coinsEqual, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { addDecCoins, type DecCoins, decCoinsToString, isAnyDecNegative, truncateDecCoins } from '../../chain/core/dec-coin-sums.ts';
import type { DistributionKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';

/** Sentences about what is broken; none where all is well. Changes nothing. */
export function brokenInvariants(k: DistributionKeeper, ctx: Context): string[] {
  return [...nonNegative(k, ctx), ...moduleAccount(k, ctx), ...references(k, ctx), ...canWithdraw(k, ctx)];
}

function nonNegative(k: DistributionKeeper, ctx: Context): string[] {
  return [...k.outstandingRewards.walk(ctx)].flatMap(([v, rewards]) =>
    isAnyDecNegative(rewards) ? [`outstanding rewards of ${k.staking.validatorAddresses.toString(v)} are negative: ${decCoinsToString(rewards)}`] : [],
  );
}

/** The module's coins are the outstanding rewards and the community pool. */
function moduleAccount(k: DistributionKeeper, ctx: Context): string[] {
  const { whole } = truncateDecCoins(addDecCoins(k.totalRewards(ctx), k.communityPool(ctx)));
  const address = k.accounts.moduleAddress(MODULE_NAME);
  const balance = address === undefined ? [] : k.bank.allBalances(ctx, address);
  return coinsEqual(balance, whole) ? [] : [`the module holds ${coinsToString(balance)}, its books say ${coinsToString(whole)}`];
}

/** Each validator, delegation and slash refers to one period. */
function references(k: DistributionKeeper, ctx: Context): string[] {
  const count = (list: Iterable<unknown>): number => [...list].length;
  const expected = count(k.staking.allValidators(ctx)) + count(k.startingInfos.walk(ctx)) + count(k.slashEvents.walk(ctx));
  let got = 0;
  for (const [, h] of k.historicalRewards.walk(ctx)) got += h.referenceCount;
  return got === expected ? [] : [`periods are referred to ${got} times; validators, delegations and slashes are ${expected}`];
}

/** Everybody can withdraw, one after the other, and nothing falls below zero. */
function canWithdraw(k: DistributionKeeper, ctx: Context): string[] {
  const trial = ctx.branch().ctx;
  const out: string[] = [];
  try {
    for (const v of k.staking.allValidators(ctx)) {
      const operator = k.staking.validatorAddresses.toBytes(v.operatorAddress);
      if (k.commission(trial, operator).length > 0) k.withdrawValidatorCommission(trial, operator);
    }
    for (const [[operator, delegator]] of k.startingInfos.walk(ctx)) k.withdrawDelegationRewards(trial, delegator, operator);
  } catch (e) {
    out.push(`not everybody can withdraw: ${e instanceof Error ? e.message : String(e)}`);
  }
  for (const [v, rewards] of k.outstandingRewards.walk(trial)) {
    if (isAnyDecNegative(rewards as DecCoins)) out.push(`${k.staking.validatorAddresses.toString(v)} would owe ${decCoinsToString(rewards)}`);
  }
  return out;
}
