// GET /healthz and /readyz for what watches a node: 200 where all is well, 503 with the reasons in JSON where it is not ready.
import type { IncomingMessage, ServerResponse } from 'node:http';

const pathOf = (target: string): string => target.split('?', 1)[0] as string;

export function isProbe(target: string): boolean {
  const path = pathOf(target);
  return path === '/healthz' || path === '/readyz';
}

/** True where the request was one of them and is answered. */
export function servesProbe(request: IncomingMessage, response: ServerResponse, health: () => { readonly ready: boolean }): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const target = request.url ?? '';
  if (!isProbe(target)) return false;
  const path = pathOf(target);
  const answer = path === '/healthz' ? { ready: true } : health();
  response.writeHead(answer.ready ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(path === '/healthz' ? {} : answer)}\n`);
  return true;
}
