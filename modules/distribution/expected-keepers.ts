// What distribution needs of other modules; chain/app hands in the real keepers (x/auth, x/bank, x/staking).
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Delegation, Validator } from '../../chain/core/staking.ts';

export interface AccountKeeper {
  moduleAddress(name: string): Uint8Array | undefined;
  /** Reads (or makes) the module's account; undefined where the module has none. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array } | undefined;
}

export interface BankKeeper {
  allBalances(ctx: Context, address: Uint8Array): readonly Coin[];
  sendFromModuleToModule(ctx: Context, from: string, to: string, amount: readonly Coin[]): void;
  sendFromModuleToAccount(ctx: Context, module: string, to: Uint8Array, amount: readonly Coin[]): void;
  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  isBlocked(address: Uint8Array): boolean;
}

export interface StakingKeeper {
  readonly validatorAddresses: AddressCodec;
  readonly consensusAddresses: AddressCodec;
  /** Throws staking's error where there is none. */
  existingValidator(ctx: Context, operator: Uint8Array): Validator;
  validatorByConsAddr(ctx: Context, consensus: Uint8Array): Validator | undefined;
  /** Throws staking's error where there is none. */
  existingDelegation(ctx: Context, delegator: Uint8Array, operator: Uint8Array): Delegation;
  allValidators(ctx: Context): Iterable<Validator>;
  delegationsOf(ctx: Context, delegator: Uint8Array): Iterable<Delegation>;
}
