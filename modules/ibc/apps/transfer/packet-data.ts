// What a transfer's packet holds: JSON as Go writes it. Source: ICS-20; ibc-go v10 modules/apps/transfer/types/packet.go.
import { fromUtf8, utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Denom, FungibleTokenPacketData } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { goJson } from '../../../../proto/go-json.ts';
import { within } from '../../core/03-connection/msg-server.ts';
import { ErrInvalidAddress, ErrInvalidType } from '../../core/errors.ts';
import { denomOf, validateDenom } from './denom.ts';
import { ErrInvalidAmount, ErrInvalidMemo, ErrInvalidVersion } from './errors.ts';
import { VERSION } from './keys.ts';

export const RECEIVER_BYTES_MAX = 2048;
export const MEMO_BYTES_MAX = 32_768;
const AMOUNT_MAX = 1n << 256n;

export interface Transfer {
  readonly denom: Denom;
  /** As it was written. */
  readonly amountText: string;
  readonly amount: bigint;
  readonly sender: string;
  readonly receiver: string;
  readonly memo: string;
}

/** As math.NewIntFromString; undefined where it has an error. */
function parseAmount(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,100}$/.test(text)) return undefined;
  const n = BigInt(text.replace(/^\+/, ''));
  return n < AMOUNT_MAX && n > -AMOUNT_MAX ? n : undefined;
}

/** Throws. */
export function transferOf(p: FungibleTokenPacketData): Transfer {
  const amount = parseAmount(p.amount);
  if (amount === undefined) throw ErrInvalidAmount.wrap(`unable to parse transfer amount (${p.amount}) into math.Int`);
  if (amount <= 0n) throw ErrInvalidAmount.wrap(`amount must be strictly positive: got ${amount}`);
  if (p.sender.trim() === '') throw ErrInvalidAddress.wrap('sender address cannot be blank');
  if (p.receiver.trim() === '') throw ErrInvalidAddress.wrap('receiver address cannot be blank');
  const denom = denomOf(p.denom);
  validateDenom(denom);
  return { denom, amountText: p.amount, amount, sender: p.sender, receiver: p.receiver, memo: p.memo };
}

export function packetBytes({ denom, amount, sender, receiver, memo }: FungibleTokenPacketData): Uint8Array {
  return utf8(goJson(JSON.stringify({ denom, amount, sender, receiver, ...(memo !== '' && { memo }) })));
}

/** Of a packet of a channel of that version. Throws. */
export function readTransfer(data: Uint8Array, version: string): Transfer {
  if (version !== VERSION) throw ErrInvalidVersion.wrap(version);
  let json: unknown;
  try {
    json = JSON.parse(fromUtf8(data));
  } catch (e) {
    throw ErrInvalidType.wrap(`cannot unmarshal ICS20-V1 transfer packet data: ${(e as Error).message}`);
  }
  const fields = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : undefined;
  const text = (name: string): string => {
    const v = fields?.[name] ?? '';
    if (fields === undefined || typeof v !== 'string') throw ErrInvalidType.wrap(`cannot unmarshal ICS20-V1 transfer packet data: ${name} is not a string`);
    return v;
  };
  const [denom, amount, sender, receiver, memo] = ['denom', 'amount', 'sender', 'receiver', 'memo'].map(text) as [string, string, string, string, string];
  return within('invalid packet data', () => transferOf({ denom, amount, sender, receiver, memo }));
}

/** Of what came over a channel. Throws ErrInvalidMemo. */
export function assertMemo(memo: string): void {
  if (utf8(memo).length > MEMO_BYTES_MAX) throw ErrInvalidMemo.wrap(`memo must not exceed ${MEMO_BYTES_MAX} bytes`);
}
