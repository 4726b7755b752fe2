// Errors of slashing. Codes are the reference's (sdk:x/slashing/types/errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrNoValidatorForAddress = registerError(MODULE_NAME, 2, 'address is not associated with any known validator');
export const ErrBadValidatorAddr = registerError(MODULE_NAME, 3, 'validator does not exist for that address');
export const ErrValidatorJailed = registerError(MODULE_NAME, 4, 'validator still jailed; cannot be unjailed');
export const ErrValidatorNotJailed = registerError(MODULE_NAME, 5, 'validator not jailed; cannot be unjailed');
export const ErrMissingSelfDelegation = registerError(MODULE_NAME, 6, 'validator has no self-delegation; cannot be unjailed');
export const ErrSelfDelegationTooLowToUnjail = registerError(MODULE_NAME, 7, "validator's self delegation less than minimum; cannot be unjailed");
export const ErrNoSigningInfoFound = registerError(MODULE_NAME, 8, 'no validator signing info found');
export const ErrValidatorTombstoned = registerError(MODULE_NAME, 9, 'validator already tombstoned');
