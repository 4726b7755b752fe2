// Errors of authz. Codes are the reference's (sdk:x/authz/errors.go); 4 and 12 stand with the contract that other modules answer by.
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export { ErrNegativeMaxTokens, ErrUnknownAuthorizationType } from '../../chain/core/authorization.ts';

export const ErrNoAuthorizationFound = registerError(MODULE_NAME, 2, 'authorization not found');
export const ErrInvalidExpirationTime = registerError(MODULE_NAME, 3, 'expiration time of authorization should be more than current time');
export const ErrNoGrantKeyFound = registerError(MODULE_NAME, 5, 'grant key not found');
export const ErrAuthorizationExpired = registerError(MODULE_NAME, 6, 'authorization expired');
export const ErrGranteeIsGranter = registerError(MODULE_NAME, 7, 'grantee and granter should be different');
export const ErrAuthorizationNumOfSigners = registerError(MODULE_NAME, 9, 'authorization can be given to msg with only one signer');
