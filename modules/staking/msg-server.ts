// Messages of staking. Source: sdk:x/staking/keeper/msg_server.go, types/msg.go. Order of checks, reads and events as there.
import type { AddressCodec } from '../../chain/core/address.ts';
import { type Coin, coinFromProto, coinToString, isValidDenom, type ProtoCoin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidAuthority, ErrInvalidRequest, ErrInvalidType, ErrNotFound, plainError, SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { accountKeyFromAny, keyAddress } from '../../chain/core/public-key.ts';
import { type Commission, hasInvalidRate, STATUS, type Validator } from '../../chain/core/staking.ts';
import { anyOfAccountKey } from '../../chain/tx/public-key.ts';
import {
  type CommissionRates,
  MsgBeginRedelegate,
  MsgBeginRedelegateResponse,
  MsgCancelUnbondingDelegation,
  MsgCancelUnbondingDelegationResponse,
  MsgCreateValidator,
  MsgCreateValidatorResponse,
  MsgDelegate,
  MsgDelegateResponse,
  MsgEditValidator,
  MsgEditValidatorResponse,
  MsgUndelegate,
  MsgUndelegateResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
} from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { commissionText, rfc3339 } from './commission-text.ts';
import {
  ErrCommissionLTMinRate,
  ErrDelegatorShareExRateInvalid,
  ErrEmptyValidatorPubKey,
  ErrMinSelfDelegationDecreased,
  ErrSelfDelegationBelowMinimum,
  ErrValidatorJailed,
  ErrValidatorOwnerExists,
  ErrValidatorPubKeyExists,
  ErrValidatorPubKeyTypeNotSupported,
} from './errors.ts';
import { cancelUnbonding, createValidator, delegateEvent, editValidator, redelegate, unbondEvent } from './events.ts';
import type { StakingKeeper } from './keeper.ts';
import { validateParams } from './params.ts';
import { setOrRemoveUnbonding } from './unbondings.ts';
import { isEmptyDescription, newValidator, updateDescription, validateCommission, validateDescription, validateNewRate } from './validator.ts';

export function registerMessages(registrar: ServiceRegistrar, k: StakingKeeper): void {
  registrar.msg(MsgCreateValidator, MsgCreateValidatorResponse, (ctx, msg) => create(k, ctx, msg));
  registrar.msg(MsgEditValidator, MsgEditValidatorResponse, (ctx, msg) => edit(k, ctx, msg));
  registrar.msg(MsgDelegate, MsgDelegateResponse, (ctx, msg) => delegate(k, ctx, msg));
  registrar.msg(MsgBeginRedelegate, MsgBeginRedelegateResponse, (ctx, msg) => beginRedelegate(k, ctx, msg));
  registrar.msg(MsgUndelegate, MsgUndelegateResponse, (ctx, msg) => undelegate(k, ctx, msg));
  registrar.msg(MsgCancelUnbondingDelegation, MsgCancelUnbondingDelegationResponse, (ctx, msg) => cancel(k, ctx, msg));
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (msg.authority !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    validateParams(msg.params);
    k.params.set(ctx, msg.params);
    return {};
  });
}

function address(codec: AddressCodec, text: string, which: string): Uint8Array {
  try {
    return codec.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${which} address: ${e.message}`) : e;
  }
}

/** A valid coin of more than nothing, or an error with the text. */
function positive(c: ProtoCoin, why: string): Coin {
  const coin = c.amount === '' ? undefined : coinFromProto(c);
  if (coin === undefined || !isValidDenom(coin.denom) || coin.amount <= 0n) throw ErrInvalidRequest.wrap(why);
  return coin;
}

function assertBondDenom(k: StakingKeeper, ctx: Context, denom: string): void {
  const expected = k.bondDenom(ctx);
  if (denom !== expected) throw ErrInvalidRequest.wrap(`invalid coin denomination: got ${denom}, expected ${expected}`);
}

// A number that was left out is a nil in Go, and touching it a panic.
function present(text: string): string {
  if (text === '') throw new Error('runtime error: invalid memory address or nil pointer dereference');
  return text;
}

function rates(c: CommissionRates): Pick<Commission, 'rate' | 'maxRate' | 'maxChangeRate'> {
  return {
    rate: Dec.fromWire(present(c.rate)),
    maxRate: Dec.fromWire(present(c.maxRate)),
    maxChangeRate: Dec.fromWire(present(c.maxChangeRate)),
  };
}

/** What can be said of the message without state. */
function validateCreate(msg: MsgCreateValidator): { readonly value: Coin; readonly commission: ReturnType<typeof rates> } {
  if (msg.pubkey === undefined) throw ErrEmptyValidatorPubKey.error();
  const value = positive(msg.value, 'invalid delegation amount');
  if (isEmptyDescription(msg.description)) throw ErrInvalidRequest.wrap('empty description');
  if (msg.commission.rate === '' && msg.commission.maxRate === '' && msg.commission.maxChangeRate === '') throw ErrInvalidRequest.wrap('empty commission');
  const commission = rates(msg.commission);
  validateCommission(commission);
  if (Int.fromWire(present(msg.minSelfDelegation)) <= 0n) throw ErrInvalidRequest.wrap('minimum self delegation must be a positive integer');
  if (value.amount < Int.fromWire(msg.minSelfDelegation)) throw ErrSelfDelegationBelowMinimum.error();
  return { value, commission };
}

function create(k: StakingKeeper, ctx: Context, msg: MsgCreateValidator): MsgCreateValidatorResponse {
  const operator = address(k.validatorAddresses, msg.validatorAddress, 'validator');
  const { value, commission } = validateCreate(msg);
  const minimum = Dec.fromWire(k.getParams(ctx).minCommissionRate);
  if (commission.rate < minimum) throw ErrCommissionLTMinRate.wrap(`cannot set validator commission to less than minimum rate of ${Dec.format(minimum)}`);
  if (k.validator(ctx, operator) !== undefined) throw ErrValidatorOwnerExists.error();
  const { pubkey } = msg;
  if (pubkey === undefined) throw ErrInvalidType.wrap('Expecting cryptotypes.PubKey, got <nil>');
  const key = accountKeyFromAny(pubkey);
  if (k.validatorByConsAddr(ctx, keyAddress(key)) !== undefined) throw ErrValidatorPubKeyExists.error();
  if (k.keyRotations?.isLocked(ctx, keyAddress(key)) === true) throw ErrValidatorPubKeyExists.error();
  assertBondDenom(k, ctx, value.denom);
  validateDescription(msg.description);
  const allowed = ctx.consensusParams?.validator?.pubKeyTypes;
  const type = key.type === 'multisig' ? 'PubKeyMultisigThreshold' : key.type;
  if (allowed !== undefined && !allowed.includes(type)) throw ErrValidatorPubKeyTypeNotSupported.wrap(`got: ${type}, expected: [${allowed.join(' ')}]`);

  const validator: Validator = {
    ...newValidator(msg.validatorAddress, anyOfAccountKey(key), msg.description),
    commission: { ...commission, updateTime: ctx.time },
    minSelfDelegation: Int.fromWire(msg.minSelfDelegation),
  };
  k.setValidator(ctx, validator);
  k.setValidatorByConsAddr(ctx, validator);
  k.setNewRank(ctx, validator);
  k.hooks.afterValidatorCreated(ctx, operator);
  k.delegate(ctx, operator, value.amount, validator, { source: STATUS.unbonded, subtractAccount: true });
  ctx.events.emit(createValidator(msg.validatorAddress, coinToString(value)));
  return {};
}

function edit(k: StakingKeeper, ctx: Context, msg: MsgEditValidator): MsgEditValidatorResponse {
  const operator = address(k.validatorAddresses, msg.validatorAddress, 'validator');
  if (isEmptyDescription(msg.description)) throw ErrInvalidRequest.wrap('empty description');
  const minSelfDelegation = msg.minSelfDelegation === undefined ? undefined : Int.fromWire(present(msg.minSelfDelegation));
  if (minSelfDelegation !== undefined && minSelfDelegation <= 0n) throw ErrInvalidRequest.wrap('minimum self delegation must be a positive integer');
  const rate = msg.commissionRate === undefined ? undefined : Dec.fromWire(present(msg.commissionRate));
  if (rate !== undefined) {
    if (rate > Dec.one || rate < 0n) throw ErrInvalidRequest.wrap('commission rate must be between 0 and 1 (inclusive)');
    const minimum = Dec.fromWire(k.getParams(ctx).minCommissionRate);
    if (rate < minimum) throw ErrInvalidRequest.wrap(`commission rate cannot be less than the min commission rate ${Dec.format(minimum)}`);
  }
  let v = k.existingValidator(ctx, operator);
  v = { ...v, description: updateDescription(v.description, msg.description) };
  if (rate !== undefined) {
    validateNewRate(v.commission, rate, ctx.time);
    const minimum = Dec.fromWire(k.getParams(ctx).minCommissionRate);
    if (rate < minimum) throw plainError(`cannot set validator commission to less than minimum rate of ${Dec.format(minimum)}`);
    k.hooks.beforeValidatorModified(ctx, operator);
    v = { ...v, commission: { ...v.commission, rate, updateTime: ctx.time } };
  }
  if (minSelfDelegation !== undefined) {
    if (minSelfDelegation <= v.minSelfDelegation) throw ErrMinSelfDelegationDecreased.error();
    if (minSelfDelegation > v.tokens) throw ErrSelfDelegationBelowMinimum.error();
    v = { ...v, minSelfDelegation };
  }
  k.setValidator(ctx, v);
  ctx.events.emit(editValidator(commissionText(v.commission), v.minSelfDelegation.toString()));
  return {};
}

function delegate(k: StakingKeeper, ctx: Context, msg: MsgDelegate): MsgDelegateResponse {
  const operator = address(k.validatorAddresses, msg.validatorAddress, 'validator');
  const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
  const amount = positive(msg.amount, 'invalid delegation amount');
  const validator = k.existingValidator(ctx, operator);
  assertBondDenom(k, ctx, amount.denom);
  const shares = k.delegate(ctx, delegator, amount.amount, validator, { source: STATUS.unbonded, subtractAccount: true });
  ctx.events.emit(delegateEvent(msg.validatorAddress, msg.delegatorAddress, coinToString(amount), Dec.format(shares)));
  return {};
}

function beginRedelegate(k: StakingKeeper, ctx: Context, msg: MsgBeginRedelegate): MsgBeginRedelegateResponse {
  const source = address(k.validatorAddresses, msg.validatorSrcAddress, 'source validator');
  const destination = address(k.validatorAddresses, msg.validatorDstAddress, 'destination validator');
  const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
  const amount = positive(msg.amount, 'invalid shares amount');
  const shares = k.validateUnbondAmount(ctx, delegator, source, amount.amount);
  assertBondDenom(k, ctx, amount.denom);
  const completionTime = k.beginRedelegation(ctx, delegator, source, destination, shares);
  ctx.events.emit(redelegate(msg.validatorSrcAddress, msg.validatorDstAddress, coinToString(amount), rfc3339(completionTime)));
  return { completionTime };
}

function undelegate(k: StakingKeeper, ctx: Context, msg: MsgUndelegate): MsgUndelegateResponse {
  const operator = address(k.validatorAddresses, msg.validatorAddress, 'validator');
  const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
  const amount = positive(msg.amount, 'invalid shares amount');
  const shares = k.validateUnbondAmount(ctx, delegator, operator, amount.amount);
  assertBondDenom(k, ctx, amount.denom);
  const { completionTime, amount: unbonding } = k.undelegate(ctx, delegator, operator, shares);
  const coin = { denom: amount.denom, amount: unbonding };
  ctx.events.emit(unbondEvent(msg.validatorAddress, msg.delegatorAddress, coinToString(coin), rfc3339(completionTime)));
  return { completionTime, amount: { denom: coin.denom, amount: coin.amount.toString() } };
}

/** Back to the validator from which it unbonds. */
function cancel(k: StakingKeeper, ctx: Context, msg: MsgCancelUnbondingDelegation): MsgCancelUnbondingDelegationResponse {
  const operator = address(k.validatorAddresses, msg.validatorAddress, 'validator');
  const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
  const amount = positive(msg.amount, 'invalid amount');
  if (msg.creationHeight <= 0n) throw ErrInvalidRequest.wrap('invalid height');
  assertBondDenom(k, ctx, amount.denom);
  const validator = k.existingValidator(ctx, operator);
  if (hasInvalidRate(validator)) throw ErrDelegatorShareExRateInvalid.error();
  if (validator.jailed) throw ErrValidatorJailed.error();
  const u = k.unbondings.get(ctx, [delegator, operator]);
  if (u === undefined) {
    // The reference answers with a gRPC status here, which has no code of its own.
    const text = `unbonding delegation with delegator ${msg.delegatorAddress} not found for validator ${msg.validatorAddress}`;
    throw plainError(`rpc error: code = NotFound desc = ${text}`);
  }
  const at = u.entries.findIndex((e) => e.creationHeight === msg.creationHeight);
  const entry = u.entries[at];
  if (entry === undefined) throw ErrNotFound.wrap(`unbonding delegation entry is not found at block height ${msg.creationHeight}`);
  if (entry.balance < amount.amount) throw ErrInvalidRequest.wrap('amount is greater than the unbonding delegation entry balance');
  if (entry.completionTime < ctx.time) throw ErrInvalidRequest.wrap('unbonding delegation is already processed');
  k.delegate(ctx, delegator, amount.amount, validator, { source: STATUS.unbonding, subtractAccount: false });
  const balance = entry.balance - amount.amount;
  const left = { ...entry, balance, initialBalance: entry.initialBalance - amount.amount };
  setOrRemoveUnbonding(k, ctx, { ...u, entries: balance === 0n ? u.entries.toSpliced(at, 1) : u.entries.with(at, left) });
  ctx.events.emit(cancelUnbonding(coinToString(amount), msg.validatorAddress, msg.delegatorAddress, msg.creationHeight));
  return {};
}
