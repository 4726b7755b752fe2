// Client identifiers: the client's type, a dash and a number. Source: ibc-go v10 modules/core/02-client/types/keys.go.
import { ErrInvalidID } from '../24-host/errors.ts';
import { parseUint64 } from '../24-host/identifiers.ts';

export const LOCALHOST_ID = '09-localhost';

/** The type of a client. Throws ErrInvalidID. */
export function clientTypeOf(clientId: string): string {
  if (clientId === LOCALHOST_ID) return clientId;
  const dash = clientId.lastIndexOf('-');
  if (!/^\w+([\w-]+\w)?-[0-9]{1,20}$/.test(clientId) || parseUint64(clientId.slice(dash + 1)) === undefined) {
    throw ErrInvalidID.wrap(`invalid client identifier ${clientId} is not in format: \`{client-type}-{N}\``);
  }
  return clientId.slice(0, dash);
}
