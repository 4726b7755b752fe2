// Errors of distribution. Codes are the reference's (sdk:x/distribution/types/errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrEmptyDelegatorAddr = registerError(MODULE_NAME, 2, 'delegator address is empty');
export const ErrEmptyWithdrawAddr = registerError(MODULE_NAME, 3, 'withdraw address is empty');
export const ErrEmptyValidatorAddr = registerError(MODULE_NAME, 4, 'validator address is empty');
export const ErrEmptyDelegationDistInfo = registerError(MODULE_NAME, 5, 'no delegation distribution info');
export const ErrNoValidatorDistInfo = registerError(MODULE_NAME, 6, 'no validator distribution info');
export const ErrNoValidatorCommission = registerError(MODULE_NAME, 7, 'no validator commission to withdraw');
export const ErrSetWithdrawAddrDisabled = registerError(MODULE_NAME, 8, 'set withdraw address disabled');
export const ErrBadDistribution = registerError(MODULE_NAME, 9, 'community pool does not have sufficient coins to distribute');
export const ErrInvalidProposalAmount = registerError(MODULE_NAME, 10, 'invalid community pool spend proposal amount');
export const ErrEmptyProposalRecipient = registerError(MODULE_NAME, 11, 'invalid community pool spend proposal recipient');
export const ErrNoValidatorExists = registerError(MODULE_NAME, 12, 'validator does not exist');
export const ErrNoDelegationExists = registerError(MODULE_NAME, 13, 'delegation does not exist');
