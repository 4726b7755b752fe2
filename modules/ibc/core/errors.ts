// Errors that all of IBC shares. Source: ibc-go v10 modules/core/errors/errors.go.
import { registerError } from '../../../chain/core/errors.ts';

const ibc = (code: number, text: string) => registerError('ibc', code, text);

export const ErrInvalidSequence = ibc(1, 'invalid sequence');
export const ErrUnauthorized = ibc(2, 'unauthorized');
export const ErrInsufficientFunds = ibc(3, 'insufficient funds');
export const ErrInvalidAddress = ibc(5, 'invalid address');
export const ErrInvalidCoins = ibc(6, 'invalid coins');
export const ErrInvalidRequest = ibc(8, 'invalid request');
export const ErrInvalidHeight = ibc(9, 'invalid height');
export const ErrInvalidVersion = ibc(10, 'invalid version');
export const ErrInvalidType = ibc(12, 'invalid type');
export const ErrUnpackAny = ibc(14, 'failed unpacking protobuf message from Any');
