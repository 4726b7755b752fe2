// Events: what happened, for indexes and subscribers. Their order is part of the reference's behaviour; their content is not hashed.
// Source: sdk:types/events.go.

/** Same shape as ABCI's event: what an event manager gathers goes out unchanged. */
export interface EventAttribute {
  readonly key: string;
  readonly value: string;
  readonly index: boolean;
}
export interface AbciEvent {
  readonly type: string;
  readonly attributes: readonly EventAttribute[];
}

/** An attribute that is indexed, as the SDK marks all where index-events is not configured. */
export function attribute(key: string, value: string): EventAttribute {
  return { key, value, index: true };
}

/** `event('transfer', 'recipient', a, 'sender', b)`: type, then keys and values in turn. */
export function event(type: string, ...keysAndValues: readonly string[]): AbciEvent {
  const attributes: EventAttribute[] = [];
  for (let i = 0; i + 1 < keysAndValues.length; i += 2) {
    attributes.push({ key: keysAndValues[i] as string, value: keysAndValues[i + 1] as string, index: true });
  }
  return { type, attributes };
}

export class EventManager {
  readonly #events: AbciEvent[] = [];

  emit(e: AbciEvent): void {
    this.#events.push(e);
  }

  emitAll(list: readonly AbciEvent[]): void {
    for (const e of list) this.#events.push(e);
  }

  get events(): readonly AbciEvent[] {
    return this.#events;
  }
}

/** Adds an attribute at the end of each event, in place: events belong to the manager they were emitted to, and nobody else holds them. */
export function appendAttribute(events: readonly AbciEvent[], extra: EventAttribute): readonly AbciEvent[] {
  for (const e of events) (e.attributes as EventAttribute[]).push(extra);
  return events;
}
