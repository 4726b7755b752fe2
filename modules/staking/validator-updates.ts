// The end of a block: who is among the bonded validators now, what the engine is told, and what has become mature.
// Source: sdk:x/staking/keeper/val_state_change.go.
import { addressKey } from '../../chain/core/address.ts';
import { type Coin, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError, SdkError } from '../../chain/core/errors.ts';
import type { Int } from '../../chain/core/math/int.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';
import { consensusPower, isBonded, potentialPower, type Validator, validatorUpdate } from '../../chain/core/staking.ts';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import { completeRedelegationEvent, completeUnbondingEvent } from './events.ts';
import type { StakingState } from './state.ts';
import { completeRedelegation, completeUnbonding, matureRedelegations, matureUnbondings } from './unbondings.ts';
import { beginUnbonding, bondValidator, unbondMatureValidators } from './validators.ts';

// A failure of one leaves its writes so far, and the others go on, as in the reference.
function attempt(complete: () => readonly Coin[] | undefined): readonly Coin[] | undefined {
  try {
    return complete();
  } catch (e) {
    if (e instanceof SdkError) return undefined;
    throw e;
  }
}

export function blockValidatorUpdates(s: StakingState, ctx: Context): readonly ValidatorUpdate[] {
  // First: with an unbonding time of nothing a validator goes through all states in one block.
  const updates = applyValidatorSetUpdates(s, ctx);
  unbondMatureValidators(s, ctx);
  for (const pair of matureUnbondings(s, ctx)) {
    const paid = attempt(() => completeUnbonding(s, ctx, pair));
    if (paid !== undefined) ctx.events.emit(completeUnbondingEvent(coinsToString(paid), pair));
  }
  for (const triplet of matureRedelegations(s, ctx)) {
    const sum = attempt(() => completeRedelegation(s, ctx, triplet));
    if (sum !== undefined) ctx.events.emit(completeRedelegationEvent(coinsToString(sum), triplet));
  }
  return updates;
}

interface Leaving {
  readonly operator: Uint8Array;
  readonly power: bigint;
}

/** The strongest validators bond, those that fell out begin to unbond; gives what changed, and moves their tokens between the pools. */
export function applyValidatorSetUpdates(s: StakingState, ctx: Context): readonly ValidatorUpdate[] {
  const tell = s.keyRotations?.begin(ctx);
  const { maxValidators } = s.getParams(ctx);
  const last = new Map<string, Leaving>();
  for (const [operator, power] of s.lastValidatorPower.walk(ctx)) last.set(addressKey(operator), { operator, power });
  const updates: ValidatorUpdate[] = [];
  let [totalPower, moved]: Int[] = [0n, 0n];

  // Read first: bonding writes ranks anew.
  for (const operator of strongest(s, ctx, maxValidators)) {
    const found = s.validator(ctx, operator);
    if (found === undefined) throw plainError(`validator record not found for address: ${s.validatorAddresses.toString(operator)}`);
    if (found.jailed) throw plainError('should never retrieve a jailed validator from the power store');
    if (potentialPower(found) === 0n) break;
    let v: Validator = found;
    if (!isBonded(found)) {
      v = bondValidator(s, ctx, found);
      moved = (moved as Int) + v.tokens;
    }
    const key = addressKey(operator);
    const power = consensusPower(v);
    if (last.get(key)?.power !== power) {
      updates.push(validatorUpdate(v));
      s.lastValidatorPower.set(ctx, operator, power);
    }
    last.delete(key);
    totalPower = (totalPower as Int) + power;
  }

  for (const { operator } of [...last.values()].sort((a, b) => compareBytes(a.operator, b.operator))) {
    const bonded = s.validator(ctx, operator);
    if (bonded === undefined) throw plainError(`validator record not found for address: ${s.validatorAddresses.toString(operator)}`);
    const v = beginUnbonding(s, ctx, bonded);
    moved = (moved as Int) - v.tokens;
    s.lastValidatorPower.remove(ctx, operator);
    updates.push(validatorUpdate(v, 0n));
  }

  if ((moved as Int) > 0n) s.notBondedToBonded(ctx, moved as Int);
  else if ((moved as Int) < 0n) s.bondedToNotBonded(ctx, -(moved as Int));
  if (updates.length > 0) s.lastTotalPower.set(ctx, totalPower as Int);
  const told = tell?.(updates) ?? updates;
  s.validatorUpdates.set(ctx, { updates: told.map((u) => ({ pubKey: { sum: u.pubKey }, power: u.power })) });
  return told;
}

function strongest(s: StakingState, ctx: Context, count: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (const [, operator] of s.validatorsByPower.walkRaw(ctx, { reverse: true })) {
    if (out.length >= count) break;
    out.push(operator);
  }
  return out;
}
