// Where fee grants are kept. Source: cosmossdk.io/x/feegrant v0.2.0 key.go.
import { bytesKey, lengthPrefixedBytesKey, pairKey, tripleKey } from '../../chain/core/collections/key-codec.ts';
import { sortableTimeKey } from '../../chain/core/collections/time-key.ts';

export const MODULE_NAME = 'feegrant';
export const STORE_NAME = 'feegrant';
export const PREFIX = { allowances: 0, queue: 1 } as const;

/** Grantee, then granter: to list what was granted to somebody. */
export const allowanceKey = pairKey(bytesKey, lengthPrefixedBytesKey);
/** Expiration, grantee, granter. */
export const queueKey = tripleKey(sortableTimeKey, bytesKey, lengthPrefixedBytesKey);
