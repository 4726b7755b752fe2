// JSON as CometBFT's RPC, genesis and key files have it (wire.md §3 "JSON rules"; cmt:libs/json): 64-bit integers are strings, smaller
// ones numbers; hashes and addresses upper-case hex; other bytes base64, null when empty; times RFC 3339 in UTC.
// Reading follows Go: a missing field or null is the zero value, an unknown field is ignored, anything of another kind is an error.
import { fromBase64, fromHex, toBase64, toHexUpper } from '../../encoding/bytes.ts';
import { formatTime, GO_ZERO_TIME, parseTime, type Time } from '../../encoding/time.ts';
import { TypesError } from '../errors.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface JsonCodec<T> {
  to(v: T): Json;
  /** Throws TypesError; `path` names the place in its text. Never given undefined or null. */
  from(j: unknown, path: string): T;
  zero(): T;
}

export function jsonFail(path: string, why: string): never {
  throw new TypesError('json', `${path === '' ? 'JSON' : path}: ${why}`);
}

function shown(j: unknown): string {
  const s = typeof j === 'object' ? (Array.isArray(j) ? 'a list' : 'an object') : JSON.stringify(j);
  return s === undefined ? typeof j : s.slice(0, 64);
}

/** Reads a value that may be missing or null. */
export function fromJson<T>(codec: JsonCodec<T>, j: unknown, path = ''): T {
  return j === undefined || j === null ? codec.zero() : codec.from(j, path);
}

/** Parses JSON text and reads it. Throws TypesError. */
export function parseJson<T>(codec: JsonCodec<T>, text: string, path = ''): T {
  let j: unknown;
  try {
    j = JSON.parse(text);
  } catch (e) {
    jsonFail(path, `not valid JSON: ${(e as Error).message}`);
  }
  return fromJson(codec, j, path);
}

function big64(min: bigint, max: bigint, name: string): JsonCodec<bigint> {
  return {
    to: (v) => v.toString(),
    from: (j, path) => {
      if (typeof j !== 'string' || !/^-?(0|[1-9][0-9]*)$/.test(j)) jsonFail(path, `expected a ${name} as a string, got ${shown(j)}`);
      const n = BigInt(j);
      if (n < min || n > max) jsonFail(path, `${j} does not fit a ${name}`);
      return n;
    },
    zero: () => 0n,
  };
}

function small(min: number, max: number, name: string): JsonCodec<number> {
  return {
    to: (v) => v,
    from: (j, path) => {
      if (typeof j !== 'number' || !Number.isInteger(j) || j < min || j > max) jsonFail(path, `expected an ${name}, got ${shown(j)}`);
      return j;
    },
    zero: () => 0,
  };
}

export const jInt64 = big64(-(1n << 63n), (1n << 63n) - 1n, '64-bit integer');
export const jUint64 = big64(0n, (1n << 64n) - 1n, 'unsigned 64-bit integer');
export const jInt32 = small(-(2 ** 31), 2 ** 31 - 1, 'int32');
export const jUint32 = small(0, 2 ** 32 - 1, 'uint32');
export const jUint8 = small(0, 255, 'uint8');

export const jString: JsonCodec<string> = {
  to: (v) => v,
  from: (j, path) => (typeof j === 'string' ? j : jsonFail(path, `expected a string, got ${shown(j)}`)),
  zero: () => '',
};

export const jBool: JsonCodec<boolean> = {
  to: (v) => v,
  from: (j, path) => (typeof j === 'boolean' ? j : jsonFail(path, `expected true or false, got ${shown(j)}`)),
  zero: () => false,
};

const EMPTY = new Uint8Array(0);

/** HexBytes: upper case when written, either case when read. */
export const jHex: JsonCodec<Uint8Array> = {
  to: toHexUpper,
  from: (j, path) => {
    if (typeof j !== 'string') jsonFail(path, `expected hex in a string, got ${shown(j)}`);
    try {
      return fromHex(j);
    } catch (e) {
      return jsonFail(path, (e as Error).message);
    }
  },
  zero: () => EMPTY,
};

const base64From = (j: unknown, path: string): Uint8Array => {
  if (typeof j !== 'string') jsonFail(path, `expected base64 in a string, got ${shown(j)}`);
  try {
    return fromBase64(j);
  } catch (e) {
    return jsonFail(path, (e as Error).message);
  }
};

/** []byte that is null when empty: signatures, extensions. */
export const jBase64: JsonCodec<Uint8Array> = { to: (v) => (v.length === 0 ? null : toBase64(v)), from: base64From, zero: () => EMPTY };
/** []byte that is "" when empty: transactions, keys. */
export const jBase64Present: JsonCodec<Uint8Array> = { to: toBase64, from: base64From, zero: () => EMPTY };

export const jTime: JsonCodec<Time> = {
  to: formatTime,
  from: (j, path) => {
    if (typeof j !== 'string') jsonFail(path, `expected an RFC 3339 time, got ${shown(j)}`);
    if (!j.endsWith('Z')) jsonFail(path, `time must be UTC and end with Z, got ${shown(j)}`);
    try {
      return parseTime(j);
    } catch (e) {
      return jsonFail(path, (e as Error).message);
    }
  },
  zero: () => GO_ZERO_TIME,
};

export function jList<T>(item: JsonCodec<T>): JsonCodec<readonly T[]> {
  return {
    to: (list) => list.map(item.to),
    from: (j, path) => (Array.isArray(j) ? j.map((x, i) => fromJson(item, x, `${path}[${i}]`)) : jsonFail(path, `expected a list, got ${shown(j)}`)),
    zero: () => [],
  };
}

/** A pointer: null when absent. */
export function jOptional<T>(inner: JsonCodec<T>): JsonCodec<T | undefined> {
  return { to: (v) => (v === undefined ? null : inner.to(v)), from: inner.from, zero: () => undefined };
}

/** A type read from and written as another one. */
export function jMap<A, B>(inner: JsonCodec<B>, to: (a: A) => B, from: (b: B, path: string) => A): JsonCodec<A> {
  return { to: (a) => inner.to(to(a)), from: (j, path) => from(inner.from(j, path), path), zero: () => from(inner.zero(), '') };
}

export interface JsonField<T> {
  /** Name in JSON; others in `also` are read too. */
  readonly name: string;
  readonly codec: JsonCodec<T>;
  readonly omitEmpty?: boolean;
  readonly also?: readonly string[];
}

function isEmpty(v: unknown): boolean {
  return v === undefined || v === 0 || v === 0n || v === '' || ((Array.isArray(v) || v instanceof Uint8Array) && v.length === 0);
}

export function asObject(j: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof j !== 'object' || j === null || Array.isArray(j)) jsonFail(path, `expected an object, got ${shown(j)}`);
  return j as Record<string, unknown>;
}

/** A struct; fields are written in the order of the table. */
export function jObject<T extends object>(fields: { readonly [K in keyof T]-?: JsonField<T[K]> }): JsonCodec<T> {
  const entries = Object.entries(fields) as [string, JsonField<unknown>][];
  return {
    to: (v) => {
      const out: Record<string, Json> = {};
      for (const [key, f] of entries) {
        const value = (v as Record<string, unknown>)[key];
        if (f.omitEmpty !== true || !isEmpty(value)) out[f.name] = f.codec.to(value);
      }
      return out;
    },
    from: (j, path) => {
      const o = asObject(j, path);
      const out: Record<string, unknown> = {};
      for (const [key, f] of entries) {
        const name = [f.name, ...(f.also ?? [])].find((n) => Object.hasOwn(o, n)) ?? f.name;
        out[key] = fromJson(f.codec, Object.hasOwn(o, name) ? o[name] : undefined, path === '' ? name : `${path}.${name}`);
      }
      return out as T;
    },
    zero: () => Object.fromEntries(entries.map(([key, f]) => [key, f.codec.zero()])) as T,
  };
}

export const field = <T>(name: string, codec: JsonCodec<T>): JsonField<T> => ({ name, codec });
export const omittable = <T>(name: string, codec: JsonCodec<T>): JsonField<T> => ({ name, codec, omitEmpty: true });
