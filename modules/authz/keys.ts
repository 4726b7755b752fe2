// Where authorizations are kept. Source: sdk:x/authz/keeper/keys.go.
import { bytesKey, lengthPrefixedBytesKey, stringKey, tripleKey } from '../../chain/core/collections/key-codec.ts';
import { sortableTimeKey } from '../../chain/core/collections/time-key.ts';

export const MODULE_NAME = 'authz';
export const STORE_NAME = 'authz';
export const PREFIX = { grants: 1, queue: 2 } as const;

/** Granter, grantee, the message's type URL. */
export const grantKey = tripleKey(bytesKey, bytesKey, stringKey);
/** Expiration, granter, grantee. */
export const queueKey = tripleKey(sortableTimeKey, bytesKey, lengthPrefixedBytesKey);
