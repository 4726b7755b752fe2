// What bank needs of other modules; chain/app hands in the real keeper (x/auth).
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';

export interface AccountKeeper {
  /** Whether there is an account; reads it whole. */
  exists(ctx: Context, address: Uint8Array): boolean;
  /** Creates and stores a base account if there is none. */
  ensure(ctx: Context, address: Uint8Array): void;
  moduleAddress(name: string): Uint8Array | undefined;
  /** Reads (or makes) the module's account; undefined where the module has none. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array; readonly account: ModuleAccount } | undefined;
}

/** Only what bank looks at. */
export interface ModuleAccount {
  readonly module: { readonly permissions: readonly string[] } | undefined;
}

/** Vesting accounts lock a part of their balance. */
export interface VestingKeeper {
  /** Coins the account may not send at the block's time; reads the account. */
  lockedCoins(ctx: Context, address: Uint8Array): readonly Coin[];
  /** The original vesting amount of a vesting account, of others undefined. */
  originalVesting(ctx: Context, address: Uint8Array): readonly Coin[] | undefined;
  /** Throws an unknown-address error where there is no account. */
  trackDelegation(ctx: Context, address: Uint8Array, balance: readonly Coin[], amount: readonly Coin[]): void;
  trackUndelegation(ctx: Context, address: Uint8Array, amount: readonly Coin[]): void;
}
