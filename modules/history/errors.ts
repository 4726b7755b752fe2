// Errors of the log of block hashes.
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrNotRecent = registerError(MODULE_NAME, 2, 'no hash of that height is kept');
