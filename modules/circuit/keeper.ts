// Which messages nobody may execute now, and which accounts may say so. Source: cosmossdk.io/x/circuit v0.2.0 keeper/keeper.go, ante/circuit.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { bytesKey, stringKey } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { KeySet, StateMap } from '../../chain/core/collections/state-map.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import { Permissions } from '../../proto/gen/cosmos/circuit/v1.ts';
import { PREFIX, STORE_NAME } from './keys.ts';

export class CircuitKeeper {
  readonly addresses: AddressCodec;
  /** May do everything without being permitted: x/gov's account. */
  readonly authority: Uint8Array;
  readonly #schema = new Schema(STORE_NAME);
  readonly permissions = new StateMap<Uint8Array, Permissions>(this.#schema, PREFIX.permissions, 'permissions', bytesKey, protoValue(Permissions));
  readonly disabled = new KeySet<string>(this.#schema, PREFIX.disabled, 'disable_list', stringKey);

  constructor(addresses: AddressCodec, authority: Uint8Array) {
    this.addresses = addresses;
    this.authority = authority;
  }

  isAllowed(ctx: Context, typeUrl: string): boolean {
    return !this.disabled.has(ctx, typeUrl);
  }

  /** For every way by which a message is executed; throws a plain error where it is off. */
  assertExecutable(ctx: Context, typeUrl: string): void {
    if (!this.isAllowed(ctx, typeUrl)) throw plainError(`circuit breaker disables execution of this message: ${typeUrl}`);
  }

  /** For transactions before anything is paid; throws a plain error. */
  assertAdmitted(ctx: Context, typeUrl: string): void {
    if (!this.isAllowed(ctx, typeUrl)) throw plainError('tx type not allowed');
  }
}
