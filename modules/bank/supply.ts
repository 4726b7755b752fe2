// What modules do with coins: make, destroy, pay each other and accounts, take delegations. Source: sdk:x/bank/keeper/keeper.go.
// A module account that is missing or lacks a permission is a mistake of the program: those throw as panics, as in the reference.
import { addCoins, areCoinsValid, type Coin, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInsufficientFunds, ErrInvalidCoins, ErrUnauthorized, ErrUnknownAddress, wrapError } from '../../chain/core/errors.ts';
import { Int } from '../../chain/core/math/int.ts';
import { burn, coinbase, coinSpent } from './events.ts';
import type { BankKeeper } from './keeper.ts';
import { PERMISSION } from './keys.ts';

/** Looks at coins before they are made; throws to refuse. */
export type MintRestriction = (ctx: Context, amount: readonly Coin[]) => void;

export class SupplyKeeper {
  readonly bank: BankKeeper;
  readonly #restriction: MintRestriction | undefined;

  /** A module may be given a keeper of its own that may mint less. */
  constructor(bank: BankKeeper, restriction?: MintRestriction) {
    this.bank = bank;
    this.#restriction = restriction;
  }

  supply(ctx: Context, denom: string): bigint {
    return this.bank.supply.get(ctx, denom) ?? 0n;
  }

  /** A zero supply is not kept. */
  setSupply(ctx: Context, denom: string, amount: bigint): void {
    if (amount === 0n) this.bank.supply.remove(ctx, denom);
    else this.bank.supply.set(ctx, denom, amount);
  }

  sendFromModuleToAccount(ctx: Context, module: string, to: Uint8Array, amount: readonly Coin[]): void {
    const from = this.#moduleAddress(module);
    if (this.bank.isBlocked(to)) throw ErrUnauthorized.wrap(`${this.bank.addresses.toString(to)} is not allowed to receive funds`);
    this.bank.send(ctx, from, to, amount);
  }

  sendFromModuleToModule(ctx: Context, from: string, to: string, amount: readonly Coin[]): void {
    const sender = this.#moduleAddress(from);
    this.bank.send(ctx, sender, this.#module(ctx, to).address, amount);
  }

  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void {
    this.bank.send(ctx, from, this.#module(ctx, module).address, amount);
  }

  mint(ctx: Context, module: string, amount: readonly Coin[]): void {
    this.#restriction?.(ctx, amount);
    const address = this.#module(ctx, module, PERMISSION.minter, 'to mint tokens').address;
    const text = coinsToString(amount);
    if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(text);
    this.bank.add(ctx, address, amount);
    for (const c of amount) this.setSupply(ctx, c.denom, Int.add(this.supply(ctx, c.denom), c.amount));
    ctx.events.emit(coinbase(this.bank.addresses.toString(address), text));
  }

  burn(ctx: Context, module: string, amount: readonly Coin[]): void {
    const address = this.#module(ctx, module, PERMISSION.burner, 'to burn tokens').address;
    const text = coinsToString(amount);
    if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(text);
    this.bank.subUnlocked(ctx, address, amount);
    for (const c of amount) {
      const left = this.supply(ctx, c.denom) - c.amount;
      if (left < 0n) throw new Error(`negative coin amount: ${left}${c.denom}`);
      this.setSupply(ctx, c.denom, left);
    }
    ctx.events.emit(burn(this.bank.addresses.toString(address), text));
  }

  /** Locked coins may be delegated; vesting accounts keep count. */
  delegateFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void {
    const to = this.#module(ctx, module, PERMISSION.staking, 'to receive delegated coins').address;
    this.#assertAccount(ctx, to);
    if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(coinsToString(amount));
    let balances: readonly Coin[] = [];
    for (const c of amount) {
      const balance = this.bank.balance(ctx, from, c.denom);
      if (balance < c.amount) throw ErrInsufficientFunds.wrap(`failed to delegate; ${balance}${c.denom} is smaller than ${coinsToString(amount)}`);
      balances = addCoins(balances, [{ denom: c.denom, amount: balance }]);
      this.bank.setBalance(ctx, from, c.denom, balance - c.amount);
    }
    try {
      this.bank.vesting.trackDelegation(ctx, from, balances, amount);
    } catch (e) {
      throw wrapError(e, 'failed to track delegation');
    }
    ctx.events.emit(coinSpent(this.bank.addresses.toString(from), coinsToString(amount)));
    this.bank.add(ctx, to, amount);
  }

  undelegateFromModuleToAccount(ctx: Context, module: string, to: Uint8Array, amount: readonly Coin[]): void {
    const from = this.#module(ctx, module, PERMISSION.staking, 'to undelegate coins').address;
    this.#assertAccount(ctx, from);
    if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(coinsToString(amount));
    this.bank.subUnlocked(ctx, from, amount);
    try {
      this.bank.vesting.trackUndelegation(ctx, to, amount);
    } catch (e) {
      throw wrapError(e, 'failed to track undelegation');
    }
    this.bank.add(ctx, to, amount);
  }

  // The reference reads the account once more before it delegates; its gas is part of the result.
  #assertAccount(ctx: Context, address: Uint8Array): void {
    if (!this.bank.accounts.exists(ctx, address)) {
      throw ErrUnknownAddress.wrap(`module account ${this.bank.addresses.toString(address)} does not exist`);
    }
  }

  #moduleAddress(name: string): Uint8Array {
    const address = this.bank.accounts.moduleAddress(name);
    if (address === undefined) throw new Error(`module account ${name} does not exist: unknown address`);
    return address;
  }

  #module(ctx: Context, name: string, permission?: string, purpose = ''): { readonly address: Uint8Array } {
    const m = this.bank.accounts.moduleAccount(ctx, name);
    if (m === undefined) throw new Error(`module account ${name} does not exist: unknown address`);
    if (permission !== undefined && m.account.module?.permissions.includes(permission) !== true) {
      throw new Error(`module account ${name} does not have permissions ${purpose}: unauthorized`);
    }
    return m;
  }
}
