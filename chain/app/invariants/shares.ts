// A validator's shares are those of its delegations, each of which is more than none; validators are found by power as strong as they are.
// Source: sdk v0.50 x/staking/keeper/invariants.go DelegatorSharesInvariant, PositiveDelegationInvariant, NonNegativePowerInvariant.
import type { Context } from '../../core/context.ts';
import { Dec } from '../../core/math/dec.ts';
import { potentialPower } from '../../core/staking.ts';
import type { Keepers } from '../app.ts';
import type { Invariant } from './invariant.ts';

function broken({ staking }: Keepers, ctx: Context): string[] {
  if (!staking.params.has(ctx)) return [];
  const out: string[] = [];
  const given = new Map<string, Dec>();
  for (const [, d] of staking.delegations.walk(ctx)) {
    given.set(d.validatorAddress, Dec.add(given.get(d.validatorAddress) ?? Dec.zero, d.shares));
    if (d.shares <= 0n) out.push(`the delegation of ${d.delegatorAddress} to ${d.validatorAddress} has ${Dec.format(d.shares)} shares`);
  }
  const known = new Set<string>();
  for (const v of staking.allValidators(ctx)) {
    known.add(v.operatorAddress);
    const sum = given.get(v.operatorAddress) ?? Dec.zero;
    if (sum !== v.delegatorShares) out.push(`validator ${v.operatorAddress} has ${Dec.format(v.delegatorShares)} shares, its delegations ${Dec.format(sum)}`);
  }
  for (const operator of given.keys()) if (!known.has(operator)) out.push(`there are delegations to ${operator}, which is no validator`);
  for (const [rank, operator] of staking.validatorsByPower.walk(ctx)) {
    const v = staking.validator(ctx, operator);
    if (v === undefined) out.push(`the ranks name ${staking.validatorAddresses.toString(operator)}, which is no validator`);
    else if (rank.power !== potentialPower(v)) out.push(`validator ${v.operatorAddress} is ranked with power ${rank.power}, not ${potentialPower(v)}`);
  }
  return out;
}

export const shares: Invariant = { name: 'shares', broken };
