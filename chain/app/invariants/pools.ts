// The pools of stake hold what validators and unbondings own: bonded validators' tokens the one, all other the other.
// Source: sdk v0.50 x/staking/keeper/invariants.go ModuleAccountInvariants.
import { BONDED_POOL, NOT_BONDED_POOL } from '../../../modules/staking/keys.ts';
import type { Context } from '../../core/context.ts';
import { STATUS } from '../../core/staking.ts';
import type { Keepers } from '../app.ts';
import type { Invariant } from './invariant.ts';

function broken({ staking, bank, accounts }: Keepers, ctx: Context): string[] {
  // No genesis has named staking.
  if (!staking.params.has(ctx)) return [];
  const denom = staking.bondDenom(ctx);
  let bonded = 0n;
  let notBonded = 0n;
  const out: string[] = [];
  for (const v of staking.allValidators(ctx)) {
    if (v.status === STATUS.bonded) bonded += v.tokens;
    else notBonded += v.tokens;
    if (v.tokens < 0n) out.push(`validator ${v.operatorAddress} has ${v.tokens} tokens`);
  }
  for (const [, u] of staking.unbondings.walk(ctx)) for (const e of u.entries) notBonded += e.balance;
  for (const [pool, owned] of [
    [BONDED_POOL, bonded],
    [NOT_BONDED_POOL, notBonded],
  ] as const) {
    const address = accounts.moduleAddress(pool);
    const held = address === undefined ? 0n : bank.balance(ctx, address, denom);
    if (held !== owned) out.push(`${pool} holds ${held}${denom}, stakes are ${owned}${denom}`);
  }
  return out;
}

export const pools: Invariant = { name: 'pools', broken };
