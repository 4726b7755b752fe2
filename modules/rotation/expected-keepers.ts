// What rotation needs of other modules; chain/app hands in the real keepers (x/staking, x/bank).
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Coin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import type { StakingHooks, Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';

export interface StakingKeeper {
  readonly validatorAddresses: AddressCodec;
  readonly consensusAddresses: AddressCodec;
  readonly hooks: Required<StakingHooks>;
  readonly validatorsByConsAddr: { remove(ctx: Context, consensus: Uint8Array): void };
  /** The power that the engine was last told of. */
  readonly lastValidatorPower: { get(ctx: Context, operator: Uint8Array): bigint | undefined };
  validator(ctx: Context, operator: Uint8Array): Validator | undefined;
  /** Throws ErrNoValidatorFound. */
  existingValidator(ctx: Context, operator: Uint8Array): Validator;
  validatorByConsAddr(ctx: Context, consensus: Uint8Array): Validator | undefined;
  setValidator(ctx: Context, v: Validator): void;
  setValidatorByConsAddr(ctx: Context, v: Validator): void;
  unbondingTime(ctx: Context): Time;
}

export interface BankKeeper {
  sendFromAccountToModule(ctx: Context, from: Uint8Array, module: string, amount: readonly Coin[]): void;
  burn(ctx: Context, module: string, amount: readonly Coin[]): void;
}
