// Request fields from a URL: path variables and query parameters such as pagination.limit, by proto or JSON name. Unknown ones are
// ignored; of repeated values a single field takes the first. Words of errors are the gateway's (grpc-gateway v1 runtime/query.go).
import { type AnyMessage, type FieldInfo, findEnum, type MessageType, messageOfCodec } from '../../../proto/registry.ts';
import { parseTime } from '../../encoding/time.ts';
import { invalidArgument } from '../grpc/status.ts';

/** Deepest field path: a.b.c… */
const PATH_PARTS_MAX = 16;

const INTEGERS: Readonly<Record<string, readonly [string, bigint, bigint]>> = {
  int32: ['ParseInt', -(2n ** 31n), 2n ** 31n - 1n],
  int64: ['ParseInt', -(2n ** 63n), 2n ** 63n - 1n],
  sint64: ['ParseInt', -(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: ['ParseInt', -(2n ** 63n), 2n ** 63n - 1n],
  uint32: ['ParseUint', 0n, 2n ** 32n - 1n],
  uint64: ['ParseUint', 0n, 2n ** 64n - 1n],
  fixed64: ['ParseUint', 0n, 2n ** 64n - 1n],
};
const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

function goName(fullName: string): string {
  const parts = fullName.split('.');
  const name = parts.pop() as string;
  const pkg = parts.filter((p) => !/^v\d/.test(p)).pop() ?? '';
  return `${pkg}.${name}`;
}

function parseInteger(kind: string, text: string): bigint {
  const [func, min, max] = INTEGERS[kind] as readonly [string, bigint, bigint];
  const shown = JSON.stringify(text.slice(0, 64));
  if (!(func === 'ParseUint' ? /^\d+$/ : /^[-+]?\d+$/).test(text)) throw new Error(`strconv.${func}: parsing ${shown}: invalid syntax`);
  const n = text.length > 64 ? max + 1n : BigInt(text.replace(/^\+/, ''));
  if (n < min || n > max) throw new Error(`strconv.${func}: parsing ${shown}: value out of range`);
  return n;
}

function parseBytes(text: string): Uint8Array {
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  const bad = standard.search(/[^A-Za-z0-9+/=]/);
  if (bad >= 0) throw new Error(`illegal base64 data at input byte ${bad}`);
  if (standard.length % 4 !== 0 || !/^[^=]*={0,2}$/.test(standard))
    throw new Error(`illegal base64 data at input byte ${standard.length - (standard.length % 4)}`);
  return new Uint8Array(Buffer.from(standard, 'base64'));
}

function parseEnum(name: string, text: string): number {
  const values = findEnum(name) ?? {};
  if (Object.hasOwn(values, text)) return values[text] as number;
  const n = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Object.values(values).includes(n)) return n;
  throw new Error(`${text} is not a valid ${goName(name)}`);
}

function parseScalar(field: FieldInfo, text: string): unknown {
  const { shape, extra } = field;
  if (shape.kind === 'time') return parseTime(text);
  if (shape.kind !== 'scalar') {
    const name = shape.kind === 'message' ? goName(messageOfCodec(shape.codec()).name) : 'time.Duration';
    throw new Error(`field type *${name} is not supported in query parameters`);
  }
  if (extra.enum !== undefined) return parseEnum(extra.enum, text);
  switch (shape.scalar) {
    case 'string':
      return text;
    case 'bytes':
      return parseBytes(text);
    case 'bool':
      if (TRUE.includes(text)) return true;
      if (FALSE.includes(text)) return false;
      throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text.slice(0, 64))}: invalid syntax`);
    case 'double':
    case 'float':
      throw new Error('floating-point parameters are not supported');
    default: {
      const n = parseInteger(shape.scalar === 'enum' ? 'int32' : shape.scalar, text);
      return shape.scalar === 'int32' || shape.scalar === 'uint32' || shape.scalar === 'enum' ? Number(n) : n;
    }
  }
}

function assign(m: AnyMessage, field: FieldInfo, value: unknown): void {
  m[field.property] = field.oneofCase === undefined ? value : { case: field.oneofCase, value };
}

/** Throws Error in the gateway's words. */
function setField(type: MessageType, m: AnyMessage, path: readonly string[], values: readonly string[]): void {
  const field = type.byName.get(path[0] as string);
  if (field === undefined) return;
  const { shape } = field;
  if (path.length > 1) {
    if (shape.kind !== 'message' || shape.repeated || field.oneofCase !== undefined) return;
    const inner = messageOfCodec(shape.codec());
    m[field.property] ??= inner.codec.zero();
    setField(inner, m[field.property], path.slice(1), values);
  } else if (shape.kind === 'scalar' && shape.repeated) {
    m[field.property] = [...m[field.property], ...values.map((v) => parseScalar(field, v))];
  } else assign(m, field, parseScalar(field, values[0] ?? ''));
}

export function setPathVariable(type: MessageType, m: AnyMessage, path: string, text: string): void {
  try {
    setField(type, m, path.split('.'), [text]);
  } catch (e) {
    throw invalidArgument(`type mismatch, parameter: ${path}, error: ${(e as Error).message}`);
  }
}

/** Parameters named as path variables are left out: the path has said them. */
export function setQueryParameters(type: MessageType, m: AnyMessage, query: URLSearchParams, except: ReadonlyMap<string, string>): void {
  for (const name of new Set(query.keys())) {
    const path = name.split('.');
    if (except.has(name) || path.length > PATH_PARTS_MAX) continue;
    try {
      setField(type, m, path, query.getAll(name));
    } catch (e) {
      throw invalidArgument((e as Error).message);
    }
  }
}
