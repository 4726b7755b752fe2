// What auth needs of other modules; chain/app hands in the real keepers.
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';

/** Takes fees, and pays into new vesting accounts. */
export interface BankKeeper {
  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  send(ctx: Context, from: Uint8Array, to: Uint8Array, amount: readonly Coin[]): void;
  assertSendEnabled(ctx: Context, coins: readonly Coin[]): void;
  isBlocked(address: Uint8Array): boolean;
}

/** Pays another's fees, where the application has x/feegrant. */
export interface FeegrantKeeper {
  useGrantedFees(ctx: Context, granter: Uint8Array, grantee: Uint8Array, fee: readonly Coin[], typeUrls: readonly string[]): void;
}
