// Transfers as channels call them. Source: ibc-go v10 modules/apps/transfer/ibc_module.go.
import { registerError, SdkError } from '../../../../chain/core/errors.ts';
import { bytesEqual, toHexUpper } from '../../../../chain/encoding/bytes.ts';
import { Order } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import { ErrInvalidChannelOrdering } from '../../core/04-channel/errors.ts';
import { orderName } from '../../core/04-channel/events.ts';
import { acknowledgementJson, errorAcknowledgement, parseAcknowledgement, resultAcknowledgement } from '../../core/04-channel/packet.ts';
import { ErrInvalidPort } from '../../core/05-port/errors.ts';
import type { IbcModule } from '../../core/05-port/ibc-module.ts';
import { parseIdentifier } from '../../core/24-host/identifiers.ts';
import { ErrInvalidRequest, ErrInvalidType } from '../../core/errors.ts';
import { ErrInvalidVersion, ErrMaxTransferChannels } from './errors.ts';
import { emitAcknowledged, emitReceived, emitTimedOut } from './events.ts';
import type { TransferKeeper } from './keeper.ts';
import { PORT, VERSION } from './keys.ts';
import { readTransfer, type Transfer } from './packet-data.ts';

const CHANNELS_MAX = 4_294_967_295n;
const SUCCESS = Uint8Array.of(1);
const ErrUnknownRequest = registerError('ibc', 4, 'unknown request');

function validateChannel(order: number, port: string, channel: string): void {
  const sequence = parseIdentifier(channel, 'channel-');
  if (sequence > CHANNELS_MAX) throw ErrMaxTransferChannels.wrap(`channel sequence ${sequence} is greater than max allowed transfer channels ${CHANNELS_MAX}`);
  if (order !== Order.ORDER_UNORDERED) throw ErrInvalidChannelOrdering.wrap(`expected ORDER_UNORDERED channel, got ${orderName(order)} `);
  if (port !== PORT) throw ErrInvalidPort.wrap(`invalid port: ${port}, expected ${PORT}`);
}

export function transferIbcModule(k: TransferKeeper): IbcModule {
  return {
    onChanOpenInit(_ctx, order, _hops, port, channel, _counterparty, version) {
      validateChannel(order, port, channel);
      const chosen = version.trim() === '' ? VERSION : version;
      if (chosen !== VERSION) throw ErrInvalidVersion.wrap(`expected one of [${VERSION}], got ${chosen}`);
      return chosen;
    },
    onChanOpenTry(_ctx, order, _hops, port, channel) {
      validateChannel(order, port, channel);
      // Of a version that is not known here, ours is proposed.
      return VERSION;
    },
    onChanOpenAck(_ctx, _port, _channel, _counterpartyChannel, version) {
      if (version !== VERSION) throw ErrInvalidVersion.wrap(`invalid counterparty version: expected one of [${VERSION}], got ${version}`);
    },
    onChanOpenConfirm: () => undefined,
    onChanCloseInit() {
      throw ErrInvalidRequest.wrap('user cannot close channel');
    },
    onChanCloseConfirm: () => undefined,
    onRecvPacket(ctx, version, p) {
      let t: Transfer | undefined;
      try {
        t = readTransfer(p.data, version);
        k.receive(ctx, t, { port: p.sourcePort, channel: p.sourceChannel }, { port: p.destinationPort, channel: p.destinationChannel });
      } catch (e) {
        // Out of gas and faults of ours are the transaction's.
        if (!(e instanceof SdkError)) throw e;
        emitReceived(ctx, t, e);
        return errorAcknowledgement(e);
      }
      emitReceived(ctx, t, undefined);
      return resultAcknowledgement(SUCCESS);
    },
    onAcknowledgementPacket(ctx, version, p, acknowledgement) {
      const a = parseAcknowledgement(acknowledgement);
      if (a === undefined) throw ErrUnknownRequest.wrap('cannot unmarshal ICS-20 transfer packet acknowledgement');
      const t = readTransfer(p.data, version);
      const written = acknowledgementJson(a);
      if (!bytesEqual(written, acknowledgement)) {
        throw ErrInvalidType.wrap(`acknowledgement did not marshal to expected bytes: ${toHexUpper(written)} ≠ ${toHexUpper(acknowledgement)}`);
      }
      if (a.response === undefined) throw ErrInvalidType.wrap('expected a result or an error');
      if (a.response.case === 'error') k.refund(ctx, p.sourcePort, p.sourceChannel, t);
      emitAcknowledged(ctx, t, a);
    },
    onTimeoutPacket(ctx, version, p) {
      const t = readTransfer(p.data, version);
      k.refund(ctx, p.sourcePort, p.sourceChannel, t);
      emitTimedOut(ctx, t);
    },
  };
}
