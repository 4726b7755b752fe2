// Messages to handlers, by type URL. Source: sdk:baseapp/msg_service_router.go.
import { TxMsgData } from '../../proto/gen/cosmos/base/abci/v1beta1.ts';
import type { Context } from '../core/context.ts';
import type { MsgHandler } from '../core/module.ts';
import type { Codec } from '../encoding/codec.ts';

export interface MsgRoute {
  readonly request: Codec<unknown>;
  readonly response: Codec<unknown>;
  readonly responseTypeUrl: string;
  /** A transaction's data where this message is its only one and answers nothing, as most do. */
  readonly emptyData: Uint8Array;
  readonly handle: (ctx: Context, msg: unknown) => unknown;
}

export class MsgRouter {
  readonly #routes = new Map<string, MsgRoute>();

  /** Throws where the message has a handler already. */
  register<Req, Res>(request: Codec<Req>, response: Codec<Res>, handler: MsgHandler<Req, Res>): void {
    const typeUrl = `/${request.name}`;
    if (this.#routes.has(typeUrl)) throw new Error(`message ${typeUrl} has two handlers`);
    this.#routes.set(typeUrl, {
      request: request as Codec<unknown>,
      response: response as Codec<unknown>,
      responseTypeUrl: `/${response.name}`,
      emptyData: TxMsgData.encode({ data: [], msgResponses: [{ typeUrl: `/${response.name}`, value: new Uint8Array(0) }] }),
      handle: handler as (ctx: Context, msg: unknown) => unknown,
    });
  }

  route(typeUrl: string): MsgRoute | undefined {
    return this.#routes.get(typeUrl);
  }

  get typeUrls(): readonly string[] {
    return [...this.#routes.keys()].sort();
  }
}
