// Packets and acknowledgements: their form, what is committed to of them, and when they are too late. Source: ICS-04; ibc-go v10
// modules/core/04-channel/types/{packet,acknowledgement,timeout}.go.
import { uint64Value } from '../../../../chain/core/collections/value-codec.ts';
import { SdkError } from '../../../../chain/core/errors.ts';
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { bytesEqual, concatBytes, fromUtf8Escaped, toBase64, utf8 } from '../../../../chain/encoding/bytes.ts';
import { Acknowledgement as AcknowledgementMessage, type Packet } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { fromJson, jsonText, parseJson } from '../../../../proto/json.ts';
import { messageOfCodec } from '../../../../proto/registry.ts';
import { compareHeights, isZero } from '../02-client/height.ts';
import { within } from '../03-connection/msg-server.ts';
import type { Acknowledgement } from '../05-port/ibc-module.ts';
import { validateChannelId, validatePortId } from '../24-host/identifiers.ts';
import { heightText } from '../24-host/paths.ts';
import { ErrInvalidAcknowledgement, ErrInvalidPacket, ErrTimeoutElapsed, ErrTimeoutNotReached } from './errors.ts';

const DATA_BYTES_MAX = 262_144;

/** 32 bytes. */
export function commitPacket(p: Packet): Uint8Array {
  const { revisionNumber, revisionHeight } = p.timeoutHeight;
  return sha256(concatBytes(...[p.timeoutTimestamp, revisionNumber, revisionHeight].map((n) => uint64Value.encode(n)), sha256(p.data)));
}

/** Throws. */
export function validatePacket(p: Packet): void {
  within('invalid source port ID', () => validatePortId(p.sourcePort));
  within('invalid destination port ID', () => validatePortId(p.destinationPort));
  within('invalid source channel ID', () => validateChannelId(p.sourceChannel));
  within('invalid destination channel ID', () => validateChannelId(p.destinationChannel));
  if (p.sequence === 0n) throw ErrInvalidPacket.wrap('packet sequence cannot be 0');
  if (isZero(p.timeoutHeight) && p.timeoutTimestamp === 0n) {
    throw ErrInvalidPacket.wrap('packet timeout height and packet timeout timestamp cannot both be 0');
  }
  if (p.data.length === 0) throw ErrInvalidPacket.wrap('packet data bytes cannot be empty');
  if (p.data.length > DATA_BYTES_MAX) throw ErrInvalidPacket.wrap(`packet data bytes cannot exceed ${DATA_BYTES_MAX} bytes`);
}

type Timeout = Pick<Packet, 'timeoutHeight' | 'timeoutTimestamp'>;

const heightElapsed = (t: Timeout, h: Height): boolean => !isZero(t.timeoutHeight) && compareHeights(h, t.timeoutHeight) >= 0;
const timeElapsed = (t: Timeout, time: bigint): boolean => t.timeoutTimestamp !== 0n && time >= t.timeoutTimestamp;

/** At a height and a time in nanoseconds of the receiving chain. */
export const isElapsed = (t: Timeout, h: Height, time: bigint): boolean => heightElapsed(t, h) || timeElapsed(t, time);

const atHeight = (t: Timeout, h: Height): string => `current height: ${heightText(h)}, timeout height ${heightText(t.timeoutHeight)}`;
const atTime = (t: Timeout, time: bigint): string => `current timestamp: ${time}, timeout timestamp ${t.timeoutTimestamp}`;

export const elapsedError = (t: Timeout, h: Height, time: bigint): SdkError => ErrTimeoutElapsed.wrap(heightElapsed(t, h) ? atHeight(t, h) : atTime(t, time));

export function notReachedError(t: Timeout, h: Height, time: bigint): SdkError {
  return ErrTimeoutNotReached.wrap(!isZero(t.timeoutHeight) && !heightElapsed(t, h) ? atHeight(t, h) : atTime(t, time));
}

/** Go's JSON of an acknowledgement. */
export function acknowledgementJson(a: AcknowledgementMessage): Uint8Array {
  if (a.response === undefined) return utf8('{}');
  return utf8(a.response.case === 'result' ? `{"result":"${toBase64(a.response.value)}"}` : `{"error":${jsonText(a.response.value)}}`);
}

export const resultAcknowledgement = (result: Uint8Array): Acknowledgement => ({
  success: true,
  bytes: acknowledgementJson({ response: { case: 'result', value: result } }),
});

/** With the code alone: texts may differ between nodes. */
export function errorAcknowledgement(e: unknown): Acknowledgement {
  const code = e instanceof SdkError ? e.code : 1;
  const error = `ABCI code: ${code}: error handling packet: see events for details`;
  return { success: false, bytes: acknowledgementJson({ response: { case: 'error', value: error } }) };
}

/** The JSON object that a text begins with, as Go's decoder reads one value and leaves what follows; undefined where there is none. */
function firstObject(text: string): string | undefined {
  const [found] = /^[ \t\r\n]*\{(?:[^"{}]|"(?:[^"\\]|\\[\s\S])*")*\}/.exec(text) ?? [];
  return found;
}

/** Of JSON; undefined where it is none that this message has. What follows the object is not looked at: compare what is written of it. */
export function parseAcknowledgement(b: Uint8Array): AcknowledgementMessage | undefined {
  const object = firstObject(fromUtf8Escaped(b));
  if (object === undefined) return undefined;
  try {
    return fromJson(messageOfCodec(AcknowledgementMessage), parseJson(object)) as AcknowledgementMessage;
  } catch {
    return undefined;
  }
}

/** What Go writes of a result that is nil. */
const NIL_RESULT = utf8('{"result":null}');

/** One that is JSON of the usual form must be written as Go writes it (advisory ASA-2025-004). Throws. */
export function assertCanonical(b: Uint8Array): void {
  const a = parseAcknowledgement(b);
  if (a === undefined || bytesEqual(b, NIL_RESULT)) return;
  if (!bytesEqual(acknowledgementJson(a), b)) throw ErrInvalidAcknowledgement.wrap('acknowledgement marshalling error');
}
