// Unbondings that another module stops, and lets go on. Each stop must be matched by a release. Source: sdk:x/staking/keeper/unbonding.go.
import { newCoins } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { RegisteredError } from '../../chain/core/errors.ts';
import type { Validator } from '../../chain/core/staking.ts';
import {
  ErrNoRedelegation,
  ErrNoUnbondingDelegation,
  ErrNoUnbondingType,
  ErrNoValidatorFound,
  ErrUnbondingNotFound,
  ErrUnbondingOnHoldRefCountNegative,
} from './errors.ts';
import { delegatorValidatorKey, NOT_BONDED_POOL, threeAddressesKey, UNBONDING_TYPE } from './keys.ts';
import type { StakingState } from './state.ts';
import { isMature, isOnHold, type Redelegation, type UnbondingDelegation } from './types.ts';
import { setOrRemoveRedelegation, setOrRemoveUnbonding } from './unbondings.ts';

/** The store key that an ID leads to, without its prefix. */
function indexed(s: StakingState, ctx: Context, id: bigint, missing: RegisteredError): Uint8Array {
  const key = s.unbondingIndex.get(ctx, id);
  if (key === undefined) throw missing.error();
  return key.subarray(1);
}

export function unbondingById(s: StakingState, ctx: Context, id: bigint): UnbondingDelegation {
  const u = s.unbondings.get(ctx, delegatorValidatorKey.read(indexed(s, ctx, id, ErrNoUnbondingDelegation), 0).key);
  if (u === undefined) throw ErrNoUnbondingDelegation.error();
  return u;
}

export function redelegationById(s: StakingState, ctx: Context, id: bigint): Redelegation {
  const r = s.redelegations.get(ctx, threeAddressesKey.read(indexed(s, ctx, id, ErrNoRedelegation), 0).key);
  if (r === undefined) throw ErrNoRedelegation.error();
  return r;
}

export function validatorByUnbondingId(s: StakingState, ctx: Context, id: bigint): Validator {
  const v = s.validator(ctx, indexed(s, ctx, id, ErrNoValidatorFound).subarray(1));
  if (v === undefined) throw ErrNoValidatorFound.error();
  return v;
}

function typeOf(s: StakingState, ctx: Context, id: bigint): bigint {
  const type = s.unbondingType.get(ctx, id);
  if (type === undefined) throw ErrNoUnbondingType.error();
  return type;
}

/** The entry with the ID, one more or less on hold. */
function counted<E extends { readonly unbondingId: bigint; readonly unbondingOnHoldRefCount: bigint }>(
  entries: readonly E[],
  id: bigint,
  by: bigint,
  missing: RegisteredError,
): { readonly at: number; readonly entry: E } {
  const at = entries.findIndex((e) => e.unbondingId === id);
  const e = entries[at];
  if (e === undefined) throw missing.error();
  if (by < 0n && e.unbondingOnHoldRefCount <= 0n) {
    throw ErrUnbondingOnHoldRefCountNegative.wrap(`unbondingID(${id}), expecting UnbondingOnHoldRefCount > 0`);
  }
  return { at, entry: { ...e, unbondingOnHoldRefCount: e.unbondingOnHoldRefCount + by } };
}

export function putUnbondingOnHold(s: StakingState, ctx: Context, id: bigint): void {
  switch (typeOf(s, ctx, id)) {
    case UNBONDING_TYPE.unbondingDelegation: {
      const u = unbondingById(s, ctx, id);
      const { at, entry } = counted(u.entries, id, 1n, ErrNoUnbondingDelegation);
      setOrRemoveUnbonding(s, ctx, { ...u, entries: u.entries.with(at, entry) });
      return;
    }
    case UNBONDING_TYPE.redelegation: {
      const r = redelegationById(s, ctx, id);
      const { at, entry } = counted(r.entries, id, 1n, ErrNoRedelegation);
      setOrRemoveRedelegation(s, ctx, { ...r, entries: r.entries.with(at, entry) });
      return;
    }
    case UNBONDING_TYPE.validator: {
      const v = validatorByUnbondingId(s, ctx, id);
      s.setValidator(ctx, { ...v, unbondingOnHoldRefCount: v.unbondingOnHoldRefCount + 1n });
      return;
    }
    default:
      throw ErrUnbondingNotFound.error();
  }
}

/** Lets it go on; what is mature by now ends at once. */
export function unbondingCanComplete(s: StakingState, ctx: Context, id: bigint): void {
  switch (typeOf(s, ctx, id)) {
    case UNBONDING_TYPE.unbondingDelegation:
      releaseUnbonding(s, ctx, id);
      return;
    case UNBONDING_TYPE.redelegation: {
      const r = redelegationById(s, ctx, id);
      const { at, entry } = counted(r.entries, id, -1n, ErrNoRedelegation);
      const done = !isOnHold(entry) && isMature(entry, ctx.time);
      if (done) s.unbondingIndex.remove(ctx, id);
      setOrRemoveRedelegation(s, ctx, { ...r, entries: done ? r.entries.toSpliced(at, 1) : r.entries.with(at, entry) });
      return;
    }
    case UNBONDING_TYPE.validator: {
      const v = validatorByUnbondingId(s, ctx, id);
      if (v.unbondingOnHoldRefCount <= 0n) {
        throw ErrUnbondingOnHoldRefCountNegative.wrap(`val(${v.operatorAddress}), expecting UnbondingOnHoldRefCount > 0`);
      }
      s.setValidator(ctx, { ...v, unbondingOnHoldRefCount: v.unbondingOnHoldRefCount - 1n });
      return;
    }
    default:
      throw ErrUnbondingNotFound.error();
  }
}

function releaseUnbonding(s: StakingState, ctx: Context, id: bigint): void {
  const u = unbondingById(s, ctx, id);
  const { at, entry } = counted(u.entries, id, -1n, ErrNoUnbondingDelegation);
  const done = !isOnHold(entry) && isMature(entry, ctx.time);
  if (done) {
    const denom = s.bondDenom(ctx);
    if (entry.balance !== 0n) {
      const coins = newCoins([{ denom, amount: entry.balance }]);
      s.bank.undelegateFromModuleToAccount(ctx, NOT_BONDED_POOL, s.addresses.toBytes(u.delegatorAddress), coins);
    }
    s.unbondingIndex.remove(ctx, id);
  }
  setOrRemoveUnbonding(s, ctx, { ...u, entries: done ? u.entries.toSpliced(at, 1) : u.entries.with(at, entry) });
}
