// The outer form of a transaction, ADR-027: TxRaw holds byte fields only, in ascending order, with shortest lengths.
// Source: sdk:x/auth/tx/decoder.go rejectNonADR027TxRaw, Go's protowire. What it does not look at: which field numbers there are.
import { TxDecodeError } from './errors.ts';

const WIRE_TYPE_NAMES = ['varint', 'fixed64', 'bytes', 'start_group', 'end_group', 'fixed32'];
export function wireTypeName(wireType: number): string {
  return WIRE_TYPE_NAMES[wireType] ?? `unknown type: ${wireType}`;
}

/** What protowire says, with the no-break space of its prefix. */
export const PROTOWIRE = {
  eof: 'unexpected EOF',
  fieldNumber: 'proto:\u00a0invalid field number',
  overflow: 'proto:\u00a0variable length integer overflow',
  reserved: 'proto:\u00a0cannot parse reserved wire type',
  endGroup: 'proto:\u00a0mismatching end group marker',
  recursion: 'proto:\u00a0parse error',
} as const;

/** A failure of protowire's Consume functions. */
export class WireFailure extends Error {}

/** protowire's reading position. */
export interface Cursor {
  pos: number;
  readonly end: number;
}

/** A varint within 64 bits; values from 2^53 on come back rounded, which is enough to refuse them. */
export function consumeVarint(b: Uint8Array, c: Cursor): number {
  let v = 0;
  for (let i = 0; i < 10; i++) {
    if (c.pos + i >= c.end) throw new WireFailure(PROTOWIRE.eof);
    const x = b[c.pos + i] as number;
    if (i === 9 && x > 1) throw new WireFailure(PROTOWIRE.overflow);
    v += (x & 127) * 2 ** (7 * i);
    if (x < 128) {
      c.pos += i + 1;
      return v;
    }
  }
  throw new WireFailure(PROTOWIRE.overflow);
}

const INT32_MAX = 2 ** 31 - 1;

/** Field number * 8 + wire type. */
export function consumeTag(b: Uint8Array, c: Cursor): number {
  const v = consumeVarint(b, c);
  const no = Math.floor(v / 8);
  if (no > INT32_MAX || no < 1) throw new WireFailure(PROTOWIRE.fieldNumber);
  return v;
}

/** Open groups: protowire counts down from 10,000 and refuses below 0. */
const GROUP_DEPTH_MAX = 10_001;

/** Moves past a field's value. Groups are walked with a list, so that their depth costs no stack. */
export function consumeFieldValue(b: Uint8Array, c: Cursor, no: number, wireType: number): void {
  const open: number[] = [];
  let wire = wireType;
  let number = no;
  for (;;) {
    switch (wire) {
      case 0:
        consumeVarint(b, c);
        break;
      case 1:
        if (c.end - c.pos < 8) throw new WireFailure(PROTOWIRE.eof);
        c.pos += 8;
        break;
      case 2: {
        const length = consumeVarint(b, c);
        if (length > c.end - c.pos) throw new WireFailure(PROTOWIRE.eof);
        c.pos += length;
        break;
      }
      case 3:
        if (open.length >= GROUP_DEPTH_MAX) throw new WireFailure(PROTOWIRE.recursion);
        open.push(number);
        break;
      case 4:
        if (open.length === 0 || open.pop() !== number) throw new WireFailure(PROTOWIRE.endGroup);
        break;
      case 5:
        if (c.end - c.pos < 4) throw new WireFailure(PROTOWIRE.eof);
        c.pos += 4;
        break;
      default:
        throw new WireFailure(PROTOWIRE.reserved);
    }
    if (open.length === 0) return;
    const tag = consumeTag(b, c);
    wire = tag % 8;
    number = Math.floor(tag / 8);
  }
}

function shortestLength(n: number): number {
  let bytes = 1;
  for (let v = n; v >= 128; v = Math.floor(v / 128)) bytes++;
  return bytes;
}

/** Throws TxDecodeError. */
export function rejectNonAdr027(b: Uint8Array): void {
  const c: Cursor = { pos: 0, end: b.length };
  let previous = 0;
  while (c.pos < c.end) {
    let tag: number;
    let no: number;
    try {
      tag = consumeTag(b, c);
      no = Math.floor(tag / 8);
    } catch (e) {
      throw new TxDecodeError(`invalid length; ${(e as WireFailure).message}`);
    }
    if (tag % 8 !== 2) throw new TxDecodeError(`expected 2 wire type, got ${tag % 8}`);
    if (no < previous) throw new TxDecodeError(`txRaw must follow ADR-027, got tagNum ${no} after tagNum ${previous}`);
    previous = no;
    try {
      const at = c.pos;
      const length = consumeVarint(b, c);
      const read = c.pos - at;
      const needed = shortestLength(length);
      if (read !== needed) throw new TxDecodeError(`length prefix varint for tagNum ${no} is not as short as possible, read ${read}, only need ${needed}`);
      if (length > c.end - c.pos) throw new WireFailure(PROTOWIRE.eof);
      c.pos += length;
    } catch (e) {
      throw e instanceof WireFailure ? new TxDecodeError(`invalid length; ${e.message}`) : e;
    }
  }
}
