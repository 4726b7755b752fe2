// GET /healthz and /readyz for what watches a node: 200 where all is well, 503 with the reasons in JSON where it is not ready.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** True where the request was one of them and is answered. */
export function servesProbe(request: IncomingMessage, response: ServerResponse, health: () => { readonly ready: boolean }): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = request.url?.split('?', 1)[0];
  if (path !== '/healthz' && path !== '/readyz') return false;
  const answer = path === '/healthz' ? { ready: true } : health();
  response.writeHead(answer.ready ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(path === '/healthz' ? {} : answer)}\n`);
  return true;
}
