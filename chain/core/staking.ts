// Stake as the modules see it: validators, delegations, and the calls that staking makes when they change. Modules that need these (slashing,
// distribution, governance) name the keeper's methods they use in their own expected-keepers.ts; the shapes are here, since no module may
// import another. Amounts are whole tokens, shares and rates Decs. Source: sdk:x/staking/types/validator.go, hooks.go, expected_keepers.go.
import type { Commission as ProtoCommission, Validator as ProtoValidator } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { Time } from '../encoding/time.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { Context } from './context.ts';
import { ErrInvalidType } from './errors.ts';
import { Dec } from './math/dec.ts';
import { Int } from './math/int.ts';
import type { ValidatorUpdate } from './module.ts';
import { accountKeyFromAny, keyAddress } from './public-key.ts';

/** Tokens of one unit of voting power. */
export const POWER_REDUCTION: Int = 1_000_000n;
/** Blocks between a block and the first one whose validators it changed. */
export const VALIDATOR_UPDATE_DELAY = 1n;

/** BondStatus. */
export const STATUS = { unspecified: 0, unbonded: 1, unbonding: 2, bonded: 3 } as const;
export type BondStatus = number;

/** Why a validator is punished (Infraction). */
export const INFRACTION = { unspecified: 0, doubleSign: 1, downtime: 2 } as const;
export type Infraction = (typeof INFRACTION)[keyof typeof INFRACTION];

export interface Description {
  readonly moniker: string;
  readonly identity: string;
  readonly website: string;
  readonly securityContact: string;
  readonly details: string;
}

export interface Commission {
  readonly rate: Dec;
  readonly maxRate: Dec;
  readonly maxChangeRate: Dec;
  readonly updateTime: Time;
}

export interface Validator {
  /** bech32, e.g. trellisvaloper1… */
  readonly operatorAddress: string;
  /** The key that signs blocks. */
  readonly consensusPubkey: Any | undefined;
  readonly jailed: boolean;
  readonly status: BondStatus;
  readonly tokens: Int;
  readonly delegatorShares: Dec;
  readonly description: Description;
  /** Where unbonding began, and when it ends. */
  readonly unbondingHeight: bigint;
  readonly unbondingTime: Time;
  readonly commission: Commission;
  readonly minSelfDelegation: Int;
  readonly unbondingOnHoldRefCount: bigint;
  readonly unbondingIds: readonly bigint[];
}

export interface Delegation {
  readonly delegatorAddress: string;
  readonly validatorAddress: string;
  readonly shares: Dec;
}

/**
 * What staking tells other modules. Addresses are bytes: `validator` the operator's, `consensus` the one of its key. Throwing stops the
 * operation, except where it says so. A module implements those it needs; chain/app joins them in the reference's order.
 */
export interface StakingHooks {
  afterValidatorCreated?(ctx: Context, validator: Uint8Array): void;
  beforeValidatorModified?(ctx: Context, validator: Uint8Array): void;
  /** SdkErrors are ignored here, as in the reference. */
  afterValidatorRemoved?(ctx: Context, consensus: Uint8Array, validator: Uint8Array): void;
  afterValidatorBonded?(ctx: Context, consensus: Uint8Array, validator: Uint8Array): void;
  afterValidatorBeginUnbonding?(ctx: Context, consensus: Uint8Array, validator: Uint8Array): void;
  beforeDelegationCreated?(ctx: Context, delegator: Uint8Array, validator: Uint8Array): void;
  beforeDelegationSharesModified?(ctx: Context, delegator: Uint8Array, validator: Uint8Array): void;
  beforeDelegationRemoved?(ctx: Context, delegator: Uint8Array, validator: Uint8Array): void;
  afterDelegationModified?(ctx: Context, delegator: Uint8Array, validator: Uint8Array): void;
  /** `fraction` of the validator's tokens that is burnt. SdkErrors are ignored here. */
  beforeValidatorSlashed?(ctx: Context, validator: Uint8Array, fraction: Dec): void;
  afterUnbondingInitiated?(ctx: Context, id: bigint): void;
  /** From here on the validator has another key in the state. */
  afterConsensusKeyRotated?(ctx: Context, old: Uint8Array, fresh: Uint8Array, validator: Uint8Array): void;
}

export const isBonded = (v: Validator): boolean => v.status === STATUS.bonded;
export const isUnbonding = (v: Validator): boolean => v.status === STATUS.unbonding;
export const isUnbonded = (v: Validator): boolean => v.status === STATUS.unbonded;

export const bondedTokens = (v: Validator): Int => (isBonded(v) ? v.tokens : 0n);

/** Throws (a panic, as in the reference) where it leaves 64 bits. */
export function tokensToPower(tokens: Int): bigint {
  const power = tokens / POWER_REDUCTION;
  if (!Int.isInt64(power)) throw new Error('Int64() out of bound');
  return power;
}
export const potentialPower = (v: Validator): bigint => tokensToPower(v.tokens);
/** 0 for a validator that is not bonded. */
export const consensusPower = (v: Validator): bigint => (isBonded(v) ? potentialPower(v) : 0n);

/** No tokens for shares that are there: nobody may delegate to it any more. */
export const hasInvalidRate = (v: Validator): boolean => v.tokens === 0n && v.delegatorShares > 0n;

/** Half to even. Throws a MathPanic where the validator has no shares. */
export const tokensFromShares = (v: Validator, shares: Dec): Dec => Dec.quo(Dec.mulInt(shares, v.tokens), v.delegatorShares);
export const tokensFromSharesTruncated = (v: Validator, shares: Dec): Dec => Dec.quoTruncate(Dec.mulInt(shares, v.tokens), v.delegatorShares);

/** Throws an SdkError where the key is none, CryptoError where it has a wrong length. */
export function consensusAddress(v: Validator): Uint8Array {
  if (v.consensusPubkey === undefined) throw ErrInvalidType.wrap('expecting cryptotypes.PubKey, got <nil>');
  return keyAddress(accountKeyFromAny(v.consensusPubkey));
}

/** The key as the engine has it. Throws an SdkError for a type that engines do not take. */
export function consensusKey(v: Validator): PublicKey {
  if (v.consensusPubkey === undefined) throw ErrInvalidType.wrap('expecting cryptotypes.PubKey, got <nil>');
  const key = accountKeyFromAny(v.consensusPubkey);
  if (key.type !== 'ed25519' && key.type !== 'secp256k1') throw ErrInvalidType.wrap(`cannot convert ${v.consensusPubkey.typeUrl} to Tendermint public key`);
  return { case: key.type, value: key.bytes };
}

export const validatorUpdate = (v: Validator, power = consensusPower(v)): ValidatorUpdate => ({ pubKey: consensusKey(v), power });

export function commissionToProto(c: Commission): ProtoCommission {
  return {
    commissionRates: { rate: Dec.toWire(c.rate), maxRate: Dec.toWire(c.maxRate), maxChangeRate: Dec.toWire(c.maxChangeRate) },
    updateTime: c.updateTime,
  };
}

export function validatorToProto(v: Validator): ProtoValidator {
  return {
    ...v,
    tokens: Int.toWire(v.tokens),
    delegatorShares: Dec.toWire(v.delegatorShares),
    commission: commissionToProto(v.commission),
    minSelfDelegation: Int.toWire(v.minSelfDelegation),
  };
}

export function validatorFromProto(v: ProtoValidator): Validator {
  const { rate, maxRate, maxChangeRate } = v.commission.commissionRates;
  return {
    ...v,
    tokens: Int.fromWire(v.tokens),
    delegatorShares: Dec.fromWire(v.delegatorShares),
    commission: {
      rate: Dec.fromWire(rate),
      maxRate: Dec.fromWire(maxRate),
      maxChangeRate: Dec.fromWire(maxChangeRate),
      updateTime: v.commission.updateTime,
    },
    minSelfDelegation: Int.fromWire(v.minSelfDelegation),
  };
}

/** Calls each in turn; the first that throws ends it. */
export function joinHooks(list: readonly StakingHooks[]): Required<StakingHooks> {
  return {
    afterValidatorCreated: (ctx, v) => {
      for (const h of list) h.afterValidatorCreated?.(ctx, v);
    },
    beforeValidatorModified: (ctx, v) => {
      for (const h of list) h.beforeValidatorModified?.(ctx, v);
    },
    afterValidatorRemoved: (ctx, c, v) => {
      for (const h of list) h.afterValidatorRemoved?.(ctx, c, v);
    },
    afterValidatorBonded: (ctx, c, v) => {
      for (const h of list) h.afterValidatorBonded?.(ctx, c, v);
    },
    afterValidatorBeginUnbonding: (ctx, c, v) => {
      for (const h of list) h.afterValidatorBeginUnbonding?.(ctx, c, v);
    },
    beforeDelegationCreated: (ctx, d, v) => {
      for (const h of list) h.beforeDelegationCreated?.(ctx, d, v);
    },
    beforeDelegationSharesModified: (ctx, d, v) => {
      for (const h of list) h.beforeDelegationSharesModified?.(ctx, d, v);
    },
    beforeDelegationRemoved: (ctx, d, v) => {
      for (const h of list) h.beforeDelegationRemoved?.(ctx, d, v);
    },
    afterDelegationModified: (ctx, d, v) => {
      for (const h of list) h.afterDelegationModified?.(ctx, d, v);
    },
    beforeValidatorSlashed: (ctx, v, fraction) => {
      for (const h of list) h.beforeValidatorSlashed?.(ctx, v, fraction);
    },
    afterUnbondingInitiated: (ctx, id) => {
      for (const h of list) h.afterUnbondingInitiated?.(ctx, id);
    },
    afterConsensusKeyRotated: (ctx, old, fresh, v) => {
      for (const h of list) h.afterConsensusKeyRotated?.(ctx, old, fresh, v);
    },
  };
}
