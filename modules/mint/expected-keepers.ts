// What mint needs of other modules; chain/app hands in the real keepers (x/auth, x/bank, x/staking).
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Dec } from '../../chain/core/math/dec.ts';
import type { Int } from '../../chain/core/math/int.ts';

export interface AccountKeeper {
  moduleAddress(name: string): Uint8Array | undefined;
  /** Reads (or makes) the module's account; undefined where the module has none. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array } | undefined;
}

export interface BankKeeper {
  mint(ctx: Context, module: string, amount: readonly Coin[]): void;
  sendFromModuleToModule(ctx: Context, from: string, to: string, amount: readonly Coin[]): void;
}

export interface StakingKeeper {
  stakingTokenSupply(ctx: Context): Int;
  /** The part of the supply that is bonded. */
  bondedRatio(ctx: Context): Dec;
}
