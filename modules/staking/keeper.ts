// Staking as other modules see it. What an operation does lies in a file of its own; this is the list of what there is.
// Source: sdk:x/staking/keeper, types/expected_keepers.go ValidatorSet and DelegationSet.

import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';
import { consensusKey, INFRACTION, type Infraction, isBonded, tokensFromSharesTruncated, type Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';
import type { PublicKey } from '../../chain/types/public-key.ts';
import { type DelegateOptions, delegate, unbond, validateUnbondAmount } from './delegations.ts';
import { ErrNoValidatorFound } from './errors.ts';
import { putUnbondingOnHold, unbondingCanComplete } from './holds.ts';
import { BONDED_POOL, delegatorValidatorKey } from './keys.ts';
import { slash } from './slash.ts';
import { StakingState } from './state.ts';
import { beginRedelegation, undelegate } from './unbondings.ts';
import { applyValidatorSetUpdates } from './validator-updates.ts';
import { jailValidator, unjailValidator } from './validators.ts';

export class StakingKeeper extends StakingState {
  /** By operator address. */
  *allValidators(ctx: Context): Generator<Validator> {
    for (const [, v] of this.validators.walk(ctx)) yield v;
  }

  /** The bonded ones, most power first, at most as many as may be bonded. */
  *bondedValidatorsByPower(ctx: Context): Generator<Validator> {
    const { maxValidators } = this.getParams(ctx);
    let count = 0;
    for (const [, operator] of this.validatorsByPower.walkRaw(ctx, { reverse: true })) {
      if (count >= maxValidators) return;
      const v = this.validator(ctx, operator);
      if (v === undefined) throw new Error('validator record not found for an address in the power index');
      if (!isBonded(v)) continue;
      count++;
      yield v;
    }
  }

  /** Those that the engine has since the last block, by operator address, with the power they have there. */
  *lastValidators(ctx: Context): Generator<{ readonly validator: Validator; readonly operator: Uint8Array; readonly power: bigint }> {
    for (const [operator, power] of this.lastValidatorPower.walk(ctx)) yield { validator: this.existingValidator(ctx, operator), operator, power };
  }

  maxValidators(ctx: Context): number {
    return this.getParams(ctx).maxValidators;
  }

  unbondingTime(ctx: Context): Time {
    return this.getParams(ctx).unbondingTime;
  }

  /** Reads the pool's account, the parameters and the balance. */
  totalBondedTokens(ctx: Context): Int {
    const pool = this.pool(ctx, BONDED_POOL);
    return this.bank.balance(ctx, pool, this.bondDenom(ctx));
  }

  stakingTokenSupply(ctx: Context): Int {
    return this.bank.supply(ctx, this.bondDenom(ctx));
  }

  /** The part of the supply that is bonded. */
  bondedRatio(ctx: Context): Dec {
    const supply = this.stakingTokenSupply(ctx);
    return supply > 0n ? Dec.quoInt(Dec.fromInt(this.totalBondedTokens(ctx)), supply) : Dec.zero;
  }

  /** All of an account's delegations in tokens. */
  delegatorBonded(ctx: Context, delegator: Uint8Array): Int {
    let sum = Dec.zero;
    for (const d of this.delegationsOf(ctx, delegator)) {
      const v = this.validator(ctx, this.validatorAddresses.toBytes(d.validatorAddress));
      if (v !== undefined) sum = Dec.add(sum, tokensFromSharesTruncated(v, d.shares));
    }
    return Dec.roundInt(sum);
  }

  delegatorUnbonding(ctx: Context, delegator: Uint8Array): Int {
    let sum: Int = 0n;
    for (const [, u] of this.unbondings.walk(ctx, prefixRange(delegatorValidatorKey.prefix(delegator)))) {
      for (const e of u.entries) sum = Int.add(sum, e.balance);
    }
    return sum;
  }

  /** Throws ErrNoValidatorFound. */
  isValidatorJailed(ctx: Context, consensus: Uint8Array): boolean {
    return this.#byConsensus(ctx, consensus).jailed;
  }

  /** Throws ErrNoValidatorFound. */
  pubKeyByConsAddr(ctx: Context, consensus: Uint8Array): PublicKey {
    return consensusKey(this.#byConsensus(ctx, consensus));
  }

  /** Throws (a panic) where there is no such validator. */
  jail(ctx: Context, consensus: Uint8Array): void {
    jailValidator(this, ctx, this.#must(ctx, consensus));
  }

  unjail(ctx: Context, consensus: Uint8Array): void {
    unjailValidator(this, ctx, this.#must(ctx, consensus));
  }

  /** Gives the tokens burnt of the validator itself. The reason is for chains whose stake lies elsewhere, and unused here. */
  slash(ctx: Context, consensus: Uint8Array, infractionHeight: bigint, power: bigint, factor: Dec, _why: Infraction = INFRACTION.unspecified): Int {
    return slash(this, ctx, consensus, infractionHeight, power, factor);
  }

  delegate(ctx: Context, delegator: Uint8Array, amount: Int, validator: Validator, o: DelegateOptions): Dec {
    return delegate(this, ctx, delegator, amount, validator, o);
  }

  unbond(ctx: Context, delegator: Uint8Array, operator: Uint8Array, shares: Dec): Int {
    return unbond(this, ctx, delegator, operator, shares);
  }

  undelegate(ctx: Context, delegator: Uint8Array, operator: Uint8Array, shares: Dec): { readonly completionTime: Time; readonly amount: Int } {
    return undelegate(this, ctx, delegator, operator, shares);
  }

  beginRedelegation(ctx: Context, delegator: Uint8Array, source: Uint8Array, destination: Uint8Array, shares: Dec): Time {
    return beginRedelegation(this, ctx, delegator, source, destination, shares);
  }

  validateUnbondAmount(ctx: Context, delegator: Uint8Array, operator: Uint8Array, amount: Int): Dec {
    return validateUnbondAmount(this, ctx, delegator, operator, amount);
  }

  applyValidatorSetUpdates(ctx: Context): readonly ValidatorUpdate[] {
    return applyValidatorSetUpdates(this, ctx);
  }

  putUnbondingOnHold(ctx: Context, id: bigint): void {
    putUnbondingOnHold(this, ctx, id);
  }

  unbondingCanComplete(ctx: Context, id: bigint): void {
    unbondingCanComplete(this, ctx, id);
  }

  #byConsensus(ctx: Context, consensus: Uint8Array): Validator {
    const v = this.validatorByConsAddr(ctx, consensus);
    if (v === undefined) throw ErrNoValidatorFound.error();
    return v;
  }

  #must(ctx: Context, consensus: Uint8Array): Validator {
    const v = this.validatorByConsAddr(ctx, consensus);
    if (v === undefined) throw new Error(`validator with consensus-Address ${this.consensusAddresses.toString(consensus)} not found`);
    return v;
  }
}
