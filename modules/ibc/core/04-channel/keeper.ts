// Channels: ordered or unordered streams of packets between two applications, opened and closed by handshakes; each packet is committed to,
// received once and acknowledged, or times out. State is written before an application is called. Source: ICS-04; ibc-go v10
// modules/core/04-channel/keeper.
import { uint64Value } from '../../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { bytesEqual, utf8 } from '../../../../chain/encoding/bytes.ts';
import { Channel, type Counterparty, Order, type Packet, State } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import type { ConnectionEnd } from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { ErrClientNotActive, ErrInvalidHeight } from '../02-client/errors.ts';
import { isZero, selfHeight } from '../02-client/height.ts';
import { ErrInvalidVersion } from '../03-connection/errors.ts';
import type { ConnectionKeeper, Proof } from '../03-connection/keeper.ts';
import { within } from '../03-connection/msg-server.ts';
import type { Ics4Wrapper } from '../05-port/ibc-module.ts';
import {
  channelKey,
  nextSequenceAckKey,
  nextSequenceRecvKey,
  nextSequenceSendKey,
  packetAcknowledgementKey,
  packetCommitmentKey,
  packetReceiptKey,
} from '../24-host/paths.ts';
import { STORE_NAME } from '../keys.ts';
import {
  ErrAcknowledgementExists,
  ErrChannelNotFound,
  ErrInvalidAcknowledgement,
  ErrInvalidChannelState,
  ErrInvalidPacket,
  ErrPacketReceived,
  ErrPacketSequenceOutOfOrder,
  ErrSequenceAckNotFound,
  ErrSequenceReceiveNotFound,
  ErrSequenceSendNotFound,
  ErrTooManyConnectionHops,
} from './errors.ts';
import {
  emitAcknowledgePacket,
  emitChannel,
  emitClosed,
  emitRecvPacket,
  emitSendPacket,
  emitTimeoutPacket,
  emitWriteAcknowledgement,
  orderName,
} from './events.ts';
import { assertCanonical, commitPacket, elapsedError, isElapsed, notReachedError, validatePacket } from './packet.ts';

const NEXT_SEQUENCE = utf8('nextChannelSequence');
const RECEIPT = Uint8Array.of(1);

export const stateName = (s: number): string => Object.entries(State).find(([, v]) => v === s)?.[0] ?? `${s}`;

/** Of a message that was done already: it changes nothing. Otherwise the channel's version. */
export const NOOP = Symbol('noop');
export type Outcome = string | typeof NOOP;

type KeyOf = (port: string, channel: string) => Uint8Array;

export class ChannelKeeper implements Ics4Wrapper {
  readonly connections: ConnectionKeeper;

  constructor(connections: ConnectionKeeper) {
    this.connections = connections;
  }

  channel(ctx: Context, port: string, id: string): Channel | undefined {
    const b = ctx.store(STORE_NAME).get(channelKey(port, id));
    return b && Channel.decode(b);
  }

  setChannel(ctx: Context, port: string, id: string, c: Channel): void {
    ctx.store(STORE_NAME).set(channelKey(port, id), Channel.encode(c));
  }

  /** Throws ErrChannelNotFound. */
  get(ctx: Context, port: string, id: string): Channel {
    const c = this.channel(ctx, port, id);
    if (c === undefined) throw ErrChannelNotFound.wrap(`port ID (${port}) channel ID (${id})`);
    return c;
  }

  #open(ctx: Context, port: string, id: string): Channel {
    const c = this.channel(ctx, port, id);
    if (c === undefined) throw ErrChannelNotFound.wrap(id);
    if (c.state !== State.STATE_OPEN) throw ErrInvalidChannelState.wrap(`channel is not OPEN (got ${stateName(c.state)})`);
    return c;
  }

  nextChannelSequence(ctx: Context): bigint {
    const b = ctx.store(STORE_NAME).get(NEXT_SEQUENCE);
    if (b === undefined) throw new Error('next channel sequence is nil');
    return uint64Value.decode(b);
  }

  setNextChannelSequence(ctx: Context, n: bigint): void {
    ctx.store(STORE_NAME).set(NEXT_SEQUENCE, uint64Value.encode(n));
  }

  #newId(ctx: Context): string {
    const n = this.nextChannelSequence(ctx);
    this.setNextChannelSequence(ctx, n + 1n);
    return `channel-${n}`;
  }

  #sequence(ctx: Context, key: Uint8Array): bigint | undefined {
    const b = ctx.store(STORE_NAME).get(key);
    return b && uint64Value.decode(b);
  }

  nextSequenceSend = (ctx: Context, port: string, id: string): bigint | undefined => this.#sequence(ctx, nextSequenceSendKey(port, id));
  nextSequenceRecv = (ctx: Context, port: string, id: string): bigint | undefined => this.#sequence(ctx, nextSequenceRecvKey(port, id));
  nextSequenceAck = (ctx: Context, port: string, id: string): bigint | undefined => this.#sequence(ctx, nextSequenceAckKey(port, id));

  setSequence(ctx: Context, key: KeyOf, port: string, id: string, n: bigint): void {
    ctx.store(STORE_NAME).set(key(port, id), uint64Value.encode(n));
  }

  commitment(ctx: Context, port: string, id: string, n: bigint): Uint8Array | undefined {
    return ctx.store(STORE_NAME).get(packetCommitmentKey(port, id, n));
  }

  hasReceipt(ctx: Context, port: string, id: string, n: bigint): boolean {
    return ctx.store(STORE_NAME).has(packetReceiptKey(port, id, n));
  }

  acknowledgement(ctx: Context, port: string, id: string, n: bigint): Uint8Array | undefined {
    return ctx.store(STORE_NAME).get(packetAcknowledgementKey(port, id, n));
  }

  // Handshake. Each step is checked first; what it writes follows the application's consent (`write…`).

  #assertOrder({ versions }: ConnectionEnd, order: number): void {
    const [version] = versions;
    if (version === undefined || versions.length !== 1) {
      throw ErrInvalidVersion.wrap(`single version must be negotiated on connection before opening channel, got: ${versions.length}`);
    }
    if (!version.features.includes(orderName(order))) {
      throw ErrInvalidVersion.wrap(`connection version ${version.identifier} does not support channel ordering: ${orderName(order)}`);
    }
  }

  #assertActive(ctx: Context, { clientId }: ConnectionEnd): void {
    const status = this.connections.clients.status(ctx, clientId);
    if (status !== 'Active') throw ErrClientNotActive.wrap(`client (${clientId}) status is ${status}`);
  }

  openInit(ctx: Context, order: number, hops: readonly string[]): string {
    const connection = this.connections.get(ctx, hops[0] ?? '');
    this.#assertOrder(connection, order);
    this.#assertActive(ctx, connection);
    return this.#newId(ctx);
  }

  #begin(ctx: Context, port: string, id: string, c: Channel): void {
    this.setChannel(ctx, port, id, c);
    for (const key of [nextSequenceSendKey, nextSequenceRecvKey, nextSequenceAckKey]) this.setSequence(ctx, key, port, id, 1n);
  }

  writeOpenInit(
    ctx: Context,
    port: string,
    id: string,
    ordering: number,
    connectionHops: readonly string[],
    counterparty: Counterparty,
    version: string,
  ): void {
    const c = { state: State.STATE_INIT, ordering, counterparty, connectionHops, version };
    this.#begin(ctx, port, id, c);
    emitChannel(ctx, 'open_init', port, id, c);
  }

  /** What the counterparty must have stored of its end. */
  #verify(
    ctx: Context,
    connection: ConnectionEnd,
    proof: Proof,
    own: Counterparty,
    theirs: Counterparty,
    ordering: number,
    state: number,
    version: string,
  ): void {
    const connectionHops = [connection.counterparty.connectionId];
    this.connections.verifyChannel(ctx, connection, proof, theirs.portId, theirs.channelId, {
      state,
      ordering,
      counterparty: own,
      connectionHops,
      version,
    });
  }

  openTry(ctx: Context, order: number, hops: readonly string[], port: string, counterparty: Counterparty, version: string, proof: Proof): string {
    if (hops.length !== 1) throw ErrTooManyConnectionHops.wrap(`expected 1, got ${hops.length}`);
    const id = this.#newId(ctx);
    const connection = this.connections.getOpen(ctx, hops[0] as string);
    this.#assertOrder(connection, order);
    this.#verify(ctx, connection, proof, { portId: port, channelId: '' }, counterparty, order, State.STATE_INIT, version);
    return id;
  }

  writeOpenTry(ctx: Context, port: string, id: string, ordering: number, connectionHops: readonly string[], counterparty: Counterparty, version: string): void {
    const c = { state: State.STATE_TRYOPEN, ordering, counterparty, connectionHops, version };
    this.#begin(ctx, port, id, c);
    emitChannel(ctx, 'open_try', port, id, c);
  }

  openAck(ctx: Context, port: string, id: string, version: string, counterpartyId: string, proof: Proof): void {
    const c = this.get(ctx, port, id);
    if (c.state !== State.STATE_INIT) throw ErrInvalidChannelState.wrap(`channel state should be INIT (got ${stateName(c.state)})`);
    const connection = this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    const theirs = { portId: c.counterparty.portId, channelId: counterpartyId };
    this.#verify(ctx, connection, proof, { portId: port, channelId: id }, theirs, c.ordering, State.STATE_TRYOPEN, version);
  }

  writeOpenAck(ctx: Context, port: string, id: string, version: string, counterpartyId: string): void {
    const before = this.get(ctx, port, id);
    const c = { ...before, state: State.STATE_OPEN, version, counterparty: { ...before.counterparty, channelId: counterpartyId } };
    this.setChannel(ctx, port, id, c);
    emitChannel(ctx, 'open_ack', port, id, c);
  }

  openConfirm(ctx: Context, port: string, id: string, proof: Proof): void {
    const c = this.get(ctx, port, id);
    if (c.state !== State.STATE_TRYOPEN) throw ErrInvalidChannelState.wrap(`channel state is not TRYOPEN (got ${stateName(c.state)})`);
    const connection = this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    this.#verify(ctx, connection, proof, { portId: port, channelId: id }, c.counterparty, c.ordering, State.STATE_OPEN, c.version);
  }

  writeOpenConfirm(ctx: Context, port: string, id: string): void {
    const c = { ...this.get(ctx, port, id), state: State.STATE_OPEN };
    this.setChannel(ctx, port, id, c);
    emitChannel(ctx, 'open_confirm', port, id, c);
  }

  #notClosed(ctx: Context, port: string, id: string): Channel {
    const c = this.get(ctx, port, id);
    if (c.state === State.STATE_CLOSED) throw ErrInvalidChannelState.wrap('channel is already CLOSED');
    return c;
  }

  closeInit(ctx: Context, port: string, id: string): void {
    const c = this.#notClosed(ctx, port, id);
    const connection = this.connections.get(ctx, c.connectionHops[0] ?? '');
    this.#assertActive(ctx, connection);
    this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    const closed = { ...c, state: State.STATE_CLOSED };
    this.setChannel(ctx, port, id, closed);
    emitChannel(ctx, 'close_init', port, id, closed);
  }

  closeConfirm(ctx: Context, port: string, id: string, proof: Proof): void {
    const c = this.#notClosed(ctx, port, id);
    const connection = this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    this.#verify(ctx, connection, proof, { portId: port, channelId: id }, c.counterparty, c.ordering, State.STATE_CLOSED, c.version);
    const closed = { ...c, state: State.STATE_CLOSED };
    this.setChannel(ctx, port, id, closed);
    emitChannel(ctx, 'close_confirm', port, id, closed);
  }

  // Packets.

  /** Gives the sequence. Throws. */
  sendPacket(ctx: Context, sourcePort: string, sourceChannel: string, timeoutHeight: Height, timeoutTimestamp: bigint, data: Uint8Array): bigint {
    const c = this.#open(ctx, sourcePort, sourceChannel);
    const sequence = this.nextSequenceSend(ctx, sourcePort, sourceChannel);
    if (sequence === undefined) throw ErrSequenceSendNotFound.wrap(`source port: ${sourcePort}, source channel: ${sourceChannel}`);
    const { portId: destinationPort, channelId: destinationChannel } = c.counterparty;
    const packet: Packet = { data, sequence, sourcePort, sourceChannel, destinationPort, destinationChannel, timeoutHeight, timeoutTimestamp };
    within('constructed packet failed basic validation', () => validatePacket(packet));
    const { clientId } = this.connections.get(ctx, c.connectionHops[0] ?? '');
    const { clients } = this.connections;
    const status = clients.status(ctx, clientId);
    if (status !== 'Active') throw ErrClientNotActive.wrap(`cannot send packet using client (${clientId}) with status ${status}`);
    const latest = clients.latestHeight(ctx, clientId);
    if (isZero(latest)) throw ErrInvalidHeight.wrap(`cannot send packet using client (${clientId}) with zero height`);
    const time = clients.timestampAtHeight(ctx, clientId, latest);
    // It would be too late already where the client last saw the counterparty.
    if (isElapsed(packet, latest, time)) throw elapsedError(packet, latest, time).wrap('invalid packet timeout');
    this.setSequence(ctx, nextSequenceSendKey, sourcePort, sourceChannel, sequence + 1n);
    ctx.store(STORE_NAME).set(packetCommitmentKey(sourcePort, sourceChannel, sequence), commitPacket(packet));
    emitSendPacket(ctx, packet, c);
    return sequence;
  }

  recvPacket(ctx: Context, p: Packet, proof: Proof): Outcome {
    const c = this.#open(ctx, p.destinationPort, p.destinationChannel);
    if (p.sourcePort !== c.counterparty.portId) {
      throw ErrInvalidPacket.wrap(`packet source port doesn't match the counterparty's port (${p.sourcePort} ≠ ${c.counterparty.portId})`);
    }
    if (p.sourceChannel !== c.counterparty.channelId) {
      throw ErrInvalidPacket.wrap(`packet source channel doesn't match the counterparty's channel (${p.sourceChannel} ≠ ${c.counterparty.channelId})`);
    }
    const connection = this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    const height = selfHeight(ctx);
    if (isElapsed(p, height, ctx.time)) throw elapsedError(p, height, ctx.time).wrap('packet timeout elapsed');
    within("couldn't verify counterparty packet commitment", () =>
      this.connections.verifyPacketCommitment(ctx, connection, proof, p.sourcePort, p.sourceChannel, p.sequence, commitPacket(p)),
    );
    if (!this.#takeOnce(ctx, p, c)) {
      emitRecvPacket(ctx, p, c);
      return NOOP;
    }
    emitRecvPacket(ctx, p, c);
    return c.version;
  }

  /** False for a packet that was received before. Throws for one of an ordered channel that comes too early. */
  #takeOnce(ctx: Context, p: Packet, c: Channel): boolean {
    const { destinationPort: port, destinationChannel: id, sequence } = p;
    if (c.ordering === Order.ORDER_UNORDERED) {
      if (this.hasReceipt(ctx, port, id, sequence)) return false;
      ctx.store(STORE_NAME).set(packetReceiptKey(port, id, sequence), RECEIPT);
      return true;
    }
    const next = this.nextSequenceRecv(ctx, port, id);
    if (next === undefined) throw ErrSequenceReceiveNotFound.wrap(`destination port: ${port}, destination channel: ${id}`);
    if (sequence < next) return false;
    if (sequence !== next) throw ErrPacketSequenceOutOfOrder.wrap(`packet sequence ≠ next receive sequence (${sequence} ≠ ${next})`);
    this.setSequence(ctx, nextSequenceRecvKey, port, id, next + 1n);
    return true;
  }

  writeAcknowledgement(ctx: Context, p: Packet, acknowledgement: Uint8Array): void {
    const c = this.#open(ctx, p.destinationPort, p.destinationChannel);
    if (this.acknowledgement(ctx, p.destinationPort, p.destinationChannel, p.sequence) !== undefined) throw ErrAcknowledgementExists.error();
    if (acknowledgement.length === 0) throw ErrInvalidAcknowledgement.wrap('acknowledgement cannot be empty');
    ctx.store(STORE_NAME).set(packetAcknowledgementKey(p.destinationPort, p.destinationChannel, p.sequence), sha256(acknowledgement));
    emitWriteAcknowledgement(ctx, p, c, acknowledgement);
  }

  #assertDestination(p: Packet, { counterparty }: Channel): void {
    if (p.destinationPort !== counterparty.portId) {
      throw ErrInvalidPacket.wrap(`packet destination port doesn't match the counterparty's port (${p.destinationPort} ≠ ${counterparty.portId})`);
    }
    if (p.destinationChannel !== counterparty.channelId) {
      throw ErrInvalidPacket.wrap(`packet destination channel doesn't match the counterparty's channel (${p.destinationChannel} ≠ ${counterparty.channelId})`);
    }
  }

  /** Whether the packet waits for its acknowledgement. Throws where another one was sent under its number. */
  #isCommitted(ctx: Context, p: Packet): boolean {
    const held = this.commitment(ctx, p.sourcePort, p.sourceChannel, p.sequence);
    if (held === undefined) return false;
    const own = commitPacket(p);
    if (!bytesEqual(held, own)) throw ErrInvalidPacket.wrap(`commitment bytes are not equal: got ([${own.join(' ')}]), expected ([${held.join(' ')}])`);
    return true;
  }

  acknowledgePacket(ctx: Context, p: Packet, acknowledgement: Uint8Array, proof: Proof): Outcome {
    const c = this.get(ctx, p.sourcePort, p.sourceChannel);
    if (c.state !== State.STATE_OPEN) throw ErrInvalidChannelState.wrap(`channel is not OPEN (got ${stateName(c.state)})`);
    this.#assertDestination(p, c);
    const connection = this.connections.getOpen(ctx, c.connectionHops[0] ?? '');
    if (this.commitment(ctx, p.sourcePort, p.sourceChannel, p.sequence) === undefined) {
      emitAcknowledgePacket(ctx, p, c);
      return NOOP;
    }
    assertCanonical(acknowledgement);
    this.#isCommitted(ctx, p);
    this.connections.verifyPacketAcknowledgement(ctx, connection, proof, p.destinationPort, p.destinationChannel, p.sequence, acknowledgement);
    if (c.ordering === Order.ORDER_ORDERED) {
      const next = this.nextSequenceAck(ctx, p.sourcePort, p.sourceChannel);
      if (next === undefined) throw ErrSequenceAckNotFound.wrap(`source port: ${p.sourcePort}, source channel: ${p.sourceChannel}`);
      if (p.sequence !== next) throw ErrPacketSequenceOutOfOrder.wrap(`packet sequence ≠ next ack sequence (${p.sequence} ≠ ${next})`);
      this.setSequence(ctx, nextSequenceAckKey, p.sourcePort, p.sourceChannel, next + 1n);
    }
    ctx.store(STORE_NAME).delete(packetCommitmentKey(p.sourcePort, p.sourceChannel, p.sequence));
    emitAcknowledgePacket(ctx, p, c);
    return c.version;
  }

  /** The counterparty has not received it, by proof. */
  #verifyUnreceived(ctx: Context, connection: ConnectionEnd, c: Channel, p: Packet, proof: Proof, next: bigint, received: typeof ErrPacketReceived): void {
    if (c.ordering !== Order.ORDER_ORDERED) {
      this.connections.verifyPacketReceiptAbsence(ctx, connection, proof, p.destinationPort, p.destinationChannel, p.sequence);
      return;
    }
    if (next > p.sequence) throw received.wrap(`packet already received, next sequence receive > packet sequence (${next} > ${p.sequence})`);
    this.connections.verifyNextSequenceRecv(ctx, connection, proof, p.destinationPort, p.destinationChannel, next);
  }

  /** An ordered channel closes: what follows a packet that is lost would come out of order. */
  #timedOut(ctx: Context, p: Packet, c: Channel): void {
    ctx.store(STORE_NAME).delete(packetCommitmentKey(p.sourcePort, p.sourceChannel, p.sequence));
    if (c.ordering === Order.ORDER_ORDERED) {
      const closed = { ...c, state: State.STATE_CLOSED };
      this.setChannel(ctx, p.sourcePort, p.sourceChannel, closed);
      emitClosed(ctx, p, closed);
    }
    emitTimeoutPacket(ctx, p, c);
  }

  timeoutPacket(ctx: Context, p: Packet, proof: Proof, next: bigint): Outcome {
    const c = this.get(ctx, p.sourcePort, p.sourceChannel);
    this.#assertDestination(p, c);
    const connection = this.connections.get(ctx, c.connectionHops[0] ?? '');
    const time = this.connections.clients.timestampAtHeight(ctx, connection.clientId, proof.height);
    if (!isElapsed(p, proof.height, time)) throw notReachedError(p, proof.height, time).wrap('packet timeout not reached');
    if (!this.#isCommitted(ctx, p)) {
      emitTimeoutPacket(ctx, p, c);
      return NOOP;
    }
    this.#verifyUnreceived(ctx, connection, c, p, proof, next, ErrPacketReceived);
    this.#timedOut(ctx, p, c);
    return c.version;
  }

  /** `closed`: of the counterparty's closed end. */
  timeoutOnClose(ctx: Context, p: Packet, proof: Proof, closed: Uint8Array, next: bigint): Outcome {
    const c = this.get(ctx, p.sourcePort, p.sourceChannel);
    this.#assertDestination(p, c);
    const connection = this.connections.get(ctx, c.connectionHops[0] ?? '');
    if (!this.#isCommitted(ctx, p)) {
      emitTimeoutPacket(ctx, p, c);
      return NOOP;
    }
    const own = { portId: p.sourcePort, channelId: p.sourceChannel };
    this.#verify(ctx, connection, { ...proof, bytes: closed }, own, c.counterparty, c.ordering, State.STATE_CLOSED, c.version);
    this.#verifyUnreceived(ctx, connection, c, p, proof, next, ErrInvalidPacket);
    this.#timedOut(ctx, p, c);
    return c.version;
  }
}
