// Messages of transfers. Source: ibc-go v10 modules/apps/transfer/keeper/msg_server.go, types/msgs.go.
import { coinFromProto, isValidDenom } from '../../../../chain/core/coins.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import { MsgTransfer, MsgTransferResponse, MsgUpdateParams, MsgUpdateParamsResponse } from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { assertAuthority } from '../../core/02-client/msg-server.ts';
import { within } from '../../core/03-connection/msg-server.ts';
import { validateChannelId, validatePortId } from '../../core/24-host/identifiers.ts';
import { ErrInvalidAddress, ErrInvalidCoins } from '../../core/errors.ts';
import { pathOf, VOUCHER_PREFIX } from './denom.ts';
import { ErrInvalidAmount, ErrInvalidMemo, ErrSendDisabled } from './errors.ts';
import type { TransferKeeper } from './keeper.ts';
import { MEMO_BYTES_MAX, RECEIVER_BYTES_MAX, transferOf } from './packet-data.ts';

/** Of this amount everything that can be spent goes. */
const ALL = (1n << 256n) - 1n;

function isTransferable({ denom, amount }: { readonly denom: string; readonly amount: string }): boolean {
  if (!isValidDenom(denom) || !/^\d{1,78}$/.test(amount) || BigInt(amount) <= 0n) return false;
  if (denom === 'ibc') return false;
  return !denom.startsWith(VOUCHER_PREFIX) || /^([0-9a-fA-F]{64})$/.test(denom.slice(VOUCHER_PREFIX.length));
}

export function registerTransferMessages(registrar: ServiceRegistrar, k: TransferKeeper): void {
  registrar.msg(
    MsgTransfer,
    MsgTransferResponse,
    (ctx, msg) => {
      if (!k.params(ctx).sendEnabled) throw ErrSendDisabled.error();
      const sender = k.addresses.toBytes(msg.sender);
      let { denom, amount } = coinFromProto(msg.token);
      if (amount === ALL) {
        amount = k.bank.spendableCoin(ctx, sender, denom);
        if (amount === 0n) throw ErrInvalidAmount.wrap(`empty spendable balance for ${denom}`);
      }
      const path = pathOf(k.denomOf(ctx, denom));
      const { receiver, memo } = msg;
      const t = within('failed to validate ics20-1 packet data', () =>
        transferOf({ denom: path, amount: amount.toString(), sender: msg.sender, receiver, memo }),
      );
      return { sequence: k.send(ctx, msg.sourcePort, msg.sourceChannel, t, msg.timeoutHeight, msg.timeoutTimestamp) };
    },
    (msg) => {
      within(`invalid source port ID ${msg.sourcePort}`, () => validatePortId(msg.sourcePort));
      within(`invalid source channel ID ${msg.sourceChannel}`, () => validateChannelId(msg.sourceChannel));
      if (!isTransferable(msg.token)) throw ErrInvalidCoins.wrap(`${msg.token.amount}${msg.token.denom}`);
      if (msg.sender.trim() === '') throw ErrInvalidAddress.wrap('missing sender address');
      if (msg.receiver.trim() === '') throw ErrInvalidAddress.wrap('missing recipient address');
      if (utf8(msg.receiver).length > RECEIVER_BYTES_MAX) throw ErrInvalidAddress.wrap(`recipient address must not exceed ${RECEIVER_BYTES_MAX} bytes`);
      if (utf8(msg.memo).length > MEMO_BYTES_MAX) throw ErrInvalidMemo.wrap(`memo must not exceed ${MEMO_BYTES_MAX} bytes`);
    },
  );
  registrar.msg(
    MsgUpdateParams,
    MsgUpdateParamsResponse,
    (ctx, msg) => {
      assertAuthority(k, msg.signer);
      k.setParams(ctx, msg.params);
      return {};
    },
    (msg) => {
      if (msg.signer.trim() === '') throw ErrInvalidAddress.wrap('missing sender address');
    },
  );
}
