// Errors of params. Codes are the reference's (sdk:x/params/types/proposal/errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrUnknownSubspace = registerError(MODULE_NAME, 2, 'unknown subspace');
