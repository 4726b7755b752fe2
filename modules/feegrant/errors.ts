// Errors of feegrant. Codes are the reference's (cosmossdk.io/x/feegrant v0.2.0 errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrFeeLimitExceeded = registerError(MODULE_NAME, 2, 'fee limit exceeded');
export const ErrFeeLimitExpired = registerError(MODULE_NAME, 3, 'fee allowance expired');
export const ErrInvalidDuration = registerError(MODULE_NAME, 4, 'invalid duration');
export const ErrNoAllowance = registerError(MODULE_NAME, 5, 'no allowance');
export const ErrNoMessages = registerError(MODULE_NAME, 6, 'allowed messages are empty');
export const ErrMessageNotAllowed = registerError(MODULE_NAME, 7, 'message not allowed');
