// The HTTP half of the JSON-RPC server: POST / with one request or a batch, GET /<method>?… and the page of endpoints. Statuses and
// headers are CometBFT's (cmt:rpc/jsonrpc/server): an error of a method is 200 in POST and 500 in a URI, unreadable JSON 500, a body
// over the limit 400, an unknown path 404. One difference: an answer that holds an error is never marked cacheable.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from '../http1/reply.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { corsHeaders } from './cors.ts';
import { type CallScope, dispatchAll } from './dispatch.ts';
import { indexPage } from './index-page.ts';
import { jsonText } from './json/text.ts';
import type { Method, MethodTable } from './method.ts';
import { argsFromUri } from './params.ts';
import { readQuery, type UriQuery } from './query.ts';
import { decodeRequests } from './request.ts';
import { asRpcError, errorResponse, internalError, invalidRequest, methodNotFound, type RpcError, successResponse } from './rpc-error.ts';

const URI_ID = '-1';
const CACHEABLE = { 'Cache-Control': 'public, max-age=86400' };
const NO_SNIFF = { 'X-Content-Type-Options': 'nosniff' };
const json = (status: number, text: string, cacheable = false): Reply => ({
  status,
  text,
  type: 'application/json',
  headers: cacheable ? CACHEABLE : undefined,
});
const failed = (status: number, id: string | undefined, e: RpcError): Reply => json(status, errorResponse(id, e));
const NOT_FOUND: Reply = { status: 404, text: '404 page not found\n', type: 'text/plain; charset=utf-8', headers: NO_SNIFF };
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

async function serveUri(method: Method, query: UriQuery, scope: CallScope): Promise<Reply> {
  if (method.ws) return failed(404, URI_ID, methodNotFound());
  try {
    const args = argsFromUri(method.params, query);
    const result = await method.call(args, { ...scope, id: URI_ID });
    return json(200, successResponse(URI_ID, jsonText(result)), method.cacheable(args));
  } catch (e) {
    return failed(500, URI_ID, asRpcError(e));
  }
}

/** One HTTP request, whoever has read it. */
export interface HttpRequest {
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

function route(methods: MethodTable, { target, host, contentType, body }: HttpRequest, scope: CallScope): Reply | Promise<Reply> {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const name = path.slice(1);
  const method = path !== '/' && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (path === '/') {
    if (body.length > 0) return servePost(methods, body.toString('utf8'), scope);
    return { status: 200, text: indexPage(methods, host), type: 'text/html' };
  }
  if (method === undefined) return path === '/websocket' ? BAD_UPGRADE : NOT_FOUND;
  const queryText = mark < 0 ? '' : target.slice(mark + 1);
  if (body.length === 0 || contentType?.startsWith('application/x-www-form-urlencoded') !== true) return serveUri(method, readQuery(queryText), scope);
  const query = new URLSearchParams(queryText);
  for (const [key, value] of new URLSearchParams(body.toString('utf8'))) if (!query.has(key)) query.set(key, value);
  return serveUri(method, query, scope);
}

/** Never rejects. */
export async function answer(methods: MethodTable, request: HttpRequest, scope: CallScope): Promise<Reply> {
  try {
    return await route(methods, request, scope);
  } catch (e) {
    return failed(500, URI_ID, internalError(e instanceof Error ? e.message : String(e)));
  }
}

async function readAndAnswer(methods: MethodTable, request: IncomingMessage, scope: CallScope): Promise<Reply> {
  let body: Buffer;
  try {
    body = await readBody(request, scope.config.maxBodyBytes);
  } catch (e) {
    return { ...failed(400, undefined, invalidRequest(`error reading request body: ${(e as Error).message}`)), close: e instanceof BodyTooLarge };
  }
  const { host = '', 'content-type': contentType } = request.headers;
  return answer(methods, { target: request.url ?? '/', host, contentType, body }, scope);
}

/** Answers one request that node:http has read; never throws. */
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
  const reply = await readAndAnswer(methods, request, { ...scope, signal: abort.signal });
  if (response.destroyed) return;
  const headers: Record<string, string | number> = { ...cors, ...reply.headers, 'X-Server-Time': Math.floor(Date.now() / 1000) };
  if (reply.type !== '') headers['Content-Type'] = reply.type;
  if (reply.close === true) headers.Connection = 'close';
  headers['Content-Length'] = Buffer.byteLength(reply.text);
  response.writeHead(reply.status, headers);
  response.end(request.method === 'HEAD' ? undefined : reply.text);
}
