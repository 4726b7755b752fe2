// Vesting accounts as other modules see them: what is locked, and delegations counted. Source: sdk:x/bank/keeper view.go, keeper.go.
import type { Coin } from '../../../chain/core/coins.ts';
import type { Context } from '../../../chain/core/context.ts';
import { ErrUnknownAddress } from '../../../chain/core/errors.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { Account, Vesting } from '../types.ts';
import { lockedCoins, trackDelegation, trackUndelegation } from './schedule.ts';

export class VestingKeeper {
  readonly #accounts: AccountKeeper;

  constructor(accounts: AccountKeeper) {
    this.#accounts = accounts;
  }

  lockedCoins(ctx: Context, address: Uint8Array): readonly Coin[] {
    const vesting = this.#accounts.get(ctx, address)?.vesting;
    return vesting === undefined ? [] : lockedCoins(vesting, ctx.time);
  }

  originalVesting(ctx: Context, address: Uint8Array): readonly Coin[] | undefined {
    return this.#accounts.get(ctx, address)?.vesting?.originalVesting;
  }

  trackDelegation(ctx: Context, address: Uint8Array, balance: readonly Coin[], amount: readonly Coin[]): void {
    this.#update(ctx, address, (v) => trackDelegation(v, ctx.time, balance, amount));
  }

  trackUndelegation(ctx: Context, address: Uint8Array, amount: readonly Coin[]): void {
    this.#update(ctx, address, (v) => trackUndelegation(v, amount));
  }

  #update(ctx: Context, address: Uint8Array, change: (v: Vesting) => Vesting): void {
    const account: Account | undefined = this.#accounts.get(ctx, address);
    if (account === undefined) throw ErrUnknownAddress.wrap(`account ${this.#accounts.addresses.toString(address)} does not exist`);
    if (account.vesting !== undefined) this.#accounts.set(ctx, { ...account, vesting: change(account.vesting) });
  }
}
