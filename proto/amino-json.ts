// Amino JSON of messages, what SIGN_MODE_LEGACY_AMINO_JSON signs: fields sorted by name, empty ones left out unless (amino.dont_omitempty),
// 64-bit numbers as text, enums as numbers, bytes as base64, Anys as {"type": amino name, "value": …}. Compact, with < > & escaped.
// Source: cosmossdk.io/x/tx v0.14.0 signing/aminojson.
import { toBase64 } from '../chain/encoding/bytes.ts';
import { ANY_UTF8, Reader } from '../chain/encoding/proto-wire.ts';
import { formatTime, type Time } from '../chain/encoding/time.ts';
import { formatDecText } from './customtype.ts';
import type { Any } from './gen/google/protobuf.ts';
import { goJson } from './go-json.ts';
import { type AnyMessage, type FieldInfo, findByTypeUrl, type MessageType, messageOfCodec } from './registry.ts';

/** A message that amino JSON cannot express. */
export class AminoJsonError extends Error {
  override readonly name = 'AminoJsonError';
}

/** A JSON string as Go's encoding/json writes it. */
export function aminoString(s: string): string {
  return goJson(JSON.stringify(s));
}

interface AminoField {
  readonly field: FieldInfo;
  readonly name: string;
  /** What fields are sorted by: the oneof's name where it is in one. */
  readonly key: string;
  readonly messages: MessageType | undefined;
}

const layouts = new WeakMap<MessageType, readonly AminoField[]>();

/** strcase.ToCamel of the oneof's name. */
function camel(s: string): string {
  return s.replace(/(?:^|_)([a-z])/g, (_, c: string) => c.toUpperCase());
}

function layoutOf(type: MessageType): readonly AminoField[] {
  let layout = layouts.get(type);
  if (layout === undefined) {
    layout = type.fields
      .map((field): AminoField => {
        const name = field.extra.aminoName ?? field.protoName;
        const key = field.extra.oneof === undefined ? name : camel(field.extra.oneof);
        return { field, name, key, messages: field.shape.kind === 'message' ? messageOfCodec(field.shape.codec()) : undefined };
      })
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.field.no - b.field.no));
    layouts.set(type, layout);
  }
  return layout;
}

function isEmptyScalar(v: unknown): boolean {
  return v === 0 || v === 0n || v === false || v === '' || (v instanceof Uint8Array && v.length === 0);
}

/** The value of a field that is set, as one JSON value (of a list: of one element). */
function valueJson({ field, messages }: AminoField, v: AnyMessage): string {
  if (field.extra.custom === 'Dec') return `"${field.extra.scalar === 'cosmos.Dec' ? formatDecText(v === '' ? '0' : v) : v === '' ? '0' : v}"`;
  if (field.extra.custom === 'Int') return `"${v === '' ? '0' : v}"`;
  switch (field.shape.kind) {
    case 'message':
      return messageJson(messages as MessageType, v);
    case 'time':
      return `"${formatTime(v as Time)}"`;
    case 'duration':
      return `"${v}"`;
    default:
      if (typeof v === 'bigint') return `"${v}"`;
      if (typeof v === 'string') return aminoString(v);
      if (v instanceof Uint8Array) return `"${toBase64(v)}"`;
      return String(v);
  }
}

function fieldJson(f: AminoField, v: AnyMessage): string {
  const repeated = 'repeated' in f.field.shape && f.field.shape.repeated;
  if (f.field.extra.aminoEncoding === 'inline_json') return inlineJson(v);
  if (!repeated) return valueJson(f, v);
  const list = v as readonly AnyMessage[];
  // An empty list is Go's nil slice.
  if (list.length === 0) return f.field.extra.aminoEncoding === 'legacy_coins' ? '[]' : 'null';
  return `[${list.map((one) => valueJson(f, one)).join(',')}]`;
}

function sorted(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(sorted);
  if (v === null || typeof v !== 'object') return v;
  return Object.fromEntries(
    Object.entries(v)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, inner]) => [k, sorted(inner)]),
  );
}

/** JSON of any source, compact and with sorted keys. */
export function sortedJson(v: unknown): string {
  return goJson(JSON.stringify(sorted(v)));
}

function inlineJson(bytes: Uint8Array): string {
  try {
    return sortedJson(JSON.parse(String.fromCharCode(...bytes)));
  } catch {
    throw new AminoJsonError('could not normalize JSON');
  }
}

function keyFieldJson(m: AnyMessage): string {
  return m.key.length === 0 ? 'null' : `"${toBase64(m.key)}"`;
}

function thresholdJson(type: MessageType, m: AnyMessage): string {
  const keys = layoutOf(type).find((f) => f.name === 'public_keys') as AminoField;
  const list = m.publicKeys as readonly AnyMessage[];
  return `{"pubkeys":[${list.map((k) => valueJson(keys, k)).join(',')}],"threshold":"${m.threshold}"}`;
}

function moduleAccountJson(m: AnyMessage): string {
  const base = m.baseAccount;
  const permissions = m.permissions as readonly string[];
  const list = permissions.length === 0 ? 'null' : `[${permissions.map(aminoString).join(',')}]`;
  const [number, address, sequence] = base === undefined ? ['0', '""', '0'] : [base.accountNumber, aminoString(base.address), base.sequence];
  return `{"account_number":${number},"address":${address},"name":${aminoString(m.name)},"permissions":${list},"public_key":"","sequence":${sequence}}`;
}

/** A message without the {"type", "value"} around it. */
function messageJson(type: MessageType, m: AnyMessage): string {
  switch (type.name) {
    case 'google.protobuf.Any':
      return anyAminoJson(m as Any);
    case 'google.protobuf.Timestamp':
      return `"${formatTime(m.seconds * 1_000_000_000n + BigInt(m.nanos))}"`;
    case 'google.protobuf.Duration':
      return `"${m.seconds * 1_000_000_000n + BigInt(m.nanos)}"`;
  }
  switch (type.meta.aminoEncoding) {
    case 'key_field':
      return keyFieldJson(m);
    case 'threshold_string':
      return thresholdJson(type, m);
    case 'module_account':
      return moduleAccountJson(m);
  }
  const parts: string[] = [];
  const nullOneofs = new Set<string>();
  for (const f of layoutOf(type)) {
    const raw = m[f.field.property];
    if (f.field.oneofCase !== undefined) {
      if (raw === undefined) {
        if (!nullOneofs.has(f.key)) parts.push(`${aminoString(f.key)}:null`);
        nullOneofs.add(f.key);
      } else if (raw.case === f.field.oneofCase) {
        const name = f.field.extra.aminoOneof;
        if (name === undefined) throw new AminoJsonError(`field ${f.field.protoName} within a oneof must have the amino.oneof_type_name option set`);
        parts.push(`"${f.key}":{"type":"${name}","value":{${aminoString(f.name)}:${fieldJson(f, raw.value)}}}`);
      }
      continue;
    }
    if (isAbsent(f.field, raw)) {
      if (f.field.extra.dontOmitEmpty !== true) continue;
      if (raw === undefined && f.messages !== undefined)
        throw new AminoJsonError(`not supported: dont_omit_empty=true on invalid (nil?) message field: ${f.name}`);
    }
    parts.push(`${aminoString(f.name)}:${raw === undefined ? '""' : fieldJson(f, raw)}`);
  }
  return `{${parts.join(',')}}`;
}

/** protoreflect's Has, negated: what gogoproto would not write. Custom numbers that are not pointers are always written. */
function isAbsent(field: FieldInfo, v: unknown): boolean {
  if (v === undefined) return true;
  if (Array.isArray(v)) return v.length === 0;
  return field.extra.custom === undefined && field.shape.kind === 'scalar' && isEmptyScalar(v);
}

/** {"type": amino name or type URL, "value": …}. Throws AminoJsonError on an unknown type URL, WireError on bad bytes. */
export function anyAminoJson(any: Any): string {
  const type = findByTypeUrl(any.typeUrl);
  if (type === undefined) throw new AminoJsonError(`can't resolve type URL ${any.typeUrl}`);
  return namedAminoJson(type, type.codec.read(new Reader(any.value, 0, any.value.length, ANY_UTF8), undefined, 0));
}

/** As anyAminoJson, of a message that is decoded already. */
export function namedAminoJson(type: MessageType, m: AnyMessage): string {
  return `{"type":"${type.meta.amino ?? type.typeUrl}","value":${messageJson(type, m)}}`;
}

/** A message at the top: with its amino name around it where it has one. */
export function aminoJson(type: MessageType, m: AnyMessage): string {
  return type.meta.amino === undefined ? messageJson(type, m) : namedAminoJson(type, m);
}
