// Arithmetic of decimal coins: shares of fees before they are paid out. Lists are sorted by denom; results have no zero amounts. Sums beyond the
// range of Dec throw a MathPanic, negative results a plain exception: both are panics in the reference. Source: sdk:types/dec_coin.go.
import { addCoins, type Coin, newCoins } from './coins.ts';
import type { DecCoin } from './dec-coins.ts';
import { Dec } from './math/dec.ts';

/** As protobuf carries it: the amount is text in units of 10^-18. */
export interface ProtoDecCoin {
  readonly denom: string;
  readonly amount: string;
}
export type DecCoins = readonly DecCoin[];

const dec = (c: DecCoin): Dec => c.amount as Dec;

export const decCoinsFromProto = (list: readonly ProtoDecCoin[]): DecCoin[] => list.map((c) => ({ denom: c.denom, amount: Dec.fromWire(c.amount) }));
export const decCoinsToProto = (list: DecCoins): ProtoDecCoin[] => list.map((c) => ({ denom: c.denom, amount: c.amount.toString() }));

/** "1.500000000000000000utrel,0.100000000000000000atom"; '' for none. */
export const decCoinsToString = (list: DecCoins): string => list.map((c) => Dec.format(dec(c)) + c.denom).join(',');

/** Whole coins as decimal ones. Throws where they are no valid list. */
export const decCoinsFromCoins = (list: readonly Coin[]): DecCoin[] => newCoins(list).map((c) => ({ denom: c.denom, amount: Dec.fromInt(c.amount) }));

export const areDecCoinsZero = (list: DecCoins): boolean => list.every((c) => c.amount === 0n);
export const isAnyDecNegative = (list: DecCoins): boolean => list.some((c) => c.amount < 0n);

export function decAmountOf(list: DecCoins, denom: string): Dec {
  for (const c of list) if (c.denom === denom) return dec(c);
  return Dec.zero;
}

export function addDecCoins(a: DecCoins, b: DecCoins): DecCoin[] {
  const out: DecCoin[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    const first = y === undefined || (x !== undefined && x.denom < y.denom);
    const both = x !== undefined && y !== undefined && x.denom === y.denom;
    const c: DecCoin = both ? { denom: x.denom, amount: Dec.add(dec(x), dec(y)) } : ((first ? x : y) as DecCoin);
    if (both || first) i++;
    if (both || !first) j++;
    if (c.amount !== 0n) out.push(c);
  }
  return out;
}

/** a - b, with negative amounts where b has more. */
export const safeSubDecCoins = (a: DecCoins, b: DecCoins): DecCoin[] =>
  addDecCoins(
    a,
    b.map((c) => ({ denom: c.denom, amount: -c.amount })),
  );

/** a - b; throws where an amount would be negative. */
export function subDecCoins(a: DecCoins, b: DecCoins): DecCoin[] {
  const out = safeSubDecCoins(a, b);
  if (isAnyDecNegative(out)) throw new Error('negative coin amount');
  return out;
}

function each(list: DecCoins, f: (amount: Dec) => Dec): DecCoin[] {
  const out: DecCoin[] = [];
  for (const c of list) {
    const amount = f(dec(c));
    if (amount !== 0n) out.push({ denom: c.denom, amount });
  }
  return out;
}

/** Half to even. */
export const mulDecCoins = (list: DecCoins, by: Dec): DecCoin[] => each(list, (a) => Dec.mul(a, by));
export const mulDecCoinsTruncate = (list: DecCoins, by: Dec): DecCoin[] => each(list, (a) => Dec.mulTruncate(a, by));
/** Throws where the divisor is zero, also for no coins. */
export function quoDecCoinsTruncate(list: DecCoins, by: Dec): DecCoin[] {
  if (by === 0n) throw new Error('invalid zero decimal');
  return each(list, (a) => Dec.quoTruncate(a, by));
}

/** For each denom of `a` the smaller amount of both, zero ones left out. */
export const intersectDecCoins = (a: DecCoins, b: DecCoins): DecCoin[] =>
  a.map((c) => ({ denom: c.denom, amount: Dec.min(dec(c), decAmountOf(b, c.denom)) })).filter((c) => c.amount !== 0n);

/** Whole coins, and what is left of them. */
export function truncateDecCoins(list: DecCoins): { readonly whole: readonly Coin[]; readonly rest: DecCoins } {
  let whole: readonly Coin[] = [];
  const rest: DecCoin[] = [];
  for (const c of list) {
    if (c.amount < 0n) throw new Error(`negative coin amount: ${Dec.format(dec(c))}`);
    const amount = Dec.truncateInt(dec(c));
    if (amount !== 0n) whole = addCoins(whole, [{ denom: c.denom, amount }]);
    const change = Dec.sub(dec(c), Dec.fromInt(amount));
    if (change !== 0n) rest.push({ denom: c.denom, amount: change });
  }
  return { whole, rest };
}
