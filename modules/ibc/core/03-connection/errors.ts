// Errors of connections. Source: ibc-go v10 modules/core/03-connection/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

const connection = (code: number, text: string) => registerError('connection', code, text);

export const ErrConnectionNotFound = connection(3, 'connection not found');
export const ErrClientConnectionPathsNotFound = connection(4, 'light client connection paths not found');
export const ErrInvalidConnectionState = connection(6, 'invalid connection state');
export const ErrInvalidCounterparty = connection(7, 'invalid counterparty connection');
export const ErrInvalidVersion = connection(9, 'invalid connection version');
export const ErrVersionNegotiationFailed = connection(10, 'connection version negotiation failed');
export const ErrInvalidConnectionIdentifier = connection(11, 'invalid connection identifier');
