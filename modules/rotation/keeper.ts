// Rotation of consensus keys as Cosmos SDK 0.55 has it (x/staking/keeper/rotation.go): the engine is told at once and has the new key two heights
// later; then the state follows. Until the unbonding time is over the validator is found by its old key, may not rotate again, and nobody else may
// take either key. Invariant: a key is that of one validator at most, at every height that evidence may speak of.
import { lengthPrefixedBytesKey, type Pair, pairKey, uint64Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, KeySet, StateMap } from '../../chain/core/collections/state-map.ts';
import { sortableTimeKey } from '../../chain/core/collections/time-key.ts';
import { bytesValue, protoValue, type ValueCodec } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';
import { accountKeyFromAny, keyAddress } from '../../chain/core/public-key.ts';
import { consensusAddress, type Validator } from '../../chain/core/staking.ts';
import type { Time } from '../../chain/encoding/time.ts';
import { Any } from '../../proto/gen/google/protobuf.ts';
import { Params } from '../../proto/gen/trellis/rotation/v1.ts';
import type { BankKeeper, StakingKeeper } from './expected-keepers.ts';
import { PREFIX, STORE_NAME, UPDATE_DELAY } from './keys.ts';
import { pendingUpdates, rewriteUpdates } from './updates.ts';

/** Why nobody may take a key: it is being left, it is about to be taken, it was left within the unbonding time. */
export const LOCK = { leaving: 1, coming: 2, left: 3 } as const;

interface Lock {
  readonly kind: number;
  readonly operator: Uint8Array;
}

const lockValue: ValueCodec<Lock> = {
  encode: ({ kind, operator }) => {
    const out = new Uint8Array(1 + operator.length);
    out[0] = kind;
    out.set(operator, 1);
    return out;
  },
  decode: (b) => {
    const [kind] = b;
    if (kind === undefined) throw new RangeError('rotation: an empty lock');
    return { kind, operator: b.slice(1) };
  },
};

export interface RotationOptions {
  readonly staking: StakingKeeper;
  readonly bank: BankKeeper;
  /** The address that may change parameters: x/gov's account. */
  readonly authority: string;
}

export class RotationKeeper {
  readonly staking: StakingKeeper;
  readonly bank: BankKeeper;
  readonly authority: string;
  readonly #schema = new Schema(STORE_NAME);
  readonly params = new Item(this.#schema, PREFIX.params, 'params', protoValue(Params));
  /** By maturity and operator: the address of the key that was left. */
  readonly queue = new StateMap<Pair<Time, Uint8Array>, Uint8Array>(
    this.#schema,
    PREFIX.queue,
    'queue',
    pairKey(sortableTimeKey, lengthPrefixedBytesKey),
    bytesValue,
  );
  /** Operators that rotated within the unbonding time. */
  readonly rotated = new KeySet<Uint8Array>(this.#schema, PREFIX.rotated, 'rotated', lengthPrefixedBytesKey);
  readonly locked = new StateMap<Uint8Array, Lock>(this.#schema, PREFIX.locked, 'locked', lengthPrefixedBytesKey, lockValue);
  /** By the height at whose end the state takes it, and operator: the new key. Height 0 came with a genesis. */
  readonly pending = new StateMap<Pair<bigint, Uint8Array>, Any>(
    this.#schema,
    PREFIX.pending,
    'pending',
    pairKey(uint64Key, lengthPrefixedBytesKey),
    protoValue(Any),
  );

  constructor(o: RotationOptions) {
    this.staking = o.staking;
    this.bank = o.bank;
    this.authority = o.authority;
  }

  /** Throws a plain error where no genesis and no upgrade has set them. */
  getParams(ctx: Context): Params {
    const p = this.params.get(ctx);
    if (p === undefined) throw plainError('rotation: this chain has no parameters of key rotation');
    return p;
  }

  isLocked(ctx: Context, consensus: Uint8Array): boolean {
    return this.locked.has(ctx, consensus);
  }

  /** The address that a validator has now which had this one within the unbonding time; the address itself for all others. */
  currentAddress(ctx: Context, consensus: Uint8Array): Uint8Array {
    const lock = this.locked.get(ctx, consensus);
    if (lock === undefined || lock.kind !== LOCK.left) return consensus;
    const v = this.staking.validator(ctx, lock.operator);
    return v === undefined ? consensus : consensusAddress(v);
  }

  /** Notes a rotation; gives the height of the new key and when the old one is forgotten. */
  enqueue(ctx: Context, operator: Uint8Array, old: Uint8Array, fresh: Uint8Array, key: Any): { readonly applyHeight: bigint; readonly maturity: Time } {
    const maturity = ctx.time + this.staking.unbondingTime(ctx);
    const applyHeight = ctx.height + UPDATE_DELAY;
    this.queue.set(ctx, [maturity, operator], old);
    this.rotated.add(ctx, operator);
    this.locked.set(ctx, old, { kind: LOCK.leaving, operator });
    this.locked.set(ctx, fresh, { kind: LOCK.coming, operator });
    this.pending.set(ctx, [applyHeight, operator], key);
    return { applyHeight, maturity };
  }

  /** At the end of a block, before validators are counted; gives how the engine must be told of what staking then finds. */
  begin(ctx: Context): (updates: readonly ValidatorUpdate[]) => readonly ValidatorUpdate[] {
    this.#beginPending(ctx);
    this.#applyDue(ctx);
    this.#forgetMature(ctx);
    const due = pendingUpdates(this.pending.walk(ctx), this.staking, ctx);
    return (updates) => rewriteUpdates(due, updates);
  }

  #beginPending(ctx: Context): void {
    const fresh = [...this.pending.walk(ctx)].filter(([[height]]) => height === 0n);
    for (const [[height, operator], key] of fresh) {
      this.pending.remove(ctx, [height, operator]);
      this.pending.set(ctx, [ctx.height + UPDATE_DELAY, operator], key);
    }
  }

  #applyDue(ctx: Context): void {
    const due = [...this.pending.walk(ctx)].filter(([[height]]) => height <= ctx.height);
    for (const [[height, operator], key] of due) {
      const v = this.staking.validator(ctx, operator);
      // It may have gone meanwhile.
      if (v !== undefined) this.#apply(ctx, operator, v, key);
      this.locked.remove(ctx, keyAddress(accountKeyFromAny(key)));
      this.pending.remove(ctx, [height, operator]);
    }
  }

  #apply(ctx: Context, operator: Uint8Array, before: Validator, consensusPubkey: Any): void {
    const old = consensusAddress(before);
    const after = { ...before, consensusPubkey };
    const fresh = consensusAddress(after);
    this.staking.setValidator(ctx, after);
    this.staking.validatorsByConsAddr.remove(ctx, old);
    this.staking.setValidatorByConsAddr(ctx, after);
    if (this.locked.has(ctx, old)) this.locked.set(ctx, old, { kind: LOCK.left, operator });
    this.staking.hooks.afterConsensusKeyRotated(ctx, old, fresh, operator);
    const [from, to] = [this.staking.consensusAddresses.toString(old), this.staking.consensusAddresses.toString(fresh)];
    ctx.events.emit(event('apply_cons_pubkey_rotation', 'validator', before.operatorAddress, 'old_cons_addr', from, 'new_cons_addr', to));
  }

  #forgetMature(ctx: Context): void {
    const mature: (readonly [Pair<Time, Uint8Array>, Uint8Array])[] = [];
    for (const entry of this.queue.walk(ctx)) {
      if (entry[0][0] > ctx.time) break;
      mature.push(entry);
    }
    for (const [key, old] of mature) {
      this.queue.remove(ctx, key);
      this.rotated.remove(ctx, key[1]);
      this.locked.remove(ctx, old);
    }
  }
}
