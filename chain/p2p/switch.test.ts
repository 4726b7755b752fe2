import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryHub } from './memory-transport.ts';
import { type Peer, PeerFault, type Reactor } from './reactor.ts';
import { type KnownPeer, Switch, type SwitchOptions } from './switch.ts';

const CHANNEL = 0x40;
const GREETING = Uint8Array.of(0x22, 0);

class Recorder implements Reactor {
  readonly name = 'recorder';
  readonly channels = [CHANNEL];
  readonly calls: string[] = [];
  readonly peers = new Map<string, Peer>();
  onReceive: (peer: Peer, bytes: Uint8Array) => void = () => undefined;

  initPeer(p: Peer): void {
    this.calls.push(`init ${p.id}`);
  }
  addPeer(p: Peer): void {
    this.calls.push(`add ${p.id}`);
    this.peers.set(p.id, p);
  }
  removePeer(p: Peer, reason: string): void {
    this.calls.push(`remove ${p.id}: ${reason}`);
    this.peers.delete(p.id);
  }
  receive(_: number, p: Peer, bytes: Uint8Array): void {
    this.calls.push(`receive ${p.id} ${Buffer.from(bytes).toString('hex')}`);
    this.onReceive(p, bytes);
  }
}

const hubs: Switch[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  for (const s of hubs.splice(0)) await s.stop();
  vi.useRealTimers();
});

const known = (id: string, more: Partial<KnownPeer> = {}): KnownPeer => ({ id, host: '', port: 1, persistent: false, unconditional: false, ...more });

async function node(hub: MemoryHub, id: string, bootstrapPeers: KnownPeer[] = [], more: Partial<SwitchOptions> = {}) {
  const reactor = new Recorder();
  const log: string[] = [];
  const quiet = (): void => undefined;
  const s = new Switch({
    transport: hub.create(id),
    channels: [{ id: CHANNEL, priority: 1, bytesMax: 1000 }],
    reactors: [reactor],
    bootstrapPeers,
    maxPeers: 10,
    greeting: { channel: CHANNEL, bytes: GREETING },
    logger: { debug: quiet, info: quiet, warn: (m, f) => log.push(`${m} ${f?.reason}`), error: (m) => log.push(m) },
    ...more,
  });
  hubs.push(s);
  await s.start();
  return { s, reactor, log };
}

test('a connection is nothing; the first message makes a peer, which is greeted and then added', async () => {
  const hub = new MemoryHub();
  const a = await node(hub, 'a');
  const b = await node(hub, 'b', [known('a')]);
  expect(a.s.peers()).toEqual([]);
  expect(b.s.peers()).toMatchObject([{ id: 'a', outbound: true }]);
  expect(b.reactor.calls).toEqual(['init a']);
  // The greeting of b, and a's own in answer.
  await vi.advanceTimersByTimeAsync(1);
  expect(a.reactor.calls).toEqual(['init b', 'add b', 'receive b 2200']);
  await vi.advanceTimersByTimeAsync(1);
  expect(b.reactor.calls).toEqual(['init a', 'add a', 'receive a 2200']);
});

test('a peer that does not answer the greeting is added after 200 ms', async () => {
  const hub = new MemoryHub();
  const silent = hub.create('a');
  await silent.start({ message: () => undefined, connected: () => undefined, disconnected: () => undefined });
  const b = await node(hub, 'b', [known('a')]);
  await vi.advanceTimersByTimeAsync(199);
  expect(b.reactor.calls).toEqual(['init a']);
  await vi.advanceTimersByTimeAsync(2);
  expect(b.reactor.calls).toEqual(['init a', 'add a']);
});

test('a fault drops the peer with its reason; a persistent one is dialled again', async () => {
  const hub = new MemoryHub();
  const a = await node(hub, 'a');
  const b = await node(hub, 'b', [known('a', { persistent: true })]);
  await vi.advanceTimersByTimeAsync(5);
  b.reactor.onReceive = () => {
    throw new PeerFault('negative Height');
  };
  a.reactor.peers.get('b')?.send(CHANNEL, Uint8Array.of(1));
  await vi.advanceTimersByTimeAsync(5);
  expect(b.log).toEqual(['dropped a peer negative Height']);
  expect(b.reactor.calls.at(-1)).toBe('remove a: negative Height');
  expect(a.reactor.calls.at(-1)).toBe('remove b: disconnected');
  expect(hub.linked('a', 'b')).toBe(false);
  b.reactor.onReceive = () => undefined;
  await vi.advanceTimersByTimeAsync(1200);
  expect(b.s.peers()).toHaveLength(1);
});

test('an error that is no fault of the peer is logged and drops it too', async () => {
  const hub = new MemoryHub();
  const a = await node(hub, 'a');
  const b = await node(hub, 'b', [known('a')]);
  b.reactor.onReceive = () => {
    throw new Error('a bug');
  };
  await vi.advanceTimersByTimeAsync(5);
  expect(b.log).toEqual(['a reactor failed on a message', 'dropped a peer a bug']);
  expect(a.s.peers()).toEqual([]);
});

test('a bootstrap peer that is not there is dialled with growing pauses until it is', async () => {
  const hub = new MemoryHub();
  const b = await node(hub, 'b', [known('a')]);
  await vi.advanceTimersByTimeAsync(4500);
  expect(b.s.peers()).toEqual([]);
  await node(hub, 'a');
  await vi.advanceTimersByTimeAsync(5000);
  expect(b.s.peers()).toHaveLength(1);
});

test('a cut link removes the peer; a persistent one comes back when it is mended', async () => {
  const hub = new MemoryHub();
  const a = await node(hub, 'a');
  const b = await node(hub, 'b', [known('a', { persistent: true })]);
  await vi.advanceTimersByTimeAsync(5);
  hub.cut('a', 'b');
  expect(a.s.peers()).toEqual([]);
  expect(b.s.peers()).toEqual([]);
  await vi.advanceTimersByTimeAsync(5000);
  hub.mend('a', 'b');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(b.s.peers()).toHaveLength(1);
  expect(a.s.peers()).toHaveLength(1);
});

test('more peers than the limit are refused, unconditional ones are not counted', async () => {
  const hub = new MemoryHub();
  const a = await node(hub, 'a', [known('u', { unconditional: true })], { maxPeers: 1 });
  for (const id of ['u', 'x', 'y']) await node(hub, id, [known('a')]);
  await vi.advanceTimersByTimeAsync(300);
  expect(a.s.peers().map((p) => p.id)).toEqual(['u', 'x']);
  expect(hub.linked('a', 'y')).toBe(false);
});

test('a peer that dials anew is taken for a restarted one', async () => {
  const hub = new MemoryHub();
  const transport = hub.create('a');
  let onConnected: ((peer: string, address: string, outbound: boolean) => void) | undefined;
  const a = await node(hub, 'a', [], {
    transport: {
      id: 'a',
      address: transport.address,
      start: (events) => {
        onConnected = events.connected.bind(events);
        return transport.start(events);
      },
      stop: () => transport.stop(),
      dial: (t, ms) => transport.dial(t, ms),
      send: (p, c, b) => transport.send(p, c, b),
      disconnect: (p) => transport.disconnect(p),
    },
  });
  await node(hub, 'b', [known('a')]);
  await vi.advanceTimersByTimeAsync(5);
  expect(a.s.peers()).toHaveLength(1);
  onConnected?.('b', 'memory/b', false);
  expect(a.reactor.calls.at(-1)).toBe('remove b: connected anew');
});

test('a channel has one reactor', () => {
  const hub = new MemoryHub();
  const make = () =>
    new Switch({
      transport: hub.create('a'),
      channels: [],
      reactors: [new Recorder(), new Recorder()],
      bootstrapPeers: [],
      maxPeers: 1,
      greeting: { channel: CHANNEL, bytes: GREETING },
      logger: console,
    });
  expect(make).toThrow('two reactors for channel 0x40');
});
