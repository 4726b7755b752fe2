// A validator's states: bonded, unbonding, unbonded, jailed, gone. Source: sdk:x/staking/keeper/val_state_change.go, validator.go.
import type { Context } from '../../chain/core/context.ts';
import { plainError, SdkError } from '../../chain/core/errors.ts';
import { consensusAddress, isBonded, isUnbonded, isUnbonding, STATUS, type Validator } from '../../chain/core/staking.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { ErrBadRemoveValidator, ErrNoValidatorFound, ErrValidatorJailed } from './errors.ts';
import { UNBONDING_TYPE } from './keys.ts';
import type { StakingState } from './state.ts';

/** A hook whose refusal the reference logs and passes over. */
export function ignoring(hook: () => void): void {
  try {
    hook();
  } catch (e) {
    if (!(e instanceof SdkError)) throw e;
  }
}

export function jailValidator(s: StakingState, ctx: Context, v: Validator): void {
  if (v.jailed) throw ErrValidatorJailed.wrap(`cannot jail already jailed validator, validator: ${v.operatorAddress}`);
  s.setValidator(ctx, { ...v, jailed: true });
  s.removeRank(ctx, v);
}

export function unjailValidator(s: StakingState, ctx: Context, v: Validator): void {
  if (!v.jailed) throw plainError(`cannot unjail already unjailed validator, validator: ${v.operatorAddress}`);
  const free = { ...v, jailed: false };
  s.setValidator(ctx, free);
  s.setRank(ctx, free);
}

export function bondValidator(s: StakingState, ctx: Context, before: Validator): Validator {
  s.removeRank(ctx, before);
  const v = { ...before, status: STATUS.bonded };
  s.setValidator(ctx, v);
  s.setRank(ctx, v);
  removeFromQueue(s, ctx, v);
  s.hooks.afterValidatorBonded(ctx, consensusAddress(v), s.operator(v));
  return v;
}

export function beginUnbonding(s: StakingState, ctx: Context, before: Validator): Validator {
  const { unbondingTime } = s.getParams(ctx);
  s.removeRank(ctx, before);
  if (!isBonded(before)) throw plainError(`should not already be unbonded or unbonding, validator: ${before.operatorAddress}`);
  const id = s.nextUnbondingId(ctx);
  const v: Validator = {
    ...before,
    status: STATUS.unbonding,
    unbondingTime: ctx.time + unbondingTime,
    unbondingHeight: ctx.height,
    unbondingIds: [...before.unbondingIds, id],
  };
  s.setValidator(ctx, v);
  s.setRank(ctx, v);
  insertIntoQueue(s, ctx, v);
  const operator = s.operator(v);
  s.hooks.afterValidatorBeginUnbonding(ctx, consensusAddress(v), operator);
  s.indexUnbonding(ctx, id, s.validators.storeKey(operator), UNBONDING_TYPE.validator);
  s.hooks.afterUnbondingInitiated(ctx, id);
  return v;
}

export function insertIntoQueue(s: StakingState, ctx: Context, v: Validator): void {
  const at = { time: v.unbondingTime, height: v.unbondingHeight };
  const addresses = s.validatorQueue.get(ctx, at)?.addresses ?? [];
  s.validatorQueue.set(ctx, at, { addresses: [...addresses, v.operatorAddress] });
}

function removeFromQueue(s: StakingState, ctx: Context, v: Validator): void {
  const at = { time: v.unbondingTime, height: v.unbondingHeight };
  const own = s.operator(v);
  const addresses = (s.validatorQueue.get(ctx, at)?.addresses ?? []).filter((a) => !bytesEqual(s.validatorAddresses.toBytes(a), own));
  if (addresses.length === 0) s.validatorQueue.remove(ctx, at);
  else s.validatorQueue.set(ctx, at, { addresses });
}

/** Nothing happens where there is none. Throws for one that is not unbonded or has tokens. */
export function removeValidator(s: StakingState, ctx: Context, operator: Uint8Array): void {
  const v = s.validator(ctx, operator);
  if (v === undefined) return;
  if (!isUnbonded(v)) throw ErrBadRemoveValidator.wrap('cannot call RemoveValidator on bonded or unbonding validators');
  if (v.tokens > 0n) throw ErrBadRemoveValidator.wrap('attempting to remove a validator which still contains tokens');
  const consensus = consensusAddress(v);
  s.validators.remove(ctx, operator);
  s.validatorsByConsAddr.remove(ctx, consensus);
  s.removeRank(ctx, v);
  ignoring(() => s.hooks.afterValidatorRemoved(ctx, consensus, operator));
}

/** Validators whose unbonding has ended become unbonded; those without shares go. */
export function unbondMatureValidators(s: StakingState, ctx: Context): void {
  // The last key that may be mature, and it itself. Read whole, since entries are removed on the way.
  const last = s.validatorQueue.storeKey({ time: ctx.time, height: ctx.height }).subarray(1);
  const end = new Uint8Array(last.length + 1);
  end.set(last);
  for (const [at, { addresses }] of [...s.validatorQueue.walk(ctx, { end })]) {
    // Keys are ordered by time first, so a height may lie ahead.
    if (at.height > ctx.height || at.time > ctx.time) continue;
    for (const address of addresses) completeUnbonding(s, ctx, s.validatorAddresses.toBytes(address));
  }
}

function completeUnbonding(s: StakingState, ctx: Context, operator: Uint8Array): void {
  const unbonding = s.validator(ctx, operator);
  if (unbonding === undefined) throw ErrNoValidatorFound.wrap('validator in the unbonding queue was not found');
  if (!isUnbonding(unbonding)) throw plainError('unexpected validator in unbonding queue; status was not unbonding');
  if (unbonding.unbondingOnHoldRefCount !== 0n) return;
  for (const id of unbonding.unbondingIds) s.unbondingIndex.remove(ctx, id);
  // The IDs stay in the record, as in the reference.
  const v = { ...unbonding, status: STATUS.unbonded };
  s.setValidator(ctx, v);
  if (v.delegatorShares === 0n) removeValidator(s, ctx, operator);
  removeFromQueue(s, ctx, v);
}
