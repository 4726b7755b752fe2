// Identifiers of clients, connections, channels and ports. Source: ICS-24; ibc-go v10 modules/core/24-host/{validate,parse}.go.
import { plainError } from '../../../../chain/core/errors.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import { ErrInvalidID } from './errors.ts';

const MAX = 64;
const MAX_PORT = 128;
const UINT64_MAX = (1n << 64n) - 1n;

function validate(id: string, min: number, max: number): void {
  if (id.trim() === '') throw ErrInvalidID.wrap('identifier cannot be blank');
  if (id.includes('/')) throw ErrInvalidID.wrap(`identifier ${id} cannot contain separator '/'`);
  const { length } = utf8(id);
  if (length < min || length > max) throw ErrInvalidID.wrap(`identifier ${id} has invalid length: ${length}, must be between ${min}-${max} characters`);
  if (!/^[a-zA-Z0-9._+\-#[\]<>]+$/.test(id)) {
    throw ErrInvalidID.wrap(`identifier ${id} must contain only alphanumeric or the following characters: '.', '_', '+', '-', '#', '[', ']', '<', '>'`);
  }
}

/** Each throws ErrInvalidID. */
export const validateClientId = (id: string): void => validate(id, 4, MAX);
export const validateConnectionId = (id: string): void => validate(id, 10, MAX);
export const validateChannelId = (id: string): void => validate(id, 8, MAX);
export const validatePortId = (id: string): void => validate(id, 2, MAX_PORT);

/** Go's strconv.ParseUint of 64 bits; undefined where it has an error. */
export function parseUint64(text: string): bigint | undefined {
  if (!/^\d+$/.test(text) || text.length > 40) return undefined;
  const n = BigInt(text);
  return n > UINT64_MAX ? undefined : n;
}

/** The number after a prefix, e.g. of connection-7. Throws. */
export function parseIdentifier(id: string, prefix: string): bigint {
  if (!id.startsWith(prefix)) throw ErrInvalidID.wrap(`identifier doesn't contain prefix \`${prefix}\``);
  const parts = id.split(prefix);
  if (parts.length !== 2) throw ErrInvalidID.wrap(`identifier must be in format: \`${prefix}{N}\``);
  const n = parseUint64(parts[1] as string);
  if (n === undefined) throw plainError(`failed to parse identifier sequence: strconv.ParseUint: parsing ${JSON.stringify(parts[1])}: invalid syntax`);
  return n;
}

const isFormat = (id: string, pattern: RegExp): boolean => pattern.test(id) && (parseUint64(id.slice(id.lastIndexOf('-') + 1)) ?? -1n) >= 0n;
export const isConnectionId = (id: string): boolean => isFormat(id, /^connection-[0-9]{1,20}$/);
export const isChannelId = (id: string): boolean => isFormat(id, /^channel-[0-9]{1,20}$/);
