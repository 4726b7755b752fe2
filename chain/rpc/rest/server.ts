// The REST server: the gateway's paths over HTTP (the [api] section of app.toml; sdk:server/api/server.go).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Backend } from '../backend.ts';
import { readBody } from '../comet/body.ts';
import { corsHeaders } from '../comet/cors.ts';
import { errorResponse, invalidRequest } from '../comet/rpc-error.ts';
import { HEIGHT_HEADER, parseHeight } from '../grpc/height.ts';
import { LIGHT_PREFIX, serveLight } from '../light/door.ts';
import type { HistoryLog } from '../light/log.ts';
import { errorReply, Gateway, type GatewayReply } from './gateway.ts';

export interface RestConfig {
  readonly enableUnsafeCors: boolean;
  readonly maxOpenConnections: number;
  readonly readTimeoutMs: number;
  readonly maxBodyBytes: number;
}
export const DEFAULT_REST_CONFIG: RestConfig = { enableUnsafeCors: false, maxOpenConnections: 1000, readTimeoutMs: 10_000, maxBodyBytes: 1_000_000 };

export interface RestServer {
  /** The bound port, after `start`. */
  readonly port: number;
  /** Rejects with the system's error, e.g. EADDRINUSE. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
export interface RestOptions {
  readonly backend: Backend;
  /** Of block hashes, for the aids of light clients. */
  readonly log?: HistoryLog | undefined;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly config?: Partial<RestConfig>;
}

const CORS_OFF = { corsAllowedOrigins: [], corsAllowedMethods: [], corsAllowedHeaders: [] };
const CORS_ANY = { corsAllowedOrigins: ['*'], corsAllowedMethods: ['GET', 'HEAD', 'POST'], corsAllowedHeaders: ['Content-Type'] };
const METADATA_PREFIX = 'grpc-metadata-';

function reply(request: IncomingMessage, response: ServerResponse, status: number, body: string | Uint8Array, headers: Record<string, string>): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'X-Server-Time': Math.floor(Date.now() / 1000),
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer(gateway: Gateway, request: IncomingMessage, path: string, query: string, body: Buffer): Promise<GatewayReply> {
  try {
    const header = request.headers[HEIGHT_HEADER] ?? request.headers[METADATA_PREFIX + HEIGHT_HEADER];
    return await gateway.serve({
      verb: request.method ?? 'GET',
      path,
      query,
      contentType: request.headers['content-type'] ?? '',
      body: body.toString('utf8'),
      height: parseHeight(header),
    });
  } catch (e) {
    return errorReply(e);
  }
}

type Light = (path: string, query: string) => ReturnType<typeof serveLight>;

async function serve(gateway: Gateway, light: Light, config: RestConfig, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const preflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  const cors = corsHeaders(config.enableUnsafeCors ? CORS_ANY : CORS_OFF, request.headers.origin, preflight) ?? {};
  if (preflight && config.enableUnsafeCors) {
    response.writeHead(204, cors).end();
    return;
  }
  if (path.startsWith(LIGHT_PREFIX)) {
    const { status, type, body } = await light(path.slice(LIGHT_PREFIX.length), mark < 0 ? '' : url.slice(mark + 1)).catch((e: Error) => ({
      status: 500,
      type: 'application/json',
      body: JSON.stringify({ code: 'unavailable', message: e.message }),
    }));
    reply(request, response, status, body, { ...cors, 'Content-Type': type });
    return;
  }
  let body: Buffer;
  try {
    body = await readBody(request, config.maxBodyBytes);
  } catch (e) {
    // The SDK serves its API with CometBFT's HTTP server, whose error this is.
    const text = errorResponse(undefined, invalidRequest(`error reading request body: ${(e as Error).message}`));
    reply(request, response, 400, text, { ...cors, Connection: 'close' });
    return;
  }
  const { status, text, height } = await answer(gateway, request, path, mark < 0 ? '' : url.slice(mark + 1), body);
  const heights: Record<string, string> =
    height === undefined ? {} : { 'Grpc-Metadata-X-Cosmos-Block-Height': height.toString(), 'X-Cosmos-Block-Height': height.toString() };
  reply(request, response, status, text, { ...cors, ...heights });
}

export function createRest({ backend, log, host, port, config: given }: RestOptions): RestServer {
  const config: RestConfig = { ...DEFAULT_REST_CONFIG, ...given };
  const gateway = new Gateway(backend);
  const light: Light = (path, query) => serveLight(backend, log, path, query);
  const timeouts = {
    headersTimeout: config.readTimeoutMs,
    requestTimeout: config.readTimeoutMs,
    keepAliveTimeout: config.readTimeoutMs,
    connectionsCheckingInterval: Math.min(config.readTimeoutMs, 5000),
  };
  const server = createServer({ ...timeouts, noDelay: true }, (request, response) => void serve(gateway, light, config, request, response));
  if (config.maxOpenConnections > 0) server.maxConnections = config.maxOpenConnections;
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
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
