// Allowances by which one account pays the fees of another, and a queue of those that end. Source: cosmossdk.io/x/feegrant v0.2.0 keeper/keeper.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Coin } from '../../chain/core/coins.ts';
import type { Pair, Triple } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { KeySet, StateMap } from '../../chain/core/collections/state-map.ts';
import { sortableTimeBytes } from '../../chain/core/collections/time-key.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidRequest, ErrNotFound, ErrUnauthorized, SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { concatBytes } from '../../chain/encoding/bytes.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { Grant } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { type Allowance, acceptFee, expiresAt, openAllowance, packAllowance } from './allowance.ts';
import type { AccountKeeper, BankKeeper } from './expected-keepers.ts';
import { allowanceKey, PREFIX, queueKey, STORE_NAME } from './keys.ts';

const ZERO = Uint8Array.of(0);

export interface FeegrantKeeperOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
}

export class FeegrantKeeper {
  readonly addresses: AddressCodec;
  readonly #accounts: AccountKeeper;
  readonly #bank: BankKeeper;
  readonly #schema = new Schema(STORE_NAME);
  readonly grants = new StateMap<Pair<Uint8Array, Uint8Array>, Grant>(this.#schema, PREFIX.allowances, 'allowances', allowanceKey, protoValue(Grant));
  readonly queue = new KeySet<Triple<Time, Uint8Array, Uint8Array>>(this.#schema, PREFIX.queue, 'allowance_queue', queueKey);

  constructor(o: FeegrantKeeperOptions) {
    this.addresses = o.addresses;
    this.#accounts = o.accounts;
    this.#bank = o.bank;
  }

  find(ctx: Context, granter: Uint8Array, grantee: Uint8Array): Allowance | undefined {
    const grant = this.grants.get(ctx, [grantee, granter]);
    return grant === undefined ? undefined : openAllowance(grant.allowance);
  }

  /** Throws sdk 38 where there is none. */
  existing(ctx: Context, granter: Uint8Array, grantee: Uint8Array): Allowance {
    const a = this.find(ctx, granter, grantee);
    if (a === undefined) throw ErrNotFound.wrap('fee-grant not found');
    return a;
  }

  assertNone(ctx: Context, granter: Uint8Array, grantee: Uint8Array): void {
    if (this.find(ctx, granter, grantee) !== undefined) throw ErrInvalidRequest.wrap('fee allowance already exists');
  }

  grant(ctx: Context, granter: Uint8Array, grantee: Uint8Array, allowance: Allowance): void {
    this.assertNone(ctx, granter, grantee);
    if (!this.#accounts.exists(ctx, grantee)) {
      if (this.#bank.isBlocked(grantee)) throw ErrUnauthorized.wrap(`${this.addresses.toString(grantee)} is not allowed to receive funds`);
      this.#accounts.open(ctx, grantee);
    }
    const end = expiresAt(allowance);
    if (end !== undefined && end < ctx.time) throw ErrInvalidRequest.wrap('expiration is before current block time');
    if (end !== undefined) this.queue.add(ctx, [end, grantee, granter]);
    this.#save(ctx, granter, grantee, allowance);
    this.#emit(ctx, 'set_feegrant', granter, grantee);
  }

  #save(ctx: Context, granter: Uint8Array, grantee: Uint8Array, allowance: Allowance): void {
    const text = (a: Uint8Array): string => this.addresses.toString(a);
    this.grants.set(ctx, [grantee, granter], { granter: text(granter), grantee: text(grantee), allowance: packAllowance(allowance) });
  }

  #emit(ctx: Context, type: string, granter: Uint8Array, grantee: Uint8Array): void {
    ctx.events.emit(event(type, 'granter', this.addresses.toString(granter), 'grantee', this.addresses.toString(grantee)));
  }

  revoke(ctx: Context, granter: Uint8Array, grantee: Uint8Array): void {
    const end = expiresAt(this.existing(ctx, granter, grantee));
    this.grants.remove(ctx, [grantee, granter]);
    // As the reference, which confuses the two here: the entry of the queue stays, and at its time removes whatever stands in the place.
    if (end !== undefined) this.queue.remove(ctx, [end, granter, grantee]);
    this.#emit(ctx, 'revoke_feegrant', granter, grantee);
  }

  /** Throws where the fee may not be paid by the allowance; what was used up is removed in either case. */
  useGrantedFees(ctx: Context, granter: Uint8Array, grantee: Uint8Array, fee: readonly Coin[], typeUrls: readonly string[]): void {
    const { remove, error, next } = acceptFee(ctx, this.existing(ctx, granter, grantee), fee, typeUrls);
    if (remove) this.#revokeUsed(ctx, granter, grantee);
    if (error !== undefined) throw error;
    this.#emit(ctx, 'use_feegrant', granter, grantee);
    if (remove) return;
    this.existing(ctx, granter, grantee);
    this.#save(ctx, granter, grantee, next);
    this.#emit(ctx, 'update_feegrant', granter, grantee);
  }

  #revokeUsed(ctx: Context, granter: Uint8Array, grantee: Uint8Array): void {
    try {
      this.revoke(ctx, granter, grantee);
    } catch (e) {
      // The fee is allowed; the reference does not look at this error either.
      if (!(e instanceof SdkError)) throw e;
    }
  }

  /** Removes at most so many allowances that ended before this block. */
  removeExpired(ctx: Context, limit: number): void {
    const end = concatBytes(sortableTimeBytes(ctx.time), ZERO);
    let count = 0;
    for (const [time, grantee, granter] of this.queue.walk(ctx, { end })) {
      this.queue.remove(ctx, [time, grantee, granter]);
      this.grants.remove(ctx, [grantee, granter]);
      if (++count === limit) return;
    }
  }
}
