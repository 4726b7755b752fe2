// Punishment: a part of what a validator had when it did wrong is burnt, also of what has left it since. Source: sdk:x/staking/keeper/slash.go.
import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import { isBonded, isUnbonded, POWER_REDUCTION } from '../../chain/core/staking.ts';
import { unbond } from './delegations.ts';
import { BONDED_POOL, delegatorValidatorKey, NOT_BONDED_POOL, threeAddressesKey } from './keys.ts';
import type { StakingState } from './state.ts';
import { type Entry, isMature, isOnHold, type Redelegation, type UnbondingDelegation, type UnbondingEntry } from './types.ts';
import { setUnbonding } from './unbondings.ts';
import { removeTokens } from './validator.ts';
import { ignoring } from './validators.ts';

/** Burns `factor` of the power at `infractionHeight`; gives what was burnt of the validator's own tokens. Nothing for one that is gone. */
export function slash(s: StakingState, ctx: Context, consensus: Uint8Array, infractionHeight: bigint, power: bigint, factor: Dec): Int {
  if (factor < 0n) throw plainError(`attempted to slash with a negative slash factor: ${Dec.format(factor)}`);
  const amount = Dec.truncateInt(Dec.mul(Dec.fromInt(power * POWER_REDUCTION), factor));
  const validator = s.validatorByConsAddr(ctx, consensus);
  if (validator === undefined) return 0n;
  if (isUnbonded(validator)) throw plainError(`should not be slashing unbonded validator: ${validator.operatorAddress}`);
  const operator = s.operator(validator);
  ignoring(() => s.hooks.beforeValidatorModified(ctx, operator));
  if (infractionHeight > ctx.height) {
    throw plainError(`impossible attempt to slash future infraction at height ${infractionHeight} but we are at height ${ctx.height}`);
  }
  // At the current height nothing can have left yet.
  let remaining = amount;
  if (infractionHeight < ctx.height) {
    for (const u of unbondingsFrom(s, ctx, operator)) remaining -= slashUnbonding(s, ctx, u, infractionHeight, factor);
    for (const r of redelegationsFrom(s, ctx, operator)) remaining -= slashRedelegation(s, ctx, r, infractionHeight, factor);
  }
  const burnt = Int.max(Int.min(remaining, validator.tokens), 0n);
  if (burnt === 0n) return 0n;
  // More than nothing is burnt, so there are tokens.
  const fraction = Dec.min(Dec.quoRoundUp(Dec.fromInt(burnt), Dec.fromInt(validator.tokens)), Dec.one);
  ignoring(() => s.hooks.beforeValidatorSlashed(ctx, operator, fraction));
  const after = s.replaceRanked(ctx, validator, (v) => removeTokens(v, burnt));
  s.burn(ctx, isBonded(after) ? BONDED_POOL : NOT_BONDED_POOL, burnt);
  return burnt;
}

// Lists are read before anything is written: slashing writes into what is iterated.
function unbondingsFrom(s: StakingState, ctx: Context, operator: Uint8Array): UnbondingDelegation[] {
  const out: UnbondingDelegation[] = [];
  for (const [validator, delegator] of s.unbondingsByValidator.walk(ctx, prefixRange(delegatorValidatorKey.prefix(operator)))) {
    const u = s.unbondings.get(ctx, [delegator, validator]);
    if (u === undefined) throw new Error('staking: an unbonding is in its index only');
    out.push(u);
  }
  return out;
}

function redelegationsFrom(s: StakingState, ctx: Context, operator: Uint8Array): Redelegation[] {
  const out: Redelegation[] = [];
  for (const [source, delegator, destination] of s.redelegationsBySource.walk(ctx, prefixRange(threeAddressesKey.prefix(operator)))) {
    const r = s.redelegations.get(ctx, [delegator, source, destination]);
    if (r === undefined) throw new Error('staking: a redelegation is in its index only');
    out.push(r);
  }
  return out;
}

/** Began after the wrong was done, and has not ended: its stake was part of it. */
function contributed(ctx: Context, e: Entry, infractionHeight: bigint): boolean {
  return e.creationHeight >= infractionHeight && (!isMature(e, ctx.time) || isOnHold(e));
}

const share = (factor: Dec, balance: Int): Int => Dec.truncateInt(Dec.mulInt(factor, balance));

/** Gives what should have been burnt, even where less was left. */
export function slashUnbonding(s: StakingState, ctx: Context, given: UnbondingDelegation, infractionHeight: bigint, factor: Dec): Int {
  let [total, burnt]: [Int, Int] = [0n, 0n];
  let u = given;
  for (const [i, e] of given.entries.entries()) {
    if (!contributed(ctx, e, infractionHeight)) continue;
    const amount = share(factor, e.initialBalance);
    total += amount;
    const taken = Int.min(amount, e.balance);
    if (taken === 0n) continue;
    burnt += taken;
    u = withEntry(u, i, { ...e, balance: e.balance - taken });
    setUnbonding(s, ctx, u);
  }
  s.burn(ctx, NOT_BONDED_POOL, burnt);
  return total;
}

function withEntry(u: UnbondingDelegation, i: number, e: UnbondingEntry): UnbondingDelegation {
  return { ...u, entries: u.entries.with(i, e) };
}

/** Tokens that were moved on are taken from what unbonds from the second validator, then from the delegation to it. */
export function slashRedelegation(s: StakingState, ctx: Context, r: Redelegation, infractionHeight: bigint, factor: Dec): Int {
  const delegator = s.addresses.toBytes(r.delegatorAddress);
  const destination = s.validatorAddresses.toBytes(r.validatorDstAddress);
  let [total, bonded, notBonded]: [Int, Int, Int] = [0n, 0n, 0n];
  for (const e of r.entries) {
    if (!contributed(ctx, e, infractionHeight)) continue;
    let amount = share(factor, e.initialBalance);
    total += amount;
    const unbonding = s.unbondings.get(ctx, [delegator, destination]);
    if (unbonding !== undefined) {
      const taken = takeFromUnbonding(s, ctx, unbonding, infractionHeight, amount);
      amount -= taken;
      notBonded += taken;
    }
    let shares = Dec.mul(factor, e.sharesDst);
    if (shares === 0n || amount === 0n) continue;
    const delegation = s.delegation(ctx, delegator, destination);
    if (delegation === undefined) continue;
    shares = Dec.min(shares, delegation.shares);
    const tokens = unbond(s, ctx, delegator, destination, shares);
    if (isBonded(s.existingValidator(ctx, destination))) bonded += tokens;
    else notBonded += tokens;
  }
  s.burn(ctx, BONDED_POOL, bonded);
  s.burn(ctx, NOT_BONDED_POOL, notBonded);
  return total;
}

function takeFromUnbonding(s: StakingState, ctx: Context, given: UnbondingDelegation, infractionHeight: bigint, amount: Int): Int {
  let u = given;
  let taken: Int = 0n;
  for (const [i, e] of given.entries.entries()) {
    const part = Int.min(amount - taken, e.balance);
    if (part === 0n || !contributed(ctx, e, infractionHeight)) continue;
    taken += part;
    u = withEntry(u, i, { ...e, balance: e.balance - part });
    setUnbonding(s, ctx, u);
  }
  return taken;
}
