// Errors of evidence. Codes are the reference's (cosmossdk.io/x/evidence v0.2.0 types/errors.go).
import { registerError } from '../../chain/core/errors.ts';
import { MODULE_NAME } from './keys.ts';

export const ErrNoEvidenceHandlerExists = registerError(MODULE_NAME, 2, 'unregistered handler for evidence type');
export const ErrInvalidEvidence = registerError(MODULE_NAME, 3, 'invalid evidence');
export const ErrEvidenceExists = registerError(MODULE_NAME, 5, 'evidence already exists');
