// Messages executed by other than a transaction: governance runs those of a passed proposal, authz those that were granted. The application's
// router stands behind this port; chain/app hands it to the modules that need it. Source: sdk:baseapp/msg_service_router.go MsgServiceHandler.
import type { Any } from '../../proto/gen/google/protobuf.ts';
import type { Context } from './context.ts';
import type { AbciEvent } from './events.ts';

export interface ExecutedMessage {
  readonly response: Any;
  /** What the handler emitted; not yet in the caller's context. */
  readonly events: readonly AbciEvent[];
}

export interface MessagePort {
  /** Whether a module takes messages of this type. */
  has(typeUrl: string): boolean;
  /** What can be said of the message without state, where its module says anything. Throws to refuse it. */
  validateBasic(typeUrl: string, message: unknown): void;
  /**
   * Runs the handler on the context's state and gas, with events of its own. `message` is decoded. Throws what the handler throws: the caller
   * says by a branch of the context what of its writes is kept. A type that nobody takes is an unknown request.
   */
  execute(ctx: Context, typeUrl: string, message: unknown): ExecutedMessage;
}
