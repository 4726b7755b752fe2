// What distribution does when stake changes. Source: sdk:x/distribution/keeper/hooks.go.
import type { Context } from '../../chain/core/context.ts';
import { areDecCoinsZero, subDecCoins, truncateDecCoins } from '../../chain/core/dec-coin-sums.ts';
import type { StakingHooks } from '../../chain/core/staking.ts';
import { MODULE_NAME } from './keys.ts';
import { incrementPeriod, initializeValidator, recordSlash } from './periods.ts';
import { initializeDelegation, readStake, withdrawDelegation } from './rewards.ts';
import type { DistributionState } from './state.ts';

export function distributionHooks(s: DistributionState): StakingHooks {
  return {
    afterValidatorCreated: (ctx, operator) => {
      // The reference reads it for its address; the gas is part of the result.
      s.staking.existingValidator(ctx, operator);
      initializeValidator(s, ctx, operator);
    },
    afterValidatorRemoved: (ctx, _, operator) => removeValidator(s, ctx, operator),
    beforeDelegationCreated: (ctx, _, operator) => {
      incrementPeriod(s, ctx, operator, s.staking.existingValidator(ctx, operator));
    },
    // Every change pays first: rewards are reckoned with one stake.
    beforeDelegationSharesModified: (ctx, delegator, operator) => {
      withdrawDelegation(s, ctx, readStake(s, ctx, delegator, operator));
    },
    afterDelegationModified: (ctx, delegator, operator) => initializeDelegation(s, ctx, operator, delegator),
    beforeValidatorSlashed: (ctx, operator, fraction) => recordSlash(s, ctx, operator, fraction),
  };
}

/** Pays the commission; what rounding has left is the community's. No delegations are there any more. */
function removeValidator(s: DistributionState, ctx: Context, operator: Uint8Array): void {
  let outstanding = s.outstanding(ctx, operator);
  const commission = s.commission(ctx, operator);
  if (!areDecCoinsZero(commission)) {
    outstanding = subDecCoins(outstanding, commission);
    const { whole, rest } = truncateDecCoins(commission);
    s.addToCommunityPool(ctx, rest);
    if (whole.length > 0) s.bank.sendFromModuleToAccount(ctx, MODULE_NAME, s.withdrawAddress(ctx, operator), whole);
  }
  s.addToCommunityPool(ctx, outstanding);
  s.outstandingRewards.remove(ctx, operator);
  s.commissions.remove(ctx, operator);
  s.forgetSlashEvents(ctx, operator);
  s.forgetHistory(ctx, operator);
  s.currentRewards.remove(ctx, operator);
}
