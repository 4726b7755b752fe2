// `light proxy`: a node's JSON-RPC on loopback whose answers are verified; a drop-in for `cometbft light`. Subscriptions are passed on as they are.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { type Client, LightError } from '../../../lightclient/index.ts';
import { listenError, parseListenAddress } from '../../node/listen-address.ts';
import { type Call, type Params, verifiedCall } from './verified-rpc.ts';

const BODY_BYTES_MAX = 1_000_000;
const REPLY_TIMEOUT_MS = 30_000;

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: Params;
}

/** Names of positional parameters, for those who send lists. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  abci_query: ['path', 'data', 'height', 'prove'],
  tx: ['hash', 'prove'],
  validators: ['height', 'page', 'per_page'],
  blockchain: ['minHeight', 'maxHeight'],
};

function named(method: string, params: unknown): Params {
  if (!Array.isArray(params)) return (params ?? {}) as Params;
  const names = POSITIONS[method] ?? ['height'];
  return Object.fromEntries(params.map((v, i) => [names[i] ?? `${i}`, v]));
}

function callOf(primary: string): Call {
  return async (method, params) => {
    const r = await fetch(primary, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
    }).catch((e: unknown) => {
      throw new LightError('transport', (e as Error).message);
    });
    const { result, error } = (await r.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined) throw new NodeRefusal(error);
    return result;
  };
}

/** The node's own error, passed on as it is. */
class NodeRefusal extends Error {
  readonly error: unknown;
  constructor(error: unknown) {
    super('the node refused');
    this.error = error;
  }
}

async function answer(c: Client, call: Call, r: Request, log: (line: string) => void): Promise<object> {
  log(`${r.method} ${JSON.stringify(r.params)}`);
  try {
    return { jsonrpc: '2.0', id: r.id, result: await verifiedCall(c, call, r.method, r.params) };
  } catch (e) {
    const error =
      e instanceof NodeRefusal
        ? e.error
        : { code: -32603, message: 'Internal error', data: `${e instanceof LightError ? `${e.code}: ` : ''}${(e as Error).message}` };
    return { jsonrpc: '2.0', id: r.id, error };
  }
}

/** Parameters of a URI are text, quoted, or 0x-hex where the node wants bytes: base64 in JSON, but for two that stay hex. */
function fromUri(url: URL): Request {
  const method = url.pathname.slice(1);
  const bytes = (k: string, v: string): string => (k === 'data' || method === 'header_by_hash' ? v : Buffer.from(v, 'hex').toString('base64'));
  const value = (k: string, v: string): unknown => (k === 'prove' ? v === 'true' : /^0x/.test(v) ? bytes(k, v.slice(2)) : v.replace(/^"|"$/g, ''));
  return { id: -1, method, params: Object.fromEntries([...url.searchParams].map(([k, v]) => [k, value(k, v)])) };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) throw new RangeError('the request is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

export interface Proxy {
  readonly address: string;
  stop(): Promise<void>;
}

/** `log` hears of every call. */
export async function startProxy(c: Client, primary: string, laddr: string, connectionsMax: number, log: (line: string) => void): Promise<Proxy> {
  const { host, port } = parseListenAddress('--laddr', laddr);
  const call = callOf(primary);
  const one = (r: { id?: unknown; method?: unknown; params?: unknown }): Promise<object> =>
    answer(c, call, { id: r.id ?? -1, method: String(r.method), params: named(String(r.method), r.params) }, log);
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let body: unknown;
    try {
      const url = new URL(req.url ?? '/', 'http://proxy');
      if (req.method === 'POST') {
        const request = JSON.parse(await bodyOf(req)) as object;
        body = Array.isArray(request) ? await Promise.all(request.map(one)) : await one(request);
      } else body = await answer(c, call, fromUri(url), log);
    } catch (e) {
      body = { jsonrpc: '2.0', id: -1, error: { code: -32700, message: 'Parse error', data: (e as Error).message } };
    }
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(body));
  };
  const server = createServer((req, res) => void serve(req, res));
  server.maxConnections = connectionsMax;
  const sockets = new WebSocketServer({ server, path: '/websocket', maxPayload: BODY_BYTES_MAX });
  sockets.on('connection', (socket) => {
    const upstream = new WebSocket(`${primary.replace(/^http/, 'ws')}/websocket`);
    const waiting: string[] = [];
    upstream.on('open', () => waiting.splice(0).forEach((m) => void upstream.send(m)));
    upstream.on('message', (m: Buffer) => socket.send(m.toString()));
    for (const [a, b] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      a.on('close', () => b.close());
      a.on('error', () => b.close());
    }
    socket.on('message', (m: Buffer) => {
      try {
        const request = JSON.parse(m.toString()) as { method?: string };
        if (!/^(un)?subscribe/.test(request.method ?? '')) void one(request).then((r) => socket.send(JSON.stringify(r)));
        else if (upstream.readyState === WebSocket.OPEN) upstream.send(m.toString());
        else waiting.push(m.toString());
      } catch {
        socket.close();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (e) => reject(listenError('--laddr', { host, port }, e)));
    server.listen(port, host, () => resolve());
  });
  const bound = server.address() as { port: number };
  return {
    address: `http://${host}:${bound.port}`,
    async stop() {
      for (const s of sockets.clients) s.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
