// Proto3 JSON as the reference's REST gateway and genesis write it: proto names, defaults written, 64-bit integers as text, bytes in
// base64 (null where empty, since Go decodes them to nil), enums by name, Anys as {"@type": …}, Int and Dec as decimal text.
// Reading accepts proto names and camelCase. Source: cosmos/gogoproto v1.7.0 jsonpb with OrigName and EmitDefaults.
import { fromBase64, toBase64 } from '../chain/encoding/bytes.ts';
import type { Codec } from '../chain/encoding/codec.ts';
import { ANY_UTF8, Reader } from '../chain/encoding/proto-wire.ts';
import { type Duration, formatTime, joinTime, NANOS_PER_SECOND, parseTime, splitTime, type Time } from '../chain/encoding/time.ts';
import { formatDecText, parseDecText, parseGoInteger } from './customtype.ts';
import type { Any } from './gen/google/protobuf.ts';
import { parseGoDuration } from './go-duration.ts';
import { goJson } from './go-json.ts';
import { GO_STRUCT_MESSAGES, goStructJson } from './go-struct-json.ts';
import { type AnyMessage, enumNamesOf, type FieldInfo, findByTypeUrl, findEnum, type MessageType, messageOfCodec } from './registry.ts';

/** JSON as JSON.parse gives it; integers beyond 2^53 may be bigint (see `parseJson`). */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** JSON that is not the message it should be, or a message that has no JSON. */
export class ProtoJsonError extends Error {
  override readonly name = 'ProtoJsonError';
}

/** Nested deeper than this is refused. */
const DEPTH_MAX = 100;

/** Text as Go's encoding/json writes it, compact. */
export function jsonText(v: JsonValue): string {
  return goJson(JSON.stringify(v));
}

/** JSON.parse that keeps integers beyond 2^53 exact, as bigint. Throws a SyntaxError. */
export function parseJson(text: string): JsonValue {
  const revive = (_key: string, v: unknown, context?: { readonly source?: string }): unknown =>
    typeof v === 'number' && !Number.isSafeInteger(v) && context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : v;
  return JSON.parse(text, revive as (key: string, v: unknown) => unknown) as JsonValue;
}

/** 0, 3, 6 or 9 digits. */
function fraction(nanos: bigint): string {
  if (nanos === 0n) return '';
  let s = nanos.toString().padStart(9, '0');
  while (s.endsWith('000')) s = s.slice(0, -3);
  return `.${s}`;
}

/** 2026-01-02T03:04:05.670Z */
export function timeToJson(t: Time): string {
  const { seconds, nanos } = splitTime(t);
  return `${formatTime(joinTime(seconds, 0)).slice(0, -1)}${fraction(BigInt(nanos))}Z`;
}

/** 1.500s */
export function durationToJson(d: Duration): string {
  const abs = d < 0n ? -d : d;
  return `${d < 0n ? '-' : ''}${abs / NANOS_PER_SECOND}${fraction(abs % NANOS_PER_SECOND)}s`;
}

function scalarToJson(field: FieldInfo, v: AnyMessage): JsonValue {
  const { custom, enum: enumName } = field.extra;
  if (custom === 'Int') return v === '' ? '0' : v;
  if (custom === 'Dec') return formatDecText(v === '' ? '0' : v);
  if (enumName !== undefined) return enumNamesOf(enumName).get(v) ?? v;
  if (typeof v === 'bigint') return v.toString();
  if (v instanceof Uint8Array) return v.length === 0 ? null : toBase64(v);
  return v;
}

function valueToJson(field: FieldInfo, v: AnyMessage): JsonValue {
  switch (field.shape.kind) {
    case 'message':
      return toJson(messageOfCodec(field.shape.codec()), v);
    case 'time':
      return timeToJson(v);
    case 'duration':
      return durationToJson(v);
    default:
      return scalarToJson(field, v);
  }
}

/** In a list or a oneof, empty bytes are not Go's nil. */
function elementToJson(field: FieldInfo, v: AnyMessage): JsonValue {
  return v instanceof Uint8Array ? toBase64(v) : valueToJson(field, v);
}

function anyToJson(any: Any): JsonValue {
  const type = findByTypeUrl(any.typeUrl);
  if (type === undefined) throw new ProtoJsonError(`unable to resolve type URL ${any.typeUrl}`);
  const inner = toJson(type, type.codec.read(new Reader(any.value, 0, any.value.length, ANY_UTF8), undefined, 0));
  if (isWellKnown(type)) return { '@type': any.typeUrl, value: inner };
  return { '@type': any.typeUrl, ...(inner as { readonly [key: string]: JsonValue }) };
}

function isWellKnown(type: MessageType): boolean {
  return type.name === 'google.protobuf.Any' || type.name === 'google.protobuf.Timestamp' || type.name === 'google.protobuf.Duration';
}

/** Throws ProtoJsonError on an Any whose type is unknown, WireError where its bytes are bad. */
export function toJson(type: MessageType, m: AnyMessage): JsonValue {
  switch (type.name) {
    case 'google.protobuf.Any':
      return anyToJson(m);
    case 'google.protobuf.Timestamp':
      return timeToJson(joinTime(m.seconds, m.nanos));
    case 'google.protobuf.Duration':
      return durationToJson(m.seconds * NANOS_PER_SECOND + BigInt(m.nanos));
  }
  if (GO_STRUCT_MESSAGES.has(type.name)) return goStructJson(type, m);
  const out: Record<string, JsonValue> = {};
  for (const field of type.fields) {
    let v = m[field.property];
    if (field.oneofCase !== undefined) {
      if (v === undefined || v.case !== field.oneofCase) continue;
      v = v.value;
    }
    if (v === undefined) out[field.protoName] = null;
    else if (isRepeated(field)) out[field.protoName] = (v as readonly AnyMessage[]).map((one) => elementToJson(field, one));
    else out[field.protoName] = field.oneofCase === undefined ? valueToJson(field, v) : elementToJson(field, v);
  }
  return out;
}

function isRepeated(field: FieldInfo): boolean {
  return (field.shape.kind === 'scalar' || field.shape.kind === 'message') && field.shape.repeated;
}

/** The JSON text of a message, by its generated codec. */
export function toJsonText<T>(codec: Codec<T>, m: T): string {
  return jsonText(toJson(messageOfCodec(codec as Codec<AnyMessage>), m));
}

function mismatch(field: FieldInfo, want: string): never {
  throw new ProtoJsonError(`field ${field.protoName}: expected ${want}`);
}

const LIMITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  enum: [-(1n << 31n), (1n << 31n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  sint64: [-(1n << 63n), (1n << 63n) - 1n],
  sfixed64: [-(1n << 63n), (1n << 63n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
  fixed64: [0n, (1n << 64n) - 1n],
};

function integerFromJson(field: FieldInfo, kind: string, v: JsonValue): bigint | number {
  let n: bigint | undefined;
  if (typeof v === 'bigint') n = v;
  else if (typeof v === 'number' && Number.isSafeInteger(v)) n = BigInt(v);
  else if (typeof v === 'string' && /^-?(0|[1-9]\d{0,19})$/.test(v)) n = BigInt(v);
  const [min, max] = LIMITS[kind] as readonly [bigint, bigint];
  if (n === undefined || n < min || n > max) return mismatch(field, `${kind}`);
  return kind === 'int32' || kind === 'uint32' || kind === 'enum' ? Number(n) : n;
}

function customFromJson(field: FieldInfo, custom: 'Int' | 'Dec', v: JsonValue): string {
  if (typeof v !== 'string') return mismatch(field, 'a number in text');
  if (custom === 'Dec') return parseDecText(v) ?? mismatch(field, 'a decimal with at most 18 places');
  const n = parseGoInteger(v);
  if (n === undefined || n >= 1n << 256n || n <= -(1n << 256n)) return mismatch(field, 'an integer within 256 bits');
  return n.toString();
}

function scalarFromJson(field: FieldInfo, v: JsonValue): AnyMessage {
  if (field.shape.kind !== 'scalar') throw new Error('not a scalar');
  const { custom, enum: enumName } = field.extra;
  if (custom !== undefined) return customFromJson(field, custom, v);
  const kind = field.shape.scalar;
  switch (kind) {
    case 'bool':
      return typeof v === 'boolean' ? v : mismatch(field, 'true or false');
    case 'string':
      // A lone surrogate is no text; Go reads it as U+FFFD.
      return typeof v === 'string' ? v.replace(/\p{Surrogate}/gu, '\ufffd') : mismatch(field, 'a string');
    case 'bytes':
      if (typeof v !== 'string') return mismatch(field, 'base64');
      try {
        return fromBase64(v.replace(/[\r\n]/g, ''));
      } catch {
        return mismatch(field, 'base64');
      }
    case 'enum':
      if (typeof v === 'string') {
        const values = findEnum(enumName as string) ?? {};
        return Object.hasOwn(values, v) ? values[v] : mismatch(field, `a value of ${enumName}`);
      }
      return integerFromJson(field, kind, v);
    case 'double':
    case 'float':
      return typeof v === 'number' ? v : mismatch(field, 'a number');
    default:
      return integerFromJson(field, kind, v);
  }
}

/** Go's time.ParseDuration, of which "1.5s" is one form. */
function durationFromJson(v: JsonValue): Duration {
  const d = typeof v === 'string' ? parseGoDuration(v) : undefined;
  if (d === undefined) throw new ProtoJsonError('bad Duration: expected e.g. "1.5s"');
  return d;
}

function timeFromJson(v: JsonValue): Time {
  try {
    if (typeof v === 'string') return parseTime(v);
  } catch {
    // Told below.
  }
  throw new ProtoJsonError('bad Timestamp, should be RFC 3339 encoded');
}

function valueFromJson(field: FieldInfo, v: JsonValue, depth: number): AnyMessage {
  switch (field.shape.kind) {
    case 'message':
      return fromJsonAt(messageOfCodec(field.shape.codec()), v, depth + 1);
    case 'time':
      return timeFromJson(v);
    case 'duration':
      return durationFromJson(v);
    default:
      return scalarFromJson(field, v);
  }
}

function isObject(v: JsonValue): v is { readonly [key: string]: JsonValue } {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

function anyFromJson(v: JsonValue, depth: number): Any {
  const typeUrl = isObject(v) ? v['@type'] : undefined;
  if (!isObject(v) || typeof typeUrl !== 'string') throw new ProtoJsonError("Any JSON doesn't have '@type'");
  const type = findByTypeUrl(typeUrl);
  if (type === undefined) throw new ProtoJsonError(`unable to resolve type URL ${typeUrl}`);
  let inner: JsonValue;
  if (isWellKnown(type)) {
    if (v.value === undefined) throw new ProtoJsonError("Any JSON doesn't have 'value'");
    inner = v.value;
  } else inner = Object.fromEntries(Object.entries(v).filter(([k]) => k !== '@type'));
  return { typeUrl, value: type.codec.encode(fromJsonAt(type, inner, depth + 1)) };
}

function fromJsonAt(type: MessageType, v: JsonValue, depth: number): AnyMessage {
  if (depth > DEPTH_MAX) throw new ProtoJsonError('nested too deeply');
  switch (type.name) {
    case 'google.protobuf.Any':
      return anyFromJson(v, depth);
    case 'google.protobuf.Timestamp':
      return splitTime(timeFromJson(v));
    case 'google.protobuf.Duration': {
      const d = durationFromJson(v);
      return { seconds: d / NANOS_PER_SECOND, nanos: Number(d % NANOS_PER_SECOND) };
    }
  }
  if (!isObject(v)) throw new ProtoJsonError(`${type.name}: expected an object`);
  const m = type.codec.zero();
  for (const [key, value] of Object.entries(v)) {
    const field = type.byName.get(key);
    if (field === undefined) throw new ProtoJsonError(`unknown field ${JSON.stringify(key)} in ${type.name}`);
    // Of both names the camelCase one counts.
    if (key !== field.jsonName && Object.hasOwn(v, field.jsonName)) continue;
    if (value === null) continue;
    let read: AnyMessage;
    if (isRepeated(field)) {
      if (!Array.isArray(value)) mismatch(field, 'a list');
      read = (value as readonly JsonValue[]).map((one) => valueFromJson(field, one, depth));
    } else read = valueFromJson(field, value, depth);
    m[field.property] = field.oneofCase === undefined ? read : { case: field.oneofCase, value: read };
  }
  return m;
}

/** Throws ProtoJsonError with the field that does not fit. */
export function fromJson(type: MessageType, v: JsonValue): AnyMessage {
  return fromJsonAt(type, v, 0);
}

/** Reads JSON text, by a generated codec; throws ProtoJsonError or a SyntaxError. */
export function fromJsonText<T>(codec: Codec<T>, text: string): T {
  return fromJson(messageOfCodec(codec as Codec<AnyMessage>), parseJson(text)) as T;
}
