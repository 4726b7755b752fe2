// Errors of commitments. Source: ibc-go v10 modules/core/23-commitment/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

export const ErrInvalidProof = registerError('commitment', 2, 'invalid proof');
export const ErrInvalidPrefix = registerError('commitment', 3, 'invalid prefix');
export const ErrInvalidMerkleProof = registerError('commitment', 4, 'invalid merkle proof');
