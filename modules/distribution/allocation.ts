// Fees and inflation of the last block to those who voted for it, by their power. Source: sdk:x/distribution/keeper/allocation.go, abci.go.
import type { Context } from '../../chain/core/context.ts';
import {
  addDecCoins,
  type DecCoins,
  decCoinsFromCoins,
  decCoinsToString,
  mulDecCoins,
  mulDecCoinsTruncate,
  subDecCoins,
} from '../../chain/core/dec-coin-sums.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Validator } from '../../chain/core/staking.ts';
import { commissionEvent, rewardsEvent } from './events.ts';
import { FEE_COLLECTOR, MODULE_NAME } from './keys.ts';
import type { DistributionState } from './state.ts';

/** Every validator of the last commit counts, whether it signed or not. */
export function allocateAtBegin(s: DistributionState, ctx: Context): void {
  if (ctx.height > 1n) allocateFees(s, ctx);
  s.previousProposer.set(ctx, ctx.block.proposerAddress);
}

function allocateFees(s: DistributionState, ctx: Context): void {
  const { votes } = ctx.block.lastCommit;
  const total = votes.reduce((n, v) => n + v.validator.power, 0n);
  const collector = s.accounts.moduleAccount(ctx, FEE_COLLECTOR);
  if (collector === undefined) throw new Error(`${FEE_COLLECTOR} module account has not been set`);
  const collected = s.bank.allBalances(ctx, collector.address);
  const fees = decCoinsFromCoins(collected);
  s.bank.sendFromModuleToModule(ctx, FEE_COLLECTOR, MODULE_NAME, collected);
  const pool = s.communityPool(ctx);
  if (total === 0n) {
    s.feePool.set(ctx, addDecCoins(pool, fees));
    return;
  }
  const tax = Dec.fromWire(s.getParams(ctx).communityTax);
  const shared = mulDecCoinsTruncate(fees, Dec.sub(Dec.one, tax));
  let remaining: DecCoins = fees;
  for (const { validator } of votes) {
    const v = s.staking.validatorByConsAddr(ctx, validator.address);
    // The engine may have validators that staking does not know (a genesis may name them alone): their part goes to the community.
    if (v === undefined) continue;
    const fraction = Dec.quoTruncate(Dec.fromInt(validator.power), Dec.fromInt(total));
    const reward = mulDecCoinsTruncate(shared, fraction);
    allocateToValidator(s, ctx, s.staking.validatorAddresses.toBytes(v.operatorAddress), v, reward);
    remaining = subDecCoins(remaining, reward);
  }
  s.feePool.set(ctx, addDecCoins(pool, remaining));
}

/** The validator's commission first; the rest is its delegators'. */
export function allocateToValidator(s: DistributionState, ctx: Context, operator: Uint8Array, v: Validator, tokens: DecCoins): void {
  const commission = mulDecCoins(tokens, v.commission.rate);
  const shared = subDecCoins(tokens, commission);
  ctx.events.emit(commissionEvent(decCoinsToString(commission), v.operatorAddress));
  s.commissions.set(ctx, operator, addDecCoins(s.commission(ctx, operator), commission));
  const current = s.current(ctx, operator);
  s.currentRewards.set(ctx, operator, { ...current, rewards: addDecCoins(current.rewards, shared) });
  ctx.events.emit(rewardsEvent(decCoinsToString(tokens), v.operatorAddress));
  s.outstandingRewards.set(ctx, operator, addDecCoins(s.outstanding(ctx, operator), tokens));
}
