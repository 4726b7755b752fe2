// What a query about state can be refused with. Source of the code space and its numbers 2 to 7: store:types/errors.go.
import { registerError } from '../core/errors.ts';

export const STORE_CODESPACE = 'store';
export const ErrStoreUnknownRequest = registerError(STORE_CODESPACE, 4, 'unknown request');
/** The reference gives this text without a code (iavl:errors.go); here it has one of its own. */
export const ErrVersionDoesNotExist = registerError(STORE_CODESPACE, 100, 'version does not exist');
/** A store that is opened with other stores or another mode than it was written with. */
export const ErrStoreMismatch = registerError(STORE_CODESPACE, 101, 'does not fit the stored state');
export const ErrSnapshot = registerError(STORE_CODESPACE, 102, 'invalid snapshot');
