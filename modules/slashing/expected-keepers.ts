// What slashing needs of staking; chain/app hands in the real keeper.
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Dec } from '../../chain/core/math/dec.ts';
import type { Delegation, Infraction, Validator } from '../../chain/core/staking.ts';

export interface StakingKeeper {
  readonly validatorAddresses: AddressCodec;
  readonly consensusAddresses: AddressCodec;
  allValidators(ctx: Context): Iterable<Validator>;
  /** Throws staking's error where there is none. */
  existingValidator(ctx: Context, operator: Uint8Array): Validator;
  /** Throws staking's error where there is none. */
  existingDelegation(ctx: Context, delegator: Uint8Array, operator: Uint8Array): Delegation;
  validatorByConsAddr(ctx: Context, consensus: Uint8Array): Validator | undefined;
  /** Gives the tokens burnt. */
  slash(ctx: Context, consensus: Uint8Array, infractionHeight: bigint, power: bigint, factor: Dec, why: Infraction): bigint;
  jail(ctx: Context, consensus: Uint8Array): void;
  unjail(ctx: Context, consensus: Uint8Array): void;
}
