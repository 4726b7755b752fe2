// Errors of channels. Source: ibc-go v10 modules/core/04-channel/types/errors.go.
import { registerError } from '../../../../chain/core/errors.ts';

const channel = (code: number, text: string) => registerError('channel', code, text);

export const ErrChannelNotFound = channel(3, 'channel not found');
export const ErrInvalidChannelState = channel(5, 'invalid channel state');
export const ErrInvalidChannelOrdering = channel(6, 'invalid channel ordering');
export const ErrInvalidCounterparty = channel(7, 'invalid counterparty channel');
export const ErrSequenceSendNotFound = channel(10, 'sequence send not found');
export const ErrSequenceReceiveNotFound = channel(11, 'sequence receive not found');
export const ErrSequenceAckNotFound = channel(12, 'sequence acknowledgement not found');
export const ErrInvalidPacket = channel(13, 'invalid packet');
export const ErrTooManyConnectionHops = channel(15, 'too many connection hops');
export const ErrInvalidAcknowledgement = channel(16, 'invalid acknowledgement');
export const ErrAcknowledgementExists = channel(17, 'acknowledgement for packet already exists');
export const ErrInvalidChannelIdentifier = channel(18, 'invalid channel identifier');
export const ErrPacketReceived = channel(19, 'packet already received');
export const ErrPacketCommitmentNotFound = channel(20, 'packet commitment not found');
export const ErrPacketSequenceOutOfOrder = channel(21, 'packet sequence is out of order');
export const ErrRedundantTx = channel(22, 'packet messages are redundant');
export const ErrTimeoutNotReached = channel(39, 'timeout not reached');
export const ErrTimeoutElapsed = channel(40, 'timeout elapsed');
