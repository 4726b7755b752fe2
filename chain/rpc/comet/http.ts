// The HTTP half of the JSON-RPC server: POST / with one request or a batch, GET /<method>?… and the page of endpoints. Statuses and
// headers are CometBFT's (cmt:rpc/jsonrpc/server): an error of a method is 200 in POST and 500 in a URI, unreadable JSON 500, a body
// over the limit 400, an unknown path 404. One difference: an answer that holds an error is never marked cacheable.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge, readBody } from './body.ts';
import { corsHeaders } from './cors.ts';
import { type CallScope, dispatchAll } from './dispatch.ts';
import { indexPage } from './index-page.ts';
import { jsonText } from './json/text.ts';
import type { Method, MethodTable } from './method.ts';
import { argsFromUri } from './params.ts';
import { decodeRequests } from './request.ts';
import { asRpcError, errorResponse, internalError, invalidRequest, methodNotFound, type RpcError, successResponse } from './rpc-error.ts';

const URI_ID = '-1';
const ONE_DAY = 'public, max-age=86400';

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  readonly cacheable?: boolean;
  readonly close?: boolean;
}

const json = (status: number, text: string, cacheable = false): Reply => ({ status, text, type: 'application/json', cacheable });
const failed = (status: number, id: string | undefined, e: RpcError): Reply => json(status, errorResponse(id, e));
const NOT_FOUND: Reply = { status: 404, text: '404 page not found\n', type: 'text/plain; charset=utf-8' };
const BAD_UPGRADE: Reply = { status: 400, text: 'Bad Request\n', type: 'text/plain; charset=utf-8' };
const NOTHING: Reply = { status: 200, text: '', type: '' };

async function servePost(methods: MethodTable, body: string, scope: CallScope): Promise<Reply> {
  let decoded: ReturnType<typeof decodeRequests>;
  try {
    decoded = decodeRequests(body);
  } catch (e) {
    return failed(500, undefined, asRpcError(e));
  }
  const { maxRequestBatchSize } = scope.config;
  if (decoded.batch && maxRequestBatchSize > 0 && decoded.requests.length > maxRequestBatchSize) {
    return failed(200, undefined, invalidRequest(`batch request exceeds maximum (${maxRequestBatchSize}) allowed number of requests`));
  }
  const outcomes = await dispatchAll(methods, decoded.requests, scope);
  if (outcomes.length === 0) return NOTHING;
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) return json(200, only.text, only.cacheable);
  return json(
    200,
    `[${outcomes.map((o) => o.text).join(',')}]`,
    outcomes.every((o) => o.cacheable),
  );
}

async function serveUri(method: Method, query: URLSearchParams, scope: CallScope): Promise<Reply> {
  if (method.ws) return failed(404, URI_ID, methodNotFound());
  try {
    const args = argsFromUri(method.params, query);
    const result = await method.call(args, { ...scope, id: URI_ID });
    return json(200, successResponse(URI_ID, jsonText(result)), method.cacheable(args));
  } catch (e) {
    return failed(500, URI_ID, asRpcError(e));
  }
}

async function route(methods: MethodTable, request: IncomingMessage, scope: CallScope): Promise<Reply> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const name = path.slice(1);
  const method = path !== '/' && Object.hasOwn(methods, name) ? methods[name] : undefined;
  let body: Buffer;
  try {
    body = await readBody(request, scope.config.maxBodyBytes);
  } catch (e) {
    return { ...failed(400, undefined, invalidRequest(`error reading request body: ${(e as Error).message}`)), close: e instanceof BodyTooLarge };
  }
  if (path === '/') {
    if (body.length > 0) return servePost(methods, body.toString('utf8'), scope);
    return { status: 200, text: indexPage(methods, request.headers.host ?? ''), type: 'text/html' };
  }
  if (method === undefined) return path === '/websocket' ? BAD_UPGRADE : NOT_FOUND;
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  if (body.length > 0 && request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    for (const [key, value] of new URLSearchParams(body.toString('utf8'))) if (!query.has(key)) query.set(key, value);
  }
  return serveUri(method, query, scope);
}

/** Answers one HTTP request; never throws. */
export async function serveHttp(methods: MethodTable, request: IncomingMessage, response: ServerResponse, scope: Omit<CallScope, 'signal'>): Promise<void> {
  const preflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  const cors = corsHeaders(scope.config, request.headers.origin, preflight);
  if (cors !== undefined && preflight) {
    response.writeHead(204, cors).end();
    return;
  }
  const abort = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  let reply: Reply;
  try {
    reply = await route(methods, request, { ...scope, signal: abort.signal });
  } catch (e) {
    reply = failed(500, URI_ID, internalError(e instanceof Error ? e.message : String(e)));
  }
  if (response.destroyed) return;
  const headers: Record<string, string | number> = { ...cors, 'X-Server-Time': Math.floor(Date.now() / 1000) };
  if (reply.type !== '') headers['Content-Type'] = reply.type;
  if (reply === NOT_FOUND) headers['X-Content-Type-Options'] = 'nosniff';
  if (reply.cacheable === true) headers['Cache-Control'] = ONE_DAY;
  if (reply.close === true) headers.Connection = 'close';
  headers['Content-Length'] = Buffer.byteLength(reply.text);
  response.writeHead(reply.status, headers);
  response.end(request.method === 'HEAD' ? undefined : reply.text);
}
