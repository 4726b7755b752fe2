// Decimals of the chain: 18 digits after the point, a bigint in units of 10^-18, within ±2^256. Source: cosmossdk.io/math v1.5.3
// LegacyDec, whose rounding decides balances: the half-to-even, truncating and rounding-up variants are each exactly Go's.
// Leaving the range throws MathPanic.
import { formatInt, type Int, inIntRange, MathPanic } from './int.ts';

declare const unit: unique symbol;
/** A number × 10^18. The brand keeps it apart from whole numbers. */
export type Dec = bigint & { readonly [unit]: 'Dec' };

export const DEC_PRECISION = 18;
const ONE = 10n ** 18n;
const HALF = ONE / 2n;
const LIMIT = (1n << 256n) * ONE - 1n;
const APPROX_ROOT_ITERATIONS_MAX = 300;

/** A decimal string that is none; the texts are Go's. */
export class DecParseError extends Error {
  override readonly name = 'DecParseError';
}

function inRange(d: bigint): boolean {
  return d <= LIMIT && d >= -LIMIT;
}
function checked(d: bigint): Dec {
  if (!inRange(d)) throw new MathPanic('Int overflow');
  return d as Dec;
}
function checkedInt(n: bigint): Int {
  if (!inIntRange(n)) throw new MathPanic('NewIntFromBigInt() out of bound');
  return n;
}
function divisor(d: bigint): bigint {
  if (d === 0n) throw new MathPanic('division by zero');
  return d;
}

/** Divides by 10^18, half to even. */
function chopRound(d: bigint): bigint {
  if (d < 0n) return -chopRound(-d);
  const quo = d / ONE;
  const rem = d % ONE;
  if (rem < HALF) return quo;
  if (rem > HALF) return quo + 1n;
  return (quo & 1n) === 0n ? quo : quo + 1n;
}

/** Divides by 10^18, up where positive and toward zero where negative, as Go does. */
function chopRoundUp(d: bigint): bigint {
  const quo = d / ONE;
  return d > 0n && d % ONE !== 0n ? quo + 1n : quo;
}

function parse(text: string): Dec {
  const negative = text.startsWith('-');
  const str = negative ? text.slice(1) : text;
  if (str.length === 0) throw new DecParseError('decimal string cannot be empty');
  const parts = str.split('.');
  if (parts.length > 2) throw new DecParseError('invalid decimal string');
  const [whole, fraction] = [parts[0] as string, parts[1]];
  if (fraction !== undefined && (fraction.length === 0 || whole.length === 0)) throw new DecParseError('invalid decimal length');
  const places = fraction?.length ?? 0;
  if (places > DEC_PRECISION) {
    throw new DecParseError(`value '${str}' exceeds max precision by ${DEC_PRECISION - places} decimal places: max precision ${DEC_PRECISION}`);
  }
  const digits = whole + (fraction ?? '') + '0'.repeat(DEC_PRECISION - places);
  // Go's SetString takes one more sign here ("--1", "-+1"); the sign may only lead, so it never reaches the fraction.
  if (!/^[+-]?[0-9]+$/.test(digits)) throw new DecParseError(`failed to set decimal string with base 10: ${digits}`);
  const magnitude = digits.replace(/^[+-]/, '').replace(/^0+(?=.)/, '');
  // 2^256 × 10^18 has 96 digits; longer ones are refused before the cost of reading them.
  if (magnitude.length > 100) throw new DecParseError('out of range: invalid decimal string');
  const n = digits.startsWith('-') !== negative ? -BigInt(magnitude) : BigInt(magnitude);
  if (!inRange(n)) throw new DecParseError('out of range: invalid decimal string');
  return n as Dec;
}

function format(d: Dec): string {
  const digits = (d < 0n ? -d : d).toString().padStart(DEC_PRECISION + 1, '0');
  return `${d < 0n ? '-' : ''}${digits.slice(0, -DEC_PRECISION)}.${digits.slice(-DEC_PRECISION)}`;
}

function power(d: Dec, exponent: bigint): Dec {
  if (exponent === 0n) return ONE as Dec;
  let base: Dec = d;
  let rest = ONE as Dec;
  for (let i = exponent; i > 1n; i /= 2n) {
    if (i % 2n !== 0n) rest = Dec.mul(rest, base);
    base = Dec.mul(base, base);
  }
  return Dec.mul(base, rest);
}

/** Newton's method, at most 300 steps, stopping at a step of 10^-18. Throws MathPanic("out of bounds") where Go returns an error. */
function approxRoot(d: Dec, root: bigint): Dec {
  if (root === 0n) return ONE as Dec;
  if (d < 0n) return -approxRoot(-d as Dec, root) as Dec;
  if (root === 1n || d === 0n || d === ONE) return d;
  let guess = ONE as Dec;
  for (let i = 0; i < APPROX_ROOT_ITERATIONS_MAX; i++) {
    let prev = power(guess, root - 1n);
    if (prev === 0n) prev = 1n as Dec;
    const delta = Dec.quoInt(Dec.sub(Dec.quo(d, prev), guess), root);
    guess = Dec.add(guess, delta);
    if (delta <= 1n && delta >= -1n) break;
  }
  return guess;
}

export const Dec = {
  zero: 0n as Dec,
  one: ONE as Dec,
  /** 10^-18 */
  smallest: 1n as Dec,
  fromInt: (n: Int): Dec => (n * ONE) as Dec,
  /** n × 10^-places; at most 18 places. */
  withPrecision: (n: bigint, places: number): Dec => (n * 10n ** BigInt(DEC_PRECISION - places)) as Dec,
  /** The text of protobuf: an integer in units of 10^-18. '' is Go's nil, read as 0. */
  fromWire: (text: string): Dec => BigInt(text) as Dec,
  toWire: (d: Dec): string => d.toString(),
  /** "-123.45" as LegacyNewDecFromStr; throws DecParseError. */
  parse,
  /** Always 18 places: "0.500000000000000000". */
  format,
  add: (a: Dec, b: Dec): Dec => checked(a + b),
  sub: (a: Dec, b: Dec): Dec => checked(a - b),
  neg: (a: Dec): Dec => -a as Dec,
  abs: (a: Dec): Dec => (a < 0n ? -a : a) as Dec,
  min: (a: Dec, b: Dec): Dec => (a < b ? a : b),
  max: (a: Dec, b: Dec): Dec => (a < b ? b : a),
  /** Half to even. */
  mul: (a: Dec, b: Dec): Dec => checked(chopRound(a * b)),
  mulTruncate: (a: Dec, b: Dec): Dec => checked((a * b) / ONE),
  mulRoundUp: (a: Dec, b: Dec): Dec => checked(chopRoundUp(a * b)),
  mulInt: (a: Dec, n: Int): Dec => checked(a * n),
  /** Half to even, after a truncation at 36 places. */
  quo: (a: Dec, b: Dec): Dec => checked(chopRound((a * ONE * ONE) / divisor(b))),
  quoTruncate: (a: Dec, b: Dec): Dec => checked((a * ONE) / divisor(b)),
  quoRoundUp: (a: Dec, b: Dec): Dec => {
    const scaled = a * ONE;
    const quo = scaled / divisor(b);
    const rem = scaled % b;
    // Go compares the sign of the quotient here, which is not negative when it truncates to 0.
    const sameSign = quo < 0n === b < 0n;
    return checked((rem > 0n && sameSign) || (rem < 0n && !sameSign) ? quo + 1n : quo);
  },
  /** Truncates. */
  quoInt: (a: Dec, n: Int): Dec => (a / divisor(n)) as Dec,
  isInteger: (a: Dec): boolean => a % ONE === 0n,
  truncateInt: (a: Dec): Int => checkedInt(a / ONE),
  /** Half to even. */
  roundInt: (a: Dec): Int => checkedInt(chopRound(a)),
  truncate: (a: Dec): Dec => ((a / ONE) * ONE) as Dec,
  ceil: (a: Dec): Dec => checked((a % ONE > 0n ? a / ONE + 1n : a / ONE) * ONE),
  power: (a: Dec, exponent: bigint): Dec => power(a, exponent),
  approxRoot,
  approxSqrt: (a: Dec): Dec => approxRoot(a, 2n),
} as const;

/** ADR-050 value rendering: thousands separated, trailing zeros of the fraction cut. Throws a RangeError on anything but a decimal. */
export function formatDec(v: string): string {
  const parts = v.split('.');
  if (parts.length > 2) throw new RangeError(`invalid decimal: too many points in ${v}`);
  const whole = formatInt(parts[0] as string);
  const fraction = (parts[1] ?? '').replace(/0+$/, '');
  if (fraction.length === 0) return whole;
  if (!/^[0-9]+$/.test(fraction)) throw new RangeError(`non-digits detected after decimal point in: ${JSON.stringify(fraction)}`);
  return `${whole}.${fraction}`;
}
