// Denominations with the way they came: a hop for each chain, the last one first. A voucher is named by the hash of the whole path. Source:
// ICS-20; ibc-go v10 modules/apps/transfer/types/denom.go.
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { toHexUpper, utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Denom, Hop } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { clientTypeOf } from '../../core/02-client/client-id.ts';
import { within } from '../../core/03-connection/msg-server.ts';
import { isChannelId, validateChannelId, validatePortId } from '../../core/24-host/identifiers.ts';
import { ErrInvalidDenomForTransfer } from './errors.ts';

export const VOUCHER_PREFIX = 'ibc/';

export const pathOf = ({ base, trace }: Denom): string => [...trace.map((h) => `${h.portId}/${h.channelId}`), base].join('/');
export const hashOf = (d: Denom): Uint8Array => sha256(utf8(pathOf(d)));
/** As bank names it. */
export const bankDenom = (d: Denom): string => (d.trace.length === 0 ? d.base : VOUCHER_PREFIX + toHexUpper(hashOf(d)));

/** Whether it came over this channel, so that it goes back by being burnt. */
export const hasPrefix = ({ trace: [first] }: Denom, port: string, channel: string): boolean => first?.portId === port && first.channelId === channel;

function isClientId(id: string): boolean {
  try {
    clientTypeOf(id);
    return true;
  } catch {
    return false;
  }
}

/** Of a path: pairs of port and channel as long as the second names a channel or a client; the rest is the base. */
export function denomOf(path: string): Denom {
  const parts = path.split('/');
  if (parts.length === 1) return { base: path, trace: [] };
  const trace: Hop[] = [];
  let at = 0;
  for (; at < parts.length; at += 2) {
    const channelId = parts[at + 1];
    if (channelId === undefined || parts.length <= 2 || !(isChannelId(channelId) || isClientId(channelId))) break;
    trace.push({ portId: parts[at] as string, channelId });
  }
  return { base: parts.slice(at).join('/'), trace };
}

/** Throws. */
export function validateDenom({ base, trace }: Denom): void {
  if (base.trim() === '') throw ErrInvalidDenomForTransfer.wrap('base denomination cannot be blank');
  for (const h of trace) {
    within('invalid trace', () => {
      within(`invalid hop source port ID ${h.portId}`, () => validatePortId(h.portId));
      within(`invalid hop source channel ID ${h.channelId}`, () => validateChannelId(h.channelId));
    });
  }
}
