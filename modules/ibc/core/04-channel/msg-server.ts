// Messages of channels and packets. An application's callback writes to a branch of the state that is kept only where it succeeds; what IBC itself
// notes of the packet is kept either way. Source: ibc-go v10 modules/core/keeper/msg_server.go, 04-channel/types/msgs.go.
import type { AddressCodec } from '../../../../chain/core/address.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { type AbciEvent, attribute } from '../../../../chain/core/events.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import {
  type Channel,
  MsgAcknowledgement,
  MsgAcknowledgementResponse,
  MsgChannelCloseConfirm,
  MsgChannelCloseConfirmResponse,
  MsgChannelCloseInit,
  MsgChannelCloseInitResponse,
  MsgChannelOpenAck,
  MsgChannelOpenAckResponse,
  MsgChannelOpenConfirm,
  MsgChannelOpenConfirmResponse,
  MsgChannelOpenInit,
  MsgChannelOpenInitResponse,
  MsgChannelOpenTry,
  MsgChannelOpenTryResponse,
  MsgRecvPacket,
  MsgRecvPacketResponse,
  MsgTimeout,
  MsgTimeoutOnClose,
  MsgTimeoutOnCloseResponse,
  MsgTimeoutResponse,
  Order,
  ResponseResultType,
  State,
} from '../../../../proto/gen/ibc/core/channel/v1.ts';
import { assertSigner } from '../02-client/msg-server.ts';
import { within } from '../03-connection/msg-server.ts';
import { ErrInvalidRoute } from '../05-port/errors.ts';
import type { IbcModule } from '../05-port/ibc-module.ts';
import type { PortRouter } from '../05-port/router.ts';
import { ErrInvalidProof } from '../23-commitment/errors.ts';
import { isChannelId, validateChannelId, validateConnectionId, validatePortId } from '../24-host/identifiers.ts';
import { ErrInvalidSequence } from '../errors.ts';
import {
  ErrInvalidAcknowledgement,
  ErrInvalidChannelIdentifier,
  ErrInvalidChannelOrdering,
  ErrInvalidChannelState,
  ErrInvalidCounterparty,
  ErrTooManyConnectionHops,
} from './errors.ts';
import { orderName } from './events.ts';
import { type ChannelKeeper, NOOP, type Outcome } from './keeper.ts';
import { validatePacket } from './packet.ts';

const { RESPONSE_RESULT_TYPE_NOOP: NO_OP, RESPONSE_RESULT_TYPE_SUCCESS: SUCCESS } = ResponseResultType;
const ERROR_PREFIX = 'ibccallbackerror-';

/** Events of a callback that failed, so that nobody takes them for what happened. */
function errorEvents(events: readonly AbciEvent[]): AbciEvent[] {
  return events.map((e) => ({ type: ERROR_PREFIX + e.type, attributes: e.attributes.map((a) => attribute(ERROR_PREFIX + a.key, a.value)) }));
}

function validateChannel(c: Channel): void {
  if (c.state === State.STATE_UNINITIALIZED_UNSPECIFIED) throw ErrInvalidChannelState.error();
  if (c.ordering !== Order.ORDER_ORDERED && c.ordering !== Order.ORDER_UNORDERED) throw ErrInvalidChannelOrdering.wrap(orderName(c.ordering));
  if (c.connectionHops.length !== 1) throw ErrTooManyConnectionHops.wrap('current IBC version only supports one connection hop');
  within('invalid connection hop ID', () => validateConnectionId(c.connectionHops[0] as string));
  within('invalid counterparty port ID', () => validatePortId(c.counterparty.portId));
  if (c.counterparty.channelId !== '') within('invalid counterparty channel ID', () => validateChannelId(c.counterparty.channelId));
}

const assertProof = (proof: Uint8Array, what: string): void => {
  if (proof.length === 0) throw ErrInvalidProof.wrap(`cannot submit an empty ${what}`);
};

const assertChannelId = (id: string): void => {
  if (!isChannelId(id)) throw ErrInvalidChannelIdentifier.error();
};

function registerHandshake(registrar: ServiceRegistrar, k: ChannelKeeper, ports: PortRouter, addresses: AddressCodec): void {
  const route = (port: string): IbcModule => routeOf(ports, port);
  registrar.msg(
    MsgChannelOpenInit,
    MsgChannelOpenInitResponse,
    (ctx, { portId, channel: { ordering, connectionHops, counterparty, version: asked } }) => {
      const app = route(portId);
      const channelId = within('channel handshake open init failed', () => k.openInit(ctx, ordering, connectionHops));
      const what = `channel open init callback failed for port ID: ${portId}, channel ID: ${channelId}`;
      const version = within(what, () => app.onChanOpenInit(ctx, ordering, connectionHops, portId, channelId, counterparty, asked));
      k.writeOpenInit(ctx, portId, channelId, ordering, connectionHops, counterparty, version);
      return { channelId, version };
    },
    ({ portId, channel, signer }) => {
      within('invalid port ID', () => validatePortId(portId));
      if (channel.state !== State.STATE_INIT)
        throw ErrInvalidChannelState.wrap(`channel state must be INIT in MsgChannelOpenInit. expected: STATE_INIT, got: ${channel.state}`);
      if (channel.counterparty.channelId !== '') throw ErrInvalidCounterparty.wrap('counterparty channel identifier must be empty');
      assertSigner(addresses, signer);
      validateChannel(channel);
    },
  );
  registrar.msg(
    MsgChannelOpenTry,
    MsgChannelOpenTryResponse,
    (ctx, { portId, channel: { ordering, connectionHops, counterparty }, counterpartyVersion, proofInit: bytes, proofHeight: height }) => {
      const app = route(portId);
      const channelId = within('channel handshake open try failed', () =>
        k.openTry(ctx, ordering, connectionHops, portId, counterparty, counterpartyVersion, { bytes, height }),
      );
      const what = `channel open try callback failed for port ID: ${portId}, channel ID: ${channelId}`;
      const version = within(what, () => app.onChanOpenTry(ctx, ordering, connectionHops, portId, channelId, counterparty, counterpartyVersion));
      k.writeOpenTry(ctx, portId, channelId, ordering, connectionHops, counterparty, version);
      return { channelId, version };
    },
    ({ portId, previousChannelId, channel, proofInit, signer }) => {
      within('invalid port ID', () => validatePortId(portId));
      if (previousChannelId !== '') throw ErrInvalidChannelIdentifier.wrap('previous channel identifier must be empty: hellos that cross are not supported');
      assertProof(proofInit, 'proof init');
      if (channel.state !== State.STATE_TRYOPEN) {
        throw ErrInvalidChannelState.wrap(`channel state must be TRYOPEN in MsgChannelOpenTry. expected: STATE_TRYOPEN, got: ${channel.state}`);
      }
      // The counterparty's end exists by then.
      within('invalid counterparty channel ID', () => validateChannelId(channel.counterparty.channelId));
      assertSigner(addresses, signer);
      validateChannel(channel);
    },
  );
  registrar.msg(
    MsgChannelOpenAck,
    MsgChannelOpenAckResponse,
    (ctx, { portId, channelId, counterpartyChannelId, counterpartyVersion, proofTry: bytes, proofHeight: height }) => {
      const app = route(portId);
      within('channel handshake open ack failed', () => k.openAck(ctx, portId, channelId, counterpartyVersion, counterpartyChannelId, { bytes, height }));
      k.writeOpenAck(ctx, portId, channelId, counterpartyVersion, counterpartyChannelId);
      const what = `channel open ack callback failed for port ID: ${portId}, channel ID: ${channelId}`;
      within(what, () => app.onChanOpenAck(ctx, portId, channelId, counterpartyChannelId, counterpartyVersion));
      return {};
    },
    (m) => {
      within('invalid port ID', () => validatePortId(m.portId));
      assertChannelId(m.channelId);
      within('invalid counterparty channel ID', () => validateChannelId(m.counterpartyChannelId));
      assertProof(m.proofTry, 'proof try');
      assertSigner(addresses, m.signer);
    },
  );
  registrar.msg(
    MsgChannelOpenConfirm,
    MsgChannelOpenConfirmResponse,
    (ctx, { portId, channelId, proofAck: bytes, proofHeight: height }) => {
      const app = route(portId);
      within('channel handshake open confirm failed', () => k.openConfirm(ctx, portId, channelId, { bytes, height }));
      k.writeOpenConfirm(ctx, portId, channelId);
      within(`channel open confirm callback failed for port ID: ${portId}, channel ID: ${channelId}`, () => app.onChanOpenConfirm(ctx, portId, channelId));
      return {};
    },
    (m) => {
      within('invalid port ID', () => validatePortId(m.portId));
      assertChannelId(m.channelId);
      assertProof(m.proofAck, 'proof ack');
      assertSigner(addresses, m.signer);
    },
  );
  registrar.msg(
    MsgChannelCloseInit,
    MsgChannelCloseInitResponse,
    (ctx, { portId, channelId }) => {
      const app = route(portId);
      within(`channel close init callback failed for port ID: ${portId}, channel ID: ${channelId}`, () => app.onChanCloseInit(ctx, portId, channelId));
      within('channel handshake close init failed', () => k.closeInit(ctx, portId, channelId));
      return {};
    },
    (m) => {
      within('invalid port ID', () => validatePortId(m.portId));
      assertChannelId(m.channelId);
      assertSigner(addresses, m.signer);
    },
  );
  registrar.msg(
    MsgChannelCloseConfirm,
    MsgChannelCloseConfirmResponse,
    (ctx, { portId, channelId, proofInit: bytes, proofHeight: height }) => {
      const app = route(portId);
      within(`channel close confirm callback failed for port ID: ${portId}, channel ID: ${channelId}`, () => app.onChanCloseConfirm(ctx, portId, channelId));
      within('channel handshake close confirm failed', () => k.closeConfirm(ctx, portId, channelId, { bytes, height }));
      return {};
    },
    (m) => {
      within('invalid port ID', () => validatePortId(m.portId));
      assertChannelId(m.channelId);
      assertProof(m.proofInit, 'proof init');
      assertSigner(addresses, m.signer);
    },
  );
}

function routeOf(ports: PortRouter, port: string): IbcModule {
  const app = ports.route(port);
  if (app === undefined) throw ErrInvalidRoute.wrap(`route not found to portID: ${port}`);
  return app;
}

/** Of a message that was done already, whatever was written before that was known goes; events of it too. */
function verified(ctx: Context, what: string, run: (branch: Context) => Outcome): Outcome {
  const branch = ctx.branch();
  const outcome = within(what, () => run(branch.ctx));
  if (outcome !== NOOP) branch.write();
  return outcome;
}

export function registerChannelMessages(registrar: ServiceRegistrar, k: ChannelKeeper, ports: PortRouter, addresses: AddressCodec): void {
  registerHandshake(registrar, k, ports, addresses);
  registrar.msg(
    MsgRecvPacket,
    MsgRecvPacketResponse,
    (ctx, { packet, proofCommitment: bytes, proofHeight: height, signer }) => {
      const relayer = addresses.toBytes(signer);
      const app = routeOf(ports, packet.destinationPort);
      const version = verified(ctx, 'receive packet verification failed', (c) => k.recvPacket(c, packet, { bytes, height }));
      if (version === NOOP) return { result: NO_OP };
      const callback = ctx.branch();
      const ack = app.onRecvPacket(callback.ctx, version as string, packet, relayer);
      if (ack === undefined || ack.success) callback.write();
      else ctx.events.emitAll(errorEvents(callback.ctx.events.events));
      if (ack !== undefined) k.writeAcknowledgement(ctx, packet, ack.bytes);
      return { result: SUCCESS };
    },
    (m) => {
      assertProof(m.proofCommitment, 'commitment proof');
      assertSigner(addresses, m.signer);
      validatePacket(m.packet);
    },
  );
  registrar.msg(
    MsgAcknowledgement,
    MsgAcknowledgementResponse,
    (ctx, { packet, acknowledgement, proofAcked: bytes, proofHeight: height, signer }) => {
      const relayer = addresses.toBytes(signer);
      const app = routeOf(ports, packet.sourcePort);
      const version = verified(ctx, 'acknowledge packet verification failed', (c) => k.acknowledgePacket(c, packet, acknowledgement, { bytes, height }));
      if (version === NOOP) return { result: NO_OP };
      within('acknowledge packet callback failed', () => app.onAcknowledgementPacket(ctx, version as string, packet, acknowledgement, relayer));
      return { result: SUCCESS };
    },
    (m) => {
      assertProof(m.proofAcked, 'acknowledgement proof');
      if (m.acknowledgement.length === 0) throw ErrInvalidAcknowledgement.wrap('ack bytes cannot be empty');
      assertSigner(addresses, m.signer);
      validatePacket(m.packet);
    },
  );
  registrar.msg(
    MsgTimeout,
    MsgTimeoutResponse,
    (ctx, { packet, proofUnreceived: bytes, proofHeight: height, nextSequenceRecv, signer }) => {
      const relayer = addresses.toBytes(signer);
      const app = routeOf(ports, packet.sourcePort);
      const version = verified(ctx, 'timeout packet verification failed', (c) => k.timeoutPacket(c, packet, { bytes, height }, nextSequenceRecv));
      if (version === NOOP) return { result: NO_OP };
      within('timeout packet callback failed', () => app.onTimeoutPacket(ctx, version as string, packet, relayer));
      return { result: SUCCESS };
    },
    (m) => {
      assertProof(m.proofUnreceived, 'unreceived proof');
      if (m.nextSequenceRecv === 0n) throw ErrInvalidSequence.wrap('next sequence receive cannot be 0');
      assertSigner(addresses, m.signer);
      validatePacket(m.packet);
    },
  );
  registrar.msg(
    MsgTimeoutOnClose,
    MsgTimeoutOnCloseResponse,
    (ctx, { packet, proofUnreceived: bytes, proofClose, proofHeight: height, nextSequenceRecv, signer }) => {
      const relayer = addresses.toBytes(signer);
      const app = routeOf(ports, packet.sourcePort);
      const what = 'timeout on close packet verification failed';
      const version = verified(ctx, what, (c) => k.timeoutOnClose(c, packet, { bytes, height }, proofClose, nextSequenceRecv));
      if (version === NOOP) return { result: NO_OP };
      within('timeout on close callback failed', () => app.onTimeoutPacket(ctx, version as string, packet, relayer));
      return { result: SUCCESS };
    },
    (m) => {
      if (m.nextSequenceRecv === 0n) throw ErrInvalidSequence.wrap('next sequence receive cannot be 0');
      assertProof(m.proofUnreceived, 'unreceived proof');
      assertProof(m.proofClose, 'proof of closed counterparty channel end');
      assertSigner(addresses, m.signer);
      validatePacket(m.packet);
    },
  );
}
