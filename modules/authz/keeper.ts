// What accounts let others do in their name, by granter, grantee and message, and a queue of grants that end.
// Source: sdk:x/authz/keeper/keeper.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import type { Authorization, AuthorizationKind } from '../../chain/core/authorization.ts';
import type { Triple } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { StateMap } from '../../chain/core/collections/state-map.ts';
import { sortableTimeBytes } from '../../chain/core/collections/time-key.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidType, ErrUnauthorized } from '../../chain/core/errors.ts';
import type { MessagePort } from '../../chain/core/message-port.ts';
import { typedEvent } from '../../chain/core/typed-event.ts';
import { concatBytes, fromUtf8Escaped } from '../../chain/encoding/bytes.ts';
import { formatTime, splitTime, type Time } from '../../chain/encoding/time.ts';
import { EventGrant, EventRevoke, Grant, GrantQueueItem } from '../../proto/gen/cosmos/authz/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { ErrInvalidExpirationTime, ErrNoAuthorizationFound, ErrNoGrantKeyFound } from './errors.ts';
import type { AccountKeeper, BankKeeper } from './expected-keepers.ts';
import { grantKey, PREFIX, queueKey, STORE_NAME } from './keys.ts';

/** For each entry of a queue's item that is looked at. */
const GAS_PER_ENTRY = 20;
const ZERO = Uint8Array.of(0);

export interface AuthzKeeperOptions {
  readonly addresses: AddressCodec;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly messages: MessagePort;
  readonly kinds: readonly AuthorizationKind[];
}

/** Go's time.RFC3339: whole seconds. */
const rfc3339 = (t: Time): string => formatTime(splitTime(t).seconds * 1_000_000_000n);

export class AuthzKeeper {
  readonly addresses: AddressCodec;
  readonly messages: MessagePort;
  readonly #accounts: AccountKeeper;
  readonly #bank: BankKeeper;
  readonly #kinds: ReadonlyMap<string, AuthorizationKind>;
  readonly #schema = new Schema(STORE_NAME);
  readonly grants = new StateMap<Triple<Uint8Array, Uint8Array, string>, Grant>(this.#schema, PREFIX.grants, 'grants', grantKey, protoValue(Grant));
  readonly queue = new StateMap<Triple<Time, Uint8Array, Uint8Array>, GrantQueueItem>(
    this.#schema,
    PREFIX.queue,
    'grant_queue',
    queueKey,
    protoValue(GrantQueueItem),
  );

  constructor(o: AuthzKeeperOptions) {
    this.addresses = o.addresses;
    this.messages = o.messages;
    this.#accounts = o.accounts;
    this.#bank = o.bank;
    this.#kinds = new Map(o.kinds.map((k) => [k.typeUrl, k]));
  }

  /** Throws sdk 29 where there is none, or one of a kind that nobody knows. */
  open(any: Any | undefined): Authorization {
    if (any === undefined) throw ErrInvalidType.wrap('authorization is nil');
    const kind = this.#kinds.get(any.typeUrl);
    if (kind === undefined) throw ErrInvalidType.wrap(`expected <nil>, got ${any.typeUrl}`);
    return kind.open(any.value);
  }

  /** An account for the grantee, if it has none. */
  ensureGrantee(ctx: Context, grantee: Uint8Array): void {
    if (this.#accounts.exists(ctx, grantee)) return;
    if (this.#bank.isBlocked(grantee)) throw ErrUnauthorized.wrap(`${this.addresses.toString(grantee)} is not allowed to receive funds`);
    this.#accounts.open(ctx, grantee);
  }

  /** A grant of the same message takes the place of the one before. */
  save(ctx: Context, grantee: Uint8Array, granter: Uint8Array, authorization: Authorization, expiration: Time | undefined): void {
    const msgTypeUrl = authorization.messageUrl();
    if (expiration !== undefined && expiration <= ctx.time) {
      throw ErrInvalidExpirationTime.wrap(`expiration must be after the current block time (${rfc3339(ctx.time)}), got ${rfc3339(expiration)}`);
    }
    const before = this.grants.get(ctx, [granter, grantee, msgTypeUrl])?.expiration;
    if (before !== undefined && before !== expiration) this.#dequeue(ctx, before, granter, grantee, msgTypeUrl);
    if (expiration !== undefined && before !== expiration) {
      const urls = this.queue.get(ctx, [expiration, granter, grantee])?.msgTypeUrls ?? [];
      this.queue.set(ctx, [expiration, granter, grantee], { msgTypeUrls: [...urls, msgTypeUrl] });
    }
    this.grants.set(ctx, [granter, grantee, msgTypeUrl], { authorization: authorization.pack(), expiration });
    ctx.events.emit(typedEvent(EventGrant, { msgTypeUrl, ...this.#names(granter, grantee) }));
  }

  #names(granter: Uint8Array, grantee: Uint8Array): { readonly granter: string; readonly grantee: string } {
    return { granter: this.addresses.toString(granter), grantee: this.addresses.toString(grantee) };
  }

  remove(ctx: Context, grantee: Uint8Array, granter: Uint8Array, msgTypeUrl: string): void {
    const grant = this.grants.get(ctx, [granter, grantee, msgTypeUrl]);
    if (grant === undefined) {
      const key = fromUtf8Escaped(this.grants.storeKey([granter, grantee, msgTypeUrl]));
      throw ErrNoAuthorizationFound.wrap(`failed to delete grant with key ${key}`);
    }
    if (grant.expiration !== undefined) this.#dequeue(ctx, grant.expiration, granter, grantee, msgTypeUrl);
    this.grants.remove(ctx, [granter, grantee, msgTypeUrl]);
    ctx.events.emit(typedEvent(EventRevoke, { msgTypeUrl, ...this.#names(granter, grantee) }));
  }

  /** What is left of a grant after a message. */
  update(ctx: Context, grantee: Uint8Array, granter: Uint8Array, left: Authorization): void {
    const key = [granter, grantee, left.messageUrl()] as const;
    const grant = this.grants.get(ctx, key);
    if (grant === undefined) throw ErrNoAuthorizationFound.error();
    this.grants.set(ctx, key, { ...grant, authorization: left.pack() });
  }

  #dequeue(ctx: Context, expiration: Time, granter: Uint8Array, grantee: Uint8Array, msgTypeUrl: string): void {
    const item = this.queue.get(ctx, [expiration, granter, grantee]);
    if (item === undefined) throw ErrNoGrantKeyFound.wrap("can't remove grant from the expire queue, grant key not found");
    for (const [i, url] of item.msgTypeUrls.entries()) {
      ctx.gasMeter.consume(GAS_PER_ENTRY, 'grant queue');
      if (url !== msgTypeUrl) continue;
      // The last one takes its place. An item that becomes empty stays until its time.
      const urls = [...item.msgTypeUrls];
      urls[i] = urls[urls.length - 1] as string;
      this.queue.set(ctx, [expiration, granter, grantee], { msgTypeUrls: urls.slice(0, -1) });
      return;
    }
  }

  /** Grants that ended before this block go. */
  removeExpired(ctx: Context): void {
    const end = concatBytes(sortableTimeBytes(ctx.time), ZERO);
    for (const [[time, granter, grantee], { msgTypeUrls }] of this.queue.walk(ctx, { end })) {
      this.queue.remove(ctx, [time, granter, grantee]);
      for (const url of msgTypeUrls) this.grants.remove(ctx, [granter, grantee, url]);
    }
  }
}
