// Puts the reader of ordinary requests before a node:http server: each new connection is read by it first (connection.ts), and the server, which
// keeps listening, limits and time-outs as they are, sees only the connections that are handed over.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { OrdinaryConnection, type OrdinaryRequest } from './connection.ts';
import type { Reply } from './reply.ts';

const CHECK_MS_MAX = 5000;
const HEAD_BYTES_MAX = 1 << 13;

export interface DoorOptions {
  /** Longest head that node:http allows. */
  readonly headBytesMax: number;
  readonly bodyBytesMax: number;
  readonly readTimeoutMs: number;
  /** Whether a path may be served here. */
  isOrdinary(target: string): boolean;
  /** `signal` is aborted when the client goes away, or ends its side. Must not throw or reject. */
  serve(request: OrdinaryRequest, client: { readonly remote: string; readonly signal: AbortSignal }): Promise<Reply>;
}

/** Call it before the server listens. `close` ends the connections that were not handed over. */
export function ordinaryDoor(server: Server, options: DoorOptions): { close(): void } {
  const others = server.listeners('connection') as ((socket: Duplex) => void)[];
  const connections = new Set<OrdinaryConnection>();
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const abort = new AbortController();
    const client = { remote: `${socket.remoteAddress}:${socket.remotePort}`, signal: abort.signal };
    const connection = new OrdinaryConnection(socket, {
      headBytesMax: Math.min(options.headBytesMax, HEAD_BYTES_MAX),
      bodyBytesMax: options.bodyBytesMax,
      readTimeoutMs: options.readTimeoutMs,
      isOrdinary: options.isOrdinary,
      serve: (request) => options.serve(request, client),
      handOver: (s) => {
        for (const listener of others) listener.call(server, s);
      },
      // As Go's server cancels a request's context.
      onEnd: () => abort.abort(),
      onClose: () => {
        connections.delete(connection);
        abort.abort();
      },
    });
    connections.add(connection);
  });
  const endLate = (now: number): void => {
    for (const connection of connections) if (connection.isLate(now)) connection.destroy();
  };
  const check = (): void => {
    const now = performance.now();
    // After a stall of this process what the clients have sent meanwhile is read first.
    setImmediate(endLate, now);
  };
  const timer = setInterval(check, Math.min(options.readTimeoutMs, CHECK_MS_MAX)).unref();
  return {
    close: () => {
      clearInterval(timer);
      for (const connection of connections) connection.destroy();
    },
  };
}
