// Where a chain keeps what its counterparties prove: the paths of ICS-24, byte for byte. Source: ibc-go v10 modules/core/24-host.
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';

export const CLIENTS_PREFIX = 'clients/';
export const CONSENSUS_STATES_PREFIX = 'consensusStates/';

const at = (port: string, channel: string): string => `ports/${port}/channels/${channel}`;

export const heightText = (h: Height): string => `${h.revisionNumber}-${h.revisionHeight}`;
/** Below `clients/{id}/`. */
export const CLIENT_STATE = 'clientState';
export const consensusStatePath = (h: Height): string => `${CONSENSUS_STATES_PREFIX}${heightText(h)}`;
export const clientPath = (clientId: string, path: string): string => `${CLIENTS_PREFIX}${clientId}/${path}`;

export const clientConnectionsKey = (clientId: string): Uint8Array => utf8(clientPath(clientId, 'connections'));
export const CONNECTIONS_PREFIX = 'connections/';
export const connectionKey = (id: string): Uint8Array => utf8(`${CONNECTIONS_PREFIX}${id}`);
export const CHANNELS_PREFIX = 'channelEnds/ports/';
export const channelKey = (port: string, channel: string): Uint8Array => utf8(`channelEnds/${at(port, channel)}`);
export const nextSequenceSendKey = (port: string, channel: string): Uint8Array => utf8(`nextSequenceSend/${at(port, channel)}`);
export const nextSequenceRecvKey = (port: string, channel: string): Uint8Array => utf8(`nextSequenceRecv/${at(port, channel)}`);
export const nextSequenceAckKey = (port: string, channel: string): Uint8Array => utf8(`nextSequenceAck/${at(port, channel)}`);
export const packetCommitmentPrefix = (port: string, channel: string): string => `commitments/${at(port, channel)}/sequences/`;
export const packetCommitmentKey = (port: string, channel: string, n: bigint): Uint8Array => utf8(`${packetCommitmentPrefix(port, channel)}${n}`);
export const packetAcknowledgementPrefix = (port: string, channel: string): string => `acks/${at(port, channel)}/sequences/`;
export const packetAcknowledgementKey = (port: string, channel: string, n: bigint): Uint8Array => utf8(`${packetAcknowledgementPrefix(port, channel)}${n}`);
export const packetReceiptPrefix = (port: string, channel: string): string => `receipts/${at(port, channel)}/sequences/`;
export const packetReceiptKey = (port: string, channel: string, n: bigint): Uint8Array => utf8(`${packetReceiptPrefix(port, channel)}${n}`);
