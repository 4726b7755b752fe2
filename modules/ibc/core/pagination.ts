// Pages over what stands below a path.
import { bytesKey } from '../../../chain/core/collections/key-codec.ts';
import { Schema } from '../../../chain/core/collections/schema.ts';
import { StateMap } from '../../../chain/core/collections/state-map.ts';
import { bytesValue } from '../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../chain/core/context.ts';
import { type Page, paginate } from '../../../chain/core/pagination.ts';
import { fromUtf8Escaped } from '../../../chain/encoding/bytes.ts';
import type { PageRequest } from '../../../proto/gen/cosmos/base/query/v1beta1.ts';
import { STORE_NAME } from './keys.ts';

/** Keys without the prefix: those of clients hold numbers in bytes. */
export const below = (prefix: string): StateMap<Uint8Array, Uint8Array> => new StateMap(new Schema(STORE_NAME), prefix, 'below', bytesKey, bytesValue);

/** `include` by the rest of the key. */
export function pageBelow<T>(
  ctx: Context,
  prefix: string,
  request: PageRequest | undefined,
  read: (rest: string, value: Uint8Array) => T,
  include?: (rest: string, value: Uint8Array) => boolean,
): Page<T> {
  const keep = include && ((rest: Uint8Array, value: Uint8Array): boolean => include(fromUtf8Escaped(rest), value));
  return paginate(ctx, below(prefix), request, (rest, value) => read(fromUtf8Escaped(rest), value), new Uint8Array(0), keep);
}
