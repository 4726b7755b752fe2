// What evidence needs of other modules; chain/app hands in the real keepers (x/staking, x/slashing).
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Dec } from '../../chain/core/math/dec.ts';
import type { Infraction, Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';

export interface StakingKeeper {
  readonly consensusAddresses: AddressCodec;
  validatorByConsAddr(ctx: Context, consensus: Uint8Array): Validator | undefined;
}

export interface SlashingKeeper {
  /** undefined where the address belongs to no validator. */
  pubKey(ctx: Context, consensus: Uint8Array): unknown;
  /** undefined where the validator was never bonded. */
  signingInfo(ctx: Context, consensus: Uint8Array): { readonly tombstoned: boolean } | undefined;
  slashFractionDoubleSign(ctx: Context): Dec;
  slash(ctx: Context, consensus: Uint8Array, fraction: Dec, power: bigint, distributionHeight: bigint, why: Infraction): void;
  jail(ctx: Context, consensus: Uint8Array): void;
  jailUntil(ctx: Context, consensus: Uint8Array, until: Time): void;
  tombstone(ctx: Context, consensus: Uint8Array): void;
}
