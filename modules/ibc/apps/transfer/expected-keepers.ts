// What transfers need of other modules; chain/app hands in the real keepers (x/auth, x/bank).
import type { Coin } from '../../../../chain/core/coins.ts';
import type { Context } from '../../../../chain/core/context.ts';
import type { Metadata } from '../../../../proto/gen/cosmos/bank/v1beta1.ts';

export interface BankKeeper {
  send(ctx: Context, from: Uint8Array, to: Uint8Array, amount: readonly Coin[]): void;
  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  mint(ctx: Context, module: string, amount: readonly Coin[]): void;
  burn(ctx: Context, module: string, amount: readonly Coin[]): void;
  assertSendEnabled(ctx: Context, amount: readonly Coin[]): void;
  isBlocked(address: Uint8Array): boolean;
  spendableCoin(ctx: Context, address: Uint8Array, denom: string): bigint;
  hasMetadata(ctx: Context, denom: string): boolean;
  setMetadata(ctx: Context, metadata: Metadata): void;
}
