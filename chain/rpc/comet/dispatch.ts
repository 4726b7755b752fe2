// From a decoded request to the text of its response. Broadcasts of a batch are started together, in order, so that their signatures
// are checked as one batch; every other method runs when those before it have answered.
import { jsonText } from './json/text.ts';
import type { CallContext, Method, MethodTable } from './method.ts';
import { argsFromJson } from './params.ts';
import type { RpcRequest } from './request.ts';
import { asRpcError, errorResponse, internalError, methodNotFound, type RpcError, successResponse } from './rpc-error.ts';

/** What all calls of a connection share. */
export type CallScope = Omit<CallContext, 'id'>;

export interface Outcome {
  readonly text: string;
  readonly cacheable: boolean;
}

const CONCURRENT: ReadonlySet<string> = new Set(['broadcast_tx_sync', 'broadcast_tx_async']);

function failure(id: string, e: RpcError): Outcome {
  return { text: errorResponse(id, e), cacheable: false };
}

/** A promise only where the method's answer is one: a subscription must answer before its first event. */
export function dispatch(methods: MethodTable, request: RpcRequest & { readonly id: string }, scope: CallScope): Outcome | Promise<Outcome> {
  const { id } = request;
  const method = Object.hasOwn(methods, request.method) ? (methods[request.method] as Method) : undefined;
  if (method === undefined || (method.ws && scope.subscriber === undefined)) return failure(id, methodNotFound());
  let args: Readonly<Record<string, unknown>>;
  try {
    args = argsFromJson(method.params, request.params);
  } catch (e) {
    const error = asRpcError(e);
    // Over a WebSocket CometBFT calls wrong parameters an internal error.
    return failure(id, scope.subscriber === undefined ? error : internalError(error.data));
  }
  try {
    const success = (result: unknown): Outcome => ({ text: successResponse(id, jsonText(result)), cacheable: method.cacheable(args) });
    const result = method.call(args, { ...scope, id });
    if (!(result instanceof Promise)) return success(result);
    return result.then(success).catch((e: unknown) => failure(id, asRpcError(e)));
  } catch (e) {
    return failure(id, asRpcError(e));
  }
}

/** The outcomes of all requests but notifications, in order. */
export async function dispatchAll(methods: MethodTable, requests: readonly RpcRequest[], scope: CallScope): Promise<readonly Outcome[]> {
  const outcomes: (Outcome | Promise<Outcome>)[] = [];
  for (const request of requests) {
    if (request.id === undefined) continue;
    if (!CONCURRENT.has(request.method)) await Promise.all(outcomes);
    const outcome = dispatch(methods, request as RpcRequest & { id: string }, scope);
    outcomes.push(CONCURRENT.has(request.method) ? outcome : await outcome);
  }
  return Promise.all(outcomes);
}
