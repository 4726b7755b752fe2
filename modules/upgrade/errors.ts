// Errors of upgrade. Codes are the reference's (cosmossdk.io/x/upgrade v0.2.0 types/errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrNoModuleVersionFound = registerError(MODULE_NAME, 2, 'module version not found');
export const ErrNoUpgradePlanFound = registerError(MODULE_NAME, 3, 'upgrade plan not found');
export const ErrNoUpgradedClientFound = registerError(MODULE_NAME, 4, 'upgraded client not found');
export const ErrNoUpgradedConsensusStateFound = registerError(MODULE_NAME, 5, 'upgraded consensus state not found');
export const ErrInvalidSigner = registerError(MODULE_NAME, 6, 'expected authority account as only signer for proposal message');
