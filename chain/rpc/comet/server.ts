// The JSON-RPC server of a node: HTTP and WebSocket on one port (cmt:rpc/jsonrpc/server, node/node.go startRPC).
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Backend } from '../backend.ts';
import { ordinaryDoor } from '../http1/door.ts';
import { DEFAULT_RPC_CONFIG, type RpcConfig } from './config.ts';
import { answer, serveHttp } from './http.ts';
import { isProbe, servesProbe } from './probes.ts';
import { methodTable } from './routes.ts';
import { SubscriptionHub } from './subscriptions.ts';
import { websocketDoor } from './websocket.ts';

export interface CometRpcServer {
  /** The bound port, after `start`. */
  readonly port: number;
  /** Rejects with the system's error, e.g. EADDRINUSE. */
  start(): Promise<void>;
  /** Stops listening and closes every connection. */
  stop(): Promise<void>;
}

export interface CometRpcOptions {
  readonly backend: Backend;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly config?: Partial<RpcConfig>;
  /** PEM certificate chain and key; absent: clear text. */
  readonly tls?: { readonly cert: Uint8Array; readonly key: Uint8Array } | undefined;
  /** Answers /readyz; absent: neither it nor /healthz is there. */
  readonly health?: (() => { readonly ready: boolean }) | undefined;
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && (request.url ?? '').split('?', 1)[0] === '/websocket';
}

export function createCometRpc({ backend, host, port, config: given, tls, health }: CometRpcOptions): CometRpcServer {
  const config: RpcConfig = { ...DEFAULT_RPC_CONFIG, ...given };
  const methods = methodTable(backend.unsafe !== undefined);
  const hub = new SubscriptionHub(backend.events, config);
  const scope = { backend, config, hub };
  const websocket = websocketDoor(methods, scope);
  const options = {
    maxHeaderSize: config.maxHeaderBytes,
    headersTimeout: config.readTimeoutMs,
    requestTimeout: config.readTimeoutMs,
    keepAliveTimeout: config.readTimeoutMs,
    connectionsCheckingInterval: Math.min(config.readTimeoutMs, 5000),
    noDelay: true,
    // Anything else that asks for an upgrade (h2c, say) is served as plain HTTP.
    shouldUpgradeCallback: isWebSocket,
  };
  const serve: RequestListener = (request, response) => {
    if (health !== undefined && servesProbe(request, response, health)) return;
    void serveHttp(methods, request, response, { ...scope, remote: `${request.socket.remoteAddress}:${request.socket.remotePort}` });
  };
  const server: Server =
    tls === undefined ? createServer(options, serve) : createTlsServer({ ...options, cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }, serve);
  if (config.maxOpenConnections > 0) server.maxConnections = config.maxOpenConnections;
  server.on('upgrade', (request, socket, head) => websocket.upgrade(request, socket, head));
  // Behind TLS node:http reads everything.
  const ordinary =
    tls === undefined
      ? ordinaryDoor(server, {
          headBytesMax: config.maxHeaderBytes,
          bodyBytesMax: config.maxBodyBytes,
          readTimeoutMs: config.readTimeoutMs,
          isOrdinary: (target) => health === undefined || !isProbe(target),
          serve: (request, client) => answer(methods, request, { ...scope, ...client }),
        })
      : undefined;
  let bound = port;
  return {
    get port() {
      return bound;
    },
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.removeListener('error', reject);
          bound = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        websocket.close();
        ordinary?.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
