// Event subscriptions of all clients. Queries that read the same share one subscription at the node, and an event is turned into JSON
// once, however many clients and queries it goes to. Limits and words are CometBFT's (cmt:rpc/core/events.go, libs/pubsub).
import { parseQuery } from '../../execution/query/parser.ts';
import { formatQuery, type Query } from '../../execution/query/query.ts';
import type { EventsDoor, PublishedEvent } from '../backend.ts';
import type { RpcConfig } from './config.ts';
import { eventDataText } from './json/events.ts';
import { jsonString } from './json/text.ts';
import { errorResponse, serverError, successResponse } from './rpc-error.ts';

export const QUERY_LENGTH_MAX = 512;

/** A connection that events go to. */
export interface Subscriber {
  /** "ip:port", unique per connection. */
  readonly remote: string;
  /** False when the connection cannot take more now; the message is then not sent. */
  trySend(text: string): boolean;
  /** Sends whatever the state of the buffer. */
  send(text: string): void;
  close(): void;
}

interface Shared {
  readonly stop: () => void;
  /** By subscriber: what makes a message of an event's text. */
  readonly targets: Map<Subscriber, { readonly id: string; readonly prefix: string }>;
}

function compile(text: string): Query {
  try {
    return parseQuery(text);
  } catch (e) {
    throw new Error(`failed to parse query: ${(e as Error).message}`);
  }
}

export class SubscriptionHub {
  private readonly events: EventsDoor;
  private readonly config: RpcConfig;
  private readonly shared = new Map<string, Shared>();
  /** Canonical queries by client; also counts waiting broadcast_tx_commit calls, under keys that no query has. */
  private readonly clients = new Map<string, Set<string>>();
  private readonly texts = new WeakMap<PublishedEvent, string>();

  constructor(events: EventsDoor, config: RpcConfig) {
    this.events = events;
    this.config = config;
  }

  /** Throws where the client or the server has its fill, the query cannot be read, or it is subscribed already. */
  subscribe(subscriber: Subscriber, id: string, text: string): void {
    this.checkLimits(subscriber.remote);
    if (Buffer.byteLength(text) > QUERY_LENGTH_MAX) throw new Error('maximum query length exceeded');
    const query = compile(text);
    const canonical = formatQuery(query);
    this.add(subscriber.remote, canonical);
    let shared = this.shared.get(canonical);
    if (shared === undefined) {
      const targets: Shared['targets'] = new Map();
      shared = { targets, stop: this.events.subscribe(query, (event) => this.publish(canonical, targets, event)) };
      this.shared.set(canonical, shared);
    }
    shared.targets.set(subscriber, { id, prefix: `{"query":${jsonString(text)}` });
  }

  unsubscribe(subscriber: Subscriber, text: string): void {
    const canonical = formatQuery(compile(text));
    if (this.shared.get(canonical)?.targets.has(subscriber) !== true) throw new Error('subscription not found');
    this.drop(subscriber, canonical);
  }

  /** Throws where the client has none. */
  unsubscribeAll(subscriber: Subscriber): void {
    if (!this.remove(subscriber)) throw new Error('subscription not found');
  }

  /** Forgets a client that went away; false where it had no subscription. */
  remove(subscriber: Subscriber): boolean {
    const queries = this.clients.get(subscriber.remote);
    if (queries === undefined) return false;
    let found = false;
    for (const canonical of [...queries]) {
      if (this.shared.get(canonical)?.targets.has(subscriber) !== true) continue;
      this.drop(subscriber, canonical);
      found = true;
    }
    return found;
  }

  /** Waits for one event within the client's limits; `stop` ends the wait. */
  once(remote: string, query: Query, listener: (event: PublishedEvent) => void): () => void {
    this.checkLimits(remote);
    const canonical = formatQuery(query);
    this.add(remote, canonical);
    const stop = this.events.subscribe(query, listener);
    return () => {
      stop();
      this.forget(remote, canonical);
    };
  }

  get clientCount(): number {
    return this.clients.size;
  }

  private checkLimits(remote: string): void {
    const own = this.clients.get(remote);
    if (this.clients.size >= this.config.maxSubscriptionClients && own === undefined) {
      throw new Error(`max_subscription_clients ${this.config.maxSubscriptionClients} reached`);
    }
    if (own !== undefined && own.size >= this.config.maxSubscriptionsPerClient) {
      throw new Error(`max_subscriptions_per_client ${this.config.maxSubscriptionsPerClient} reached`);
    }
  }

  private add(remote: string, canonical: string): void {
    const own = this.clients.get(remote);
    if (own?.has(canonical)) throw new Error('already subscribed');
    if (own === undefined) this.clients.set(remote, new Set([canonical]));
    else own.add(canonical);
  }

  private forget(remote: string, canonical: string): void {
    const own = this.clients.get(remote);
    own?.delete(canonical);
    if (own?.size === 0) this.clients.delete(remote);
  }

  private drop(subscriber: Subscriber, canonical: string): void {
    this.forget(subscriber.remote, canonical);
    const shared = this.shared.get(canonical);
    shared?.targets.delete(subscriber);
    if (shared?.targets.size === 0) {
      shared.stop();
      this.shared.delete(canonical);
    }
  }

  private publish(canonical: string, targets: Shared['targets'], event: PublishedEvent): void {
    let text = this.texts.get(event);
    if (text === undefined) {
      text = `,"data":${eventDataText(event.data)},"events":${eventsText(event.events)}}`;
      this.texts.set(event, text);
    }
    for (const [subscriber, { id, prefix }] of [...targets]) {
      if (subscriber.trySend(successResponse(id, prefix + text))) continue;
      this.drop(subscriber, canonical);
      const reason = this.config.closeOnSlowClient ? 'slow client' : 'internal subscription event buffer is out of capacity';
      subscriber.send(errorResponse(id, serverError(`subscription was canceled (reason: ${reason})`)));
      if (this.config.closeOnSlowClient) subscriber.close();
    }
  }
}

function eventsText(events: PublishedEvent['events']): string {
  const parts: string[] = [];
  for (const [key, values] of events) parts.push(`${jsonString(key)}:[${values.map(jsonString).join(',')}]`);
  return `{${parts.join(',')}}`;
}
