// Byte strings: comparison, joining, hex, base64 and UTF-8. Host-free (no Buffer), so that the light client can carry it.

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const p of parts) length += p.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic byte order, as Go's bytes.Compare: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < n; i++) {
    const d = (a[i] as number) - (b[i] as number);
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

const LOWER_DIGITS: readonly number[] = /* @__PURE__ */ Array.from('0123456789abcdef', (c) => c.charCodeAt(0));
const UPPER_DIGITS: readonly number[] = /* @__PURE__ */ Array.from('0123456789ABCDEF', (c) => c.charCodeAt(0));

/** Bytes that one call of String.fromCharCode gives; a multiple of 3. */
const PIECE_BYTES = 3072;

/** Long texts are put together piece by piece. */
function pieces(b: Uint8Array, codes: (piece: Uint8Array) => readonly number[]): string {
  let s = '';
  // One flat string each: a sum of characters is a tree of strings, twenty times its size until somebody reads it.
  for (let at = 0; at < b.length; at += PIECE_BYTES) s += String.fromCharCode.apply(undefined, codes(b.subarray(at, at + PIECE_BYTES)) as number[]);
  return s;
}

const hexOf = (b: Uint8Array, digits: readonly number[]): string =>
  pieces(b, (piece) => {
    const codes = new Array<number>(2 * piece.length);
    for (let i = 0; i < piece.length; i++) {
      const c = piece[i] as number;
      codes[2 * i] = digits[c >> 4] as number;
      codes[2 * i + 1] = digits[c & 15] as number;
    }
    return codes;
  });

export const toHex = (b: Uint8Array): string => hexOf(b, LOWER_DIGITS);

/** Upper-case hex, the form of CometBFT's HexBytes (hashes and addresses). */
export const toHexUpper = (b: Uint8Array): string => hexOf(b, UPPER_DIGITS);

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 97 && c <= 102) return c - 87;
  if (c >= 65 && c <= 70) return c - 55;
  return -1;
}

/** Either case, without 0x. Throws on an odd length or a character that is no hex digit. */
export function fromHex(s: string): Uint8Array {
  if (s.length % 2 !== 0) throw new RangeError('hex: odd length');
  const out = new Uint8Array(s.length / 2);
  for (let i = 0; i < out.length; i++) {
    const hi = hexDigit(s.charCodeAt(2 * i));
    const lo = hexDigit(s.charCodeAt(2 * i + 1));
    if (hi < 0 || lo < 0) throw new RangeError(`hex: invalid digit at ${hi < 0 ? 2 * i : 2 * i + 1}`);
    out[i] = (hi << 4) | lo;
  }
  return out;
}

const B64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const B64_CODES: readonly number[] = /* @__PURE__ */ Array.from(B64, (c) => c.charCodeAt(0));
/** -1 where the character is no digit. */
const B64_INDEX: Int8Array = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, c) => B64_CODES.indexOf(c));
const PAD = 61;

/** Standard base64 with padding (RFC 4648 §4). */
export const toBase64 = (b: Uint8Array): string =>
  pieces(b, (piece) => {
    const codes: number[] = [];
    for (let i = 0; i < piece.length; i += 3) {
      const n = ((piece[i] as number) << 16) | ((piece[i + 1] as number) << 8) | (piece[i + 2] as number);
      codes.push(B64_CODES[n >> 18] as number, B64_CODES[(n >> 12) & 63] as number, B64_CODES[(n >> 6) & 63] as number, B64_CODES[n & 63] as number);
    }
    const missing = (3 - (piece.length % 3)) % 3;
    return codes.fill(PAD, codes.length - missing);
  });

/** Standard base64 with required padding, as Go's base64.StdEncoding; throws on anything else. */
export function fromBase64(s: string): Uint8Array {
  if (s.length % 4 !== 0) throw new RangeError('base64: length is not a multiple of 4');
  const digits = s.length - (s.endsWith('==') ? 2 : s.endsWith('=') ? 1 : 0);
  const out = new Uint8Array(Math.floor((digits * 3) / 4));
  let o = 0;
  let n = 0;
  for (let at = 0; at < digits; at++) {
    const v = B64_INDEX[s.charCodeAt(at)] ?? -1;
    if (v < 0) throw new RangeError(`base64: invalid character at ${at}`);
    n = (n << 6) | v;
    // Six bits a digit: a byte is whole after the second, third and fourth of each four.
    if (at % 4 > 0) out[o++] = n >> (6 - 2 * (at % 4));
  }
  return out;
}

// TextEncoder and TextDecoder exist in every host (Node, browsers, workers), but not in the ES library types.
declare const TextEncoder: { new (): { encode(s: string): Uint8Array } };
declare const TextDecoder: { new (label: string, options: { fatal: boolean; ignoreBOM: boolean }): { decode(b: Uint8Array): string } };
const encoder = /* @__PURE__ */ new TextEncoder();
const strictDecoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(s: string): Uint8Array {
  return encoder.encode(s);
}

/** Throws a TypeError on invalid UTF-8. Short ASCII, the common case on chain, avoids the decoder's call overhead. */
export function fromUtf8(b: Uint8Array): string {
  if (b.length < 64) {
    let s = '';
    for (let i = 0; i < b.length; i++) {
      const c = b[i] as number;
      if (c > 127) return strictDecoder.decode(b);
      s += String.fromCharCode(c);
    }
    return s;
  }
  return strictDecoder.decode(b);
}

function continues(b: Uint8Array, at: number, n: number): boolean {
  for (let i = 1; i <= n; i++) if (((b[at + i] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

/** Bytes of the well-formed sequence that begins at `i`, by Go's rules; 0 where there is none. */
function sequenceLength(b: Uint8Array, i: number): number {
  const c = b[i] as number;
  const second = b[i + 1] ?? 0;
  if (c < 0x80) return 1;
  if (c < 0xc2) return 0;
  if (c < 0xe0) return continues(b, i, 1) ? 2 : 0;
  if (c < 0xf0) return continues(b, i, 2) && (c !== 0xe0 || second >= 0xa0) && (c !== 0xed || second < 0xa0) ? 3 : 0;
  if (c < 0xf5) return continues(b, i, 3) && (c !== 0xf0 || second >= 0x90) && (c !== 0xf4 || second < 0x90) ? 4 : 0;
  return 0;
}

/** Any bytes as text: each byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte, which protobuf's Writer turns back. */
export function fromUtf8Escaped(b: Uint8Array): string {
  let s = '';
  let from = 0;
  for (let i = 0; i < b.length; ) {
    const n = sequenceLength(b, i);
    if (n > 0) {
      i += n;
      continue;
    }
    s += strictDecoder.decode(b.subarray(from, i)) + String.fromCharCode(0xdc00 + (b[i] as number));
    i++;
    from = i;
  }
  return s + strictDecoder.decode(b.subarray(from));
}

const LONE_SURROGATE = /\p{Surrogate}/u;
/** Whether the text stands for bytes that are not UTF-8. */
export function isEscapedUtf8(s: string): boolean {
  return LONE_SURROGATE.test(s);
}
