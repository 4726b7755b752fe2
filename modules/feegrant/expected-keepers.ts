// What feegrant needs of other modules; chain/app hands in the real keepers (x/auth, x/bank).
import type { Context } from '../../chain/core/context.ts';

export interface AccountKeeper {
  /** Reads the account, for the gas of it. */
  exists(ctx: Context, address: Uint8Array): boolean;
  /** Makes and keeps an ordinary account of an address that has none. */
  open(ctx: Context, address: Uint8Array): void;
}

export interface BankKeeper {
  /** Whether messages may not send to the address. */
  isBlocked(address: Uint8Array): boolean;
}
