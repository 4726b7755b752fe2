// Parameters of JSON-RPC methods: each method names them in a table, and the types here read them from JSON or from a URI
// (cmt:rpc/jsonrpc/server/http_json_handler.go, http_uri_handler.go; libs/json/decoder.go). 64-bit integers are strings in JSON and
// bare digits in a URI; bytes are base64 in JSON, hex (0x…) or quoted text in a URI; HexBytes are hex in both.
import type { UriQuery } from './query.ts';
import { parseJson } from './request.ts';
import { invalidParams } from './rpc-error.ts';

/** How a URI value of the type may look beside JSON. */
type UriForm = 'int' | 'string' | 'bytes' | 'other';

export interface ParamType<T> {
  /** Go's name of the kind, for errors. */
  readonly kind: string;
  readonly uri: UriForm;
  /** The value where the parameter is absent. */
  readonly zero: T;
  /** From a JSON value; throws Error with CometBFT's words. */
  fromJson(v: unknown): T;
  /** From the bytes of a hex or quoted URI value; only for strings and bytes. */
  fromBytes?(b: Uint8Array): T;
}

export type Params = Readonly<Record<string, ParamType<unknown>>>;
export type Args<P extends Params> = { readonly [K in keyof P]: P[K] extends ParamType<infer T> ? T : never };

function jsonKind(v: unknown): string {
  return Array.isArray(v) ? 'array' : v === null ? 'null' : typeof v === 'boolean' ? 'bool' : typeof v;
}

function wrongKind(v: unknown, type: string): Error {
  return new Error(`json: cannot unmarshal ${jsonKind(v)} into Go value of type ${type}`);
}

function integer(kind: string, min: bigint, max: bigint): (v: unknown) => bigint {
  return (v) => {
    if (typeof v !== 'string') throw new Error(`invalid 64-bit integer encoding ${JSON.stringify(JSON.stringify(v))}, expected string`);
    const text = v.trim();
    if (!/^-?(0|[1-9]\d{0,40})$/.test(text)) {
      if (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text)) throw new Error(`json: cannot unmarshal number ${text} into Go value of type ${kind}`);
      if (text === '') throw new Error('unexpected end of JSON input');
      throw new Error(`invalid character '${text[0]}' looking for beginning of value`);
    }
    const n = BigInt(text);
    if (n < min || n > max) throw new Error(`json: cannot unmarshal number ${text} into Go value of type ${kind}`);
    return n;
  };
}

const readInt64 = integer('int64', -(2n ** 63n), 2n ** 63n - 1n);
const readInt = integer('int', -(2n ** 63n), 2n ** 63n - 1n);
const readUint = integer('uint', 0n, 2n ** 64n - 1n);
const absent = (v: unknown): boolean => v === null || v === undefined;

export const int64: ParamType<bigint> = { kind: 'int64', uri: 'int', zero: 0n, fromJson: (v) => (absent(v) ? 0n : readInt64(v)) };
export const optionalInt64: ParamType<bigint | undefined> = {
  kind: 'int64',
  uri: 'int',
  zero: undefined,
  fromJson: (v) => (absent(v) ? undefined : readInt64(v)),
};
export const optionalInt: ParamType<bigint | undefined> = { kind: 'int', uri: 'int', zero: undefined, fromJson: (v) => (absent(v) ? undefined : readInt(v)) };
export const uint: ParamType<bigint> = { kind: 'uint', uri: 'int', zero: 0n, fromJson: (v) => (absent(v) ? 0n : readUint(v)) };

export const bool: ParamType<boolean> = {
  kind: 'bool',
  uri: 'other',
  zero: false,
  fromJson: (v) => {
    if (absent(v)) return false;
    if (typeof v !== 'boolean') throw wrongKind(v, 'bool');
    return v;
  },
};

export const string: ParamType<string> = {
  kind: 'string',
  uri: 'string',
  zero: '',
  fromJson: (v) => {
    if (absent(v)) return '';
    if (typeof v !== 'string') throw wrongKind(v, 'string');
    return v;
  },
  fromBytes: (b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('utf8'),
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const NO_BYTES = new Uint8Array(0);

/** Behind the doors nobody expects a Buffer, whose `slice` is a view and no copy. */
function plain(b: Buffer): Uint8Array {
  return new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
}

function readBase64(v: unknown, type: string): Uint8Array {
  if (typeof v !== 'string') throw wrongKind(v, type);
  if (v.length % 4 !== 0 || !BASE64.test(v)) {
    const text = v.replace(/[\r\n]/g, '');
    if (text.length !== v.length) return readBase64(text, type);
    const at = v.search(/[^A-Za-z0-9+/]/);
    throw new Error(`illegal base64 data at input byte ${at < 0 ? v.length - (v.length % 4) : at}`);
  }
  return plain(Buffer.from(v, 'base64'));
}

function base64Type(type: string): ParamType<Uint8Array> {
  return { kind: 'slice', uri: 'bytes', zero: NO_BYTES, fromJson: (v) => (absent(v) ? NO_BYTES : readBase64(v, type)), fromBytes: (b) => b };
}
/** []byte: base64 in JSON. */
export const bytes = base64Type('[]uint8');
export const tx = base64Type('types.Tx');

function readHex(text: string): Uint8Array {
  const bad = /[^0-9a-fA-F]/.exec(text);
  if (bad !== null) {
    const code = (text.codePointAt(bad.index) as number).toString(16).toUpperCase().padStart(4, '0');
    throw new Error(`encoding/hex: invalid byte: U+${code} '${String.fromCodePoint(text.codePointAt(bad.index) as number)}'`);
  }
  if (text.length % 2 !== 0) throw new Error('encoding/hex: odd length hex string');
  return plain(Buffer.from(text, 'hex'));
}

/** HexBytes: hex in JSON. */
export const hexBytes: ParamType<Uint8Array> = {
  kind: 'slice',
  uri: 'bytes',
  zero: NO_BYTES,
  fromJson: (v) => {
    if (absent(v)) return NO_BYTES;
    if (typeof v !== 'string') throw new Error(`invalid hex string: ${JSON.stringify(v).slice(0, 100)}`);
    return readHex(v);
  },
  fromBytes: (b) => b,
};

export const strings: ParamType<readonly string[]> = {
  kind: 'slice',
  uri: 'other',
  zero: [],
  fromJson: (v) => {
    if (absent(v)) return [];
    if (!Array.isArray(v)) throw wrongKind(v, '[]json.RawMessage');
    return v.map((s) => string.fromJson(s));
  },
};

/** Any JSON value, undefined where absent: the method itself reads it with `read`, whose error is a parameter error. */
export function custom<T>(kind: string, read: (v: unknown) => T): ParamType<T | undefined> {
  return { kind, uri: 'other', zero: undefined, fromJson: (v) => (absent(v) ? undefined : read(v)) };
}

function fromUri<T>(type: ParamType<T>, text: string): T {
  if (type.uri === 'int' && /^-?[0-9]+$/.test(text)) return type.fromJson(text);
  if (/^0[xX]/.test(text)) {
    if (type.fromBytes === undefined) throw new Error(`got a hex string arg, but expected '${type.kind}'`);
    return type.fromBytes(readHex(text.slice(2)));
  }
  if (type.uri === 'bytes' && type.fromBytes !== undefined && text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    const s = parseJson(text);
    if (typeof s === 'string') return type.fromBytes(plain(Buffer.from(s, 'utf8')));
  }
  if (type === (hexBytes as unknown)) throw new Error(`invalid hex string: ${text.slice(0, 100)}`);
  if (type.uri === 'int' && !(text.startsWith('"') && text.endsWith('"')))
    throw new Error(`invalid 64-bit integer encoding ${JSON.stringify(text)}, expected string`);
  return type.fromJson(parseJson(text));
}

/** From the params member of a request: an object by name, or an array in the table's order. Throws RpcError (invalid params). */
export function argsFromJson(params: Params, given: unknown): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const names = Object.keys(params);
  try {
    if (Array.isArray(given)) {
      if (given.length !== names.length) throw new Error(`expected ${names.length} parameters ([${names.join(' ')}]), got ${given.length}`);
      names.forEach((name, i) => {
        args[name] = (params[name] as ParamType<unknown>).fromJson(given[i]);
      });
    } else if (typeof given === 'object' || given === undefined) {
      const o = (given ?? {}) as Readonly<Record<string, unknown>>;
      for (const name of names) {
        const type = params[name] as ParamType<unknown>;
        args[name] = Object.hasOwn(o, name) ? type.fromJson(o[name]) : type.zero;
      }
    } else {
      throw new Error(`unknown type for JSON params: ${wrongKind(given, '[]json.RawMessage').message}. Expected map or array`);
    }
  } catch (e) {
    throw invalidParams(`error converting json params to arguments: ${(e as Error).message}`);
  }
  return args;
}

/** From the query of a URI. An empty value counts as absent. */
export function argsFromUri(params: Params, query: UriQuery): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  try {
    for (const name of Object.keys(params)) {
      const type = params[name] as ParamType<unknown>;
      const text = query.get(name);
      args[name] = text === null || text === '' ? type.zero : fromUri(type, text);
    }
  } catch (e) {
    throw invalidParams(`error converting http params to arguments: ${(e as Error).message}`);
  }
  return args;
}
