// What governance needs of other modules; chain/app hands in the real keepers (x/auth, x/bank, x/staking, x/distribution).
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Delegation, Validator } from '../../chain/core/staking.ts';

export interface AccountKeeper {
  moduleAddress(name: string): Uint8Array | undefined;
  /** Reads (or makes) the module's account. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array } | undefined;
}

export interface BankKeeper {
  allBalances(ctx: Context, address: Uint8Array): readonly Coin[];
  sendFromModuleToAccount(ctx: Context, module: string, to: Uint8Array, amount: readonly Coin[]): void;
  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  burn(ctx: Context, module: string, amount: readonly Coin[]): void;
}

export interface StakingKeeper {
  readonly validatorAddresses: AddressCodec;
  bondedValidatorsByPower(ctx: Context): Iterable<Validator>;
  totalBondedTokens(ctx: Context): bigint;
  delegationsOf(ctx: Context, delegator: Uint8Array): Iterable<Delegation>;
}

export interface DistributionKeeper {
  fundCommunityPool(ctx: Context, amount: readonly Coin[], sender: Uint8Array): void;
}
