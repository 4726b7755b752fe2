// A transport within one process, for tests and the simulator: messages are carried by a hub in the order they were sent, each in a turn of
// its own. The hub can cut links, and hold messages back until they are released.
import type { DialTarget, Transport, TransportEvents } from './transport.ts';

export class MemoryHub {
  readonly #nodes = new Map<string, MemoryTransport>();
  readonly #links = new Set<string>();
  readonly #cut = new Set<string>();
  #held: (() => void)[] | undefined;

  create(id: string): Transport {
    return new MemoryTransport(this, id);
  }

  /** @internal */
  join(node: MemoryTransport): void {
    this.#nodes.set(node.id, node);
  }

  /** @internal */
  leave(node: MemoryTransport): void {
    for (const other of [...this.#nodes.keys()]) this.unlink(node.id, other);
    this.#nodes.delete(node.id);
  }

  #key(a: string, b: string): string {
    return a < b ? `${a} ${b}` : `${b} ${a}`;
  }

  linked(a: string, b: string): boolean {
    return this.#links.has(this.#key(a, b));
  }

  link(from: string, to: string): void {
    const a = this.#nodes.get(from)?.events;
    const b = this.#nodes.get(to)?.events;
    if (a === undefined || b === undefined || this.#cut.has(this.#key(from, to))) throw new Error(`p2p: ${to} cannot be reached`);
    if (this.linked(from, to)) return;
    this.#links.add(this.#key(from, to));
    a.connected(to, `memory/${to}`, true);
    b.connected(from, `memory/${from}`, false);
  }

  unlink(a: string, b: string): void {
    if (!this.#links.delete(this.#key(a, b))) return;
    this.#nodes.get(a)?.events?.disconnected(b);
    this.#nodes.get(b)?.events?.disconnected(a);
  }

  /** Ends the link and refuses new ones, until `mend`. */
  cut(a: string, b: string): void {
    this.#cut.add(this.#key(a, b));
    this.unlink(a, b);
  }

  mend(a: string, b: string): void {
    this.#cut.delete(this.#key(a, b));
  }

  /** Messages wait from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Messages go again, those held first, in the order that `order` gives them. */
  release(order: (messages: (() => void)[]) => readonly (() => void)[] = (m) => m): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of order(held)) go();
  }

  /** @internal */
  async carry(from: string, to: string, channel: number, bytes: Uint8Array): Promise<void> {
    if (!this.linked(from, to)) throw new Error(`p2p: no connection to ${to}`);
    const copy = bytes.slice();
    await new Promise<void>((resolve) => {
      const go = (): void => {
        if (this.linked(from, to)) this.#nodes.get(to)?.events?.message(from, channel, copy);
        resolve();
      };
      if (this.#held !== undefined) this.#held.push(go);
      else setImmediate(go);
    });
  }
}

class MemoryTransport implements Transport {
  readonly id: string;
  readonly address = { host: 'memory', port: 0 };
  readonly #hub: MemoryHub;
  events: TransportEvents | undefined;

  constructor(hub: MemoryHub, id: string) {
    this.#hub = hub;
    this.id = id;
  }

  async start(events: TransportEvents): Promise<void> {
    this.events = events;
    this.#hub.join(this);
  }

  async stop(): Promise<void> {
    this.#hub.leave(this);
    this.events = undefined;
  }

  async dial(target: DialTarget, _timeoutMs: number): Promise<void> {
    this.#hub.link(this.id, target.id);
  }

  send(peer: string, channel: number, bytes: Uint8Array): Promise<void> {
    return this.#hub.carry(this.id, peer, channel, bytes);
  }

  async disconnect(peer: string): Promise<void> {
    this.#hub.unlink(this.id, peer);
  }
}
