// Balances, and moving coins between accounts. Layout, gas and events of every step equal the reference's, order included.
// Invariant: coins move or nothing happens; only supply.ts makes and destroys them. Source: sdk:x/bank/keeper/send.go, view.go.

import { type AddressCodec, addressKey } from '../../chain/core/address.ts';
import { amountOf, areCoinsValid, type Coin, coinsToString, isAnyNegative, newCoins, safeSubCoins } from '../../chain/core/coins.ts';
import { IndexedMap, ReversePairIndex } from '../../chain/core/collections/indexed-map.ts';
import { bytesKey, lengthPrefixedBytesKey, type Pair, pairKey, stringKey } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, prefixRange, StateMap } from '../../chain/core/collections/state-map.ts';
import { boolValue, intValue, protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInsufficientFunds, ErrInvalidCoins } from '../../chain/core/errors.ts';
import { Int } from '../../chain/core/math/int.ts';
import { Metadata, Params, type SendEnabled } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { ErrSendDisabled } from './errors.ts';
import { coinReceived, coinSpent, messageSender, transfer } from './events.ts';
import type { AccountKeeper, VestingKeeper } from './expected-keepers.ts';
import { PREFIX, STORE_NAME } from './keys.ts';
import { NO_PARAMS } from './types.ts';

/** Looks at a transfer before it happens: throws to refuse, or names the address that gets the coins. */
export type SendRestriction = (ctx: Context, from: Uint8Array, to: Uint8Array, amount: readonly Coin[]) => Uint8Array;

export interface BankKeeperOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly vesting: VestingKeeper;
  /** Addresses that may not be sent to by a message. */
  readonly blocked: readonly Uint8Array[];
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
}

const balanceKey = pairKey(bytesKey, stringKey);

export class BankKeeper {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly vesting: VestingKeeper;
  readonly authority: string;
  readonly supply: StateMap<string, bigint>;
  readonly denomMetadata: StateMap<string, Metadata>;
  readonly sendEnabled: StateMap<string, boolean>;
  readonly params: Item<Params>;
  readonly balances: IndexedMap<Pair<Uint8Array, string>, bigint>;
  readonly byDenom: ReversePairIndex<Uint8Array, string, bigint>;
  readonly #blocked: ReadonlySet<string>;
  readonly #restrictions: SendRestriction[] = [];

  constructor(o: BankKeeperOptions) {
    this.addresses = o.addresses;
    this.accounts = o.accounts;
    this.vesting = o.vesting;
    this.authority = o.authority;
    this.#blocked = new Set(o.blocked.map(addressKey));
    const schema = new Schema(STORE_NAME);
    this.supply = new StateMap(schema, PREFIX.supply, 'supply', stringKey, intValue);
    this.denomMetadata = new StateMap(schema, PREFIX.denomMetadata, 'denom_metadata', stringKey, protoValue(Metadata));
    this.sendEnabled = new StateMap(schema, PREFIX.sendEnabled, 'send_enabled', stringKey, boolValue);
    this.byDenom = new ReversePairIndex(schema, PREFIX.addressByDenom, 'address_by_denom_index', lengthPrefixedBytesKey, stringKey);
    this.balances = new IndexedMap(schema, PREFIX.balances, 'balances', balanceKey, intValue, [this.byDenom]);
    this.params = new Item(schema, PREFIX.params, 'params', protoValue(Params));
  }

  /** Restrictions run in the order they were added, each on the receiver that the one before named. */
  addSendRestriction(restriction: SendRestriction): void {
    this.#restrictions.push(restriction);
  }

  isBlocked(address: Uint8Array): boolean {
    return this.#blocked.has(addressKey(address));
  }

  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? NO_PARAMS;
  }

  /** Old entries inside of the parameters move to where they belong. */
  setParams(ctx: Context, p: Params): void {
    for (const e of p.sendEnabled) this.sendEnabled.set(ctx, e.denom, e.enabled);
    this.params.set(ctx, { ...p, sendEnabled: [] });
  }

  /** 0 where there is none. */
  balance(ctx: Context, address: Uint8Array, denom: string): bigint {
    return this.balances.get(ctx, [address, denom]) ?? 0n;
  }

  allBalances(ctx: Context, address: Uint8Array): Coin[] {
    const coins: Coin[] = [];
    for (const [key, amount] of this.balances.walk(ctx, prefixRange(this.balancesPrefix(address)))) coins.push({ denom: key[1], amount });
    return newCoins(coins);
  }

  /** The encoded part that all balances of an address share. */
  balancesPrefix(address: Uint8Array): Uint8Array {
    return balanceKey.prefix(address);
  }

  /** Empty where more is locked than there is. */
  spendableCoins(ctx: Context, address: Uint8Array): Coin[] {
    const total = this.allBalances(ctx, address);
    const left = safeSubCoins(total, this.vesting.lockedCoins(ctx, address));
    return isAnyNegative(left) ? [] : left;
  }

  /** Throws (a panic to callers) where more is locked than there is, as the reference does. */
  spendableCoin(ctx: Context, address: Uint8Array, denom: string): bigint {
    const left = this.balance(ctx, address, denom) - amountOf(this.vesting.lockedCoins(ctx, address), denom);
    if (left < 0n) throw new Error('negative coin amount');
    return left;
  }

  assertSendEnabled(ctx: Context, coins: readonly Coin[]): void {
    if (coins.length === 0) return;
    const byDefault = this.getParams(ctx).defaultSendEnabled;
    for (const c of coins) {
      if (!(this.sendEnabledOf(ctx, c.denom) ?? byDefault)) throw ErrSendDisabled.wrap(`${c.denom} transfers are currently disabled`);
    }
  }

  /** undefined where the default counts. */
  sendEnabledOf(ctx: Context, denom: string): boolean | undefined {
    return this.sendEnabled.has(ctx, denom) ? this.sendEnabled.get(ctx, denom) : undefined;
  }

  allSendEnabled(ctx: Context): SendEnabled[] {
    return [...this.sendEnabled.walk(ctx)].map(([denom, enabled]) => ({ denom, enabled }));
  }

  restrict(ctx: Context, from: Uint8Array, to: Uint8Array, amount: readonly Coin[]): Uint8Array {
    let receiver = to;
    for (const r of this.#restrictions) receiver = r(ctx, from, receiver, amount);
    return receiver;
  }

  send(ctx: Context, from: Uint8Array, to: Uint8Array, amount: readonly Coin[]): void {
    const text = coinsToString(amount);
    if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(text);
    const receiver = this.restrict(ctx, from, to, amount);
    this.subUnlocked(ctx, from, amount, text);
    this.add(ctx, receiver, amount, text);
    this.accounts.ensure(ctx, receiver);
    const sender = this.addresses.toString(from);
    ctx.events.emit(transfer(this.addresses.toString(receiver), sender, text));
    ctx.events.emit(messageSender(sender));
  }

  /** Takes coins that are not locked; throws where there are too few. `amount` is valid; callers that have its text may hand it in. */
  subUnlocked(ctx: Context, address: Uint8Array, amount: readonly Coin[], text = coinsToString(amount)): void {
    const locked = this.vesting.lockedCoins(ctx, address);
    for (const c of amount) {
      const balance = this.balance(ctx, address, c.denom);
      const lockedAmount = amountOf(locked, c.denom);
      const spendable = balance - lockedAmount;
      if (spendable < 0n) {
        throw ErrInsufficientFunds.wrap(`locked amount exceeds account balance funds: ${lockedAmount}${c.denom} > ${balance}${c.denom}`);
      }
      if (spendable < c.amount) throw ErrInsufficientFunds.wrap(`spendable balance ${spendable}${c.denom} is smaller than ${c.amount}${c.denom}`);
      this.setBalance(ctx, address, c.denom, balance - c.amount);
    }
    ctx.events.emit(coinSpent(this.addresses.toString(address), text));
  }

  /** `amount` is valid. Throws (a panic) where a balance would leave 256 bits. */
  add(ctx: Context, address: Uint8Array, amount: readonly Coin[], text = coinsToString(amount)): void {
    for (const c of amount) this.setBalance(ctx, address, c.denom, Int.add(this.balance(ctx, address, c.denom), c.amount));
    ctx.events.emit(coinReceived(this.addresses.toString(address), text));
  }

  /** Zero balances are not kept. */
  setBalance(ctx: Context, address: Uint8Array, denom: string, amount: bigint): void {
    if (amount < 0n) throw ErrInvalidCoins.wrap(`${amount}${denom}`);
    if (amount === 0n) this.balances.remove(ctx, [address, denom]);
    else this.balances.set(ctx, [address, denom], amount);
  }
}
