// What a vesting account must be, at genesis and when a message makes one. Source: sdk:x/auth/vesting/types/vesting_account.go Validate.
import { addCoins, areAllPositive, areCoinsValid, type Coin, coinsEqual, coinsFromProto, coinsToString, isAllGte } from '../../../chain/core/coins.ts';
import type { Vesting } from '../types.ts';

/** Seconds are int64: a sum beyond is what Go wraps around and then refuses. */
const int64 = (n: bigint): bigint => BigInt.asIntN(64, n);

function periodsError(v: Vesting): string | undefined {
  let end = v.startTime;
  let sum: readonly Coin[] = [];
  for (const [i, p] of v.periods.entries()) {
    if (p.length < 0n) return `period #${i} has a negative length: ${p.length}`;
    end = int64(end + p.length);
    const amount = coinsFromProto(p.amount);
    if (!areCoinsValid(amount) || !areAllPositive(amount)) return `period #${i} has invalid coins: ${coinsToString(amount)}`;
    sum = addCoins(sum, amount);
  }
  if (end !== v.endTime) return 'vesting end time does not match length of all vesting periods';
  if (end < v.startTime) return 'cumulative endTime overflowed, and/or is less than startTime';
  if (!coinsEqual(sum, v.originalVesting)) {
    return `original vesting coins (${coinsToString(v.originalVesting)}) does not match the sum of all coins in vesting periods (${coinsToString(sum)})`;
  }
  return undefined;
}

function baseError(v: Vesting): string | undefined {
  if (v.endTime < 0n) return 'end time cannot be negative';
  if (!areCoinsValid(v.originalVesting) || !areAllPositive(v.originalVesting)) return `invalid coins: ${coinsToString(v.originalVesting)}`;
  if (!isAllGte(v.originalVesting, v.delegatedVesting)) return 'delegated vesting amount cannot be greater than original vesting amount';
  return undefined;
}

/** undefined, or the reference's text. */
export function vestingError(v: Vesting): string | undefined {
  if ((v.kind === 'continuous' || v.kind === 'periodic') && v.startTime >= v.endTime) return 'vesting start-time cannot be before end-time';
  if (v.kind === 'permanent' && v.endTime > 0n) return 'permanently vested accounts cannot have an end-time';
  return (v.kind === 'periodic' ? periodsError(v) : undefined) ?? baseError(v);
}
