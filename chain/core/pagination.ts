// Pages of query answers, as sdk:types/query CollectionPaginate and Paginate: by key or by offset, with an optional count.
import type { PageRequest, PageResponse } from '../../proto/gen/cosmos/base/query/v1beta1.ts';
import { decodeKey } from './collections/key-codec.ts';
import { prefixEnd, type StateMap } from './collections/state-map.ts';
import type { Context } from './context.ts';
import { plainError } from './errors.ts';

export const PAGE_LIMIT_DEFAULT = 100n;

const EMPTY = new Uint8Array(0);

export interface Page<T> {
  readonly results: readonly T[];
  readonly pagination: PageResponse;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/**
 * One page of a map. `prefix` limits it to keys that begin with an encoded part, which is left out of next_key as the reference does.
 * With `include` only entries that it names are on pages and counted; offsets pass over all. Throws a plain error where key and offset are
 * both given, and what `transform` and `include` throw.
 */
export function paginate<K, V, T>(
  ctx: Context,
  map: StateMap<K, V>,
  request: PageRequest | undefined,
  transform: (key: K, value: V) => T,
  prefix: Uint8Array = EMPTY,
  include?: (key: K, value: V) => boolean,
): Page<T> {
  const key = request?.key ?? EMPTY;
  const offset = request?.offset ?? 0n;
  const noLimit = (request?.limit ?? 0n) === 0n;
  const limit = noLimit ? PAGE_LIMIT_DEFAULT : (request?.limit ?? 0n);
  const countTotal = noLimit || (request?.countTotal ?? false);
  const reverse = request?.reverse ?? false;
  if (offset > 0n && key.length > 0) throw plainError('invalid request, either offset or key is expected, got both');

  const from = join(prefix, key);
  const range = reverse
    ? { start: prefix, end: from.length === 0 ? undefined : prefixEnd(from), reverse }
    : { start: from, end: prefix.length === 0 ? undefined : prefixEnd(prefix) };
  const results: T[] = [];
  let nextKey = EMPTY;
  let passed = 0n;
  let count = 0n;
  for (const [k, v] of map.walkRaw(ctx, range)) {
    if (key.length === 0 && passed < offset) {
      passed += 1n;
      continue;
    }
    const included = (): boolean => include === undefined || include(decodeKey(map.keyCodec, k), map.valueCodec.decode(v));
    // From a key on, the next page begins at what belongs to it; by offset at what comes next, whether it belongs to it or not.
    if ((count < limit || key.length > 0) && !included()) continue;
    if (count < limit) {
      results.push(transform(decodeKey(map.keyCodec, k), map.valueCodec.decode(v)));
    } else {
      if (count === limit) nextKey = k.slice(prefix.length);
      if (key.length > 0 || !countTotal) return { results, pagination: { nextKey, total: 0n } };
      if (!included()) continue;
    }
    count += 1n;
  }
  // Past the end by offset, the reference answers an empty page without a total.
  if (passed < offset) return { results, pagination: { nextKey: EMPTY, total: 0n } };
  return { results, pagination: { nextKey, total: countTotal && key.length === 0 ? count + offset : 0n } };
}
