// Staking's state: one collection for each prefix, and the accesses that more than one operation makes. Layout, and the order of reads and
// writes that gas counts, are the reference's. Source: sdk:x/staking/keeper/keeper.go, validator.go, delegation.go, pool.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { newCoins } from '../../chain/core/coins.ts';
import { lengthPrefixedBytesKey, type Pair, type Triple, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, KeySet, prefixRange, StateMap } from '../../chain/core/collections/state-map.ts';
import { bytesValue, protoValue, uint64Value } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Int } from '../../chain/core/math/int.ts';
import { consensusAddress, type Delegation, joinHooks, potentialPower, type StakingHooks, type Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { DVPairs, DVVTriplets, HistoricalInfo, Params, ValAddresses, ValidatorUpdates } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { ErrNoDelegation, ErrNoValidatorFound } from './errors.ts';
import type { AccountKeeper, BankKeeper, KeyRotations } from './expected-keepers.ts';
import {
  BONDED_POOL,
  delegatorValidatorKey,
  NOT_BONDED_POOL,
  type PowerRank,
  PREFIX,
  powerRankKey,
  type QueuePoint,
  queuePointKey,
  STORE_NAME,
  threeAddressesKey,
  timeKey,
  validatorDelegatorKey,
} from './keys.ts';
import { NO_PARAMS } from './params.ts';
import {
  delegationValue,
  int64WrapperValue,
  intProtoValue,
  type Redelegation,
  redelegationValue,
  type UnbondingDelegation,
  unbondingValue,
  validatorValue,
} from './types.ts';

export interface StakingOptions {
  /** Of accounts; those of operators and of consensus keys come with it. */
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
}

export class StakingState {
  readonly addresses: AddressCodec;
  readonly validatorAddresses: AddressCodec;
  readonly consensusAddresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly authority: string;
  readonly #schema = new Schema(STORE_NAME);

  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));
  readonly lastTotalPower = new Item(this.#schema, PREFIX.lastTotalPower, 'last_total_power', intProtoValue);
  readonly lastValidatorPower = new StateMap(this.#schema, PREFIX.lastValidatorPower, 'last_validator_power', lengthPrefixedBytesKey, int64WrapperValue);
  readonly validatorUpdates = new Item(this.#schema, PREFIX.validatorUpdates, 'validator_updates', protoValue(ValidatorUpdates));
  readonly validators = new StateMap<Uint8Array, Validator>(this.#schema, PREFIX.validators, 'validators', lengthPrefixedBytesKey, validatorValue);
  readonly validatorsByConsAddr = new StateMap<Uint8Array, Uint8Array>(
    this.#schema,
    PREFIX.validatorsByConsAddr,
    'validators_by_cons_addr',
    lengthPrefixedBytesKey,
    bytesValue,
  );
  readonly validatorsByPower = new StateMap<PowerRank, Uint8Array>(this.#schema, PREFIX.validatorsByPower, 'validators_by_power', powerRankKey, bytesValue);
  readonly delegations = new StateMap<Pair<Uint8Array, Uint8Array>, Delegation>(
    this.#schema,
    PREFIX.delegations,
    'delegations',
    delegatorValidatorKey,
    delegationValue,
  );
  readonly delegationsByValidator = new KeySet<Pair<Uint8Array, Uint8Array>>(
    this.#schema,
    PREFIX.delegationsByValidator,
    'delegations_by_validator',
    validatorDelegatorKey,
  );
  readonly unbondings = new StateMap<Pair<Uint8Array, Uint8Array>, UnbondingDelegation>(
    this.#schema,
    PREFIX.unbondings,
    'unbonding_delegations',
    delegatorValidatorKey,
    unbondingValue,
  );
  readonly unbondingsByValidator = new KeySet<Pair<Uint8Array, Uint8Array>>(
    this.#schema,
    PREFIX.unbondingsByValidator,
    'unbonding_delegations_by_validator',
    delegatorValidatorKey,
  );
  /** Delegator, source, destination. */
  readonly redelegations = new StateMap<Triple<Uint8Array, Uint8Array, Uint8Array>, Redelegation>(
    this.#schema,
    PREFIX.redelegations,
    'redelegations',
    threeAddressesKey,
    redelegationValue,
  );
  /** Source, delegator, destination. */
  readonly redelegationsBySource = new KeySet<Triple<Uint8Array, Uint8Array, Uint8Array>>(
    this.#schema,
    PREFIX.redelegationsBySource,
    'redelegations_by_source',
    threeAddressesKey,
  );
  /** Destination, delegator, source. */
  readonly redelegationsByDestination = new KeySet<Triple<Uint8Array, Uint8Array, Uint8Array>>(
    this.#schema,
    PREFIX.redelegationsByDestination,
    'redelegations_by_destination',
    threeAddressesKey,
  );
  readonly unbondingId = new Item(this.#schema, PREFIX.unbondingId, 'unbonding_id', uint64Value);
  /** ID to the whole store key of what unbonds. */
  readonly unbondingIndex = new StateMap(this.#schema, PREFIX.unbondingIndex, 'unbonding_index', uint64Key, bytesValue);
  readonly unbondingType = new StateMap(this.#schema, PREFIX.unbondingType, 'unbonding_type', uint64Key, uint64Value);
  readonly unbondingQueue = new StateMap<Time, DVPairs>(this.#schema, PREFIX.unbondingQueue, 'unbonding_queue', timeKey, protoValue(DVPairs));
  readonly redelegationQueue = new StateMap<Time, DVVTriplets>(this.#schema, PREFIX.redelegationQueue, 'redelegation_queue', timeKey, protoValue(DVVTriplets));
  readonly validatorQueue = new StateMap<QueuePoint, ValAddresses>(
    this.#schema,
    PREFIX.validatorQueue,
    'validator_queue',
    queuePointKey,
    protoValue(ValAddresses),
  );
  readonly historicalInfo = new StateMap(this.#schema, PREFIX.historicalInfo, 'historical_info', uint64Key, protoValue(HistoricalInfo));

  #hooks: Required<StakingHooks> = joinHooks([]);

  constructor(o: StakingOptions) {
    for (const pool of [BONDED_POOL, NOT_BONDED_POOL]) {
      if (o.accounts.moduleAddress(pool) === undefined) throw new Error(`${pool} module account has not been set`);
    }
    this.addresses = o.addresses;
    this.validatorAddresses = o.addresses.validators;
    this.consensusAddresses = o.addresses.consensus;
    this.accounts = o.accounts;
    this.bank = o.bank;
    this.authority = o.authority;
  }

  /** undefined where keys stay as they are. */
  keyRotations: KeyRotations | undefined;

  get hooks(): Required<StakingHooks> {
    return this.#hooks;
  }

  /** In the order given; once, before the first block. */
  setHooks(list: readonly StakingHooks[]): void {
    this.#hooks = joinHooks(list);
  }

  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? NO_PARAMS;
  }

  bondDenom(ctx: Context): string {
    return this.getParams(ctx).bondDenom;
  }

  operator(v: Validator): Uint8Array {
    return this.validatorAddresses.toBytes(v.operatorAddress);
  }

  validator(ctx: Context, operator: Uint8Array): Validator | undefined {
    return this.validators.get(ctx, operator);
  }

  /** Throws ErrNoValidatorFound. */
  existingValidator(ctx: Context, operator: Uint8Array): Validator {
    const v = this.validator(ctx, operator);
    if (v === undefined) throw ErrNoValidatorFound.error();
    return v;
  }

  validatorByConsAddr(ctx: Context, consensus: Uint8Array): Validator | undefined {
    const operator = this.validatorsByConsAddr.get(ctx, consensus);
    return operator === undefined ? undefined : this.validator(ctx, operator);
  }

  setValidator(ctx: Context, v: Validator): void {
    this.validators.set(ctx, this.operator(v), v);
  }

  setValidatorByConsAddr(ctx: Context, v: Validator): void {
    this.validatorsByConsAddr.set(ctx, consensusAddress(v), this.operator(v));
  }

  #rank(v: Validator): PowerRank {
    return { power: potentialPower(v), operator: this.operator(v) };
  }

  /** Jailed validators have no rank. */
  setRank(ctx: Context, v: Validator): void {
    if (!v.jailed) this.setNewRank(ctx, v);
  }

  setNewRank(ctx: Context, v: Validator): void {
    const rank = this.#rank(v);
    this.validatorsByPower.set(ctx, rank, rank.operator);
  }

  removeRank(ctx: Context, v: Validator): void {
    this.validatorsByPower.remove(ctx, this.#rank(v));
  }

  /** Writes a validator whose tokens changed, with its new rank. */
  replaceRanked(ctx: Context, before: Validator, change: (v: Validator) => Validator): Validator {
    this.removeRank(ctx, before);
    const after = change(before);
    this.setValidator(ctx, after);
    this.setRank(ctx, after);
    return after;
  }

  delegation(ctx: Context, delegator: Uint8Array, validator: Uint8Array): Delegation | undefined {
    return this.delegations.get(ctx, [delegator, validator]);
  }

  /** Throws ErrNoDelegation. */
  existingDelegation(ctx: Context, delegator: Uint8Array, validator: Uint8Array): Delegation {
    const d = this.delegation(ctx, delegator, validator);
    if (d === undefined) throw ErrNoDelegation.error();
    return d;
  }

  setDelegation(ctx: Context, delegator: Uint8Array, validator: Uint8Array, d: Delegation): void {
    this.delegations.set(ctx, [delegator, validator], d);
    this.delegationsByValidator.add(ctx, [validator, delegator]);
  }

  removeDelegation(ctx: Context, delegator: Uint8Array, validator: Uint8Array): void {
    this.#hooks.beforeDelegationRemoved(ctx, delegator, validator);
    this.delegations.remove(ctx, [delegator, validator]);
    this.delegationsByValidator.remove(ctx, [validator, delegator]);
  }

  *delegationsOf(ctx: Context, delegator: Uint8Array): Generator<Delegation> {
    for (const [, d] of this.delegations.walk(ctx, prefixRange(delegatorValidatorKey.prefix(delegator)))) yield d;
  }

  /** The next ID of an operation that ends later. */
  nextUnbondingId(ctx: Context): bigint {
    const id = (this.unbondingId.get(ctx) ?? 0n) + 1n;
    this.unbondingId.set(ctx, id);
    return id;
  }

  indexUnbonding(ctx: Context, id: bigint, storeKey: Uint8Array, type: bigint): void {
    this.unbondingIndex.set(ctx, id, storeKey);
    this.unbondingType.set(ctx, id, type);
  }

  bondedToNotBonded(ctx: Context, tokens: Int): void {
    this.bank.sendFromModuleToModule(ctx, BONDED_POOL, NOT_BONDED_POOL, newCoins([{ denom: this.bondDenom(ctx), amount: tokens }]));
  }

  notBondedToBonded(ctx: Context, tokens: Int): void {
    this.bank.sendFromModuleToModule(ctx, NOT_BONDED_POOL, BONDED_POOL, newCoins([{ denom: this.bondDenom(ctx), amount: tokens }]));
  }

  /** Nothing happens for no tokens. */
  burn(ctx: Context, pool: string, tokens: Int): void {
    if (tokens > 0n) this.bank.burn(ctx, pool, newCoins([{ denom: this.bondDenom(ctx), amount: tokens }]));
  }

  /** The address of a pool; its account is read, and made where there is none. */
  pool(ctx: Context, name: string): Uint8Array {
    const account = this.accounts.moduleAccount(ctx, name);
    if (account === undefined) throw new Error(`${name} module account has not been set`);
    return account.address;
  }
}
