// What a JSON-RPC method is: a table of parameters, a function, and whether a cache in between may keep its answer.
import type { Awaitable, Backend } from '../backend.ts';
import type { RpcConfig } from './config.ts';
import type { Args, Params } from './params.ts';
import type { Subscriber, SubscriptionHub } from './subscriptions.ts';

export interface CallContext {
  readonly backend: Backend;
  readonly config: RpcConfig;
  readonly hub: SubscriptionHub;
  /** "ip:port" of the client; subscriptions are counted by it. */
  readonly remote: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Present on a WebSocket. */
  readonly subscriber?: Subscriber;
  /** JSON text of the request's id: events of a subscription carry it. */
  readonly id: string;
}

export interface Method {
  readonly params: Params;
  /** Only over a WebSocket. */
  readonly ws: boolean;
  cacheable(args: Readonly<Record<string, unknown>>): boolean;
  /** The result as a value for jsonText. */
  call(args: Readonly<Record<string, unknown>>, context: CallContext): Awaitable<unknown>;
}

export interface MethodOptions {
  /** true: always; a name: when that parameter is given and not zero. */
  readonly cacheable?: true | string;
  readonly ws?: true;
}

export function method<P extends Params>(
  params: P,
  call: (args: Args<P>, context: CallContext) => Awaitable<unknown>,
  { cacheable, ws }: MethodOptions = {},
): Method {
  return {
    params,
    ws: ws === true,
    cacheable: (args) => cacheable !== undefined && (cacheable === true || (args[cacheable] !== undefined && args[cacheable] !== 0n)),
    call: call as Method['call'],
  };
}

export type MethodTable = Readonly<Record<string, Method>>;
