// The protobuf wire format: one writer, one reader. 64-bit values are bigint at the border; inside, numbers carry them while they
// provably fit 2^53. Source: protobuf.dev/programming-guides/encoding.
import { fromUtf8, fromUtf8Escaped } from './bytes.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
/** Deprecated in proto3, but an unknown field may still be one. */
export const START_GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** Bytes that are not the message they should be. `offset` counts from the start of the buffer given to the reader. */
export class WireError extends Error {
  readonly offset: number;
  constructor(what: string, offset: number) {
    super(`protobuf: ${what} at byte ${offset}`);
    this.name = 'WireError';
    this.offset = offset;
  }
}

const MASK64 = (1n << 64n) - 1n;
const TWO_32 = 4_294_967_296;

export class Writer {
  #buf: Uint8Array;
  #at = 0;

  constructor(capacity = 128) {
    this.#buf = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#at;
  }

  #room(n: number): void {
    if (this.#at + n <= this.#buf.length) return;
    const grown = new Uint8Array(Math.max(this.#buf.length * 2, this.#at + n));
    grown.set(this.#buf.subarray(0, this.#at));
    this.#buf = grown;
  }

  tag(field: number, wireType: number): this {
    return this.uint32(field * 8 + wireType);
  }

  /** An unsigned varint of a whole number in [0, 2^53). */
  uint32(n: number): this {
    this.#room(10);
    const b = this.#buf;
    let v = n;
    while (v > 127) {
      b[this.#at++] = (v % 128) | 128;
      v = v > 0x7fffffff ? Math.floor(v / 128) : v >>> 7;
    }
    b[this.#at++] = v;
    return this;
  }

  /** int32 and enums: negative numbers take ten bytes. */
  int32(n: number): this {
    return n >= 0 ? this.uint32(n) : this.varint64(BigInt(n));
  }

  /** int64 and uint64 share their bytes: the value modulo 2^64. */
  varint64(n: bigint): this {
    if (n >= 0n && n <= 9_007_199_254_740_991n) return this.uint32(Number(n));
    this.#room(10);
    let v = n & MASK64;
    while (v > 127n) {
      this.#buf[this.#at++] = Number(v & 127n) | 128;
      v >>= 7n;
    }
    this.#buf[this.#at++] = Number(v);
    return this;
  }

  sint64(n: bigint): this {
    return this.varint64(n >= 0n ? n << 1n : (-n << 1n) - 1n);
  }

  fixed32(n: number): this {
    this.#room(4);
    const b = this.#buf;
    b[this.#at++] = n & 255;
    b[this.#at++] = (n >>> 8) & 255;
    b[this.#at++] = (n >>> 16) & 255;
    b[this.#at++] = (n >>> 24) & 255;
    return this;
  }

  fixed64(n: bigint): this {
    const v = n & MASK64;
    this.fixed32(Number(v & 0xffffffffn));
    return this.fixed32(Number(v >> 32n));
  }

  /** Bytes as they are, without a length. */
  raw(b: Uint8Array): this {
    this.#room(b.length);
    this.#buf.set(b, this.#at);
    this.#at += b.length;
    return this;
  }

  bytes(b: Uint8Array): this {
    return this.uint32(b.length).raw(b);
  }

  string(s: string): this {
    // One byte per character is the common case; others are measured by writing them.
    const at = this.begin();
    this.#room(s.length * 3);
    const b = this.#buf;
    let p = this.#at;
    for (let i = 0; i < s.length; i++) {
      let c = s.charCodeAt(i);
      if (c < 0x80) {
        b[p++] = c;
      } else if (c < 0x800) {
        b[p++] = 0xc0 | (c >> 6);
        b[p++] = 0x80 | (c & 63);
      } else {
        if (c >= 0xd800 && c <= 0xdfff) {
          const d = i + 1 < s.length ? s.charCodeAt(i + 1) : 0;
          if (c >= 0xdc80 && c <= 0xdcff) {
            // A byte that was not UTF-8 when it was read.
            b[p++] = c - 0xdc00;
            continue;
          }
          if (c > 0xdbff || d < 0xdc00 || d > 0xdfff) throw new RangeError('protobuf: string has a lone surrogate');
          c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
          i++;
          b[p++] = 0xf0 | (c >> 18);
          b[p++] = 0x80 | ((c >> 12) & 63);
        } else {
          b[p++] = 0xe0 | (c >> 12);
        }
        b[p++] = 0x80 | ((c >> 6) & 63);
        b[p++] = 0x80 | (c & 63);
      }
    }
    this.#at = p;
    this.end(at);
    return this;
  }

  /** Opens a length-delimited part; pass the result to `end`. One byte is kept for the length and widened only if needed. */
  begin(): number {
    this.#room(1);
    this.#at++;
    return this.#at;
  }

  end(start: number): void {
    const length = this.#at - start;
    if (length < 128) {
      this.#buf[start - 1] = length;
      return;
    }
    let extra = 0;
    for (let v = length; v > 127; v = v >>> 7) extra++;
    this.#room(extra);
    this.#buf.copyWithin(start + extra, start, this.#at);
    this.#at = start - 1;
    this.uint32(length);
    this.#at += length;
  }

  /** Size of the buffer it holds, bytes. */
  get capacity(): number {
    return this.#buf.length;
  }

  /** Begins anew in the same buffer. */
  reset(): this {
    this.#at = 0;
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buf.slice(0, this.#at);
  }
}

/** Reads what Go reads. */
export const LENIENT = 0;
/** Refuses unknown fields, fields out of order and repeated singular fields: what a canonical encoder never writes. */
export const CANONICAL_ONLY = 1;
/** As LENIENT, and strings that are not UTF-8 are read and written back as they are (fromUtf8Escaped), since gogoproto does not look. */
export const ANY_UTF8 = 2;
export type ReadMode = typeof LENIENT | typeof CANONICAL_ONLY | typeof ANY_UTF8;

/** The largest field number of protobuf. */
const FIELD_MAX = 0x1fffffff;
/** Groups nested deeper than this are refused, as by Go's protowire. */
const GROUP_DEPTH_MAX = 10_000;

// Type URLs, denoms and addresses come again and again: a short ASCII text that was read lately is found again by its bytes, which costs
// less than building it, and its hash as a map's key is known already.
const REMEMBERED_SLOTS = 65_536;
const REMEMBERED_LENGTH_MIN = 4;
const REMEMBERED_LENGTH_MAX = 64;
const rememberedTexts: (string | undefined)[] = /* @__PURE__ */ emptySlots();

function emptySlots(): (string | undefined)[] {
  return new Array(REMEMBERED_SLOTS).fill(undefined);
}

/** The text of the bytes if it is short ASCII, newly made or remembered; else undefined. */
function remembered(b: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start;
  if (length < REMEMBERED_LENGTH_MIN || length > REMEMBERED_LENGTH_MAX) return undefined;
  let h = length;
  for (let i = start; i < end; i++) h = (Math.imul(h, 31) + (b[i] as number)) | 0;
  const slot = (h ^ (h >>> 15)) & (REMEMBERED_SLOTS - 1);
  const known = rememberedTexts[slot];
  if (known !== undefined && known.length === length) {
    let i = 0;
    while (i < length && known.charCodeAt(i) === b[start + i]) i++;
    if (i === length) return known;
  }
  let s = '';
  for (let i = start; i < end; i++) {
    const c = b[i] as number;
    if (c > 127) return undefined;
    s += String.fromCharCode(c);
  }
  rememberedTexts[slot] = s;
  return s;
}

export class Reader {
  readonly buf: Uint8Array;
  pos: number;
  /** Where the message being read ends; moved by `enter` and `leave`. */
  end: number;
  readonly mode: ReadMode;

  constructor(buf: Uint8Array, pos = 0, end = buf.length, mode: ReadMode = LENIENT) {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
    this.mode = mode;
  }

  /** Narrows the reader to the length-delimited part that begins here; pass the result to `leave` after reading it. */
  enter(): number {
    const inner = this.lengthEnd();
    const outer = this.end;
    this.end = inner;
    return outer;
  }

  leave(outer: number): void {
    this.pos = this.end;
    this.end = outer;
  }

  done(): boolean {
    return this.pos >= this.end;
  }

  fail(what: string): never {
    throw new WireError(what, this.pos);
  }

  #byte(): number {
    if (this.pos >= this.end) this.fail('unexpected end');
    return this.buf[this.pos++] as number;
  }

  uint32(): number {
    // uint32, int32, bool and enums: Go keeps the low 32 bits of up to ten bytes.
    let v = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const b = this.#byte();
      if (shift < 28) v |= (b & 127) << shift;
      else if (shift === 28) v |= (b & 15) << 28;
      if (b < 128) {
        if (shift === 63 && b > 1 && this.mode === CANONICAL_ONLY) this.fail('varint overflows 64 bits');
        return v >>> 0;
      }
    }
    return this.fail('varint longer than ten bytes');
  }

  int32(): number {
    return this.uint32() | 0;
  }

  uint64(): bigint {
    const first = this.buf[this.pos] as number;
    if (first < 128 && this.pos < this.end) {
      this.pos++;
      return BigInt(first);
    }
    let lo = 0;
    let hi = 0;
    for (let i = 0; i < 10; i++) {
      const b = this.#byte();
      const v = b & 127;
      if (i < 4) lo += v * 2 ** (7 * i);
      else if (i === 4) {
        lo += (v & 15) * 2 ** 28;
        hi = v >> 4;
      } else if (i < 9) hi += v * 2 ** (7 * i - 32);
      else {
        // gogoproto drops the bits beyond 64.
        if (b > 1 && this.mode === CANONICAL_ONLY) this.fail('varint overflows 64 bits');
        hi += (v & 1) * 2 ** 31;
      }
      if (b < 128) {
        return hi < 2_097_152 ? BigInt(hi * TWO_32 + lo) : (BigInt(hi) << 32n) | BigInt(lo);
      }
    }
    return this.fail('varint longer than ten bytes');
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  sint64(): bigint {
    const n = this.uint64();
    return (n >> 1n) ^ -(n & 1n);
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  fixed32(): number {
    if (this.end - this.pos < 4) this.fail('unexpected end');
    const b = this.buf;
    const v = ((b[this.pos] as number) | ((b[this.pos + 1] as number) << 8) | ((b[this.pos + 2] as number) << 16) | ((b[this.pos + 3] as number) << 24)) >>> 0;
    this.pos += 4;
    return v;
  }

  fixed64(): bigint {
    const lo = this.fixed32();
    return (BigInt(this.fixed32()) << 32n) | BigInt(lo);
  }

  sfixed64(): bigint {
    return BigInt.asIntN(64, this.fixed64());
  }

  /** A view into the buffer, not a copy. */
  bytes(): Uint8Array {
    const end = this.lengthEnd();
    const out = this.buf.subarray(this.pos, end);
    this.pos = end;
    return out;
  }

  string(): string {
    const at = this.pos;
    const end = this.lengthEnd();
    const known = remembered(this.buf, this.pos, end);
    if (known !== undefined) {
      this.pos = end;
      return known;
    }
    const b = this.buf.subarray(this.pos, end);
    this.pos = end;
    try {
      return fromUtf8(b);
    } catch {
      if (this.mode === ANY_UTF8) return fromUtf8Escaped(b);
      throw new WireError('invalid UTF-8 in a string', at);
    }
  }

  /** Reads a length and gives the position where the part ends. */
  lengthEnd(): number {
    const first = this.buf[this.pos] as number;
    if (first < 128 && this.pos < this.end) {
      const end = this.pos + 1 + first;
      if (end > this.end) this.fail('length exceeds the message');
      this.pos++;
      return end;
    }
    const n = this.uint64();
    if (n > BigInt(this.end - this.pos)) this.fail('length exceeds the message');
    return this.pos + Number(n);
  }

  /** A tag, field number * 8 + wire type: `tag >>> 3` and `tag & 7`. A number beyond protobuf's largest comes out as the largest. */
  tag(): number {
    const first = this.buf[this.pos] as number;
    if (first < 128 && first > 7 && this.pos < this.end) {
      this.pos++;
      return first;
    }
    const n = this.uint64();
    // gogoproto keeps 32 bits of the number and reads it as signed.
    const no = Number(BigInt.asIntN(32, n >> 3n));
    if (no <= 0 || (this.mode === CANONICAL_ONLY && n > 0xffffffffn)) this.fail('illegal tag');
    return Math.min(no, FIELD_MAX) * 8 + Number(n & 7n);
  }

  /**
   * Skips a field's value. With the field's number, a group must end with that number, as Go's protowire has it; without one any end
   * will do, as in gogoproto's generated code.
   */
  skip(wireType: number, no = 0): void {
    switch (wireType) {
      case VARINT:
        this.uint64();
        return;
      case FIXED64:
        if (this.end - this.pos < 8) this.fail('unexpected end');
        this.pos += 8;
        return;
      case LENGTH_DELIMITED:
        this.pos = this.lengthEnd();
        return;
      case FIXED32:
        if (this.end - this.pos < 4) this.fail('unexpected end');
        this.pos += 4;
        return;
      case START_GROUP:
        if (no === 0) this.#skipAnyGroup();
        else this.#skipGroup(no);
        return;
      default:
        this.fail(`unsupported wire type ${wireType}`);
    }
  }

  #skipAnyGroup(): void {
    for (let depth = 1; depth > 0; ) {
      const wireType = Number(this.uint64() & 7n);
      if (wireType === START_GROUP) depth++;
      else if (wireType === END_GROUP) depth--;
      else this.skip(wireType);
    }
  }

  #skipGroup(no: number): void {
    const open = [no];
    while (open.length > 0) {
      const tag = this.tag();
      const wireType = tag & 7;
      if (wireType === START_GROUP) {
        if (open.length >= GROUP_DEPTH_MAX) this.fail('groups nested too deeply');
        open.push(tag >>> 3);
      } else if (wireType === END_GROUP) {
        if (open.pop() !== tag >>> 3) this.fail('mismatching end of a group');
      } else this.skip(wireType);
    }
  }
}
