// Where transfers keep what they know. Source: ICS-20; ibc-go v10 modules/apps/transfer/types/keys.go.
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { concatBytes, utf8 } from '../../../../chain/encoding/bytes.ts';

export const MODULE_NAME = 'transfer';
export const STORE_NAME = 'transfer';
export const PORT = 'transfer';
export const VERSION = 'ics20-1';
export const PREFIX = { denoms: 0x03, escrow: 'totalEscrowForDenom/' } as const;
export const PARAMS_KEY = utf8('params');
export const PORT_KEY = Uint8Array.of(1);

/** 20 bytes: who holds what has left over a channel. */
export const escrowAddress = (port: string, channel: string): Uint8Array =>
  sha256(concatBytes(utf8(VERSION), Uint8Array.of(0), utf8(`${port}/${channel}`))).slice(0, 20);
