// Connections: two chains whose clients follow each other, agreed by a handshake of four steps; and what their ends prove to each other.
// Source: ICS-03; ibc-go v10 modules/core/03-connection/keeper.
import { uint64Value } from '../../../../chain/core/collections/value-codec.ts';
import type { Context } from '../../../../chain/core/context.ts';
import { plainError, wrapError } from '../../../../chain/core/errors.ts';
import { event } from '../../../../chain/core/events.ts';
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { utf8 } from '../../../../chain/encoding/bytes.ts';
import { Channel } from '../../../../proto/gen/ibc/core/channel/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { ClientPaths, ConnectionEnd, type Counterparty, Params, State, type Version } from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { LOCALHOST_ID } from '../02-client/client-id.ts';
import { ErrClientNotActive, ErrClientNotFound } from '../02-client/errors.ts';
import type { ClientKeeper } from '../02-client/keeper.ts';
import { type Delay, NO_DELAY } from '../02-client/light-client-module.ts';
import { applyPrefix, prefixOf } from '../23-commitment/merkle-proof.ts';
import {
  channelKey,
  clientConnectionsKey,
  connectionKey,
  nextSequenceRecvKey,
  packetAcknowledgementKey,
  packetCommitmentKey,
  packetReceiptKey,
} from '../24-host/paths.ts';
import { COMMITMENT_PREFIX, STORE_NAME } from '../keys.ts';
import { ErrConnectionNotFound, ErrInvalidConnectionState, ErrInvalidVersion } from './errors.ts';
import { isSupported, pickVersion, SUPPORTED } from './version.ts';

const NEXT_SEQUENCE = utf8('nextConnectionSequence');
const PARAMS = utf8('connectionParams');
const LOCALHOST_CONNECTION = 'connection-localhost';
/** 30 s. */
export const DEFAULT_PARAMS: Params = { maxExpectedTimePerBlock: 30_000_000_000n };

export const stateName = (s: number): string => Object.entries(State).find(([, v]) => v === s)?.[0] ?? `${s}`;

/** What is proven of a counterparty: the client's height, and where it goes. */
export interface Proof {
  readonly bytes: Uint8Array;
  readonly height: Height;
}

export class ConnectionKeeper {
  readonly clients: ClientKeeper;

  constructor(clients: ClientKeeper) {
    this.clients = clients;
  }

  /** undefined where there is none. */
  connection(ctx: Context, id: string): ConnectionEnd | undefined {
    const b = ctx.store(STORE_NAME).get(connectionKey(id));
    return b && ConnectionEnd.decode(b);
  }

  setConnection(ctx: Context, id: string, c: ConnectionEnd): void {
    ctx.store(STORE_NAME).set(connectionKey(id), ConnectionEnd.encode(c));
  }

  /** Throws ErrConnectionNotFound. */
  get(ctx: Context, id: string): ConnectionEnd {
    const c = this.connection(ctx, id);
    if (c === undefined) throw ErrConnectionNotFound.wrap(id);
    return c;
  }

  /** As `get`; throws ErrInvalidConnectionState unless it is open. */
  getOpen(ctx: Context, id: string): ConnectionEnd {
    const c = this.get(ctx, id);
    if (c.state !== State.STATE_OPEN) throw ErrInvalidConnectionState.wrap(`connection state is not OPEN (got ${stateName(c.state)})`);
    return c;
  }

  clientConnections(ctx: Context, clientId: string): readonly string[] | undefined {
    const b = ctx.store(STORE_NAME).get(clientConnectionsKey(clientId));
    return b && ClientPaths.decode(b).paths;
  }

  setClientConnections(ctx: Context, clientId: string, paths: readonly string[]): void {
    ctx.store(STORE_NAME).set(clientConnectionsKey(clientId), ClientPaths.encode({ paths }));
  }

  nextSequence(ctx: Context): bigint {
    const b = ctx.store(STORE_NAME).get(NEXT_SEQUENCE);
    if (b === undefined) throw new Error('next connection sequence is nil');
    return uint64Value.decode(b);
  }

  setNextSequence(ctx: Context, n: bigint): void {
    ctx.store(STORE_NAME).set(NEXT_SEQUENCE, uint64Value.encode(n));
  }

  params(ctx: Context): Params {
    const b = ctx.store(STORE_NAME).get(PARAMS);
    if (b === undefined) throw plainError('connection params are not set in store');
    return Params.decode(b);
  }

  setParams(ctx: Context, p: Params): void {
    ctx.store(STORE_NAME).set(PARAMS, Params.encode(p));
  }

  /** The chain's connection with itself, which is in every genesis of the reference; there is no client of its kind here yet. */
  setLocalhost(ctx: Context): void {
    const counterparty = { clientId: LOCALHOST_ID, connectionId: LOCALHOST_CONNECTION, prefix: prefixOf(COMMITMENT_PREFIX) };
    this.setConnection(ctx, LOCALHOST_CONNECTION, { clientId: LOCALHOST_ID, versions: SUPPORTED, state: State.STATE_OPEN, counterparty, delayPeriod: 0n });
  }

  #newId(ctx: Context): string {
    const n = this.nextSequence(ctx);
    this.setNextSequence(ctx, n + 1n);
    return `connection-${n}`;
  }

  #addToClient(ctx: Context, clientId: string, id: string): void {
    if (this.clients.clientState(ctx, clientId) === undefined) throw ErrClientNotFound.wrap(clientId);
    this.setClientConnections(ctx, clientId, [...(this.clientConnections(ctx, clientId) ?? []), id]);
  }

  #emit(ctx: Context, step: string, id: string, clientId: string, { clientId: theirs, connectionId }: Counterparty): void {
    const rest = step === 'init' ? [] : ['counterparty_connection_id', connectionId];
    ctx.events.emit(event(`connection_open_${step}`, 'connection_id', id, 'client_id', clientId, 'counterparty_client_id', theirs, ...rest));
    ctx.events.emit(event('message', 'module', 'ibc_connection'));
  }

  openInit(ctx: Context, clientId: string, counterparty: Counterparty, version: Version | undefined, delayPeriod: bigint): string {
    if (version !== undefined && !isSupported(SUPPORTED, version)) throw ErrInvalidVersion.wrap('version is not supported');
    const status = this.clients.status(ctx, clientId);
    if (status !== 'Active') throw ErrClientNotActive.wrap(`client (${clientId}) status is ${status}`);
    const id = this.#newId(ctx);
    this.#addToClient(ctx, clientId, id);
    const versions = version === undefined ? SUPPORTED : [version];
    this.setConnection(ctx, id, { clientId, versions, state: State.STATE_INIT, counterparty, delayPeriod });
    this.#emit(ctx, 'init', id, clientId, counterparty);
    return id;
  }

  /** What the counterparty must have stored of this end. */
  #expected(c: ConnectionEnd, state: number, versions: readonly Version[], ownId: string): ConnectionEnd {
    const counterparty = { clientId: c.clientId, connectionId: ownId, prefix: prefixOf(COMMITMENT_PREFIX) };
    return { clientId: c.counterparty.clientId, versions, state, counterparty, delayPeriod: c.delayPeriod };
  }

  openTry(ctx: Context, clientId: string, counterparty: Counterparty, delayPeriod: bigint, theirs: readonly Version[], proof: Proof): string {
    const id = this.#newId(ctx);
    const c: ConnectionEnd = { clientId, versions: [pickVersion(SUPPORTED, theirs)], state: State.STATE_TRYOPEN, counterparty, delayPeriod };
    this.#verifyConnection(ctx, c, proof, counterparty.connectionId, this.#expected(c, State.STATE_INIT, theirs, ''));
    this.#addToClient(ctx, clientId, id);
    this.setConnection(ctx, id, c);
    this.#emit(ctx, 'try', id, clientId, counterparty);
    return id;
  }

  openAck(ctx: Context, id: string, version: Version, counterpartyId: string, proof: Proof): void {
    const c = this.get(ctx, id);
    if (c.state !== State.STATE_INIT) throw ErrInvalidConnectionState.wrap(`connection state is not INIT (got ${stateName(c.state)})`);
    if (!isSupported(c.versions, version)) {
      throw ErrInvalidConnectionState.wrap(`the counterparty selected version ${version.identifier} is not supported by versions selected on INIT`);
    }
    this.#verifyConnection(ctx, c, proof, counterpartyId, this.#expected(c, State.STATE_TRYOPEN, [version], id));
    const open = { ...c, state: State.STATE_OPEN, versions: [version], counterparty: { ...c.counterparty, connectionId: counterpartyId } };
    this.setConnection(ctx, id, open);
    this.#emit(ctx, 'ack', id, c.clientId, open.counterparty);
  }

  openConfirm(ctx: Context, id: string, proof: Proof): void {
    const c = this.get(ctx, id);
    if (c.state !== State.STATE_TRYOPEN) throw ErrInvalidConnectionState.wrap(`connection state is not TRYOPEN (got ${stateName(c.state)})`);
    this.#verifyConnection(ctx, c, proof, c.counterparty.connectionId, this.#expected(c, State.STATE_OPEN, c.versions, id));
    this.setConnection(ctx, id, { ...c, state: State.STATE_OPEN });
    this.#emit(ctx, 'confirm', id, c.clientId, c.counterparty);
  }

  /** The delay that the connection wants of packets, in blocks as well: rounded up. */
  #delay(ctx: Context, c: ConnectionEnd): Delay {
    const perBlock = this.params(ctx).maxExpectedTimePerBlock;
    return { time: c.delayPeriod, blocks: perBlock === 0n ? 0n : (c.delayPeriod + perBlock - 1n) / perBlock };
  }

  #verify(ctx: Context, c: ConnectionEnd, what: string, proof: Proof, key: Uint8Array, value: Uint8Array | undefined, delay: Delay): void {
    const path = applyPrefix(c.counterparty.prefix, key);
    try {
      if (value === undefined) this.clients.verifyNonMembership(ctx, c.clientId, proof.height, delay, proof.bytes, path);
      else this.clients.verifyMembership(ctx, c.clientId, proof.height, delay, proof.bytes, path, value);
    } catch (e) {
      throw wrapError(e, `failed ${what} verification for client (${c.clientId})`);
    }
  }

  #verifyConnection(ctx: Context, c: ConnectionEnd, proof: Proof, id: string, expected: ConnectionEnd): void {
    this.#verify(ctx, c, 'connection state', proof, connectionKey(id), ConnectionEnd.encode(expected), NO_DELAY);
  }

  verifyChannel(ctx: Context, c: ConnectionEnd, proof: Proof, port: string, channel: string, expected: Channel): void {
    this.#verify(ctx, c, 'channel state', proof, channelKey(port, channel), Channel.encode(expected), NO_DELAY);
  }

  verifyPacketCommitment(ctx: Context, c: ConnectionEnd, proof: Proof, port: string, channel: string, n: bigint, commitment: Uint8Array): void {
    this.#verify(ctx, c, 'packet commitment', proof, packetCommitmentKey(port, channel, n), commitment, this.#delay(ctx, c));
  }

  verifyPacketAcknowledgement(ctx: Context, c: ConnectionEnd, proof: Proof, port: string, channel: string, n: bigint, acknowledgement: Uint8Array): void {
    this.#verify(ctx, c, 'packet acknowledgement', proof, packetAcknowledgementKey(port, channel, n), sha256(acknowledgement), this.#delay(ctx, c));
  }

  verifyPacketReceiptAbsence(ctx: Context, c: ConnectionEnd, proof: Proof, port: string, channel: string, n: bigint): void {
    this.#verify(ctx, c, 'packet receipt absence', proof, packetReceiptKey(port, channel, n), undefined, this.#delay(ctx, c));
  }

  verifyNextSequenceRecv(ctx: Context, c: ConnectionEnd, proof: Proof, port: string, channel: string, next: bigint): void {
    this.#verify(ctx, c, 'next sequence receive', proof, nextSequenceRecvKey(port, channel), uint64Value.encode(next), this.#delay(ctx, c));
  }
}
