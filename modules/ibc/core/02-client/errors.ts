// Errors of clients. Source: ibc-go v10 modules/core/02-client/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

const client = (code: number, text: string) => registerError('client', code, text);

export const ErrInvalidClient = client(3, 'light client is invalid');
export const ErrClientNotFound = client(4, 'light client not found');
export const ErrConsensusStateNotFound = client(7, 'consensus state not found');
export const ErrInvalidConsensus = client(8, 'invalid consensus state');
export const ErrInvalidClientType = client(10, 'invalid client type');
export const ErrInvalidHeader = client(12, 'invalid client header');
export const ErrInvalidMisbehaviour = client(13, 'invalid light client misbehaviour');
export const ErrInvalidRecoveryClient = client(24, 'invalid recovery client');
export const ErrInvalidUpgradeClient = client(25, 'invalid client upgrade');
export const ErrInvalidHeight = client(26, 'invalid height');
export const ErrInvalidSubstitute = client(27, 'invalid client state substitute');
export const ErrClientNotActive = client(29, 'client state is not active');
export const ErrRouteNotFound = client(32, 'light client module route not found');
