// Errors of transfers. Source: ibc-go v10 modules/apps/transfer/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

const transfer = (code: number, text: string) => registerError('transfer', code, text);

export const ErrInvalidDenomForTransfer = transfer(3, 'invalid denomination for cross-chain transfer');
export const ErrInvalidVersion = transfer(4, 'invalid ICS20 version');
export const ErrInvalidAmount = transfer(5, 'invalid token amount');
export const ErrDenomNotFound = transfer(6, 'denomination not found');
export const ErrSendDisabled = transfer(7, 'fungible token transfers from this chain are disabled');
export const ErrReceiveDisabled = transfer(8, 'fungible token transfers to this chain are disabled');
export const ErrMaxTransferChannels = transfer(9, 'max transfer channels');
export const ErrInvalidMemo = transfer(11, 'invalid memo');
