// Messages to handlers, by type URL. Source: sdk:baseapp/msg_service_router.go.
import { TxMsgData } from '../../proto/gen/cosmos/base/abci/v1beta1.ts';
import type { Context } from '../core/context.ts';
import { ErrUnknownRequest } from '../core/errors.ts';
import { EventManager } from '../core/events.ts';
import type { ExecutedMessage, MessagePort } from '../core/message-port.ts';
import type { MsgHandler } from '../core/module.ts';
import type { Codec } from '../encoding/codec.ts';

export interface MsgRoute {
  readonly request: Codec<unknown>;
  readonly response: Codec<unknown>;
  readonly responseTypeUrl: string;
  /** A transaction's data where this message is its only one and answers nothing, as most do. */
  readonly emptyData: Uint8Array;
  readonly validateBasic: ((msg: unknown) => void) | undefined;
  readonly handle: (ctx: Context, msg: unknown) => unknown;
}

/** Looks at a message before its handler does; throws to refuse it. */
export type MessageGuard = (ctx: Context, typeUrl: string) => void;

export class MsgRouter implements MessagePort {
  readonly #routes = new Map<string, MsgRoute>();
  #guard: MessageGuard | undefined;

  /** x/circuit's: it counts for every way by which a message is executed. */
  setGuard(guard: MessageGuard): void {
    this.#guard = guard;
  }

  /** Throws where the message has a handler already. */
  register<Req, Res>(request: Codec<Req>, response: Codec<Res>, handler: MsgHandler<Req, Res>, validateBasic?: (msg: Req) => void): void {
    const typeUrl = `/${request.name}`;
    if (this.#routes.has(typeUrl)) throw new Error(`message ${typeUrl} has two handlers`);
    this.#routes.set(typeUrl, {
      request: request as Codec<unknown>,
      response: response as Codec<unknown>,
      responseTypeUrl: `/${response.name}`,
      emptyData: TxMsgData.encode({ data: [], msgResponses: [{ typeUrl: `/${response.name}`, value: new Uint8Array(0) }] }),
      validateBasic: validateBasic as ((msg: unknown) => void) | undefined,
      handle: (ctx, msg) => {
        validateBasic?.(msg as Req);
        this.#guard?.(ctx, typeUrl);
        return handler(ctx, msg as Req);
      },
    });
  }

  has(typeUrl: string): boolean {
    return this.#routes.has(typeUrl);
  }

  validateBasic(typeUrl: string, message: unknown): void {
    this.route(typeUrl)?.validateBasic?.(message);
  }

  execute(ctx: Context, typeUrl: string, message: unknown): ExecutedMessage {
    const route = this.route(typeUrl);
    if (route === undefined) throw ErrUnknownRequest.wrap(`no message handler found for ${typeUrl}`);
    const own = ctx.with({ events: new EventManager() });
    const response = route.handle(own, message);
    return { response: { typeUrl: route.responseTypeUrl, value: route.response.encode(response) }, events: own.events.events };
  }

  route(typeUrl: string): MsgRoute | undefined {
    return this.#routes.get(typeUrl);
  }

  get typeUrls(): readonly string[] {
    return [...this.#routes.keys()].sort();
  }
}
