// A state made ready for a chain that counts heights from the beginning: all that names a height is paid out or set back. Rewards are withdrawn
// and every reckoning begins anew, stake that is on its way began at 0, and so did the signing of blocks.
// Source: the reference's application, prepForZeroHeightGenesis. Invariant: no coin is made or lost.
import { prefixRange } from '../core/collections/state-map.ts';
import type { Context } from '../core/context.ts';
import { SdkError } from '../core/errors.ts';
import type { Keepers } from './app.ts';

/** Changes the context's state, which should be one that is thrown away. */
export function prepareForZeroHeight(k: Keepers, ctx: Context): void {
  restartRewards(k, ctx);
  restartStake(k, ctx);
  for (const [consensus, info] of [...k.slashing.signingInfos.walk(ctx)]) k.slashing.signingInfos.set(ctx, consensus, { ...info, startHeight: 0n });
}

// Who has nothing to withdraw is passed over.
function ifPossible(act: () => void): void {
  try {
    act();
  } catch (e) {
    if (!(e instanceof SdkError)) throw e;
  }
}

function restartRewards({ staking, distribution }: Keepers, ctx: Context): void {
  if (!distribution.params.has(ctx)) return;
  const operators = [...staking.allValidators(ctx)].map((v) => staking.operator(v));
  const delegations = [...staking.delegations.walk(ctx)].map(([key]) => key);
  for (const operator of operators) ifPossible(() => distribution.withdrawValidatorCommission(ctx, operator));
  for (const [delegator, operator] of delegations) ifPossible(() => distribution.withdrawDelegationRewards(ctx, delegator, operator));
  const everything = prefixRange(new Uint8Array(0));
  distribution.slashEvents.clear(ctx, everything);
  distribution.historicalRewards.clear(ctx, everything);
  const beginning = ctx.with({ block: { ...ctx.block, height: 0n } });
  const hooks = distribution.hooks();
  for (const operator of operators) {
    // What is left of rounding.
    distribution.addToCommunityPool(beginning, distribution.outstanding(beginning, operator));
    hooks.afterValidatorCreated?.(beginning, operator);
  }
  for (const [delegator, operator] of delegations) {
    hooks.beforeDelegationCreated?.(beginning, delegator, operator);
    hooks.afterDelegationModified?.(beginning, delegator, operator);
  }
}

function restartStake({ staking }: Keepers, ctx: Context): void {
  if (!staking.params.has(ctx)) return;
  const fromZero = <E extends { readonly creationHeight: bigint }>(entries: readonly E[]): readonly E[] => entries.map((e) => ({ ...e, creationHeight: 0n }));
  for (const [key, r] of [...staking.redelegations.walk(ctx)]) staking.redelegations.set(ctx, key, { ...r, entries: fromZero(r.entries) });
  for (const [key, u] of [...staking.unbondings.walk(ctx)]) staking.unbondings.set(ctx, key, { ...u, entries: fromZero(u.entries) });
  for (const [operator, v] of [...staking.validators.walk(ctx)]) staking.validators.set(ctx, operator, { ...v, unbondingHeight: 0n });
  staking.applyValidatorSetUpdates(ctx);
}
