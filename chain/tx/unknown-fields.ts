// Which unknown fields make a transaction invalid: the reference's check on the bytes, through messages inside of messages and of Anys.
// It looks at tags, wire types and lengths only, before anything is decoded. Source: sdk:codec/unknownproto/unknown_fields.go.

import type { FieldInfo, MessageType } from '../../proto/registry.ts';
import { findMessage, messageOfCodec } from '../../proto/registry.ts';
import { fromUtf8Escaped } from '../encoding/bytes.ts';
import { type Cursor, consumeFieldValue, consumeTag, consumeVarint, type WireFailure, wireTypeName } from './adr027.ts';
import { TxDecodeError } from './errors.ts';
import type { InterfaceRegistry } from './interfaces.ts';

/** Bit 11 of a field number marks a field that a reader may ignore. */
const NON_CRITICAL = 1 << 10;
const RECURSION_MAX = 10_000;

const VARINT_KINDS = new Set(['int32', 'int64', 'uint32', 'uint64', 'sint64', 'bool', 'enum']);
const FIXED64_KINDS = new Set(['fixed64', 'sfixed64', 'double']);

function accepts(f: FieldInfo, wireType: number): boolean {
  if (f.shape.kind !== 'scalar') return wireType === 2;
  const kind = f.shape.scalar;
  switch (wireType) {
    case 0:
      return VARINT_KINDS.has(kind);
    case 1:
      return FIXED64_KINDS.has(kind);
    case 2:
      // Packed, whether the field is repeated or not: the decoder finds out.
      return kind !== 'float';
    case 5:
      return kind === 'float';
    default:
      return false;
  }
}

function wantedWireType(f: FieldInfo): number {
  if (f.shape.kind !== 'scalar') return 2;
  if (VARINT_KINDS.has(f.shape.scalar)) return 0;
  return FIXED64_KINDS.has(f.shape.scalar) ? 1 : 2;
}

function messageOf(f: FieldInfo): MessageType | undefined {
  switch (f.shape.kind) {
    case 'message':
      return messageOfCodec(f.shape.codec());
    case 'time':
      return findMessage('google.protobuf.Timestamp');
    case 'duration':
      return findMessage('google.protobuf.Duration');
    default:
      return undefined;
  }
}

/** Go's name of the type: *tx.TxRaw, *types.MsgSend. */
function goName(type: MessageType): string {
  const pkg = type.name.startsWith('cosmos.tx.v1beta1.') ? 'tx' : (/^cosmos\.crypto\.(\w+)\.\w+$/.exec(type.name)?.[1] ?? 'types');
  return `*${pkg}.${type.name.slice(type.name.lastIndexOf('.') + 1)}`;
}

interface Frame extends Cursor {
  readonly type: MessageType;
  readonly limit: number;
}

const ANY = 'google.protobuf.Any';

class Walker {
  readonly #bytes: Uint8Array;
  readonly #interfaces: InterfaceRegistry;
  readonly #allowNonCritical: boolean;
  foundNonCritical = false;

  constructor(bytes: Uint8Array, interfaces: InterfaceRegistry, allowNonCritical: boolean) {
    this.#bytes = bytes;
    this.#interfaces = interfaces;
    this.#allowNonCritical = allowNonCritical;
  }

  /** The next field of the frame: moves past it; gives the field and where its value lies. */
  #field(c: Frame): { readonly info: FieldInfo | undefined; readonly start: number } {
    let tag: number;
    try {
      tag = consumeTag(this.#bytes, c);
    } catch {
      throw new TxDecodeError('invalid length');
    }
    const no = Math.floor(tag / 8);
    const wireType = tag % 8;
    const info = c.type.byNumber.get(no);
    if (info === undefined) {
      const critical = (no & NON_CRITICAL) === 0;
      if (!critical) this.foundNonCritical = true;
      if (critical || !this.#allowNonCritical) {
        throw new TxDecodeError(`errUnknownField "${goName(c.type)}": {TagNum: ${no}, WireType:"${wireTypeName(wireType)}"}`);
      }
    } else if (!accepts(info, wireType)) {
      const want = wireTypeName(wantedWireType(info));
      throw new TxDecodeError(`Mismatched "${goName(c.type)}": {TagNum: ${no}, GotWireType: "${wireTypeName(wireType)}" != WantWireType: "${want}"}`);
    }
    const start = c.pos;
    try {
      consumeFieldValue(this.#bytes, c, no, wireType);
    } catch (e) {
      throw new TxDecodeError(`could not consume field value for tagNum: ${no}, wireType: "${wireTypeName(wireType)}"; ${(e as WireFailure).message}`);
    }
    return { info, start };
  }

  /** Type and value of an Any, whose own fields are checked on the way; the last of each counts. */
  #any(frame: Frame): Frame {
    let typeUrl = '';
    let start = frame.end;
    let end = frame.end;
    while (frame.pos < frame.end) {
      const { info, start: at } = this.#field(frame);
      if (info === undefined) continue;
      const c: Cursor = { pos: at, end: frame.pos };
      consumeVarint(this.#bytes, c);
      if (info.no === 1) typeUrl = fromUtf8Escaped(this.#bytes.subarray(c.pos, frame.pos));
      else [start, end] = [c.pos, frame.pos];
    }
    const type = this.#interfaces.resolve(typeUrl);
    if (type === undefined) throw new TxDecodeError(`unable to resolve type URL ${typeUrl}`);
    return { type, pos: start, end, limit: frame.limit };
  }

  walk(type: MessageType, start: number, end: number): void {
    const stack: Frame[] = [];
    const open = (f: Frame): void => {
      if (f.pos >= f.end) return;
      if (f.limit === 0) throw new TxDecodeError('recursion limit reached');
      stack.push(f);
    };
    open({ type, pos: start, end, limit: RECURSION_MAX });
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (frame.pos >= frame.end) {
        stack.pop();
        continue;
      }
      const { info, start: at } = this.#field(frame);
      const inner = info === undefined ? undefined : messageOf(info);
      if (inner === undefined) continue;
      const c: Cursor = { pos: at, end: frame.pos };
      consumeVarint(this.#bytes, c);
      const child: Frame = { type: inner, pos: c.pos, end: frame.pos, limit: frame.limit - 1 };
      if (inner.name === ANY && child.pos < child.end && child.limit === 0) throw new TxDecodeError('recursion limit reached');
      open(inner.name === ANY ? this.#any(child) : child);
    }
  }
}

/**
 * Throws TxDecodeError on an unknown field; with `allowNonCritical`, of those with bit 11 it says whether there were any.
 * Checks `bytes[start, end)` as a message of `type`.
 */
export function rejectUnknownFields(
  type: MessageType,
  bytes: Uint8Array,
  start: number,
  end: number,
  allowNonCritical: boolean,
  interfaces: InterfaceRegistry,
): boolean {
  const walker = new Walker(bytes, interfaces, allowNonCritical);
  walker.walk(type, start, end);
  return walker.foundNonCritical;
}
