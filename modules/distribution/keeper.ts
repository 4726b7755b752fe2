// Distribution as other modules and its messages see it: withdrawals and the community pool. Source: sdk:x/distribution/keeper/keeper.go, fee_pool.go.
import { type Coin, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import {
  addDecCoins,
  areDecCoinsZero,
  type DecCoins,
  decCoinsFromCoins,
  isAnyDecNegative,
  safeSubDecCoins,
  subDecCoins,
  truncateDecCoins,
} from '../../chain/core/dec-coin-sums.ts';
import { ErrUnauthorized } from '../../chain/core/errors.ts';
import type { StakingHooks } from '../../chain/core/staking.ts';
import { allocateAtBegin } from './allocation.ts';
import { ErrBadDistribution, ErrNoValidatorCommission, ErrSetWithdrawAddrDisabled } from './errors.ts';
import { setWithdrawAddress, withdrawCommission } from './events.ts';
import { distributionHooks } from './hooks.ts';
import { MODULE_NAME } from './keys.ts';
import { initializeDelegation, readStake, withdrawDelegation } from './rewards.ts';
import { DistributionState } from './state.ts';

export class DistributionKeeper extends DistributionState {
  hooks(): StakingHooks {
    return distributionHooks(this);
  }

  /** A chain whose genesis named no distribution has no parameters: fees stay where they are. */
  beginBlock(ctx: Context): void {
    if (this.params.has(ctx)) allocateAtBegin(this, ctx);
  }

  setWithdrawAddress(ctx: Context, delegator: Uint8Array, to: Uint8Array): void {
    if (this.bank.isBlocked(to)) throw ErrUnauthorized.wrap(`${this.addresses.toString(to)} is not allowed to receive external funds`);
    if (!this.getParams(ctx).withdrawAddrEnabled) throw ErrSetWithdrawAddrDisabled.error();
    ctx.events.emit(setWithdrawAddress(this.addresses.toString(to)));
    this.withdrawAddresses.set(ctx, delegator, to);
  }

  /** Gives what was paid; one coin of zero where that is nothing. */
  withdrawDelegationRewards(ctx: Context, delegator: Uint8Array, operator: Uint8Array): readonly Coin[] {
    const paid = withdrawDelegation(this, ctx, readStake(this, ctx, delegator, operator));
    initializeDelegation(this, ctx, operator, delegator);
    return paid;
  }

  withdrawValidatorCommission(ctx: Context, operator: Uint8Array): readonly Coin[] {
    const commission = this.commission(ctx, operator);
    if (areDecCoinsZero(commission)) throw ErrNoValidatorCommission.error();
    const { whole, rest } = truncateDecCoins(commission);
    this.commissions.set(ctx, operator, rest);
    this.outstandingRewards.set(ctx, operator, subDecCoins(this.outstanding(ctx, operator), decCoinsFromCoins(whole)));
    if (whole.length > 0) this.bank.sendFromModuleToAccount(ctx, MODULE_NAME, this.withdrawAddress(ctx, operator), whole);
    ctx.events.emit(withdrawCommission(coinsToString(whole)));
    return whole;
  }

  /** All rewards that validators and their delegators have not withdrawn. */
  totalRewards(ctx: Context): DecCoins {
    let total: DecCoins = [];
    for (const [, rewards] of this.outstandingRewards.walk(ctx)) total = addDecCoins(total, rewards);
    return total;
  }

  fundCommunityPool(ctx: Context, amount: readonly Coin[], sender: Uint8Array): void {
    this.bank.sendFromAccountToModule(ctx, sender, MODULE_NAME, amount);
    this.addToCommunityPool(ctx, decCoinsFromCoins(amount));
  }

  /** Throws ErrBadDistribution where the pool has less. */
  distributeFromCommunityPool(ctx: Context, amount: readonly Coin[], to: Uint8Array): void {
    const left = safeSubDecCoins(this.communityPool(ctx), decCoinsFromCoins(amount));
    if (isAnyDecNegative(left)) throw ErrBadDistribution.error();
    this.bank.sendFromModuleToAccount(ctx, MODULE_NAME, to, amount);
    this.feePool.set(ctx, left);
  }
}
