// Delegating and taking back: tokens become shares of a validator and shares tokens. Order of reads, writes and hooks is the reference's.
// Source: sdk:x/staking/keeper/delegation.go.
import { newCoins } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidRequest } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Int } from '../../chain/core/math/int.ts';
import { type BondStatus, type Delegation, hasInvalidRate, isBonded, isUnbonded, STATUS, tokensFromShares, type Validator } from '../../chain/core/staking.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { ErrDelegatorShareExRateInvalid, ErrNoDelegatorForAddress, ErrNotEnoughDelegationShares } from './errors.ts';
import { BONDED_POOL, NOT_BONDED_POOL } from './keys.ts';
import type { StakingState } from './state.ts';
import { addTokens, removeShares, sharesFromTokens, sharesFromTokensTruncated } from './validator.ts';
import { jailValidator, removeValidator } from './validators.ts';

export interface DelegateOptions {
  /** Where the tokens are now: with the account (which is unbonded), or in the pool of this status. */
  readonly source: BondStatus;
  /** Whether the account pays; else they move between pools. */
  readonly subtractAccount: boolean;
}

/** Gives the new shares. `validator` is as it is in state. */
export function delegate(s: StakingState, ctx: Context, delegator: Uint8Array, amount: Int, validator: Validator, o: DelegateOptions): Dec {
  if (hasInvalidRate(validator)) throw ErrDelegatorShareExRateInvalid.error();
  const operator = s.operator(validator);
  let delegation: Delegation | undefined = s.delegation(ctx, delegator, operator);
  if (delegation !== undefined) s.hooks.beforeDelegationSharesModified(ctx, delegator, operator);
  else {
    delegation = { delegatorAddress: s.addresses.toString(delegator), validatorAddress: validator.operatorAddress, shares: Dec.zero };
    s.hooks.beforeDelegationCreated(ctx, delegator, operator);
  }
  pay(s, ctx, delegator, amount, validator, o);
  let shares = Dec.zero;
  s.replaceRanked(ctx, validator, (v) => {
    const added = addTokens(v, amount);
    shares = added.shares;
    return added.validator;
  });
  s.setDelegation(ctx, delegator, operator, { ...delegation, shares: Dec.add(delegation.shares, shares) });
  s.hooks.afterDelegationModified(ctx, delegator, operator);
  return shares;
}

function pay(s: StakingState, ctx: Context, delegator: Uint8Array, amount: Int, validator: Validator, o: DelegateOptions): void {
  const bonded = isBonded(validator);
  if (o.subtractAccount) {
    if (o.source === STATUS.bonded) throw new Error('delegation token source cannot be bonded');
    const coins = newCoins([{ denom: s.bondDenom(ctx), amount }]);
    s.bank.delegateFromAccountToModule(ctx, delegator, bonded ? BONDED_POOL : NOT_BONDED_POOL, coins);
    return;
  }
  const fromBonded = o.source === STATUS.bonded;
  if (fromBonded && !bonded) s.bondedToNotBonded(ctx, amount);
  if (!fromBonded && bonded) s.notBondedToBonded(ctx, amount);
}

/** Takes shares back and gives their tokens, which the caller moves on. A validator left without shares goes too, once it is unbonded. */
export function unbond(s: StakingState, ctx: Context, delegator: Uint8Array, operator: Uint8Array, shares: Dec): Int {
  const before = s.delegation(ctx, delegator, operator);
  if (before === undefined) throw ErrNoDelegatorForAddress.error();
  s.hooks.beforeDelegationSharesModified(ctx, delegator, operator);
  if (before.shares < shares) throw ErrNotEnoughDelegationShares.wrap(Dec.format(before.shares));
  let validator = s.existingValidator(ctx, operator);
  const left: Delegation = { ...before, shares: Dec.sub(before.shares, shares) };

  // An operator who falls below the promise goes to jail.
  const isOperator = bytesEqual(delegator, operator);
  if (isOperator && !validator.jailed && Dec.truncateInt(tokensFromShares(validator, left.shares)) < validator.minSelfDelegation) {
    jailValidator(s, ctx, validator);
    validator = s.existingValidator(ctx, operator);
  }
  if (left.shares === 0n) s.removeDelegation(ctx, delegator, operator);
  else {
    s.setDelegation(ctx, delegator, operator, left);
    s.hooks.afterDelegationModified(ctx, delegator, operator);
  }
  let tokens: Int = 0n;
  const after = s.replaceRanked(ctx, validator, (v) => {
    const removed = removeShares(v, shares);
    tokens = removed.tokens;
    return removed.validator;
  });
  if (after.delegatorShares === 0n && isUnbonded(after)) removeValidator(s, ctx, operator);
  return tokens;
}

/** The shares that an amount is worth, at most all of the delegation's. */
export function validateUnbondAmount(s: StakingState, ctx: Context, delegator: Uint8Array, operator: Uint8Array, amount: Int): Dec {
  const validator = s.existingValidator(ctx, operator);
  const delegation = s.existingDelegation(ctx, delegator, operator);
  const shares = sharesFromTokens(validator, amount);
  if (sharesFromTokensTruncated(validator, amount) > delegation.shares) throw ErrInvalidRequest.wrap('invalid shares amount');
  // Rounding may give a little more than there is; taking all must be possible.
  return Dec.min(shares, delegation.shares);
}
