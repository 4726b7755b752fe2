// What staking needs of other modules; chain/app hands in the real keepers (x/auth, x/bank).
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';

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

/** Where validators may change their keys (modules/rotation). */
export interface KeyRotations {
  /** Whether nobody may take a key with this address now. */
  isLocked(ctx: Context, consensus: Uint8Array): boolean;
  /** Before the validators of a block are counted; gives how the engine is told of what is found. */
  begin(ctx: Context): (updates: readonly ValidatorUpdate[]) => readonly ValidatorUpdate[];
}
