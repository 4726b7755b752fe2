import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { concatBytes } from '../../encoding/bytes.ts';
import type { Application, CheckTxResponse } from '../application.ts';
import { requestCodec, responseCodec } from '../codec.ts';
import { connectApplication, type SocketApplication } from './client.ts';
import { FrameReader, FramingError, MESSAGE_BYTES_MAX } from './framing.ts';
import { type SocketServer, socketServer } from './server.ts';

const empty = new Uint8Array(0);
const okay: CheckTxResponse = { code: 0, data: empty, log: '', info: '', gasWanted: 0n, gasUsed: 0n, events: [], codespace: '' };

/** An application that records calls; CheckTx answers after a number of turns given by its first byte, to try the order of answers. */
function recording(calls: string[]): Application {
  const part: Partial<Application> = {
    async echo(message) {
      calls.push(`echo ${message}`);
      return message;
    },
    async checkTx({ tx }) {
      calls.push(`check ${tx[1]}`);
      for (let i = 0; i < (tx[0] ?? 0); i++) await Promise.resolve();
      return { ...okay, gasWanted: BigInt(tx[1] ?? 0) };
    },
    async commit() {
      calls.push('commit');
      return { retainHeight: 7n };
    },
    async query() {
      throw new Error('the disk is gone');
    },
  };
  return part as Application;
}

const open: { server?: SocketServer; client?: SocketApplication } = {};
afterEach(async () => {
  open.client?.close();
  await open.server?.stop();
});

async function start(app: Application, onFatal: (e: Error) => void = () => undefined): Promise<string> {
  const address = `unix:///tmp/trellis-abci-${process.pid}-${Math.random().toString(36).slice(2)}.sock`;
  open.server = socketServer({ app, address, onFatal });
  await open.server.start();
  return address;
}

test('answers come in the order of the requests, checks overlap, a commit waits for the checks before it', async () => {
  const calls: string[] = [];
  const client = await connectApplication(await start(recording(calls)));
  open.client = client;
  const checks = Array.from({ length: 20 }, (_, i) => client.checkTx({ tx: Uint8Array.of(40 - 2 * i, i), type: 0 }));
  const commit = client.commit();
  const results = await Promise.all(checks);
  expect(results.map((r) => r.gasWanted)).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)));
  expect(await commit).toEqual({ retainHeight: 7n });
  expect(calls.at(-1)).toBe('commit');
  expect(await client.echo('hello')).toBe('hello');
});

test('a rejected call is an exception for the node, and fatal here', async () => {
  const fatal: Error[] = [];
  const client = await connectApplication(await start(recording([]), (e) => fatal.push(e)));
  open.client = client;
  await expect(client.query({ data: empty, path: '', height: 0n, prove: false })).rejects.toThrow('the disk is gone');
  expect(fatal.map((e) => e.message)).toEqual(['the disk is gone']);
});

test('a node whose mempool shall be in the application is told why not, and nothing ends here', async () => {
  const fatal: Error[] = [];
  const address = await start(recording([]), (e) => fatal.push(e));
  for (const value of [{ case: 'reapTxs', value: { maxBytes: 0n, maxGas: 0n } } as const, { case: 'insertTx', value: { tx: Uint8Array.of(1) } } as const]) {
    const socket = connect(address.slice(7));
    const received: Uint8Array[] = [];
    socket.on('data', (c) => received.push(c));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(requestCodec.encodeDelimited({ value }));
    await closed;
    const [frame] = new FrameReader().push(concatBytes(...received));
    expect(responseCodec.decode(frame ?? empty).value).toMatchObject({
      case: 'exception',
      value: { error: expect.stringContaining('mempool.type = "flood"') },
    });
  }
  expect(fatal).toEqual([]);
});

test('bytes that are no request are answered by an exception and the connection ends; others go on', async () => {
  const address = await start(recording([]));
  const client = await connectApplication(address);
  open.client = client;
  for (const bad of [Uint8Array.of(2, 0x0b, 0xff), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0x01), Uint8Array.of(4, 0x12, 0x7f, 0, 0), Uint8Array.of(0)]) {
    const socket = connect(address.slice(7));
    const received: Uint8Array[] = [];
    socket.on('data', (c) => received.push(c));
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(bad);
    await closed;
    const [frame] = new FrameReader().push(concatBytes(...received));
    expect(responseCodec.decode(frame ?? empty).value?.case).toBe('exception');
  }
  expect(await client.echo('still here')).toBe('still here');
});

test('frames survive any cutting of the stream', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), (messages, cuts) => {
      const stream = concatBytes(...messages.map((m) => requestCodec.encodeDelimited({ value: { case: 'checkTx', value: { tx: m, type: 0 } } })));
      const reader = new FrameReader();
      const frames: Uint8Array[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const n = (cuts[i % cuts.length] ?? 0) + 1;
        frames.push(...reader.push(stream.subarray(at, at + n)));
        at += n;
      }
      const txs = frames.map((f) => {
        const v = requestCodec.decode(f).value;
        return v?.case === 'checkTx' ? v.value.tx : undefined;
      });
      expect(txs).toEqual(messages);
    }),
  );
});

test('a length over the limit is refused before anything is kept', () => {
  const over = Uint8Array.of(0x81, 0x80, 0x80, 0x64);
  expect(MESSAGE_BYTES_MAX).toBe(0x64 * 2 ** 21);
  expect(() => new FrameReader().push(over)).toThrow(FramingError);
});
