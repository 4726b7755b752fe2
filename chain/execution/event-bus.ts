// Who listens to the node's events. Listeners are called in the order of subscription, each event once, in the order of publication; a
// listener that throws is reported and stays. Tags are made only when somebody asks for them.
import { breathe } from './breathe.ts';
import { type EventData, type EventTags, eventTags } from './events.ts';
import { matches } from './query/matcher.ts';
import type { Query } from './query/query.ts';

export interface PublishedEvent {
  readonly data: EventData;
  readonly events: EventTags;
}

export type EventListener = (event: PublishedEvent) => void;

interface Subscription {
  readonly wants: (data: EventData, tags: () => EventTags) => boolean;
  readonly listener: EventListener;
}

/** A query that only asks for one type of event needs no tags to be decided. */
function typeOf(query: Query): string | undefined {
  const [c] = query;
  return query.length === 1 && c !== undefined && c.tag === 'tm.event' && c.op === '=' && c.arg?.kind === 'string' ? c.arg.text : undefined;
}

export class EventBus {
  readonly #subscriptions = new Set<Subscription>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Calls `listener` for each matching event until the returned function is called. Publication waits for it: a slow client needs a queue. */
  subscribe(query: Query, listener: EventListener): () => void {
    const type = typeOf(query);
    return this.#add({
      wants: type === undefined ? (_, tags) => matches(query, tags()) : (data) => data.type === type,
      listener,
    });
  }

  /** Every event of the types named. */
  subscribeTypes(types: readonly EventData['type'][], listener: EventListener): () => void {
    return this.#add({ wants: (data) => types.includes(data.type), listener });
  }

  #add(s: Subscription): () => void {
    this.#subscriptions.add(s);
    return () => void this.#subscriptions.delete(s);
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  publish(data: EventData): void {
    if (this.#subscriptions.size === 0) return;
    let tags: EventTags | undefined;
    const lazyTags = (): EventTags => {
      tags ??= eventTags(data);
      return tags;
    };
    for (const s of [...this.#subscriptions]) {
      try {
        if (!s.wants(data, lazyTags)) continue;
        s.listener({
          data,
          get events() {
            return lazyTags();
          },
        });
      } catch (e) {
        this.#onError(e);
      }
    }
  }

  /** As publish, with breaks between events: the transactions of a large block. */
  async publishAll(events: Iterable<EventData>): Promise<void> {
    if (this.#subscriptions.size === 0) return;
    const pause = breathe();
    for (const e of events) {
      this.publish(e);
      const p = pause();
      if (p !== undefined) await p;
    }
  }
}
