// Fields of (gogoproto.customtype) math.Int and math.LegacyDec: text on the wire, decimal digits; a Dec is its value × 10^18.
// Reading is Go's: big.Int.UnmarshalText with base prefixes, a leading 0 for octal and `_` separators, then a range check; what is kept
// is the canonical decimal that Go would write again. '' is Go's nil (field absent or empty) and is written as 0, as Go writes it.
// Sources: cosmossdk.io/math v1.5.3 Int.Unmarshal, LegacyDec.Unmarshal; Go math/big natconv scan.
import type { FieldCodec } from '../chain/encoding/codec.ts';
import { LENGTH_DELIMITED, type Reader, type Writer } from '../chain/encoding/proto-wire.ts';

const UNDERSCORE = 95;

/** The value of a digit's character code, 99 where it is none. */
function digitValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 97 && c <= 102) return c - 87;
  if (c >= 65 && c <= 70) return c - 55;
  return 99;
}

const BASE_PREFIXES: Readonly<Record<string, number>> = { b: 2, B: 2, o: 8, O: 8, x: 16, X: 16 };
const BIGINT_PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** Go's math/big scan in base 0: undefined where it fails. By hand, since a regular expression would recurse on a text of megabytes. */
export function parseGoInteger(text: string, maxDigits = 400): bigint | undefined {
  const signed = text.startsWith('-') || text.startsWith('+');
  let at = signed ? 1 : 0;
  let base = 10;
  // An underscore may only follow a digit or a prefix, and a digit must follow it.
  let afterDigit = false;
  if (text[at] === '0') {
    if (text.length === at + 1) return 0n;
    const prefixed = BASE_PREFIXES[text[at + 1] as string];
    base = prefixed ?? 8;
    at += prefixed === undefined ? 1 : 2;
    afterDigit = true;
  }
  const start = at;
  let underscores = false;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === UNDERSCORE) {
      if (!afterDigit) return undefined;
      underscores = true;
      afterDigit = false;
    } else {
      if (digitValue(c) >= base) return undefined;
      afterDigit = true;
    }
  }
  if (!afterDigit || start === text.length) return undefined;
  let digits = text.slice(start);
  if (underscores) digits = digits.replaceAll('_', '');
  let zeros = 0;
  while (zeros < digits.length - 1 && digits.charCodeAt(zeros) === 48) zeros++;
  digits = digits.slice(zeros);
  // Far beyond every range here: refused before the cost of reading it.
  if (digits.length > maxDigits) return undefined;
  const n = BigInt(BIGINT_PREFIXES[base] + digits);
  return text.startsWith('-') ? -n : n;
}

const INT_LIMIT = 1n << 256n;
/** LegacyDec's range is (-2^256, 2^256) in units of 1, so this bound is in units of 10^-18. */
const DEC_LIMIT = INT_LIMIT * 10n ** 18n;
const CANONICAL_INT = /^(?:0|-?[1-9][0-9]{0,76})$/;

function normalise(r: Reader, at: number, text: string, limit: bigint): string {
  // 77 digits are always within 256 bits.
  if (text === '' || CANONICAL_INT.test(text)) return text;
  const n = parseGoInteger(text);
  if (n === undefined) {
    r.pos = at;
    return r.fail('not an integer');
  }
  if (n >= limit || n <= -limit) {
    r.pos = at;
    return r.fail('integer out of range');
  }
  return n.toString();
}

function ascii(b: Uint8Array): string {
  let s = '';
  for (let i = 0; i < b.length; i++) s += String.fromCharCode(b[i] as number);
  return s;
}

function slotOf(no: number, limit: bigint, nullable: boolean): FieldCodec<string | undefined>['slots'][number] {
  return {
    no,
    write: (w: Writer, v: unknown) => {
      if (v !== undefined || !nullable) w.tag(no, LENGTH_DELIMITED).string(v === '' || v === undefined ? '0' : (v as string));
    },
    read: (r: Reader, wireType: number) => {
      if (wireType !== LENGTH_DELIMITED) r.fail(`field ${no} has wire type ${wireType}, not ${LENGTH_DELIMITED}`);
      const at = r.pos;
      return normalise(r, at, ascii(r.bytes()), limit);
    },
  };
}

function custom(no: number, limit: bigint): FieldCodec<string> {
  return { slots: [slotOf(no, limit, false)], zero: () => '', shape: { kind: 'scalar', no, scalar: 'string', repeated: false } };
}
function optionalCustom(no: number, limit: bigint): FieldCodec<string | undefined> {
  return { slots: [slotOf(no, limit, true)], zero: () => undefined, shape: { kind: 'scalar', no, scalar: 'string', repeated: false } };
}

/** A math.Int that is always written. */
export const intText = (no: number): FieldCodec<string> => custom(no, INT_LIMIT);
/** A math.LegacyDec that is always written: an integer × 10^-18. */
export const decText = (no: number): FieldCodec<string> => custom(no, DEC_LIMIT);
/** A pointer to a math.Int: absent is undefined. */
export const optionalIntText = (no: number): FieldCodec<string | undefined> => optionalCustom(no, INT_LIMIT);
export const optionalDecText = (no: number): FieldCodec<string | undefined> => optionalCustom(no, DEC_LIMIT);

const DEC_PLACES = 18;

/** A Dec's text on the wire as a decimal: "1500000000000000000" → "1.500000000000000000". */
export function formatDecText(wire: string): string {
  const negative = wire.startsWith('-');
  const digits = wire.slice(negative ? 1 : 0).padStart(DEC_PLACES + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -DEC_PLACES)}.${digits.slice(-DEC_PLACES)}`;
}

/** LegacyNewDecFromStr to the text of the wire; undefined where Go has an error. */
export function parseDecText(text: string): string | undefined {
  // A second sign is what Go's SetString still takes after the leading one.
  const m = /^(-?)([+-]?)(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (m === null || text.length > 200) return undefined;
  const magnitude = BigInt(m[3] + (m[4] ?? '').padEnd(DEC_PLACES, '0'));
  if (magnitude >= DEC_LIMIT) return undefined;
  const negative = (m[1] === '-') !== (m[2] === '-');
  return `${negative && magnitude !== 0n ? '-' : ''}${magnitude}`;
}
