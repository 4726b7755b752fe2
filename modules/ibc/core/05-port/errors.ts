// Errors of ports. Source: ibc-go v10 modules/core/05-port/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

export const ErrInvalidPort = registerError('port', 4, 'invalid port');
export const ErrInvalidRoute = registerError('port', 5, 'route not found');
