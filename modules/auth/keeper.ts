// Accounts in state: by address, with an index by number; parameters; nonces of unordered transactions. Layout and gas of every access
// equal the reference's. Source: sdk:x/auth/keeper/keeper.go, account.go.

import type { AddressCodec } from '../../chain/core/address.ts';
import { IndexedMap, UniqueIndex } from '../../chain/core/collections/indexed-map.ts';
import { bytesKey, int64Key, type Pair, pairKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, KeySet, prefixEnd, Sequence } from '../../chain/core/collections/state-map.ts';
import { protoValue } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { BaseAccount, Params } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import { PREFIX, STORE_NAME } from './keys.ts';
import { NO_PARAMS } from './params.ts';
import { type Account, accountValue, baseAccount } from './types.ts';

export interface AccountKeeperOptions {
  readonly addresses: AddressCodec;
  /** Modules that own an account, and what it may do: minter, burner, staking. */
  readonly modulePermissions: Readonly<Record<string, readonly string[]>>;
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
  /** Whether transactions without sequence are taken. */
  readonly unorderedTransactions: boolean;
}

interface ModuleIdentity {
  readonly name: string;
  readonly address: Uint8Array;
  readonly permissions: readonly string[];
}

const nonceKey = pairKey(int64Key, bytesKey);

export class AccountKeeper {
  readonly addresses: AddressCodec;
  readonly authority: string;
  readonly unorderedTransactions: boolean;
  readonly params: Item<Params>;
  readonly accounts: IndexedMap<Uint8Array, Account>;
  readonly byNumber: UniqueIndex<bigint, Uint8Array, Account>;
  readonly #number: Sequence;
  readonly #nonces: KeySet<Pair<bigint, Uint8Array>>;
  readonly #modules: ReadonlyMap<string, ModuleIdentity>;

  constructor(o: AccountKeeperOptions) {
    this.addresses = o.addresses;
    this.authority = o.authority;
    this.unorderedTransactions = o.unorderedTransactions;
    const schema = new Schema(STORE_NAME);
    this.params = new Item(schema, PREFIX.params, 'params', protoValue(Params));
    this.#number = new Sequence(schema, PREFIX.accountNumber, 'account_number');
    this.byNumber = new UniqueIndex(schema, PREFIX.accountByNumber, 'account_by_number', uint64Key, bytesKey, (_, a: Account) => a.base.accountNumber);
    this.accounts = new IndexedMap(schema, PREFIX.accounts, 'accounts', bytesKey, accountValue, [this.byNumber]);
    this.#nonces = new KeySet(schema, PREFIX.unorderedNonces, 'unordered_nonces', nonceKey);
    this.#modules = new Map(Object.entries(o.modulePermissions).map(([name, permissions]) => [name, { name, permissions, address: moduleAddress(name) }]));
  }

  getParams(ctx: Context): Params {
    return this.params.get(ctx) ?? NO_PARAMS;
  }

  get(ctx: Context, address: Uint8Array): Account | undefined {
    return this.accounts.get(ctx, address);
  }

  /** As `has`, but reads the whole account: the reference charges the one here and the other there. */
  exists(ctx: Context, address: Uint8Array): boolean {
    return this.get(ctx, address) !== undefined;
  }

  has(ctx: Context, address: Uint8Array): boolean {
    return this.accounts.has(ctx, address);
  }

  /** Stores under the account's own address; callers that hold its bytes may hand them in. */
  set(ctx: Context, account: Account, address = this.addresses.toBytes(account.base.address)): void {
    this.accounts.set(ctx, address, account);
  }

  nextNumber(ctx: Context): bigint {
    return this.#number.next(ctx);
  }

  /** A base account with the next number; not stored. */
  create(ctx: Context, address: Uint8Array): Account {
    const accountNumber = this.nextNumber(ctx);
    return baseAccount(BaseAccount.from({ address: this.addresses.toString(address), accountNumber }));
  }

  /** Creates and stores the account if there is none. */
  ensure(ctx: Context, address: Uint8Array): void {
    if (!this.has(ctx, address)) this.set(ctx, this.create(ctx, address));
  }

  /** Names of modules with accounts, sorted. */
  get moduleNames(): readonly string[] {
    return [...this.#modules.keys()].sort();
  }

  /** undefined where the module has no account. */
  moduleAddress(name: string): Uint8Array | undefined {
    return this.#modules.get(name)?.address;
  }

  /** The module's account with its address, made on first use; undefined where the module has none. Throws where another kind of account sits there. */
  moduleAccount(ctx: Context, name: string): { readonly address: Uint8Array; readonly account: Account } | undefined {
    const m = this.#modules.get(name);
    if (m === undefined) return undefined;
    const known = this.get(ctx, m.address);
    if (known !== undefined) {
      if (known.module === undefined) throw new Error('account is not a module account');
      return { address: m.address, account: known };
    }
    const account: Account = { ...this.create(ctx, m.address), module: { name, permissions: m.permissions } };
    this.set(ctx, account);
    return { address: m.address, account };
  }

  /** Remembers that a sender used a timeout as nonce; throws a plain error where it did before. */
  useNonce(ctx: Context, sender: Uint8Array, timeout: Time): void {
    if (this.#nonces.has(ctx, [timeout, sender])) throw plainError(`sender ${this.addresses.toString(sender)} has already used timeout ${timeout}`);
    this.#nonces.add(ctx, [timeout, sender]);
  }

  /** Nonces up to the block's time can come no more. */
  removeExpiredNonces(ctx: Context): void {
    const upTo = new Uint8Array(8);
    int64Key.write(upTo, 0, ctx.time);
    for (const key of [...this.#nonces.walk(ctx, { end: prefixEnd(upTo) })]) this.#nonces.remove(ctx, key);
  }

  *all(ctx: Context): Generator<Account> {
    for (const [, account] of this.accounts.walk(ctx)) yield account;
  }
}
