// `/light/v1/*` of the REST door: aids for light clients, optional and trusted by nobody (light-client.md §8).
import { concatBytes, fromHex } from '../../encoding/bytes.ts';
import { type BundleSource, KEYS_MAX, makeBundle } from './bundle.ts';
import { LightAidError } from './errors.ts';
import type { HistoryLog } from './log.ts';
import { pruned, skipPath } from './skip-path.ts';

export const LIGHT_PREFIX = '/light/v1/';

export interface LightReply {
  readonly status: number;
  readonly type: 'application/json' | 'application/octet-stream';
  readonly body: Uint8Array | string;
}

const KEY_BYTES_MAX = 1024;
/** 32 bytes each. */
export const LOG_HASHES_MAX = 8192n;

const invalid = (why: string): never => {
  throw new LightAidError(400, 'invalid-request', why);
};

function heightOf(p: URLSearchParams, name: string): bigint | undefined {
  const text = p.get(name);
  if (text === null) return undefined;
  return /^\d{1,18}$/.test(text) ? BigInt(text) : invalid(`${name} is no height`);
}

function bytesOf(text: string, what: string, length?: number): Uint8Array {
  if (!/^([0-9a-fA-F]{2})*$/.test(text) || text.length > 2 * KEY_BYTES_MAX) return invalid(`${what} is no hex`);
  const b = fromHex(text);
  return length === undefined || b.length === length ? b : invalid(`${what} has ${b.length} bytes, not ${length}`);
}

function keysOf(text: string): readonly { readonly store: string; readonly key: Uint8Array }[] {
  const keys = text.split(',').map((part) => {
    const [store = '', hex] = part.split(':');
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(store) || hex === undefined || hex === '') return invalid('keys are store:hex, separated by commas');
    return { store, key: bytesOf(hex, 'key') };
  });
  return keys.length > KEYS_MAX ? invalid(`${keys.length} keys, of at most ${KEYS_MAX}`) : keys;
}

async function answer(s: BundleSource, log: HistoryLog | undefined, path: string, p: URLSearchParams): Promise<LightReply> {
  const from = heightOf(p, 'from') ?? invalid('from is missing');
  if (path === 'bundle') {
    const [set, keys, tx] = ['set', 'keys', 'tx'].map((name) => p.get(name) ?? undefined);
    const block = heightOf(p, 'block');
    if (tx !== undefined && block !== undefined) invalid('tx and block are two requests');
    const body = await makeBundle(s, log, {
      from,
      set: set === undefined ? undefined : bytesOf(set, 'set', 32),
      keys: keys === undefined ? [] : keysOf(keys),
      tx: tx === undefined ? undefined : bytesOf(tx, 'tx', 32),
      block,
    });
    return { status: 200, type: 'application/octet-stream', body };
  }
  if (path === 'skip_hint') {
    const to = heightOf(p, 'to') ?? s.chain.height;
    if (from < 1n || from > to || to > s.chain.height) invalid(`from ${from} and to ${to} are not heights of 1 to ${s.chain.height}`);
    return { status: 200, type: 'application/json', body: JSON.stringify({ heights: (await skipPath(s.chain, from, to)).map(String) }) };
  }
  if (path === 'log') {
    const to = heightOf(p, 'to') ?? invalid('to is missing');
    if (from < 1n || from > to || to > s.chain.height || to - from >= LOG_HASHES_MAX)
      invalid(`from ${from} and to ${to} are not at most ${LOG_HASHES_MAX} heights`);
    const hashes: Uint8Array[] = [];
    for (let h = from; h <= to; h++) hashes.push((await s.chain.meta(h))?.blockId.hash ?? pruned(s.chain, h));
    return { status: 200, type: 'application/octet-stream', body: concatBytes(...hashes) };
  }
  throw new LightAidError(404, 'not-found', `no such aid: ${path}`);
}

/** `path` after LIGHT_PREFIX. Never rejects but for faults of the node. */
export async function serveLight(s: BundleSource, log: HistoryLog | undefined, path: string, query: string): Promise<LightReply> {
  try {
    return await answer(s, log, path, new URLSearchParams(query));
  } catch (e) {
    if (!(e instanceof LightAidError)) throw e;
    const body = JSON.stringify({ code: e.code, message: e.message, ...(e.base !== undefined && { base: e.base.toString() }) });
    return { status: e.status, type: 'application/json', body };
  }
}
