// Two hosts over QUIC on loopback.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installNative } from '../../native/install.ts';
import { generateNodeKey } from '../../privval/node-key.ts';
import { DATA_CHANNEL, STATE_CHANNEL } from '../channel.ts';
import { Libp2pHost } from './host.ts';
import { negotiation } from './message-stream.ts';

installNative();

const CHANNELS = [
  { id: STATE_CHANNEL, priority: 1, bytesMax: 100_000 },
  { id: DATA_CHANNEL, priority: 1, bytesMax: 1_000_000 },
];

class Side {
  readonly host: Libp2pHost;
  readonly got: { readonly peer: string; readonly channel: number; readonly bytes: Uint8Array }[] = [];
  readonly connections: string[] = [];
  #waiting: (() => void)[] = [];

  constructor(ownStreams: boolean) {
    this.host = new Libp2pHost({ key: generateNodeKey().privateKey.value, host: '127.0.0.1', port: 0, channels: CHANNELS, maxConnections: 10, ownStreams });
  }

  start(): Promise<void> {
    const wake = (): void => {
      for (const w of this.#waiting.splice(0)) w();
    };
    return this.host.start({
      message: (peer, channel, bytes) => {
        this.got.push({ peer, channel, bytes });
        wake();
      },
      connected: (peer, _, outbound) => {
        this.connections.push(`${outbound ? 'to' : 'from'} ${peer}`);
        wake();
      },
      disconnected: (peer) => {
        this.connections.push(`lost ${peer}`);
        wake();
      },
    });
  }

  /** Asked after every event. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

let sides: Side[] = [];
afterEach(async () => {
  for (const s of sides.splice(0)) await s.host.stop();
});

async function pair(ownStreams: boolean): Promise<[Side, Side]> {
  const [a, b] = [new Side(ownStreams), new Side(ownStreams)];
  sides = [a, b];
  await Promise.all([a.start(), b.start()]);
  await a.host.dial({ id: b.host.id, ...b.host.address }, 5000);
  await b.until(() => b.connections.length > 0);
  return [a, b];
}
beforeEach(() => {
  sides = [];
});

const numbered = (n: number, size: number): Uint8Array => {
  const bytes = new Uint8Array(size).fill(n);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
};
const numberOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

test.each([true, false])('messages of all sizes arrive whole in both directions, more than a connection has streams (own streams: %s)', async (own) => {
  const [a, b] = await pair(own);
  const count = 300;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    for (let i = 0; i < count; i += 30) {
      await Promise.all(Array.from({ length: 30 }, (_, k) => from.host.send(to.host.id, STATE_CHANNEL, numbered(i + k, 4 + (i + k) * 7))));
    }
    await from.host.send(to.host.id, DATA_CHANNEL, numbered(0, 900_000));
    await to.until(() => to.got.length > count);
    const small = to.got.filter((m) => m.channel === STATE_CHANNEL);
    expect(new Set(small.map((m) => numberOf(m.bytes))).size).toBe(count);
    expect(small.every((m) => m.bytes.length === 4 + numberOf(m.bytes) * 7 && m.peer === from.host.id)).toBe(true);
    expect(to.got.find((m) => m.channel === DATA_CHANNEL)?.bytes.length).toBe(900_000);
  }
});

test('a message above the cap is lost and nothing else; the peer stays', async () => {
  const [a, b] = await pair(false);
  await a.host.send(b.host.id, STATE_CHANNEL, new Uint8Array(100_001)).catch(() => undefined);
  await a.host.send(b.host.id, STATE_CHANNEL, Uint8Array.of(1));
  await b.until(() => b.got.length > 0);
  expect(b.got).toHaveLength(1);
});

test('a peer that stops is told of, and a peer of another identity is refused', async () => {
  const [a, b] = await pair(true);
  await b.host.send(a.host.id, STATE_CHANNEL, Uint8Array.of(1));
  await b.host.stop();
  await a.until(() => a.connections.includes(`lost ${b.host.id}`));
  await expect(a.host.send(b.host.id, STATE_CHANNEL, Uint8Array.of(1))).rejects.toThrow('no connection');
  const other = new Side(true);
  sides.push(other);
  await other.start();
  await expect(a.host.dial({ id: b.host.id, ...other.host.address }, 3000)).rejects.toThrow();
});

test('the first flight of a stream is what multistream-select writes', () => {
  expect(new TextDecoder().decode(negotiation('/x/1'))).toBe('\x13/multistream/1.0.0\n\x05/x/1\n');
});
