// Serves an Application to a CometBFT node over a TCP or unix socket: the node opens four connections and expects the answers of
// each in the order of its requests. Source: cmt:abci/server/socket_server.go.
import { createServer, type Server, type Socket } from 'node:net';
import type { Application } from '../application.ts';
import { type RequestMessage, type ResponseMessage, requestCodec, responseCodec } from '../codec.ts';
import { FrameReader } from './framing.ts';

type Value = NonNullable<ResponseMessage['value']>;

/** Requests of one connection that may wait for their answers before reading stops. */
const WAITING_MAX = 2048;
/** A request that this application does not serve: the node is told why, and the application stays as it is. */
export class NotServed extends Error {}

export async function answer(app: Application, request: RequestMessage): Promise<Value> {
  const r = request.value;
  switch (r?.case) {
    case 'echo':
      return { case: 'echo', value: { message: await app.echo(r.value.message) } };
    case 'flush':
      return { case: 'flush', value: {} };
    case 'info':
      return { case: 'info', value: await app.info(r.value) };
    case 'initChain':
      return { case: 'initChain', value: await app.initChain(r.value) };
    case 'query':
      return { case: 'query', value: await app.query(r.value) };
    case 'checkTx':
      return { case: 'checkTx', value: await app.checkTx(r.value) };
    case 'commit':
      return { case: 'commit', value: await app.commit() };
    case 'listSnapshots':
      return { case: 'listSnapshots', value: { snapshots: await app.listSnapshots() } };
    case 'offerSnapshot':
      return { case: 'offerSnapshot', value: await app.offerSnapshot(r.value) };
    case 'loadSnapshotChunk':
      return { case: 'loadSnapshotChunk', value: await app.loadSnapshotChunk(r.value) };
    case 'applySnapshotChunk':
      return { case: 'applySnapshotChunk', value: await app.applySnapshotChunk(r.value) };
    case 'prepareProposal':
      return { case: 'prepareProposal', value: await app.prepareProposal(r.value) };
    case 'processProposal':
      return { case: 'processProposal', value: await app.processProposal(r.value) };
    case 'extendVote':
      return { case: 'extendVote', value: await app.extendVote(r.value) };
    case 'verifyVoteExtension':
      return { case: 'verifyVoteExtension', value: await app.verifyVoteExtension(r.value) };
    case 'finalizeBlock':
      return { case: 'finalizeBlock', value: await app.finalizeBlock(r.value) };
    // A node that is configured so asks for transactions at once, and ends with this reason.
    case 'insertTx':
    case 'reapTxs':
      throw new NotServed('this application keeps no transactions of its own: set mempool.type = "flood" in config.toml, not "app"');
    default:
      throw new Error('abci: a request of unknown type');
  }
}

/** Only these may run beside an earlier request of the same connection; all others wait for it. */
function mayOverlap(request: RequestMessage): boolean {
  return request.value?.case === 'checkTx';
}

function serve(app: Application, socket: Socket, fatal: (e: Error) => void): void {
  const frames = new FrameReader();
  let waiting = 0;
  let started: Promise<unknown> = Promise.resolve(); // the last request that others must wait for
  let written: Promise<void> = Promise.resolve(); // answers leave in the order of the requests
  let inFlight: Promise<unknown>[] = [];
  const write = (value: Value): void => {
    if (!socket.destroyed) socket.write(responseCodec.encodeDelimited({ value }));
  };
  const handle = (request: RequestMessage): void => {
    let result: Promise<Value>;
    if (mayOverlap(request)) {
      result = started.then(() => answer(app, request));
      inFlight.push(result);
    } else {
      const before = Promise.allSettled([started, ...inFlight]);
      inFlight = [];
      result = before.then(() => answer(app, request));
      started = result.catch(() => undefined);
    }
    waiting++;
    if (waiting >= WAITING_MAX) socket.pause();
    const mine = result;
    written = written.then(async () => {
      try {
        write(await mine);
      } catch (e) {
        write({ case: 'exception', value: { error: (e as Error).message } });
        if (!(e instanceof NotServed)) fatal(e as Error);
        socket.end();
      }
      waiting--;
      if (waiting < WAITING_MAX / 2 && socket.isPaused()) socket.resume();
      if (waiting === 0) inFlight = [];
    });
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    try {
      for (const frame of frames.push(chunk)) handle(requestCodec.decode(frame));
    } catch (e) {
      // Bytes that are no request: the peer is told and dropped, the application stays as it is.
      write({ case: 'exception', value: { error: (e as Error).message } });
      socket.destroySoon();
    }
  });
  socket.on('error', () => socket.destroy());
}

export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** `tcp://HOST:PORT` or `unix://PATH`. */
export function parseSocketAddress(address: string): SocketAddress {
  const m = /^(?:tcp:\/\/)?([^/]*):(\d{1,5})$/.exec(address);
  if (m !== null && Number(m[2]) <= 65_535) return { host: m[1] === '' ? '127.0.0.1' : (m[1] as string).replace(/^\[|\]$/g, ''), port: Number(m[2]) };
  if (address.startsWith('unix://') && address.length > 7) return { path: address.slice(7) };
  throw new Error(`abci: the address ${JSON.stringify(address)} is neither tcp://HOST:PORT nor unix://PATH`);
}

export interface SocketServer {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `onFatal` hears of a rejected application call: the process must then stop, as its state is not the node's any more. */
export function socketServer(deps: { readonly app: Application; readonly address: string; readonly onFatal: (e: Error) => void }): SocketServer {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  return {
    async start() {
      const address = parseSocketAddress(deps.address);
      const s = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        serve(deps.app, socket, deps.onFatal);
      });
      await new Promise<void>((resolve, reject) => {
        s.once('error', reject);
        s.listen(address, () => resolve());
      });
      server = s;
    },
    async stop() {
      const s = server;
      if (s === undefined) return;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => s.close(() => resolve()));
    },
  };
}
