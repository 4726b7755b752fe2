// Periods of a validator: each change of its stake ends one and stores the rewards for one token up to then, which are kept as long as somebody
// refers to them. Source: the F1 fee distribution paper (Ojha, Goes); sdk:x/distribution/keeper/validator.go.
import type { Context } from '../../chain/core/context.ts';
import { addDecCoins, type DecCoins, quoDecCoinsTruncate, subDecCoins } from '../../chain/core/dec-coin-sums.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Validator } from '../../chain/core/staking.ts';
import type { DistributionState } from './state.ts';

/** Periods are uint64 and wrap, as in the reference. */
export const periodBefore = (period: bigint): bigint => BigInt.asUintN(64, period - 1n);

/** A new validator: period 0 with nothing, and period 1 begins. */
export function initializeValidator(s: DistributionState, ctx: Context, operator: Uint8Array): void {
  s.historicalRewards.set(ctx, [operator, 0n], { cumulativeRewardRatio: [], referenceCount: 1 });
  s.currentRewards.set(ctx, operator, { rewards: [], period: 1n });
  s.commissions.set(ctx, operator, []);
  s.outstandingRewards.set(ctx, operator, []);
}

/** Ends the current period and gives its number. */
export function incrementPeriod(s: DistributionState, ctx: Context, operator: Uint8Array, v: Validator): bigint {
  const { rewards, period } = s.current(ctx, operator);
  let ratio: DecCoins = [];
  if (v.tokens === 0n) {
    // Nobody can be told a part of it: it goes to the community.
    const pool = s.communityPool(ctx);
    const outstanding = s.outstanding(ctx, operator);
    const left = subDecCoins(outstanding, rewards);
    s.feePool.set(ctx, addDecCoins(pool, rewards));
    s.outstandingRewards.set(ctx, operator, left);
  } else {
    // Truncated, so that never more is given than is owed.
    ratio = quoDecCoinsTruncate(rewards, Dec.fromInt(v.tokens));
  }
  const before = s.historical(ctx, operator, periodBefore(period));
  decrementReferences(s, ctx, operator, periodBefore(period));
  s.historicalRewards.set(ctx, [operator, period], { cumulativeRewardRatio: addDecCoins(before.cumulativeRewardRatio, ratio), referenceCount: 1 });
  s.currentRewards.set(ctx, operator, { rewards: [], period: BigInt.asUintN(64, period + 1n) });
  return period;
}

export function incrementReferences(s: DistributionState, ctx: Context, operator: Uint8Array, period: bigint): void {
  const h = s.historical(ctx, operator, period);
  if (h.referenceCount + 1 > 2) throw new Error('reference count should never exceed 2');
  s.historicalRewards.set(ctx, [operator, period], { ...h, referenceCount: h.referenceCount + 1 });
}

export function decrementReferences(s: DistributionState, ctx: Context, operator: Uint8Array, period: bigint): void {
  const h = s.historical(ctx, operator, period);
  if (h.referenceCount === 0) throw new Error('cannot set negative reference count');
  if (h.referenceCount === 1) s.historicalRewards.remove(ctx, [operator, period]);
  else s.historicalRewards.set(ctx, [operator, period], { ...h, referenceCount: h.referenceCount - 1 });
}

/** A slash ends a period: stakes count for less after it. */
export function recordSlash(s: DistributionState, ctx: Context, operator: Uint8Array, fraction: Dec): void {
  if (fraction > Dec.one || fraction < 0n) throw new Error(`fraction must be >=0 and <=1, current fraction: ${Dec.format(fraction)}`);
  const v = s.staking.existingValidator(ctx, operator);
  const period = incrementPeriod(s, ctx, operator, v);
  incrementReferences(s, ctx, operator, period);
  s.slashEvents.set(ctx, [operator, ctx.height, period], { validatorPeriod: period, fraction });
}
