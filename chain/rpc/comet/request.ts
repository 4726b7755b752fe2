// Reading JSON-RPC requests (cmt:rpc/jsonrpc/types/types.go RPCRequest). As in Go, member names are matched without regard to case,
// `jsonrpc` is not looked at, and a request without an id is a notification: not served, not answered.
// A numeric id must be a finite whole number in the int64 range; it is echoed digit for digit, so that ids never collide.
import { jsonString } from './json/text.ts';
import { parseError, type RpcError } from './rpc-error.ts';

export interface RpcRequest {
  /** JSON text of the id; undefined for a notification. */
  readonly id: string | undefined;
  readonly method: string;
  /** undefined where the request has none. */
  readonly params: unknown;
}

/** Deepest nesting of arrays and objects, as Go's encoding/json. */
export const JSON_DEPTH_MAX = 10_000;

function unmarshal(detail: string): RpcError {
  return parseError(`error unmarshaling request: ${detail}`);
}

/** Throws where the text nests deeper than the limit. Strings are skipped, nothing is validated. */
function checkDepth(text: string): void {
  if (text.length <= JSON_DEPTH_MAX) return;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      for (i++; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++;
    } else if (c === 91 || c === 123) {
      if (++depth > JSON_DEPTH_MAX) throw new SyntaxError(`invalid character '${text[i]}' exceeded max depth`);
    } else if (c === 93 || c === 125) depth--;
  }
}

/** Throws SyntaxError, worded as Go does for the common case of a wrong first character. */
export function parseJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch (e) {
    const first = text.trimStart().charAt(0);
    if (first === '') throw new SyntaxError('unexpected end of JSON input');
    if (!/[-[{"0-9tfn]/.test(first)) throw new SyntaxError(`invalid character '${first}' looking for beginning of value`);
    throw new SyntaxError(e instanceof Error ? e.message : 'invalid JSON');
  }
}

const INT64_LIMIT = 2 ** 63;

/** The same value, with whole numbers that a double cannot hold as bigint. */
function parseExact(text: string): unknown {
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}

function exactId(text: string, index: number | undefined, id: number): string {
  const whole = parseExact(text);
  const request = index === undefined ? whole : (whole as readonly unknown[])[index];
  const exact = member(request as Readonly<Record<string, unknown>>, 'id');
  return (typeof exact === 'bigint' && exact === BigInt.asIntN(64, exact) ? exact : BigInt(id)).toString();
}

function idText(id: unknown, text: string, index: number | undefined): string | undefined {
  if (typeof id === 'string') return jsonString(id);
  if (typeof id === 'number') {
    if (Number.isSafeInteger(id)) return (id + 0).toString();
    if (!Number.isFinite(id)) throw unmarshal('json: cannot unmarshal number into Go struct field .id of type float64');
    if (!Number.isInteger(id)) throw unmarshal(`json-rpc ID must be a whole number, got ${id}`);
    if (id >= INT64_LIMIT || id < -INT64_LIMIT) throw unmarshal(`json-rpc ID out of int64 range, got ${id}`);
    return exactId(text, index, id);
  }
  if (id === null || id === undefined) return undefined;
  const kind = typeof id === 'boolean' ? 'bool' : Array.isArray(id) ? '[]interface {}' : 'map[string]interface {}';
  throw unmarshal(`json-rpc ID (${JSON.stringify(id).slice(0, 100)}) is of unknown type (${kind})`);
}

function member(o: Readonly<Record<string, unknown>>, name: string): unknown {
  const exact = o[name];
  if (exact !== undefined) return exact;
  for (const key of Object.keys(o)) if (key.length === name.length && key.toLowerCase() === name) return o[key];
  return undefined;
}

function jsonKind(v: unknown): string {
  return Array.isArray(v) ? 'array' : v === null ? 'null' : typeof v === 'boolean' ? 'bool' : typeof v;
}

function toRequest(v: unknown, text: string, index: number | undefined): RpcRequest {
  if (v === null) return { id: undefined, method: '', params: undefined };
  if (typeof v !== 'object' || Array.isArray(v)) throw unmarshal(`json: cannot unmarshal ${jsonKind(v)} into a JSON-RPC request`);
  const o = v as Readonly<Record<string, unknown>>;
  const method = member(o, 'method');
  if (method !== undefined && method !== null && typeof method !== 'string') {
    throw unmarshal(`json: cannot unmarshal ${jsonKind(method)} into Go struct field .method of type string`);
  }
  return { id: idText(member(o, 'id'), text, index), method: method ?? '', params: member(o, 'params') };
}

/** One request; an array is refused. Throws RpcError. */
export function decodeRequest(text: string): RpcRequest {
  let v: unknown;
  try {
    v = parseJson(text);
  } catch (e) {
    throw unmarshal((e as Error).message);
  }
  return toRequest(v, text, undefined);
}

/** A body of one request or a batch. Throws RpcError where any of them cannot be read. */
export function decodeRequests(text: string): { readonly batch: boolean; readonly requests: readonly RpcRequest[] } {
  let v: unknown;
  try {
    v = parseJson(text);
  } catch (e) {
    throw unmarshal((e as Error).message);
  }
  if (!Array.isArray(v)) return { batch: false, requests: [toRequest(v, text, undefined)] };
  return { batch: true, requests: v.map((r, i) => toRequest(r, text, i)) };
}
