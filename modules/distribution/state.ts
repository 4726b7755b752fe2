// Distribution's state: one collection for each prefix. Records that are missing read as empty ones, as in the reference, which decodes them from
// no bytes. Invariant: the module account holds all outstanding rewards and the community pool, truncated. Source: sdk:x/distribution/keeper/store.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { decodeKey, lengthPrefixedBytesKey, type Pair, type Triple } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, prefixRange, StateMap } from '../../chain/core/collections/state-map.ts';
import { bytesValue, protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { addDecCoins, type DecCoins } from '../../chain/core/dec-coin-sums.ts';
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Params } from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import type { AccountKeeper, BankKeeper, StakingKeeper } from './expected-keepers.ts';
import { historicalKey, MODULE_NAME, PREFIX, STORE_NAME, slashEventKey, startingInfoKey } from './keys.ts';
import {
  bytesWrapperValue,
  type CurrentRewards,
  commissionValue,
  currentValue,
  feePoolValue,
  type HistoricalRewards,
  historicalValue,
  infoValue,
  outstandingValue,
  type SlashEvent,
  type StartingInfo,
  slashEventValue,
} from './types.ts';

export interface DistributionOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly staking: StakingKeeper;
  /** The address that may change parameters and spend the community pool: x/gov's account. */
  readonly authority: string;
  /** The denom in which a withdrawal of nothing is told. */
  readonly baseDenom: string;
}

const NO_CURRENT: CurrentRewards = { rewards: [], period: 0n };
const NO_HISTORY: HistoricalRewards = { cumulativeRewardRatio: [], referenceCount: 0 };
const NO_INFO: StartingInfo = { previousPeriod: 0n, stake: Dec.zero, height: 0n };

const missing = (type: string): never => {
  throw plainError(`collections: not found: key 'no_key' of type github.com/cosmos/gogoproto/cosmos.distribution.v1beta1.${type}`);
};

export class DistributionState {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly staking: StakingKeeper;
  readonly authority: string;
  readonly baseDenom: string;
  readonly #schema = new Schema(STORE_NAME);

  readonly feePool = new Item(this.#schema, PREFIX.feePool, 'fee_pool', feePoolValue);
  readonly previousProposer = new Item(this.#schema, PREFIX.previousProposer, 'previous_proposer', bytesWrapperValue);
  readonly outstandingRewards = new StateMap<Uint8Array, DecCoins>(
    this.#schema,
    PREFIX.outstandingRewards,
    'outstanding_rewards',
    lengthPrefixedBytesKey,
    outstandingValue,
  );
  readonly withdrawAddresses = new StateMap<Uint8Array, Uint8Array>(
    this.#schema,
    PREFIX.withdrawAddress,
    'withdraw_addresses',
    lengthPrefixedBytesKey,
    bytesValue,
  );
  readonly startingInfos = new StateMap<Pair<Uint8Array, Uint8Array>, StartingInfo>(
    this.#schema,
    PREFIX.startingInfo,
    'starting_infos',
    startingInfoKey,
    infoValue,
  );
  readonly historicalRewards = new StateMap<Pair<Uint8Array, bigint>, HistoricalRewards>(
    this.#schema,
    PREFIX.historicalRewards,
    'historical_rewards',
    historicalKey,
    historicalValue,
  );
  readonly currentRewards = new StateMap<Uint8Array, CurrentRewards>(
    this.#schema,
    PREFIX.currentRewards,
    'current_rewards',
    lengthPrefixedBytesKey,
    currentValue,
  );
  readonly commissions = new StateMap<Uint8Array, DecCoins>(
    this.#schema,
    PREFIX.accumulatedCommission,
    'accumulated_commissions',
    lengthPrefixedBytesKey,
    commissionValue,
  );
  readonly slashEvents = new StateMap<Triple<Uint8Array, bigint, bigint>, SlashEvent>(
    this.#schema,
    PREFIX.slashEvent,
    'slash_events',
    slashEventKey,
    slashEventValue,
  );
  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));

  constructor(o: DistributionOptions) {
    if (o.accounts.moduleAddress(MODULE_NAME) === undefined) throw new Error(`${MODULE_NAME} module account has not been set`);
    this.addresses = o.addresses;
    this.accounts = o.accounts;
    this.bank = o.bank;
    this.staking = o.staking;
    this.authority = o.authority;
    this.baseDenom = o.baseDenom;
  }

  /** Throws a plain error where no genesis has set them. */
  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? missing('Params');
  }

  /** Throws a plain error where no genesis has set it. */
  communityPool(ctx: Context): DecCoins {
    return this.feePool.get(ctx) ?? missing('FeePool');
  }

  addToCommunityPool(ctx: Context, coins: DecCoins): void {
    this.feePool.set(ctx, addDecCoins(this.communityPool(ctx), coins));
  }

  outstanding(ctx: Context, operator: Uint8Array): DecCoins {
    return this.outstandingRewards.get(ctx, operator) ?? [];
  }

  commission(ctx: Context, operator: Uint8Array): DecCoins {
    return this.commissions.get(ctx, operator) ?? [];
  }

  current(ctx: Context, operator: Uint8Array): CurrentRewards {
    return this.currentRewards.get(ctx, operator) ?? NO_CURRENT;
  }

  historical(ctx: Context, operator: Uint8Array, period: bigint): HistoricalRewards {
    return this.historicalRewards.get(ctx, [operator, period]) ?? NO_HISTORY;
  }

  startingInfo(ctx: Context, operator: Uint8Array, delegator: Uint8Array): StartingInfo {
    return this.startingInfos.get(ctx, [operator, delegator]) ?? NO_INFO;
  }

  /** Where rewards of a delegator go: its own address, if it set no other. */
  withdrawAddress(ctx: Context, delegator: Uint8Array): Uint8Array {
    return this.withdrawAddresses.get(ctx, delegator) ?? delegator;
  }

  forgetSlashEvents(ctx: Context, operator: Uint8Array): void {
    removeAll(ctx, this.slashEvents, slashEventKey.prefix(operator));
  }

  forgetHistory(ctx: Context, operator: Uint8Array): void {
    removeAll(ctx, this.historicalRewards, historicalKey.prefix(operator));
  }
}

// One by one while walking, as the reference does: gas is charged in that order. A walk sees the state in which it began.
function removeAll<K, V>(ctx: Context, map: StateMap<K, V>, prefix: Uint8Array): void {
  for (const [key] of map.walkRaw(ctx, prefixRange(prefix))) map.remove(ctx, decodeKey(map.keyCodec, key));
}
