// What a delegation has earned since its reckoning began, and paying it. Source: sdk:x/distribution/keeper/delegation.go.
import { type Coin, coinsToString } from '../../chain/core/coins.ts';
import { encodeKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import {
  addDecCoins,
  type DecCoins,
  intersectDecCoins,
  isAnyDecNegative,
  mulDecCoinsTruncate,
  subDecCoins,
  truncateDecCoins,
} from '../../chain/core/dec-coin-sums.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { type Delegation, tokensFromShares, tokensFromSharesTruncated, type Validator } from '../../chain/core/staking.ts';
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { ErrEmptyDelegationDistInfo } from './errors.ts';
import { withdrawRewards } from './events.ts';
import { MODULE_NAME, slashEventKey } from './keys.ts';
import { decrementReferences, incrementPeriod, incrementReferences, periodBefore } from './periods.ts';
import type { DistributionState } from './state.ts';
import type { SlashEvent } from './types.ts';

/** Rounding may leave a stake this much above what staking reckons at once. */
const MARGIN = (3n * Dec.smallest) as Dec;

/** A delegation as its rewards need it. */
export interface Stake {
  readonly validator: Validator;
  readonly operator: Uint8Array;
  readonly delegation: Delegation;
  readonly delegator: Uint8Array;
}

/** Throws staking's errors where there is no such validator or delegation. */
export function readStake(s: DistributionState, ctx: Context, delegator: Uint8Array, operator: Uint8Array): Stake {
  const validator = s.staking.existingValidator(ctx, operator);
  return { validator, operator, delegation: s.staking.existingDelegation(ctx, delegator, operator), delegator };
}

/** Begins a reckoning; the period that the delegation's change ended is over already. */
export function initializeDelegation(s: DistributionState, ctx: Context, operator: Uint8Array, delegator: Uint8Array): void {
  const previousPeriod = periodBefore(s.current(ctx, operator).period);
  incrementReferences(s, ctx, operator, previousPeriod);
  const { validator, delegation } = readStake(s, ctx, delegator, operator);
  const stake = tokensFromSharesTruncated(validator, delegation.shares);
  s.startingInfos.set(ctx, [operator, delegator], { previousPeriod, stake, height: BigInt.asUintN(64, ctx.height) });
}

function rewardsBetween(s: DistributionState, ctx: Context, operator: Uint8Array, from: bigint, to: bigint, stake: Dec): DecCoins {
  if (from > to) throw new Error('startingPeriod cannot be greater than endingPeriod');
  if (stake < 0n) throw new Error('stake should not be negative');
  const starting = s.historical(ctx, operator, from);
  const ending = s.historical(ctx, operator, to);
  const difference = subDecCoins(ending.cumulativeRewardRatio, starting.cumulativeRewardRatio);
  if (isAnyDecNegative(difference)) throw new Error('negative rewards should not be possible');
  return stake === 0n ? [] : mulDecCoinsTruncate(difference, stake);
}

/** Slashes of a validator from one height to another, both included. */
function* slashesBetween(s: DistributionState, ctx: Context, operator: Uint8Array, from: bigint, to: bigint): Generator<SlashEvent> {
  const at = (height: bigint): Uint8Array => concatBytes(slashEventKey.prefix(operator), encodeKey(uint64Key, height));
  for (const [, event] of s.slashEvents.walk(ctx, { start: at(from), end: at(to + 1n) })) yield event;
}

/** Rewards up to the end of a period. */
export function delegationRewards(s: DistributionState, ctx: Context, d: Stake, endingPeriod: bigint): DecCoins {
  const info = s.startingInfo(ctx, d.operator, d.delegator);
  const height = BigInt.asUintN(64, ctx.height);
  if (info.height === height) return [];
  let { previousPeriod, stake } = info;
  let rewards: DecCoins = [];
  if (height > info.height) {
    for (const e of slashesBetween(s, ctx, d.operator, info.height, height)) {
      if (e.validatorPeriod <= previousPeriod) continue;
      rewards = addDecCoins(rewards, rewardsBetween(s, ctx, d.operator, previousPeriod, e.validatorPeriod, stake));
      stake = Dec.mulTruncate(stake, Dec.sub(Dec.one, e.fraction));
      previousPeriod = e.validatorPeriod;
    }
  }
  const now = tokensFromShares(d.validator, d.delegation.shares);
  if (stake > now) {
    if (stake > Dec.add(now, MARGIN)) {
      const [final, current] = [Dec.format(stake), Dec.format(now)];
      throw new Error(
        `calculated final stake for delegator ${d.delegation.delegatorAddress} greater than current stake\n\tfinal stake:\t${final}\n\tcurrent stake:\t${current}`,
      );
    }
    stake = now;
  }
  return addDecCoins(rewards, rewardsBetween(s, ctx, d.operator, previousPeriod, endingPeriod, stake));
}

/** Pays what a delegation has earned and ends its reckoning. A withdrawal of nothing gives one coin of zero. */
export function withdrawDelegation(s: DistributionState, ctx: Context, d: Stake): readonly Coin[] {
  if (!s.startingInfos.has(ctx, [d.operator, d.delegator])) throw ErrEmptyDelegationDistInfo.error();
  const endingPeriod = incrementPeriod(s, ctx, d.operator, d.validator);
  const raw = delegationRewards(s, ctx, d, endingPeriod);
  const outstanding = s.outstanding(ctx, d.operator);
  // The last digits may differ by the order of operations; never more than there is.
  const rewards = intersectDecCoins(raw, outstanding);
  const { whole, rest } = truncateDecCoins(rewards);
  if (whole.length > 0) s.bank.sendFromModuleToAccount(ctx, MODULE_NAME, s.withdrawAddress(ctx, d.delegator), whole);
  s.outstandingRewards.set(ctx, d.operator, subDecCoins(outstanding, rewards));
  s.addToCommunityPool(ctx, rest);
  decrementReferences(s, ctx, d.operator, s.startingInfo(ctx, d.operator, d.delegator).previousPeriod);
  s.startingInfos.remove(ctx, [d.operator, d.delegator]);
  const paid = whole.length > 0 ? whole : [{ denom: s.baseDenom, amount: 0n }];
  ctx.events.emit(withdrawRewards(coinsToString(paid), d.validator.operatorAddress, d.delegation.delegatorAddress));
  return paid;
}
