// Errors of rotations: staking's codes of SDK 0.55.
import { registerError, SdkError } from '../../chain/core/errors.ts';
import { STAKING } from './keys.ts';

export const ErrConsensusPubKeyAlreadyUsed = registerError(STAKING, 46, 'consensus pubkey is already used for a validator');
/** Staking registers it. */
export const keyTypeNotSupported = (detail: string): SdkError => new SdkError(STAKING, 6, `${detail}: validator pubkey type is not supported`);
export const ErrExceedingMaxRotations = registerError(STAKING, 47, 'exceeding maximum consensus pubkey rotations within unbonding period');
