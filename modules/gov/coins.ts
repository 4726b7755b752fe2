// Coins of messages and parameters, where an amount that was left out is Go's nil and touching it a panic.
import { type Coin, coinsFromProto, isValidDenom, type ProtoCoin } from '../../chain/core/coins.ts';
import { nilPanic } from './errors.ts';

/** Coins.IsValid: sorted, no duplicates, all positive; the empty list is. Panics where Go looks at an amount that is not there. */
export function areValid(list: readonly ProtoCoin[]): boolean {
  let low: string | undefined;
  for (const c of list) {
    if (!isValidDenom(c.denom) || (low !== undefined && c.denom <= low)) return false;
    if (c.amount === '') nilPanic();
    if (BigInt(c.amount) <= 0n) return false;
    low = c.denom;
  }
  return true;
}

/** Coins.String of what may not be valid. */
export const textOf = (list: readonly ProtoCoin[]): string => list.map((c) => (c.amount === '' ? '<nil>' : c.amount) + c.denom).join(',');

/** What is valid, as amounts. */
export const amounts = (list: readonly ProtoCoin[]): Coin[] => coinsFromProto(list);
