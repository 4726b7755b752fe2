// Pages over a part of a store, as sdk:types/query Paginate and GenericFilteredPaginate: older than collections' pages (pagination.ts) and with
// their own rules for offsets beyond the end, totals and reverse order. Modules use the one that their twin in the reference uses.
import type { PageRequest } from '../../proto/gen/cosmos/base/query/v1beta1.ts';
import { decodeKey } from './collections/key-codec.ts';
import { prefixEnd, type StateMap } from './collections/state-map.ts';
import type { Context } from './context.ts';
import { plainError } from './errors.ts';
import { PAGE_LIMIT_DEFAULT, type Page } from './pagination.ts';

const EMPTY = new Uint8Array(0);

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

interface Request {
  readonly key: Uint8Array;
  readonly offset: bigint;
  readonly limit: bigint;
  readonly countTotal: boolean;
  readonly reverse: boolean;
}

function complete(r: PageRequest | undefined): Request {
  const limit = r?.limit ?? 0n;
  const request = {
    key: r?.key ?? EMPTY,
    offset: r?.offset ?? 0n,
    limit: limit === 0n ? PAGE_LIMIT_DEFAULT : limit,
    countTotal: limit === 0n || (r?.countTotal ?? false),
    reverse: r?.reverse ?? false,
  };
  if (request.offset > 0n && request.key.length > 0) throw plainError('invalid request, either offset or key is expected, got both');
  return request;
}

/** Entries whose encoded key begins with `prefix`, from the request's key on. In reverse the key is the first one too. */
function* entries<K, V>(ctx: Context, map: StateMap<K, V>, r: Request, prefix: Uint8Array): Generator<readonly [Uint8Array, Uint8Array]> {
  const whole = prefix.length === 0 ? undefined : prefixEnd(prefix);
  if (!r.reverse) return yield* map.walkRaw(ctx, { start: join(prefix, r.key), end: whole });
  let end = whole;
  if (r.key.length > 0) {
    let count = 0;
    for (const [key] of map.walkRaw(ctx, { start: join(prefix, r.key), end: whole })) {
      if (count++ === 0) continue;
      end = key;
      break;
    }
    // The reference asks an iterator at its end for its key.
    if (count === 1) throw new Error('prefixIterator invalid, cannot call Key()');
  }
  yield* map.walkRaw(ctx, { start: prefix, end, reverse: true });
}

const sum64 = (a: bigint, b: bigint): bigint => BigInt.asUintN(64, a + b);

/**
 * Paginate: every entry counts. `prefix` limits it to keys that begin with an encoded part, which is left out of next_key.
 * Throws a plain error where key and offset are both given, and what `transform` throws.
 */
export function paginateStore<K, V, T>(
  ctx: Context,
  map: StateMap<K, V>,
  request: PageRequest | undefined,
  transform: (key: K, value: V) => T,
  prefix: Uint8Array = EMPTY,
): Page<T> {
  const r = complete(request);
  const results: T[] = [];
  const take = (k: Uint8Array, v: Uint8Array): void => void results.push(transform(decodeKey(map.keyCodec, k), map.valueCodec.decode(v)));
  let nextKey = EMPTY;
  let count = 0n;
  if (r.key.length > 0) {
    for (const [k, v] of entries(ctx, map, r, prefix)) {
      if (count === r.limit) {
        nextKey = k.slice(prefix.length);
        break;
      }
      take(k, v);
      count++;
    }
    return { results, pagination: { nextKey, total: 0n } };
  }
  const end = sum64(r.offset, r.limit);
  for (const [k, v] of entries(ctx, map, r, prefix)) {
    count++;
    if (count <= r.offset) continue;
    if (count <= end) take(k, v);
    else if (count === sum64(end, 1n)) {
      nextKey = k.slice(prefix.length);
      if (!r.countTotal) break;
    }
  }
  return { results, pagination: { nextKey, total: r.countTotal ? count : 0n } };
}

/** GenericFilteredPaginate: only entries count for which `transform` gives something. Offsets and totals are of those. */
export function filterStore<K, V, T>(
  ctx: Context,
  map: StateMap<K, V>,
  request: PageRequest | undefined,
  transform: (key: K, value: V) => T | undefined,
  prefix: Uint8Array = EMPTY,
): Page<T> {
  const r = complete(request);
  const results: T[] = [];
  const read = (k: Uint8Array, v: Uint8Array): T | undefined => transform(decodeKey(map.keyCodec, k), map.valueCodec.decode(v));
  let nextKey = EMPTY;
  let hits = 0n;
  if (r.key.length > 0) {
    for (const [k, v] of entries(ctx, map, r, prefix)) {
      if (hits === r.limit) {
        nextKey = k.slice(prefix.length);
        break;
      }
      const found = read(k, v);
      if (found === undefined) continue;
      results.push(found);
      hits++;
    }
    return { results, pagination: { nextKey, total: 0n } };
  }
  const end = sum64(r.offset, r.limit);
  for (const [k, v] of entries(ctx, map, r, prefix)) {
    const found = read(k, v);
    if (found !== undefined) {
      if (hits >= r.offset && hits < end) results.push(found);
      hits++;
    }
    if (hits === sum64(end, 1n)) {
      if (nextKey.length === 0) nextKey = k.slice(prefix.length);
      if (!r.countTotal) break;
    }
  }
  return { results, pagination: { nextKey, total: r.countTotal ? hits : 0n } };
}
