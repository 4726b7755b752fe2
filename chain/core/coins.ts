// Coins: amounts by denomination. A valid list is sorted by denom, without duplicates, every amount positive. Amounts are whole numbers of
// at most 256 bits; a sum beyond is a panic, as in the reference. Source: sdk:types/coin.go, cosmossdk.io/math int.go.
import { Int } from './math/int.ts';

export interface Coin {
  readonly denom: string;
  readonly amount: bigint;
}
/** As protobuf carries it: the amount is text. */
export interface ProtoCoin {
  readonly denom: string;
  readonly amount: string;
}

const DENOM = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;

export function isValidDenom(denom: string): boolean {
  return DENOM.test(denom);
}

/** undefined, or why the denom is invalid. */
export function denomError(denom: string): string | undefined {
  return isValidDenom(denom) ? undefined : `invalid denom: ${denom}`;
}

/** An amount that was left out counts as 0. Decoding has let no other text in than integers. */
export function coinFromProto(c: ProtoCoin): Coin {
  return { denom: c.denom, amount: Int.fromWire(c.amount) };
}

export function coinsFromProto(list: readonly ProtoCoin[]): Coin[] {
  return list.map(coinFromProto);
}

export function coinToProto(c: Coin): ProtoCoin {
  return { denom: c.denom, amount: c.amount.toString() };
}

export function coinsToProto(list: readonly Coin[]): ProtoCoin[] {
  return list.map(coinToProto);
}

export function coinToString(c: Coin): string {
  return c.amount.toString() + c.denom;
}

export function coinsToString(list: readonly Coin[]): string {
  if (list.length === 1) return coinToString(list[0] as Coin);
  return list.map(coinToString).join(',');
}

/** undefined for a valid list (the empty one is), or the reference's text. */
export function coinsError(list: readonly Coin[]): string | undefined {
  for (let i = 0; i < list.length; i++) {
    const c = list[i] as Coin;
    if (!isValidDenom(c.denom)) return `invalid denom: ${c.denom}`;
    const low = i === 0 ? '' : (list[i - 1] as Coin).denom;
    if (i > 0 && c.denom < low) return `denomination ${c.denom} is not sorted`;
    if (i > 0 && c.denom === low) return `duplicate denomination ${c.denom}`;
    if (c.amount <= 0n) return `coin ${i === 0 ? coinToString(c) : c.denom} amount is not positive`;
  }
  return undefined;
}

export function areCoinsValid(list: readonly Coin[]): boolean {
  return coinsError(list) === undefined;
}

/** At least one coin, and every amount positive. */
export function areAllPositive(list: readonly Coin[]): boolean {
  return list.length > 0 && list.every((c) => c.amount > 0n);
}

export function isAnyNegative(list: readonly Coin[]): boolean {
  return list.some((c) => c.amount < 0n);
}

export function areCoinsZero(list: readonly Coin[]): boolean {
  return list.every((c) => c.amount === 0n);
}

export function sortCoins(list: readonly Coin[]): Coin[] {
  return [...list].sort((a, b) => (a.denom < b.denom ? -1 : a.denom > b.denom ? 1 : 0));
}

/** Zero coins removed, sorted; throws where the rest is no valid list. */
export function newCoins(list: readonly Coin[]): Coin[] {
  const out = sortCoins(list.filter((c) => c.amount !== 0n));
  const why = coinsError(out);
  if (why !== undefined) throw new Error(`invalid coin set ${coinsToString(out)}: ${why}`);
  return out;
}

export function amountOf(list: readonly Coin[], denom: string): bigint {
  for (const c of list) if (c.denom === denom) return c.amount;
  return 0n;
}

function assertSorted(list: readonly Coin[], which: string): void {
  for (let i = 1; i < list.length; i++) {
    if ((list[i - 1] as Coin).denom > (list[i] as Coin).denom) throw new Error(`${which} must be sorted`);
  }
}

// Merges two sorted lists; amounts of b count `sign` times; zero results are left out.
function merge(a: readonly Coin[], b: readonly Coin[], sign: 1n | -1n): Coin[] {
  assertSorted(a, 'Coins (self)');
  assertSorted(b, 'Wrong argument: coins');
  const out: Coin[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    const denom = y === undefined || (x !== undefined && x.denom <= y.denom) ? (x as Coin).denom : y.denom;
    let amount = 0n;
    for (; i < a.length && (a[i] as Coin).denom === denom; i++) amount = Int.add(amount, (a[i] as Coin).amount);
    for (; j < b.length && (b[j] as Coin).denom === denom; j++) amount = Int.add(amount, sign * (b[j] as Coin).amount);
    if (amount !== 0n) out.push({ denom, amount });
  }
  return out;
}

/** Both lists sorted; throws where they are not, or where a sum leaves 256 bits. */
export function addCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  return merge(a, b, 1n);
}

/** a - b, with negative amounts where b has more: see `isAnyNegative`. */
export function safeSubCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  return merge(a, newCoins(b), -1n);
}

/** a - b; throws where an amount would be negative. */
export function subCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  const out = safeSubCoins(a, b);
  if (isAnyNegative(out)) throw new Error('negative coin amount');
  return out;
}

export function coinsEqual(a: readonly Coin[], b: readonly Coin[]): boolean {
  if (a.length !== b.length) return false;
  const [x, y] = [sortCoins(a), sortCoins(b)];
  return x.every((c, i) => c.denom === (y[i] as Coin).denom && c.amount === (y[i] as Coin).amount);
}

/** Some denom of both lists has more in a than in b. */
export function isAnyGt(a: readonly Coin[], b: readonly Coin[]): boolean {
  return a.some((c) => {
    const other = amountOf(b, c.denom);
    return other !== 0n && c.amount > other;
  });
}

/** Some denom of both lists has at least as much in a as in b. */
export function isAnyGte(a: readonly Coin[], b: readonly Coin[]): boolean {
  return a.some((c) => {
    const other = amountOf(b, c.denom);
    return other !== 0n && c.amount >= other;
  });
}

/** Every denom of b has at least as much in a. */
export function isAllGte(a: readonly Coin[], b: readonly Coin[]): boolean {
  return b.every((c) => amountOf(a, c.denom) >= c.amount);
}

/** For each denom the smaller amount of both, zero ones left out. */
export function minCoins(a: readonly Coin[], b: readonly Coin[]): Coin[] {
  const out: Coin[] = [];
  for (const c of a) {
    const amount = Int.min(amountOf(b, c.denom), c.amount);
    if (amount > 0n) out.push({ denom: c.denom, amount });
  }
  return out;
}

/** "12utrel", "1.5utrel" is refused; throws with the reason. */
export function parseCoin(text: string): Coin {
  const m = /^(\d+)\s*([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/.exec(text.trim());
  if (m === null) throw new Error(`invalid coin: ${JSON.stringify(text)}; expected a whole amount and a denom, e.g. 100utrel`);
  return { denom: m[2] as string, amount: Int.add(BigInt(m[1] as string), 0n) };
}

/** A comma-separated list; sorted, valid. The empty text is the empty list. */
export function parseCoins(text: string): Coin[] {
  if (text.trim() === '') return [];
  return newCoins(text.split(',').map(parseCoin));
}
