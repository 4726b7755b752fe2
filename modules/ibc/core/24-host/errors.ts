// Errors of identifiers and paths. Source: ibc-go v10 modules/core/24-host/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

export const ErrInvalidID = registerError('host', 2, 'invalid identifier');
export const ErrInvalidPacket = registerError('host', 4, 'invalid packet');
