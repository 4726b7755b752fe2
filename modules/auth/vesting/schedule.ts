// How much of a vesting account is still locked, and what delegating changes. Source: sdk:x/auth/vesting/types/vesting_account.go.
// Times are Unix seconds; amounts follow the reference's rounding (half to even at 18 decimals).
import { addCoins, amountOf, type Coin, coinsFromProto, minCoins, subCoins } from '../../../chain/core/coins.ts';
import { Dec } from '../../../chain/core/math/dec.ts';
import { Int } from '../../../chain/core/math/int.ts';
import { splitTime, type Time } from '../../../chain/encoding/time.ts';
import type { Vesting } from '../types.ts';

function vestedContinuous(v: Vesting, now: bigint): Coin[] {
  const share = Dec.quo(Dec.fromInt(now - v.startTime), Dec.fromInt(v.endTime - v.startTime));
  return v.originalVesting.map((c) => ({ denom: c.denom, amount: Dec.roundInt(Dec.mul(Dec.fromInt(c.amount), share)) }));
}

function vestedPeriodic(v: Vesting, now: bigint): Coin[] {
  let vested: Coin[] = [];
  let from = v.startTime;
  for (const p of v.periods) {
    if (now - from < p.length) break;
    vested = addCoins(vested, coinsFromProto(p.amount));
    from += p.length;
  }
  return vested;
}

/** Coins still vesting at a block's time, delegated ones included. */
export function vestingCoins(v: Vesting, time: Time): readonly Coin[] {
  const now = splitTime(time).seconds;
  switch (v.kind) {
    case 'permanent':
      return v.originalVesting;
    case 'delayed':
      return now >= v.endTime ? [] : v.originalVesting;
    case 'continuous':
    case 'periodic':
      if (now <= v.startTime) return v.originalVesting;
      if (now >= v.endTime) return [];
      return subCoins(v.originalVesting, v.kind === 'continuous' ? vestedContinuous(v, now) : vestedPeriodic(v, now));
  }
}

/** Coins that may not be sent: vesting and not delegated. */
export function lockedCoins(v: Vesting, time: Time): readonly Coin[] {
  const vesting = vestingCoins(v, time);
  return subCoins(vesting, minCoins(vesting, v.delegatedVesting));
}

/** Vesting coins are delegated first. Throws (a panic) for a zero amount or more than the balance, which callers have ruled out. */
export function trackDelegation(v: Vesting, time: Time, balance: readonly Coin[], amount: readonly Coin[]): Vesting {
  const vesting = vestingCoins(v, time);
  let { delegatedVesting, delegatedFree } = v;
  for (const c of amount) {
    if (c.amount === 0n || amountOf(balance, c.denom) < c.amount) throw new Error('delegation attempt with zero coins or insufficient funds');
    const x = Int.min(Int.max(amountOf(vesting, c.denom) - amountOf(delegatedVesting, c.denom), 0n), c.amount);
    const y = c.amount - x;
    if (x !== 0n) delegatedVesting = addCoins(delegatedVesting, [{ denom: c.denom, amount: x }]);
    if (y !== 0n) delegatedFree = addCoins(delegatedFree, [{ denom: c.denom, amount: y }]);
  }
  return { ...v, delegatedVesting, delegatedFree };
}

/** Free coins come back first; more than was delegated is no error, since undelegation rounds. Throws (a panic) for a zero amount. */
export function trackUndelegation(v: Vesting, amount: readonly Coin[]): Vesting {
  let { delegatedVesting, delegatedFree } = v;
  for (const c of amount) {
    if (c.amount === 0n) throw new Error('undelegation attempt with zero coins');
    const x = Int.min(amountOf(delegatedFree, c.denom), c.amount);
    const y = Int.min(amountOf(delegatedVesting, c.denom), c.amount - x);
    if (x !== 0n) delegatedFree = subCoins(delegatedFree, [{ denom: c.denom, amount: x }]);
    if (y !== 0n) delegatedVesting = subCoins(delegatedVesting, [{ denom: c.denom, amount: y }]);
  }
  return { ...v, delegatedVesting, delegatedFree };
}
