// Tokens on their way out (unbonding delegations) and from one validator to another (redelegations), and the queues by which they end.
// Source: sdk:x/staking/keeper/delegation.go, unbonding.go.
import { addCoins, type Coin, newCoins } from '../../chain/core/coins.ts';
import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import type { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import { isBonded, isUnbonded } from '../../chain/core/staking.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { GO_ZERO_TIME, type Time } from '../../chain/encoding/time.ts';
import type { DVPair, DVVTriplet } from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { delegate, unbond } from './delegations.ts';
import {
  ErrBadRedelegationDst,
  ErrBadRedelegationSrc,
  ErrMaxRedelegationEntries,
  ErrMaxUnbondingDelegationEntries,
  ErrSelfRedelegation,
  ErrTinyRedelegationAmount,
  ErrTransitiveRedelegation,
} from './errors.ts';
import { NOT_BONDED_POOL, threeAddressesKey, UNBONDING_TYPE } from './keys.ts';
import type { StakingState } from './state.ts';
import { isMature, isOnHold, type Redelegation, type RedelegationEntry, type UnbondingDelegation, type UnbondingEntry } from './types.ts';
import { ignoring } from './validators.ts';

export function setUnbonding(s: StakingState, ctx: Context, u: UnbondingDelegation): void {
  const [delegator, operator] = [s.addresses.toBytes(u.delegatorAddress), s.validatorAddresses.toBytes(u.validatorAddress)];
  s.unbondings.set(ctx, [delegator, operator], u);
  s.unbondingsByValidator.add(ctx, [operator, delegator]);
}

/** Stores it, or removes it where nothing is left. */
export function setOrRemoveUnbonding(s: StakingState, ctx: Context, u: UnbondingDelegation): void {
  if (u.entries.length > 0) {
    setUnbonding(s, ctx, u);
    return;
  }
  const [delegator, operator] = [s.addresses.toBytes(u.delegatorAddress), s.validatorAddresses.toBytes(u.validatorAddress)];
  s.unbondings.remove(ctx, [delegator, operator]);
  s.unbondingsByValidator.remove(ctx, [operator, delegator]);
}

export function setRedelegation(s: StakingState, ctx: Context, r: Redelegation): void {
  const delegator = s.addresses.toBytes(r.delegatorAddress);
  const [source, destination] = [s.validatorAddresses.toBytes(r.validatorSrcAddress), s.validatorAddresses.toBytes(r.validatorDstAddress)];
  s.redelegations.set(ctx, [delegator, source, destination], r);
  s.redelegationsBySource.add(ctx, [source, delegator, destination]);
  s.redelegationsByDestination.add(ctx, [destination, delegator, source]);
}

export function setOrRemoveRedelegation(s: StakingState, ctx: Context, r: Redelegation): void {
  if (r.entries.length > 0) {
    setRedelegation(s, ctx, r);
    return;
  }
  const delegator = s.addresses.toBytes(r.delegatorAddress);
  const [source, destination] = [s.validatorAddresses.toBytes(r.validatorSrcAddress), s.validatorAddresses.toBytes(r.validatorDstAddress)];
  s.redelegations.remove(ctx, [delegator, source, destination]);
  s.redelegationsBySource.remove(ctx, [source, delegator, destination]);
  s.redelegationsByDestination.remove(ctx, [destination, delegator, source]);
}

export function queueUnbonding(s: StakingState, ctx: Context, u: UnbondingDelegation, at: Time): void {
  const pair: DVPair = { delegatorAddress: u.delegatorAddress, validatorAddress: u.validatorAddress };
  s.unbondingQueue.set(ctx, at, { pairs: [...(s.unbondingQueue.get(ctx, at)?.pairs ?? []), pair] });
}

export function queueRedelegation(s: StakingState, ctx: Context, r: Redelegation, at: Time): void {
  const { delegatorAddress, validatorSrcAddress, validatorDstAddress } = r;
  const triplet: DVVTriplet = { delegatorAddress, validatorSrcAddress, validatorDstAddress };
  s.redelegationQueue.set(ctx, at, { triplets: [...(s.redelegationQueue.get(ctx, at)?.triplets ?? []), triplet] });
}

/** Two in one block are one entry, with the first one's ID. */
function addEntry(entries: readonly UnbondingEntry[], e: UnbondingEntry): { readonly entries: readonly UnbondingEntry[]; readonly isNew: boolean } {
  const at = entries.findIndex((o) => o.creationHeight === e.creationHeight && o.completionTime === e.completionTime);
  const old = entries[at];
  if (old === undefined) return { entries: [...entries, e], isNew: true };
  const sum = { ...old, balance: Int.add(old.balance, e.balance), initialBalance: Int.add(old.initialBalance, e.balance) };
  return { entries: entries.with(at, sum), isNew: false };
}

/** Begins to take shares out: they leave the validator now and come to the account when the unbonding time has passed. */
export function undelegate(
  s: StakingState,
  ctx: Context,
  delegator: Uint8Array,
  operator: Uint8Array,
  shares: Dec,
): { readonly completionTime: Time; readonly amount: Int } {
  const validator = s.existingValidator(ctx, operator);
  const now = s.unbondings.get(ctx, [delegator, operator]);
  if ((now?.entries.length ?? 0) >= s.getParams(ctx).maxEntries) throw ErrMaxUnbondingDelegationEntries.error();
  const amount = unbond(s, ctx, delegator, operator, shares);
  if (isBonded(validator)) s.bondedToNotBonded(ctx, amount);
  const completionTime = ctx.time + s.getParams(ctx).unbondingTime;
  queueUnbonding(s, ctx, addUnbonding(s, ctx, delegator, operator, completionTime, amount), completionTime);
  return { completionTime, amount };
}

function addUnbonding(s: StakingState, ctx: Context, delegator: Uint8Array, operator: Uint8Array, completionTime: Time, amount: Int): UnbondingDelegation {
  const id = s.nextUnbondingId(ctx);
  const entry: UnbondingEntry = {
    creationHeight: ctx.height,
    completionTime,
    initialBalance: amount,
    balance: amount,
    unbondingId: id,
    unbondingOnHoldRefCount: 0n,
  };
  const before = s.unbondings.get(ctx, [delegator, operator]);
  const { entries, isNew } = addEntry(before?.entries ?? [], entry);
  const u: UnbondingDelegation = {
    ...(before ?? { delegatorAddress: s.addresses.toString(delegator), validatorAddress: s.validatorAddresses.toString(operator) }),
    entries,
  };
  setUnbonding(s, ctx, u);
  if (isNew) {
    s.indexUnbonding(ctx, id, s.unbondings.storeKey([delegator, operator]), UNBONDING_TYPE.unbondingDelegation);
    ignoring(() => s.hooks.afterUnbondingInitiated(ctx, id));
  }
  return u;
}

/** Moves shares to another validator; the tokens stay punishable for the first one until the returned time, GO_ZERO_TIME where that is over. */
export function beginRedelegation(s: StakingState, ctx: Context, delegator: Uint8Array, source: Uint8Array, destination: Uint8Array, shares: Dec): Time {
  if (bytesEqual(source, destination)) throw ErrSelfRedelegation.error();
  const to = s.validator(ctx, destination);
  if (to === undefined) throw ErrBadRedelegationDst.error();
  const from = s.validator(ctx, source);
  if (from === undefined) throw ErrBadRedelegationSrc.error();
  for (const _ of s.redelegationsByDestination.map.walkRaw(ctx, prefixRange(threeAddressesKey.prefix(source, delegator))))
    throw ErrTransitiveRedelegation.error();
  const now = s.redelegations.get(ctx, [delegator, source, destination]);
  if (now !== undefined && now.entries.length >= s.getParams(ctx).maxEntries) throw ErrMaxRedelegationEntries.error();
  const amount = unbond(s, ctx, delegator, source, shares);
  if (amount === 0n) throw ErrTinyRedelegationAmount.error();
  const sharesDst = delegate(s, ctx, delegator, amount, to, { source: from.status, subtractAccount: false });
  const begin = beginInfo(s, ctx, source);
  if (begin === undefined) return GO_ZERO_TIME;
  queueRedelegation(s, ctx, addRedelegation(s, ctx, [delegator, source, destination], begin, amount, sharesDst), begin.completionTime);
  return begin.completionTime;
}

interface BeginInfo {
  readonly completionTime: Time;
  readonly height: bigint;
}

/** undefined where the source is unbonded: nothing is to be waited for. */
function beginInfo(s: StakingState, ctx: Context, source: Uint8Array): BeginInfo | undefined {
  const from = s.existingValidator(ctx, source);
  const { unbondingTime } = s.getParams(ctx);
  if (isBonded(from)) return { completionTime: ctx.time + unbondingTime, height: ctx.height };
  if (isUnbonded(from)) return undefined;
  return { completionTime: from.unbondingTime, height: from.unbondingHeight };
}

function addRedelegation(
  s: StakingState,
  ctx: Context,
  key: readonly [Uint8Array, Uint8Array, Uint8Array],
  begin: BeginInfo,
  initialBalance: Int,
  sharesDst: Dec,
): Redelegation {
  const id = s.nextUnbondingId(ctx);
  const before = s.redelegations.get(ctx, key);
  const entry: RedelegationEntry = {
    creationHeight: begin.height,
    completionTime: begin.completionTime,
    initialBalance,
    sharesDst,
    unbondingId: id,
    unbondingOnHoldRefCount: 0n,
  };
  const r: Redelegation = {
    ...(before ?? {
      delegatorAddress: s.addresses.toString(key[0]),
      validatorSrcAddress: s.validatorAddresses.toString(key[1]),
      validatorDstAddress: s.validatorAddresses.toString(key[2]),
    }),
    entries: [...(before?.entries ?? []), entry],
  };
  setRedelegation(s, ctx, r);
  s.indexUnbonding(ctx, id, s.redelegations.storeKey(key), UNBONDING_TYPE.redelegation);
  ignoring(() => s.hooks.afterUnbondingInitiated(ctx, id));
  return r;
}

/** Takes all slices up to the block's time out of a queue. */
function dequeue<V, T>(ctx: Context, queue: StakingState['unbondingQueue'] | StakingState['redelegationQueue'], items: (v: V) => readonly T[]): T[] {
  const map = queue as unknown as StakingState['unbondingQueue'];
  const last = map.storeKey(ctx.time).subarray(1);
  const end = new Uint8Array(last.length + 1);
  end.set(last);
  const slices = [...map.walk(ctx, { end })];
  for (const [at] of slices) map.remove(ctx, at);
  return slices.flatMap(([, v]) => items(v as unknown as V));
}

export const matureUnbondings = (s: StakingState, ctx: Context): DVPair[] =>
  dequeue(ctx, s.unbondingQueue, (v: { readonly pairs: readonly DVPair[] }) => v.pairs);
export const matureRedelegations = (s: StakingState, ctx: Context): DVVTriplet[] =>
  dequeue(ctx, s.redelegationQueue, (v: { readonly triplets: readonly DVVTriplet[] }) => v.triplets);

/** Pays what is mature; undefined where there is no such unbonding. */
export function completeUnbonding(s: StakingState, ctx: Context, pair: DVPair): readonly Coin[] | undefined {
  const delegator = s.addresses.toBytes(pair.delegatorAddress);
  const u = s.unbondings.get(ctx, [delegator, s.validatorAddresses.toBytes(pair.validatorAddress)]);
  if (u === undefined) return undefined;
  const denom = s.bondDenom(ctx);
  let paid: readonly Coin[] = [];
  const left = u.entries.filter((e) => !isMature(e, ctx.time) || isOnHold(e));
  for (const e of u.entries) {
    if (left.includes(e)) continue;
    s.unbondingIndex.remove(ctx, e.unbondingId);
    if (e.balance === 0n) continue;
    const coins = newCoins([{ denom, amount: e.balance }]);
    s.bank.undelegateFromModuleToAccount(ctx, NOT_BONDED_POOL, delegator, coins);
    paid = addCoins(paid, coins);
  }
  setOrRemoveUnbonding(s, ctx, { ...u, entries: left });
  return paid;
}

/** What had been moved and is free of the first validator now; undefined where there is no such redelegation. */
export function completeRedelegation(s: StakingState, ctx: Context, t: DVVTriplet): readonly Coin[] | undefined {
  const r = s.redelegations.get(ctx, [
    s.addresses.toBytes(t.delegatorAddress),
    s.validatorAddresses.toBytes(t.validatorSrcAddress),
    s.validatorAddresses.toBytes(t.validatorDstAddress),
  ]);
  if (r === undefined) return undefined;
  const denom = s.bondDenom(ctx);
  let sum: readonly Coin[] = [];
  const left = r.entries.filter((e) => !isMature(e, ctx.time) || isOnHold(e));
  for (const e of r.entries) {
    if (left.includes(e)) continue;
    s.unbondingIndex.remove(ctx, e.unbondingId);
    if (e.initialBalance !== 0n) sum = addCoins(sum, newCoins([{ denom, amount: e.initialBalance }]));
  }
  setOrRemoveRedelegation(s, ctx, { ...r, entries: left });
  return sum;
}
