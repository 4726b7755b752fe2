// Whole numbers of the chain: bigint within ±(2^256 − 1). Source: cosmossdk.io/math v1.5.3 Int.
// An operation whose result leaves the range throws MathPanic where Go panics: inside a transaction that ends in the recovery handler,
// never in a wrong number. The operators of bigint are fine where a bound is proven; these functions are for where it is not.
import { parseGoInteger } from '../../../proto/customtype.ts';

export type Int = bigint;

/** Where Go's math panics: overflow, division by zero. */
export class MathPanic extends Error {
  override readonly name = 'MathPanic';
}

/** Largest magnitude of an Int: 2^256 − 1. */
export const INT_MAX: Int = (1n << 256n) - 1n;

export function inIntRange(n: bigint): boolean {
  return n <= INT_MAX && n >= -INT_MAX;
}

function checked(n: bigint): Int {
  if (!inIntRange(n)) throw new MathPanic('integer overflow');
  return n;
}

export const Int = {
  add: (a: Int, b: Int): Int => checked(a + b),
  sub: (a: Int, b: Int): Int => checked(a - b),
  mul: (a: Int, b: Int): Int => checked(a * b),
  /** Truncates toward zero. */
  quo: (a: Int, b: Int): Int => {
    if (b === 0n) throw new MathPanic('Division by zero');
    return a / b;
  },
  /** Euclidean: never negative. */
  mod: (a: Int, b: Int): Int => {
    if (b === 0n) throw new MathPanic('divide by zero');
    const r = a % b;
    return r >= 0n ? r : r + (b < 0n ? -b : b);
  },
  abs: (a: Int): Int => (a < 0n ? -a : a),
  min: (a: Int, b: Int): Int => (a < b ? a : b),
  max: (a: Int, b: Int): Int => (a > b ? a : b),
  isInt64: (a: Int): boolean => BigInt.asIntN(64, a) === a,
  isUint64: (a: Int): boolean => BigInt.asUintN(64, a) === a,
  /** NewIntFromString: decimal, or with Go's base prefixes; undefined where Go says not ok. */
  parse: (text: string): Int | undefined => {
    const n = parseGoInteger(text);
    return n !== undefined && inIntRange(n) ? n : undefined;
  },
  /** From protobuf text, which the codecs have checked: '' is Go's nil, read as 0. */
  fromWire: (text: string): Int => BigInt(text),
  toWire: (a: Int): string => a.toString(),
} as const;

/** ADR-050 value rendering: 1234567 → 1'234'567. Throws a RangeError on anything but digits. */
export function formatInt(v: string): string {
  if (v.length === 0) throw new RangeError('cannot format empty string');
  const sign = v.startsWith('-') ? '-' : '';
  let digits = v.slice(sign.length);
  if (digits.length > 1) digits = digits.replace(/^0+/, '');
  if (!/^[0-9]+$/.test(digits)) throw new RangeError(`expecting only digits 0-9, but got non-digits in ${JSON.stringify(digits)}`);
  return sign + digits.replace(/\B(?=(?:\d{3})+$)/g, "'");
}
