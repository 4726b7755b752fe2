// Streams of a peer that means harm, at a host over QUIC on loopback: each costs that stream alone.
import { type QuicOptions, quic } from '@chainsafe/libp2p-quic';
import { identify } from '@libp2p/identify';
import type { Connection, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p, type Libp2p } from 'libp2p';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installNative } from '../../native/install.ts';
import { generateNodeKey } from '../../privval/node-key.ts';
import { STATE_CHANNEL } from '../channel.ts';
import { ownProtocolOf } from './channel-stream.ts';
import { frame } from './framing.ts';
import { Libp2pHost, protocolOf } from './host.ts';

installNative();

const got: Uint8Array[] = [];
const waiting: (() => void)[] = [];
let host: Libp2pHost;
let attacker: Libp2p;
let connection: Connection;

beforeAll(async () => {
  const channels = [{ id: STATE_CHANNEL, priority: 1, bytesMax: 1000 }];
  host = new Libp2pHost({ key: generateNodeKey().privateKey.value, host: '127.0.0.1', port: 0, channels, maxConnections: 10 });
  await host.start({
    message: (_, __, bytes) => {
      got.push(bytes);
      for (const w of waiting.splice(0)) w();
    },
    connected: () => undefined,
    disconnected: () => undefined,
  });
  const options: Partial<QuicOptions> = {};
  attacker = await createLibp2p({ addresses: { listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] }, transports: [quic(options)], services: { identify: identify() } });
  connection = await attacker.dial(multiaddr(`/ip4/127.0.0.1/udp/${host.address.port}/quic-v1/p2p/${host.id}`));
});
afterAll(async () => {
  await attacker.stop();
  await host.stop();
});

const open = (protocol = protocolOf(STATE_CHANNEL)): Promise<Stream> => connection.newStream(protocol, { maxOutboundStreams: 1000 });
/** The host has reset or closed its side. */
const ended = (s: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (s.remoteWriteStatus === 'closed') resolve();
    else s.addEventListener('remoteCloseWrite', () => resolve(), { once: true });
  });
async function arrives(n: number, protocol?: string): Promise<void> {
  const stream = await open(protocol);
  stream.send(frame(Uint8Array.of(n)));
  while (got.at(-1)?.[0] !== n) await new Promise<void>((resolve) => waiting.push(resolve));
}

test('truncated, oversized, empty and reset streams give nothing and leave the connection as it was', async () => {
  const truncated = await open();
  truncated.send(Uint8Array.of(100, 1, 2, 3));
  await truncated.close();
  const oversized = await open();
  oversized.send(Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 1));
  await ended(oversized);
  const empty = await open();
  empty.send(Uint8Array.of(0));
  await ended(empty);
  const endless = await open();
  endless.send(new Uint8Array(12).fill(0x80));
  await ended(endless);
  const reset = await open();
  reset.send(Uint8Array.of(50, 1));
  reset.abort(new Error('gone'));
  await arrives(1);
  expect(got).toEqual([Uint8Array.of(1)]);
  expect(connection.status).toBe('open');
});

test('a message in many pieces is read; what follows it is not', async () => {
  const stream = await open();
  for (const b of [3, 9, 9, 2, 7, 7, 7]) stream.send(Uint8Array.of(b));
  await arrives(3);
  expect(got.filter((m) => m[0] === 9)).toEqual([Uint8Array.of(9, 9, 2)]);
});

test('hundreds of streams left open do not keep others out for good', async () => {
  const streams = await Promise.allSettled(Array.from({ length: 200 }, () => open()));
  for (const s of streams) if (s.status === 'fulfilled') s.value.abort(new Error('done'));
  await arrives(4);
});

test('our own long stream: many messages in one chunk, one in pieces, an oversized one resets it', async () => {
  got.length = 0;
  const stream = await open(ownProtocolOf(STATE_CHANNEL));
  const [a, b, c] = [frame(Uint8Array.of(11)), frame(Uint8Array.of(12)), frame(Uint8Array.of(13, 13))];
  stream.send(Uint8Array.of(...a, ...b, ...c.subarray(0, 2)));
  stream.send(c.subarray(2));
  stream.send(frame(new Uint8Array(1001)));
  await ended(stream);
  await arrives(14, ownProtocolOf(STATE_CHANNEL));
  expect(got.map((m) => [...m])).toEqual([[11], [12], [13, 13], [14]]);
});

test('an unknown protocol is refused', async () => {
  await expect(open('/p2p/cometbft/1.0.0/channel/0x99')).rejects.toThrow();
  await arrives(5);
});
