// Numbers of the query language: binary floats of a stated precision, as CometBFT compares them with Go's math/big
// (cmt:libs/pubsub/query/query.go parseNumber, syntax/parser.go Arg.Number). Integers are exact; decimals keep 125 bits.

/** mantissa · 2^exponent; never negative. */
export interface BigFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const DECIMAL_BITS = 125;
/** An attribute with more digits is no number: parsing it would cost more than any use of it. */
const DIGITS_MAX = 10_000;

function bitLength(n: bigint): number {
  return n === 0n ? 0 : n.toString(2).length;
}

/** numerator / denominator rounded to `bits`, to nearest, ties to even. */
function round(numerator: bigint, denominator: bigint, bits: number): BigFloat {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 };
  const shift = bits + 1 - (bitLength(numerator) - bitLength(denominator));
  const scaled = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  let mantissa = scaled / divisor;
  let sticky = scaled % divisor !== 0n;
  let exponent = -shift;
  let excess = bitLength(mantissa) - bits;
  while (excess > 0) {
    const dropped = mantissa & 1n;
    mantissa >>= 1n;
    exponent++;
    excess--;
    if (excess > 0) sticky ||= dropped === 1n;
    else if (dropped === 1n && (sticky || (mantissa & 1n) === 1n)) mantissa += 1n;
  }
  return { mantissa, exponent };
}

const INTEGER = /^\d+$/;
const DECIMAL = /^(\d+)(?:\.(\d*))?$/;
const LEADING_NUMBER = /^\d+(?:\.\d+)?/;

/** An unsigned integer or decimal; undefined for anything else. */
export function parseDecimal(text: string): BigFloat | undefined {
  if (text.length > DIGITS_MAX) return undefined;
  if (INTEGER.test(text)) return { mantissa: BigInt(text), exponent: 0 };
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const fraction = parts[2] ?? '';
  return round(BigInt((parts[1] as string) + fraction), 10n ** BigInt(fraction.length), DECIMAL_BITS);
}

/** The number an attribute begins with: "8.045stake" is 8.045; undefined where it begins with none. */
export function leadingNumber(attribute: string): BigFloat | undefined {
  const c = attribute.charCodeAt(0);
  if (!(c >= 48 && c <= 57)) return undefined;
  const found = LEADING_NUMBER.exec(attribute.length > DIGITS_MAX + 1 ? attribute.slice(0, DIGITS_MAX + 1) : attribute);
  return found === null ? undefined : parseDecimal(found[0]);
}

/** Negative, zero or positive. */
export function compareBigFloat(a: BigFloat, b: BigFloat): number {
  const shift = BigInt(a.exponent - b.exponent);
  const x = shift > 0n ? a.mantissa << shift : a.mantissa;
  const y = shift < 0n ? b.mantissa << -shift : b.mantissa;
  return x < y ? -1 : x > y ? 1 : 0;
}
