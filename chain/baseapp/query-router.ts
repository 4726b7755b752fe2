// gRPC queries to handlers, by full method name; ABCI queries and the gRPC and REST doors all come here. Source: sdk:baseapp/grpcrouter.go.
import type { Context } from '../core/context.ts';
import type { QueryHandler } from '../core/module.ts';
import type { Codec } from '../encoding/codec.ts';

export interface QueryRoute {
  readonly method: string;
  readonly request: Codec<unknown>;
  readonly response: Codec<unknown>;
  readonly handle: (ctx: Context, request: unknown) => unknown;
}

export class QueryRouter {
  readonly #routes = new Map<string, QueryRoute>();

  /** `method` as "/package.Service/Method"; throws where it has a handler already. */
  register<Req, Res>(method: string, request: Codec<Req>, response: Codec<Res>, handler: QueryHandler<Req, Res>): void {
    if (this.#routes.has(method)) throw new Error(`query ${method} has two handlers`);
    this.#routes.set(method, {
      method,
      request: request as Codec<unknown>,
      response: response as Codec<unknown>,
      handle: handler as (ctx: Context, request: unknown) => unknown,
    });
  }

  route(method: string): QueryRoute | undefined {
    return this.#routes.get(method);
  }

  get methods(): readonly string[] {
    return [...this.#routes.keys()].sort();
  }
}
