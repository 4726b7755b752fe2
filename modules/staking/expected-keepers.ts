// What staking needs of other modules; chain/app hands in the real keepers (x/auth, x/bank).
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';

export interface AccountKeeper {
  moduleAddress(name: string): Uint8Array | undefined;
  /** Reads (or makes) the module's account; undefined where the module has none. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array } | undefined;
}

export interface BankKeeper {
  balance(ctx: Context, address: Uint8Array, denom: string): bigint;
  allBalances(ctx: Context, address: Uint8Array): readonly Coin[];
  supply(ctx: Context, denom: string): bigint;
  sendFromModuleToModule(ctx: Context, from: string, to: string, amount: readonly Coin[]): void;
  delegateFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  undelegateFromModuleToAccount(ctx: Context, module: string, to: Uint8Array, amount: readonly Coin[]): void;
  burn(ctx: Context, module: string, amount: readonly Coin[]): void;
}
