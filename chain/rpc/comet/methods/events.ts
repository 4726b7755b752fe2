// Subscriptions, over a WebSocket only (cmt:rpc/core/events.go). These answer without a promise: an event may follow at once.
import { type CallContext, type MethodTable, method } from '../method.ts';
import { string } from '../params.ts';
import type { Subscriber } from '../subscriptions.ts';

function subscriberOf({ subscriber }: CallContext): Subscriber {
  if (subscriber === undefined) throw new Error('subscriptions need a WebSocket');
  return subscriber;
}

export const eventMethods: MethodTable = {
  subscribe: method(
    { query: string },
    ({ query }, context) => {
      context.hub.subscribe(subscriberOf(context), context.id, query);
      return {};
    },
    { ws: true },
  ),
  unsubscribe: method(
    { query: string },
    ({ query }, context) => {
      context.hub.unsubscribe(subscriberOf(context), query);
      return {};
    },
    { ws: true },
  ),
  unsubscribe_all: method(
    {},
    (_, context) => {
      context.hub.unsubscribeAll(subscriberOf(context));
      return {};
    },
    { ws: true },
  ),
};
