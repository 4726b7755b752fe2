// The explorer of a dev network: the page of testnet/explorer, whose light client verifies in the browser. Sources are served as they are, without
// their types, so nothing is built. The nodes' RPC is passed on under the page's own origin: nothing of it is trusted there.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevInfo } from '../../node/dev-info.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = 'testnet/explorer/';
/** What the page may load of the repository. */
const SOURCES = ['lightclient/', 'chain/types/', 'chain/crypto/', 'chain/encoding/', PAGE, 'node_modules/@noble/'];
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.ts': 'text/javascript', '.js': 'text/javascript' };
const BODY_BYTES_MAX = 1_000_000;

export interface ExplorerSettings {
  readonly chainId: string;
  readonly denom: string;
  /** Where the page begins: the first header, as this process has it from its own network. */
  readonly checkpoint: { readonly height: string; readonly hash: string };
  readonly nodes: readonly { readonly name: string; readonly path: string }[];
  readonly accounts: readonly { readonly name: string; readonly address: string }[];
}

export interface Explorer {
  readonly url: string;
  stop(): Promise<void>;
}

const stripped = new Map<string, string>();

/** Node says at the first call that the function is new; that is nothing for the terminal of a dev network. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A file of the repository, or undefined where the page has no business. */
function source(path: string): { readonly type: string; readonly body: string } | undefined {
  const clean = normalize(path).replace(/\\/g, '/');
  const type = TYPES[extname(clean)];
  if (type === undefined || clean.includes('..') || !SOURCES.some((s) => clean.startsWith(s)) || !existsSync(join(ROOT, clean))) return undefined;
  let body = stripped.get(clean);
  if (body === undefined) {
    const text = readFileSync(join(ROOT, clean), 'utf8');
    body = clean.endsWith('.ts') ? withoutTypes(text) : text;
    stripped.set(clean, body);
  }
  return { type, body };
}

async function passOn(target: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) return void res.writeHead(413).end();
    parts.push(part);
  }
  const init = req.method === 'POST' ? { method: 'POST', body: Buffer.concat(parts), headers: { 'content-type': 'application/json' } } : {};
  try {
    const r = await fetch(target, { ...init, signal: AbortSignal.timeout(10_000) });
    res.writeHead(r.status, { 'content-type': 'application/json' }).end(Buffer.from(await r.arrayBuffer()));
  } catch {
    res.writeHead(502).end();
  }
}

/** `port` 0: any. */
export async function startExplorer(settings: ExplorerSettings, rpcs: readonly string[], port: number): Promise<Explorer> {
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://explorer');
    const rpc = /^\/rpc\/(\d+)\/(.*)$/.exec(url.pathname);
    const target = rpc === null ? undefined : rpcs[Number(rpc[1])];
    if (target !== undefined) return void passOn(`${target}/${rpc?.[2]}${url.search}`, req, res);
    if (url.pathname === '/config.json') return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(settings));
    const file = source(url.pathname === '/' ? `${PAGE}index.html` : url.pathname.slice(1));
    if (file === undefined) return void res.writeHead(404).end('not found');
    res.writeHead(200, { 'content-type': `${file.type}; charset=utf-8`, 'cache-control': 'no-cache' }).end(file.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const PORT = 8080;

/** The page of a network that has its first block; on another port where 8080 is taken. */
export async function explorerOf(info: DevInfo): Promise<Explorer> {
  if (!existsSync(join(ROOT, PAGE, 'index.html'))) throw new Error('the page comes with a clone of the repository, not with its package');
  const { result } = (await (await fetch(`${info.rpc}/commit?height=1`)).json()) as { result: { signed_header: { commit: { block_id: { hash: string } } } } };
  const settings: ExplorerSettings = {
    chainId: info.chainId,
    denom: info.denom,
    checkpoint: { height: '1', hash: result.signed_header.commit.block_id.hash },
    nodes: info.nodes.map((_, i) => ({ name: `val-${i}`, path: `/rpc/${i}` })),
    accounts: info.accounts.map(({ name, address }) => ({ name, address })),
  };
  const rpcs = info.nodes.map((n) => n.rpc);
  return startExplorer(settings, rpcs, PORT).catch(() => startExplorer(settings, rpcs, 0));
}

export interface WithExplorer {
  readonly info: DevInfo;
  readonly explorer: Explorer | undefined;
}

/** A network does without its page where that cannot be served. */
export async function withExplorer(info: DevInfo): Promise<WithExplorer> {
  try {
    const explorer = await explorerOf(info);
    return { info: { ...info, explorer: explorer.url }, explorer };
  } catch {
    return { info, explorer: undefined };
  }
}

export const explorerLine = ({ explorer }: DevInfo): string =>
  explorer === undefined ? '  no explorer: its page could not be served' : `  explorer ${explorer}   verified in your browser by the light client`;
