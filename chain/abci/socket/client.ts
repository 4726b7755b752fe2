// An Application at the other end of a socket: what an engine, or a test that plays one, calls. One connection, answers in order;
// every request is followed by a flush, as the application may hold its answers back until then (cmt:abci/client/socket_client.go).
import { connect, type Socket } from 'node:net';
import { ANY_UTF8, Reader } from '../../encoding/proto-wire.ts';
import type { Application } from '../application.ts';
import { type Requests, type Responses, requestCodec, responseCodec } from '../codec.ts';
import { FrameReader } from './framing.ts';
import { parseSocketAddress } from './server.ts';

interface Waiting {
  readonly expects: keyof Responses;
  resolve(value: unknown): void;
  reject(e: Error): void;
}

export interface SocketApplication extends Application {
  close(): void;
}

export async function connectApplication(address: string): Promise<SocketApplication> {
  const socket: Socket = connect(parseSocketAddress(address));
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const frames = new FrameReader();
  const waiting: Waiting[] = [];
  let broken: Error | undefined;
  const fail = (e: Error): void => {
    broken ??= e;
    for (const w of waiting.splice(0)) w.reject(broken);
    socket.destroy();
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error(`abci: the application at ${address} closed the connection`)));
  socket.on('data', (chunk) => {
    try {
      for (const frame of frames.push(chunk)) {
        // A Go application may put bytes that are no UTF-8 into a log.
        const { value } = responseCodec.read(new Reader(frame, 0, frame.length, ANY_UTF8), undefined, 0);
        const w = waiting.shift();
        if (w === undefined) throw new Error(`abci: an answer (${value?.case}) that nobody asked for`);
        if (value?.case === w.expects) {
          w.resolve(value.value);
          continue;
        }
        const e = new Error(
          value?.case === 'exception' ? `abci: the application failed: ${value.value.error}` : `abci: expected ${w.expects}, got ${value?.case}`,
        );
        w.reject(e);
        throw e;
      }
    } catch (e) {
      fail(e as Error);
    }
  });

  function call<K extends keyof Requests & keyof Responses>(kind: K, value: Requests[K]): Promise<Responses[K]> {
    if (broken !== undefined) return Promise.reject(broken);
    return new Promise<Responses[K]>((resolve, reject) => {
      waiting.push({ expects: kind, resolve: resolve as (v: unknown) => void, reject });
      waiting.push({ expects: 'flush', resolve: () => undefined, reject: () => undefined });
      socket.write(requestCodec.encodeDelimited({ value: { case: kind, value } as never }));
      socket.write(requestCodec.encodeDelimited({ value: { case: 'flush', value: {} } }));
    });
  }

  return {
    echo: async (message) => (await call('echo', { message })).message,
    info: (r) => call('info', r),
    initChain: (r) => call('initChain', r),
    query: (r) => call('query', r),
    checkTx: (r) => call('checkTx', r),
    prepareProposal: (r) => call('prepareProposal', r),
    processProposal: (r) => call('processProposal', r),
    extendVote: (r) => call('extendVote', r),
    verifyVoteExtension: (r) => call('verifyVoteExtension', r),
    finalizeBlock: (r) => call('finalizeBlock', r),
    commit: () => call('commit', {}),
    listSnapshots: async () => (await call('listSnapshots', {})).snapshots,
    offerSnapshot: (r) => call('offerSnapshot', r),
    loadSnapshotChunk: (r) => call('loadSnapshotChunk', r),
    applySnapshotChunk: (r) => call('applySnapshotChunk', r),
    close: () => {
      broken ??= new Error('abci: closed');
      socket.destroy();
    },
  };
}
