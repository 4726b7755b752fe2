// Events of transfers, in ibc-go's order. Source: ibc-go v10 modules/apps/transfer/internal/events.
import type { Context } from '../../../../chain/core/context.ts';
import { event } from '../../../../chain/core/events.ts';
import { fromUtf8Escaped, toHexUpper } from '../../../../chain/encoding/bytes.ts';
import type { Denom } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { Acknowledgement } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import { goJson } from '../../../../proto/go-json.ts';
import { messageOfCodec } from '../../../../proto/registry.ts';
import { compactText } from '../../../../proto/text.ts';
import { hashOf, pathOf } from './denom.ts';
import type { Transfer } from './packet-data.ts';

const MODULE = event('message', 'module', 'transfer');

function attributes(t: Transfer | undefined): string[] {
  const [denom, amount] = t === undefined ? ['', ''] : [pathOf(t.denom), t.amountText];
  return ['sender', t?.sender ?? '', 'receiver', t?.receiver ?? '', 'denom', denom, 'amount', amount, 'memo', t?.memo ?? ''];
}

const module = (ctx: Context): void => ctx.events.emit({ ...MODULE, attributes: [...MODULE.attributes] });

const denomJson = ({ base, trace }: Denom): object => ({
  ...(base !== '' && { base }),
  trace: trace.length === 0 ? null : trace.map((h) => ({ port_id: h.portId, channel_id: h.channelId })),
});

export function emitTransfer(ctx: Context, t: Transfer): void {
  ctx.events.emit(event('ibc_transfer', ...attributes(t)));
  module(ctx);
}

/** `failure`: why it was refused. */
export function emitReceived(ctx: Context, t: Transfer | undefined, failure: Error | undefined): void {
  const error = failure === undefined ? [] : ['error', failure.message];
  ctx.events.emit(event('fungible_token_packet', ...attributes(t), 'success', `${failure === undefined}`, ...error));
  module(ctx);
}

export function emitAcknowledged(ctx: Context, t: Transfer, a: Acknowledgement): void {
  ctx.events.emit(event('fungible_token_packet', ...attributes(t), 'acknowledgement', compactText(messageOfCodec(Acknowledgement), a)));
  module(ctx);
  if (a.response === undefined) return;
  const outcome = a.response.case === 'result' ? ['success', fromUtf8Escaped(a.response.value)] : ['error', a.response.value];
  ctx.events.emit(event('fungible_token_packet', ...outcome));
}

export function emitTimedOut(ctx: Context, t: Transfer): void {
  const token = goJson(JSON.stringify({ denom: denomJson(t.denom), amount: t.amountText }));
  ctx.events.emit(event('timeout', 'receiver', t.sender, 'refund_tokens', token, 'memo', t.memo));
  module(ctx);
}

/** Of a voucher that comes in. */
export function emitDenom(ctx: Context, d: Denom): void {
  ctx.events.emit(event('denomination', 'denom_hash', toHexUpper(hashOf(d)), 'denom', goJson(JSON.stringify(denomJson(d)))));
}
