// Two chains in memory: handshakes, packets, acknowledgements and timeouts by messages, each proof looked up in the other's store. The client
// alone is a stand-in; what it is asked to prove is compared byte for byte with what the counterparty stored.
import { expect, test } from 'vitest';
import { AddressCodec } from '../../../../chain/core/address.ts';
import { blockInfo, type Context } from '../../../../chain/core/context.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { codeOf } from '../../../../chain/core/testing/code-of.ts';
import { MemoryStores, testContext } from '../../../../chain/core/testing/memory-stores.ts';
import { sha256 } from '../../../../chain/crypto/sha256.ts';
import { bytesEqual, toHex, utf8 } from '../../../../chain/encoding/bytes.ts';
import type { Codec } from '../../../../chain/encoding/codec.ts';
import * as c from '../../../../proto/gen/ibc/core/channel/v1.ts';
import type { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import * as n from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { ErrInvalidMisbehaviour } from '../02-client/errors.ts';
import { ClientKeeper } from '../02-client/keeper.ts';
import type { LightClientModule } from '../02-client/light-client-module.ts';
import { ConnectionKeeper } from '../03-connection/keeper.ts';
import { registerConnectionMessages } from '../03-connection/msg-server.ts';
import { SUPPORTED } from '../03-connection/version.ts';
import type { IbcModule } from '../05-port/ibc-module.ts';
import { PortRouter } from '../05-port/router.ts';
import { ErrInvalidProof } from '../23-commitment/errors.ts';
import { prefixOf } from '../23-commitment/merkle-proof.ts';
import { clientPath } from '../24-host/paths.ts';
import { STORE_NAME } from '../keys.ts';
import { ChannelKeeper } from './keeper.ts';
import { registerChannelMessages } from './msg-server.ts';
import { commitPacket, errorAcknowledgement, resultAcknowledgement } from './packet.ts';

const addresses = new AddressCodec('trellis');
const signer = addresses.toString(new Uint8Array(20).fill(7));
const CLIENT = '99-peer-0';
const PROOF = utf8('proof');
const AT: Height = { revisionNumber: 1n, revisionHeight: 50n };
const SECOND = 1_000_000_000n;
const unused = (): never => {
  throw ErrInvalidMisbehaviour.error();
};

/** What the application of the test does with the next packet. */
type Plan = 'succeed' | 'fail' | 'later';

class Chain {
  readonly ctx: Context;
  readonly channels: ChannelKeeper;
  readonly calls: string[] = [];
  plan: Plan = 'succeed';
  peer: Chain | undefined;
  status: 'Active' | 'Frozen' = 'Active';
  #handlers = new Map<unknown, { run: (ctx: Context, m: never) => unknown; validate: ((m: never) => void) | undefined }>();

  constructor() {
    this.ctx = testContext({ block: blockInfo('test-1', { height: 20n, time: 100n * SECOND }), stores: new MemoryStores() });
    const holds = (key: Uint8Array): Uint8Array | undefined => this.peer?.ctx.store(STORE_NAME).get(key);
    const module: LightClientModule = {
      clientType: '99-peer',
      typeUrls: { clientState: '/peer', consensusState: '/peer', messages: [] },
      validateClientState: unused,
      validateConsensusState: unused,
      validateMessage: unused,
      initialize: unused,
      verifyClientMessage: unused,
      checkForMisbehaviour: unused,
      updateStateOnMisbehaviour: unused,
      updateState: unused,
      recoverClient: unused,
      verifyUpgradeAndUpdateState: unused,
      committedForUpgrade: unused,
      upgradedConsensusState: unused,
      verifyMembership: (_ctx, _id, _height, _delay, _proof, path, value) => {
        const held = holds(path.keyPath[1] as Uint8Array);
        if (held === undefined || !bytesEqual(held, value)) throw ErrInvalidProof.wrap(`held ${held === undefined ? 'nothing' : toHex(held)}`);
      },
      verifyNonMembership: (_ctx, _id, _height, _delay, _proof, path) => {
        if (holds(path.keyPath[1] as Uint8Array) !== undefined) throw ErrInvalidProof.wrap('held');
      },
      status: () => this.status,
      latestHeight: () => AT,
      timestampAtHeight: () => 100n * SECOND,
    };
    const upgrade = { plan: unused } as never;
    const clients = new ClientKeeper({ modules: [module], upgrade, authority: signer });
    const connections = new ConnectionKeeper(clients);
    this.channels = new ChannelKeeper(connections);
    clients.setParams(this.ctx, { allowedClients: ['*'] });
    connections.setParams(this.ctx, { maxExpectedTimePerBlock: 30n * SECOND });
    connections.setNextSequence(this.ctx, 0n);
    this.channels.setNextChannelSequence(this.ctx, 0n);
    this.ctx.store(STORE_NAME).set(utf8(clientPath(CLIENT, 'clientState')), new Uint8Array([10, 5, ...utf8('/peer')]));

    const note =
      (what: string) =>
      (ctx: Context): void => {
        this.calls.push(what);
        ctx.store('app').set(utf8(what), Uint8Array.of(1));
      };
    const app: IbcModule = {
      onChanOpenInit: (ctx) => {
        note('init')(ctx);
        return 'app-1';
      },
      onChanOpenTry: (ctx) => {
        note('try')(ctx);
        return 'app-1';
      },
      onChanOpenAck: note('ack'),
      onChanOpenConfirm: note('confirm'),
      onChanCloseInit: note('closeInit'),
      onChanCloseConfirm: note('closeConfirm'),
      onRecvPacket: (ctx) => {
        note('recv')(ctx);
        ctx.events.emit({ type: 'app', attributes: [{ key: 'k', value: 'v', index: true }] });
        if (this.plan === 'later') return undefined;
        return this.plan === 'succeed' ? resultAcknowledgement(Uint8Array.of(1)) : errorAcknowledgement(ErrInvalidProof.wrap('a text of this node'));
      },
      onAcknowledgementPacket: note('acknowledged'),
      onTimeoutPacket: note('timeout'),
    };
    const ports = new PortRouter();
    ports.add('app', app);
    const registrar: ServiceRegistrar = {
      msg: (request, _response, run, validate) => void this.#handlers.set(request, { run: run as never, validate: validate as never }),
      query: () => undefined,
    };
    registerConnectionMessages(registrar, connections, addresses);
    registerChannelMessages(registrar, this.channels, ports, addresses);
  }

  /** As a transaction: all of it or nothing. Fields that are not named are zero. */
  send<T>(codec: Codec<T>, part: Partial<T>): unknown {
    const h = this.#handlers.get(codec);
    const m = { ...codec.zero(), proofHeight: AT, signer, ...part } as never;
    h?.validate?.(m);
    const branch = this.ctx.branch();
    const out = h?.run(branch.ctx, m);
    branch.write();
    return out;
  }

  key(text: string): string | undefined {
    const b = this.ctx.store(STORE_NAME).get(utf8(text));
    return b && toHex(b);
  }

  types(from: number): string[] {
    return this.ctx.events.events.slice(from).map((e) => e.type);
  }
}

const counterparty = (connectionId: string): n.Counterparty => ({ clientId: CLIENT, connectionId, prefix: prefixOf('ibc') });
const MSG = 'message';

function pair(): [Chain, Chain] {
  const [a, b] = [new Chain(), new Chain()];
  a.peer = b;
  b.peer = a;
  return [a, b];
}

function connect(a: Chain, b: Chain, delayPeriod = 0n): void {
  a.send(n.MsgConnectionOpenInit, { clientId: CLIENT, counterparty: counterparty(''), delayPeriod });
  b.send(n.MsgConnectionOpenTry, {
    clientId: CLIENT,
    counterparty: counterparty('connection-0'),
    counterpartyVersions: SUPPORTED,
    proofInit: PROOF,
    delayPeriod,
  });
  const version = SUPPORTED[0] as n.Version;
  a.send(n.MsgConnectionOpenAck, { connectionId: 'connection-0', counterpartyConnectionId: 'connection-0', version, proofTry: PROOF });
  b.send(n.MsgConnectionOpenConfirm, { connectionId: 'connection-0', proofAck: PROOF });
}

const end = (state: number, ordering: number, channelId: string): c.Channel => ({
  state,
  ordering,
  counterparty: { portId: 'app', channelId },
  connectionHops: ['connection-0'],
  version: '',
});

function openChannel(a: Chain, b: Chain, ordering: number): void {
  a.send(c.MsgChannelOpenInit, { portId: 'app', channel: end(c.State.STATE_INIT, ordering, '') });
  b.send(c.MsgChannelOpenTry, {
    portId: 'app',
    channel: end(c.State.STATE_TRYOPEN, ordering, 'channel-0'),
    counterpartyVersion: 'app-1',
    proofInit: PROOF,
  });
  const ack = { portId: 'app', channelId: 'channel-0', counterpartyChannelId: 'channel-0', counterpartyVersion: 'app-1', proofTry: PROOF };
  a.send(c.MsgChannelOpenAck, ack);
  b.send(c.MsgChannelOpenConfirm, { portId: 'app', channelId: 'channel-0', proofAck: PROOF });
}

function opened(ordering: number = c.Order.ORDER_UNORDERED): [Chain, Chain] {
  const [a, b] = pair();
  connect(a, b);
  openChannel(a, b, ordering);
  return [a, b];
}

const packet = (sequence: bigint, part: Partial<c.Packet> = {}): c.Packet => ({
  sequence,
  sourcePort: 'app',
  sourceChannel: 'channel-0',
  destinationPort: 'app',
  destinationChannel: 'channel-0',
  data: utf8(`data ${sequence}`),
  timeoutHeight: { revisionNumber: 0n, revisionHeight: 0n },
  timeoutTimestamp: 200n * SECOND,
  ...part,
});
const sendPacket = (x: Chain, p: c.Packet): bigint => x.channels.sendPacket(x.ctx, p.sourcePort, p.sourceChannel, p.timeoutHeight, p.timeoutTimestamp, p.data);
const recv = (x: Chain, p: c.Packet): unknown => x.send(c.MsgRecvPacket, { packet: p, proofCommitment: PROOF });
const acknowledge = (x: Chain, p: c.Packet, acknowledgement: Uint8Array): unknown =>
  x.send(c.MsgAcknowledgement, { packet: p, acknowledgement, proofAcked: PROOF });
const timeout = (x: Chain, p: c.Packet, nextSequenceRecv = 1n): unknown => x.send(c.MsgTimeout, { packet: p, proofUnreceived: PROOF, nextSequenceRecv });
const OK = resultAcknowledgement(Uint8Array.of(1)).bytes;
const { RESPONSE_RESULT_TYPE_NOOP: NOOP, RESPONSE_RESULT_TYPE_SUCCESS: SUCCESS } = c.ResponseResultType;

test('a connection opens in four steps, and both ends hold what the other proves', () => {
  const [a, b] = pair();
  connect(a, b, 5n);
  for (const x of [a, b]) {
    expect(x.channels.connections.get(x.ctx, 'connection-0')).toMatchObject({ state: n.State.STATE_OPEN, versions: SUPPORTED, delayPeriod: 5n });
    expect(x.channels.connections.clientConnections(x.ctx, CLIENT)).toEqual(['connection-0']);
  }
  expect(a.types(0)).toEqual(['connection_open_init', MSG, 'connection_open_ack', MSG]);
  expect(b.types(0)).toEqual(['connection_open_try', MSG, 'connection_open_confirm', MSG]);
});

test('refusals of connections, by code', () => {
  const [a, b] = pair();
  const init = (part: Partial<n.MsgConnectionOpenInit>): string =>
    codeOf(() => a.send(n.MsgConnectionOpenInit, { clientId: CLIENT, counterparty: counterparty(''), ...part }));
  expect(init({ clientId: '09-localhost' })).toBe('client 10');
  expect(init({ clientId: 'x' })).toBe('host 2');
  expect(init({ counterparty: counterparty('connection-0') })).toBe('connection 7');
  expect(init({ counterparty: { ...counterparty(''), prefix: prefixOf('') } })).toBe('connection 7');
  expect(init({ version: { identifier: ' ', features: [] } })).toBe('connection 9');
  expect(init({ version: { identifier: '1', features: ['ORDER_DAG'] } })).toBe('connection 9');
  expect(init({ version: { identifier: '1', features: [] } })).toBe('connection 9');
  expect(init({ signer: 'nobody' })).toBe('ibc 5');
  a.status = 'Frozen';
  expect(init({})).toBe('client 29');
  a.status = 'Active';

  const open = (part: Partial<n.MsgConnectionOpenTry>): string =>
    codeOf(() =>
      b.send(n.MsgConnectionOpenTry, {
        clientId: CLIENT,
        counterparty: counterparty('connection-0'),
        counterpartyVersions: SUPPORTED,
        proofInit: PROOF,
        ...part,
      }),
    );
  expect(open({ counterpartyVersions: [] })).toBe('ibc 10');
  expect(open({ counterpartyVersions: Array.from({ length: 101 }, () => SUPPORTED[0] as n.Version) })).toBe('ibc 10');
  expect(open({ proofInit: new Uint8Array(0) })).toBe('commitment 2');
  expect(open({ counterparty: counterparty('') })).toBe('host 2');
  expect(open({ counterpartyVersions: [{ identifier: '2', features: ['ORDER_ORDERED'] }] })).toBe('connection 10');
  expect(open({})).toBe('commitment 2'); // nothing began
  expect(init({})).toBe('ok');
  expect(open({ delayPeriod: 1n })).toBe('commitment 2'); // another delay than theirs
  expect(b.channels.connections.nextSequence(b.ctx)).toBe(0n); // a refusal takes no number

  const ack = (part: Partial<n.MsgConnectionOpenAck>): string =>
    codeOf(() =>
      a.send(n.MsgConnectionOpenAck, {
        connectionId: 'connection-0',
        counterpartyConnectionId: 'connection-0',
        version: SUPPORTED[0],
        proofTry: PROOF,
        ...part,
      }),
    );
  expect(ack({ connectionId: 'connection-x' })).toBe('connection 11');
  expect(ack({ connectionId: 'connection-9' })).toBe('connection 3');
  expect(ack({ version: undefined })).toBe('connection 9');
  expect(ack({ version: { identifier: '7', features: ['ORDER_ORDERED'] } })).toBe('connection 6');
  expect(ack({})).toBe('commitment 2');
  expect(open({})).toBe('ok');
  expect(codeOf(() => b.send(n.MsgConnectionOpenConfirm, { connectionId: 'connection-0', proofAck: PROOF }))).toBe('commitment 2');
  expect(ack({})).toBe('ok');
  expect(ack({})).toBe('connection 6');
  const params = (x: bigint, who = signer): string => codeOf(() => a.send(n.MsgUpdateParams, { signer: who, params: { maxExpectedTimePerBlock: x } }));
  expect([params(0n), params(5n, addresses.toString(new Uint8Array(20))), params(5n)]).toEqual(['undefined 1', 'ibc 2', 'ok']);
});

test('a channel opens in four steps with the version that the applications give', () => {
  const [a, b] = opened();
  for (const x of [a, b]) expect(x.channels.get(x.ctx, 'app', 'channel-0')).toMatchObject({ state: c.State.STATE_OPEN, version: 'app-1' });
  for (const s of ['nextSequenceSend', 'nextSequenceRecv', 'nextSequenceAck']) expect(a.key(`${s}/ports/app/channels/channel-0`)).toBe('0000000000000001');
  expect([a.calls, b.calls]).toEqual([
    ['init', 'ack'],
    ['try', 'confirm'],
  ]);
});

test('refusals of channel handshakes, by code', () => {
  const [a, b] = pair();
  connect(a, b);
  const U = c.Order.ORDER_UNORDERED;
  const init = (part: Partial<c.MsgChannelOpenInit>): string =>
    codeOf(() => a.send(c.MsgChannelOpenInit, { portId: 'app', channel: end(c.State.STATE_INIT, U, ''), ...part }));
  expect(init({ portId: '' })).toBe('host 2');
  expect(init({ portId: 'nobody' })).toBe('port 5');
  expect(init({ channel: end(c.State.STATE_OPEN, U, '') })).toBe('channel 5');
  expect(init({ channel: end(c.State.STATE_INIT, U, 'channel-0') })).toBe('channel 7');
  expect(init({ channel: end(c.State.STATE_INIT, 0, '') })).toBe('channel 6');
  expect(init({ channel: { ...end(c.State.STATE_INIT, U, ''), connectionHops: ['connection-0', 'connection-0'] } })).toBe('channel 15');
  expect(init({ channel: { ...end(c.State.STATE_INIT, U, ''), connectionHops: ['connection-7'] } })).toBe('connection 3');
  const open = (part: Partial<c.MsgChannelOpenTry>): string =>
    codeOf(() =>
      b.send(c.MsgChannelOpenTry, {
        portId: 'app',
        channel: end(c.State.STATE_TRYOPEN, U, 'channel-0'),
        counterpartyVersion: 'app-1',
        proofInit: PROOF,
        ...part,
      }),
    );
  expect(open({ previousChannelId: 'channel-0' })).toBe('channel 18');
  expect(open({ proofInit: new Uint8Array(0) })).toBe('commitment 2');
  expect(open({})).toBe('commitment 2');
  expect(init({})).toBe('ok');
  expect(open({ counterpartyVersion: 'app-2' })).toBe('commitment 2');
  expect(open({})).toBe('ok');
  const confirm = (): string => codeOf(() => b.send(c.MsgChannelOpenConfirm, { portId: 'app', channelId: 'channel-0', proofAck: PROOF }));
  expect(confirm()).toBe('commitment 2');
  const ack = (part: Partial<c.MsgChannelOpenAck>): string =>
    codeOf(() =>
      a.send(c.MsgChannelOpenAck, {
        portId: 'app',
        channelId: 'channel-0',
        counterpartyChannelId: 'channel-0',
        counterpartyVersion: 'app-1',
        proofTry: PROOF,
        ...part,
      }),
    );
  expect(ack({ channelId: 'channel-x' })).toBe('channel 18');
  expect(ack({ channelId: 'channel-9' })).toBe('channel 3');
  expect(ack({ counterpartyChannelId: 'channel-9' })).toBe('commitment 2');
  expect([ack({}), ack({}), confirm(), confirm()]).toEqual(['ok', 'channel 5', 'ok', 'channel 5']);
});

test('a packet is committed to, received once and acknowledged once', () => {
  const [a, b] = opened();
  const p = packet(1n);
  expect(sendPacket(a, p)).toBe(1n);
  const commitment = 'commitments/ports/app/channels/channel-0/sequences/1';
  expect(a.key(commitment)).toBe(toHex(commitPacket(p)));
  let at = b.ctx.events.events.length;
  expect(recv(b, p)).toEqual({ result: SUCCESS });
  expect(b.types(at)).toEqual(['recv_packet', MSG, 'app', 'write_acknowledgement', MSG]);
  expect(b.key('receipts/ports/app/channels/channel-0/sequences/1')).toBe('01');
  expect(b.key('acks/ports/app/channels/channel-0/sequences/1')).toBe(toHex(sha256(OK)));
  at = b.ctx.events.events.length;
  expect(recv(b, p)).toEqual({ result: NOOP });
  expect([b.types(at), b.calls.filter((x) => x === 'recv').length]).toEqual([[], 1]);
  at = a.ctx.events.events.length;
  expect(acknowledge(a, p, OK)).toEqual({ result: SUCCESS });
  expect([a.types(at), a.key(commitment)]).toEqual([['acknowledge_packet', MSG], undefined]);
  at = a.ctx.events.events.length;
  expect(acknowledge(a, p, OK)).toEqual({ result: NOOP });
  expect(timeout(a, packet(1n, { timeoutTimestamp: 100n * SECOND }))).toEqual({ result: NOOP });
  expect([a.types(at), a.calls.includes('timeout')]).toEqual([[], false]);
});

test('where the application fails, nothing of it stays but its events, marked; the acknowledgement tells the code alone', () => {
  const [a, b] = opened();
  sendPacket(a, packet(1n));
  b.plan = 'fail';
  const at = b.ctx.events.events.length;
  expect(recv(b, packet(1n))).toEqual({ result: SUCCESS });
  expect(b.ctx.store('app').get(utf8('recv'))).toBeUndefined();
  expect(b.types(at)).toEqual(['recv_packet', MSG, 'ibccallbackerror-app', 'write_acknowledgement', MSG]);
  expect(b.ctx.events.events[at + 2]?.attributes[0]).toMatchObject({ key: 'ibccallbackerror-k', value: 'v' });
  const written = utf8('{"error":"ABCI code: 2: error handling packet: see events for details"}');
  expect(b.key('acks/ports/app/channels/channel-0/sequences/1')).toBe(toHex(sha256(written)));
  expect(acknowledge(a, packet(1n), written)).toEqual({ result: SUCCESS });
});

test('an acknowledgement that comes later is written once', () => {
  const [a, b] = opened();
  sendPacket(a, packet(1n));
  b.plan = 'later';
  recv(b, packet(1n));
  expect(b.key('acks/ports/app/channels/channel-0/sequences/1')).toBeUndefined();
  expect(codeOf(() => acknowledge(a, packet(1n), OK))).toBe('commitment 2');
  expect(codeOf(() => b.channels.writeAcknowledgement(b.ctx, packet(1n), new Uint8Array(0)))).toBe('channel 16');
  b.channels.writeAcknowledgement(b.ctx, packet(1n), OK);
  expect(codeOf(() => b.channels.writeAcknowledgement(b.ctx, packet(1n), OK))).toBe('channel 17');
  expect(acknowledge(a, packet(1n), OK)).toEqual({ result: SUCCESS });
});

test('refusals of packets, by code', () => {
  const [a, b] = opened();
  const p = packet(1n);
  const sent = (part: Partial<c.Packet>): string => codeOf(() => sendPacket(a, packet(1n, part)));
  expect(sent({ sourceChannel: 'channel-9' })).toBe('channel 3');
  expect(sent({ data: new Uint8Array(0) })).toBe('channel 13');
  expect(sent({ data: new Uint8Array(262_145) })).toBe('channel 13');
  expect(sent({ timeoutTimestamp: 0n })).toBe('channel 13');
  expect(sent({ timeoutTimestamp: 100n * SECOND })).toBe('channel 40');
  expect(sent({ timeoutHeight: AT })).toBe('channel 40');
  a.status = 'Frozen';
  expect(sent({})).toBe('client 29');
  a.status = 'Active';
  expect(codeOf(() => recv(b, p))).toBe('commitment 2');
  sendPacket(a, p);
  const received = (part: Partial<c.Packet>): string => codeOf(() => recv(b, packet(1n, part)));
  expect(received({ sequence: 0n })).toBe('channel 13');
  expect(received({ destinationPort: 'nobody' })).toBe('port 5');
  expect(received({ destinationChannel: 'channel-9' })).toBe('channel 3');
  expect(received({ sourceChannel: 'channel-9' })).toBe('channel 13');
  expect(received({ sourcePort: 'other' })).toBe('channel 13');
  expect(received({ data: utf8('other') })).toBe('commitment 2');
  expect(received({ timeoutTimestamp: 100n * SECOND })).toBe('channel 40'); // at the very time
  expect(received({ timeoutHeight: { revisionNumber: 1n, revisionHeight: 20n } })).toBe('channel 40'); // at the very height
  b.status = 'Frozen';
  expect(received({})).toBe('client 29');
  b.status = 'Active';
  expect(received({})).toBe('ok');
  const acked = (part: Partial<c.Packet>, ack = OK): string => codeOf(() => acknowledge(a, packet(1n, part), ack));
  expect(acked({}, new Uint8Array(0))).toBe('channel 16');
  expect(acked({ destinationChannel: 'channel-9' })).toBe('channel 13');
  expect(acked({ data: utf8('other') })).toBe('channel 13');
  for (const t of ['{"result":"AQ=="} ', ' {"result":"AQ=="}', '{"result":"AQ=="}x', '{"error":"a<b"}', '{"result":"AQ==","result":"AQ=="}']) {
    expect(acked({}, utf8(t)), t).toBe('channel 16');
  }
  // As Go writes these: no fault of form, but nobody proved them.
  for (const t of ['{"result":"AA=="}', '{"error":"a\\u003cb"}', '{"result":null}', 'no JSON']) expect(acked({}, utf8(t)), t).toBe('commitment 2');
  expect(acked({})).toBe('ok');
});

test('a packet times out only after its time, by the proof that nobody received it', () => {
  const [a, b] = opened();
  const p = packet(1n, { timeoutTimestamp: 101n * SECOND });
  sendPacket(a, p);
  expect(codeOf(() => timeout(a, p))).toBe('channel 39');
  expect(codeOf(() => timeout(a, p, 0n))).toBe('ibc 1');
  const due = packet(1n, { timeoutTimestamp: 100n * SECOND });
  expect(codeOf(() => timeout(a, due))).toBe('channel 13'); // another packet than was sent
  // It was sent while the client was behind.
  a.ctx.store(STORE_NAME).set(utf8('commitments/ports/app/channels/channel-0/sequences/1'), commitPacket(due));
  b.ctx.store(STORE_NAME).set(utf8('receipts/ports/app/channels/channel-0/sequences/1'), Uint8Array.of(1));
  expect(codeOf(() => timeout(a, due))).toBe('commitment 2');
  b.ctx.store(STORE_NAME).delete(utf8('receipts/ports/app/channels/channel-0/sequences/1'));
  const at = a.ctx.events.events.length;
  expect(timeout(a, due)).toEqual({ result: SUCCESS });
  expect([a.types(at), a.calls.at(-1)]).toEqual([['timeout_packet', MSG], 'timeout']);
  expect(timeout(a, due)).toEqual({ result: NOOP });
});

test('an ordered channel keeps its order both ways, and closes when a packet is lost', () => {
  const [a, b] = opened(c.Order.ORDER_ORDERED);
  for (const i of [1n, 2n, 3n]) sendPacket(a, packet(i));
  expect(codeOf(() => recv(b, packet(2n)))).toBe('channel 21');
  expect([recv(b, packet(1n)), recv(b, packet(1n)), recv(b, packet(2n))]).toEqual([{ result: SUCCESS }, { result: NOOP }, { result: SUCCESS }]);
  expect(b.key('receipts/ports/app/channels/channel-0/sequences/1')).toBeUndefined();
  expect(codeOf(() => acknowledge(a, packet(2n), OK))).toBe('channel 21');
  expect(acknowledge(a, packet(1n), OK)).toEqual({ result: SUCCESS });
  const due = packet(3n, { timeoutTimestamp: 100n * SECOND });
  a.ctx.store(STORE_NAME).set(utf8('commitments/ports/app/channels/channel-0/sequences/3'), commitPacket(due));
  expect(codeOf(() => timeout(a, due, 4n))).toBe('channel 19');
  expect(codeOf(() => timeout(a, due, 2n))).toBe('commitment 2'); // not what they hold
  const at = a.ctx.events.events.length;
  expect(timeout(a, due, 3n)).toEqual({ result: SUCCESS });
  expect(a.types(at)).toEqual(['channel_close', MSG, 'timeout_packet', MSG]);
  expect(a.channels.get(a.ctx, 'app', 'channel-0').state).toBe(c.State.STATE_CLOSED);
  expect(codeOf(() => sendPacket(a, packet(4n)))).toBe('channel 5');
});

test('a channel closes at both ends, and packets under way are given back', () => {
  const [a, b] = opened();
  sendPacket(a, packet(1n));
  const onClose = (next = 1n): string =>
    codeOf(() => a.send(c.MsgTimeoutOnClose, { packet: packet(1n), proofUnreceived: PROOF, proofClose: PROOF, nextSequenceRecv: next }));
  const confirm = (): string => codeOf(() => a.send(c.MsgChannelCloseConfirm, { portId: 'app', channelId: 'channel-0', proofInit: PROOF }));
  const close = (): string => codeOf(() => b.send(c.MsgChannelCloseInit, { portId: 'app', channelId: 'channel-0' }));
  expect([onClose(0n), onClose(), confirm()]).toEqual(['ibc 1', 'commitment 2', 'commitment 2']);
  b.status = 'Frozen';
  expect(close()).toBe('client 29');
  b.status = 'Active';
  expect([close(), close(), codeOf(() => recv(b, packet(1n)))]).toEqual(['ok', 'channel 5', 'channel 5']);
  expect([onClose(), a.calls.at(-1), confirm(), confirm()]).toEqual(['ok', 'timeout', 'ok', 'channel 5']);
});
