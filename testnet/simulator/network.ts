// The simulated network: connections between nodes, and messages that take time, are lost, doubled, late, cut off. No order among messages,
// as in the real transport (chain/p2p/transport.ts).
// Invariant: a message arrives only on the connection on which it was sent, between two processes that both still live.
import type { DialTarget, Transport, TransportEvents } from '../../chain/p2p/transport.ts';
import type { Random } from './random.ts';
import type { SimProcess, VirtualTime } from './virtual-time.ts';

export interface NetworkConditions {
  /** Shortest way of a message, microseconds. */
  latency: number;
  /** Mean of what comes on top, exponentially distributed. */
  jitter: number;
  /** Links differ: each takes between 1 - spread and 1 + spread times the latency. */
  spread: number;
  /** Bytes per microsecond that a node can send to all its peers together. */
  uplink: number;
  /** What a message takes of the one processor of its sender, and of its receiver, microseconds. */
  processing: number;
  /** Chance that a message is lost, and that it comes twice. */
  loss: number;
  duplicates: number;
}

/** Nothing but the way of the messages. */
export const IDEAL_CONDITIONS: NetworkConditions = {
  latency: 0,
  jitter: 0,
  spread: 0.5,
  uplink: Number.POSITIVE_INFINITY,
  processing: 0,
  loss: 0,
  duplicates: 0,
};

interface Connection {
  readonly ends: readonly [SimTransport, SimTransport];
}

/** A connection on which nothing came for so long is given up (QUIC's idle timeout). */
const IDLE_MICROS = 10_000_000;
/** First pause of a dial that is not answered; then the double (QUIC's probe timeout). */
const DIAL_AGAIN_MICROS = 300_000;

export interface NetworkCounts {
  messages: number;
  bytes: number;
  lost: number;
}

export class SimNetwork {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly conditions: NetworkConditions;
  readonly counts: NetworkCounts = { messages: 0, bytes: 0, lost: 0 };
  /** Told of each message that leaves a node. */
  onSent: ((from: string, channel: number, bytes: Uint8Array) => void) | undefined;
  readonly #nodes = new Map<string, SimTransport>();
  readonly #connections = new Map<string, Connection>();
  readonly #distance = new Map<string, number>();
  readonly #blocks = new Set<(from: string, to: string) => boolean>();

  constructor(time: VirtualTime, random: Random, conditions: NetworkConditions) {
    this.time = time;
    this.random = random;
    this.conditions = conditions;
  }

  create(id: string, process: SimProcess): SimTransport {
    return new SimTransport(this, id, process);
  }

  /** Messages for which `rule` is true do not arrive, until the returned function is called. */
  block(rule: (from: string, to: string) => boolean): () => void {
    this.#blocks.add(rule);
    for (const c of this.#connections.values()) this.#watch(c);
    return () => void this.#blocks.delete(rule);
  }

  isBlocked(from: string, to: string): boolean {
    for (const rule of this.#blocks) if (rule(from, to)) return true;
    return false;
  }

  #key(a: string, b: string): string {
    return a < b ? `${a} ${b}` : `${b} ${a}`;
  }

  /** Microseconds that a message from `from` to `to` takes. */
  #delay(from: string, to: string): number {
    const { latency, jitter, spread } = this.conditions;
    const key = `${from} ${to}`;
    let distance = this.#distance.get(key);
    if (distance === undefined) {
      distance = 1 - spread + 2 * spread * this.random.float();
      this.#distance.set(key, distance);
    }
    return latency * distance - jitter * Math.log(1 - this.random.float());
  }

  /** @internal */
  join(t: SimTransport): void {
    this.#nodes.set(t.id, t);
  }

  /** @internal A clean stop: peers are told at once. */
  leave(t: SimTransport): void {
    for (const c of [...this.#connections.values()]) if (c.ends.includes(t)) this.disconnect(...this.#ids(c));
    if (this.#nodes.get(t.id) === t) this.#nodes.delete(t.id);
  }

  #ids(c: Connection): [string, string] {
    return [c.ends[0].id, c.ends[1].id];
  }

  /** A process is gone without a word; its peers find out when nothing comes any more. */
  lost(id: string): void {
    const t = this.#nodes.get(id);
    if (t === undefined) return;
    this.#nodes.delete(id);
    for (const c of this.#connections.values()) if (c.ends.includes(t)) this.#watch(c);
  }

  /** Gives a connection up if it is still of no use after the idle time. */
  #watch(c: Connection): void {
    const [a, b] = c.ends;
    const useless = (): boolean => !a.process.alive || !b.process.alive || this.isBlocked(a.id, b.id) || this.isBlocked(b.id, a.id);
    if (!useless()) return;
    this.time.after(IDLE_MICROS, this.time.world, () => {
      if (useless() && this.#connections.get(this.#key(a.id, b.id)) === c) this.disconnect(a.id, b.id);
    });
  }

  /** Ends the connection, if there is one; both sides learn of it. */
  disconnect(a: string, b: string): void {
    const c = this.#connections.get(this.#key(a, b));
    if (c === undefined) return;
    this.#connections.delete(this.#key(a, b));
    for (const end of c.ends) this.#tell(end, (e) => e.disconnected(end.id === a ? b : a));
  }

  #tell(t: SimTransport, what: (e: TransportEvents) => void): void {
    this.time.after(0, t.process, () => {
      if (t.events !== undefined) what(t.events);
    });
  }

  /** @internal Who does not answer is asked again, as QUIC does, until the time is over. */
  dial(from: SimTransport, to: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`p2p: ${to} cannot be reached`));
      const end = this.time.now + timeoutMs * 1000;
      const ask = (pause: number): void => {
        const other = this.#nodes.get(to);
        if (other !== undefined && !this.isBlocked(from.id, to) && !this.isBlocked(to, from.id)) this.#answer(from, other, resolve, fail);
        else if (this.time.now + pause < end) this.time.after(pause, from.process, () => ask(2 * pause));
        else this.time.after(end - this.time.now, from.process, fail);
      };
      ask(DIAL_AGAIN_MICROS);
    });
  }

  #answer(from: SimTransport, other: SimTransport, resolve: () => void, fail: () => void): void {
    const to = other.id;
    const way = this.#delay(from.id, to) + this.#delay(to, from.id);
    this.time.after(way, from.process, () => {
      if (this.#nodes.get(to) !== other || from.events === undefined) {
        fail();
        return;
      }
      const old = this.#connections.get(this.#key(from.id, to));
      if (old === undefined || !old.ends.includes(from) || !old.ends.includes(other)) {
        this.#connections.set(this.#key(from.id, to), { ends: [from, other] });
        this.#tell(other, (e) => e.connected(from.id, `sim/${from.id}`, false));
        from.events.connected(to, `sim/${to}`, true);
      }
      resolve();
    });
  }

  /** @internal */
  async send(from: SimTransport, to: string, channel: number, bytes: Uint8Array): Promise<void> {
    if (!from.process.alive) return;
    const c = this.#connections.get(this.#key(from.id, to));
    if (c === undefined || !c.ends.includes(from)) throw new Error(`p2p: no connection to ${to}`);
    const { loss, duplicates } = this.conditions;
    this.counts.messages++;
    this.counts.bytes += bytes.length;
    this.onSent?.(from.id, channel, bytes);
    await this.#leave(from, bytes.length);
    if (this.isBlocked(from.id, to) || this.random.chance(loss)) {
      this.counts.lost++;
      return;
    }
    this.#carry(c, from, to, channel, bytes);
    if (this.random.chance(duplicates)) this.#carry(c, from, to, channel, bytes);
  }

  /** Resolves when the sender's processor and line are done with the message. */
  async #leave(from: SimTransport, bytes: number): Promise<void> {
    const { processing, uplink } = this.conditions;
    if (processing === 0 && uplink === Number.POSITIVE_INFINITY) return;
    const left = from.lineFreeAt(from.processed(this.time.now, processing), bytes / uplink);
    await new Promise<void>((resolve) => void this.time.after(left - this.time.now, from.process, resolve));
  }

  #carry(c: Connection, from: SimTransport, to: string, channel: number, bytes: Uint8Array): void {
    const receiver = c.ends[0] === from ? c.ends[1] : c.ends[0];
    const { processing } = this.conditions;
    const deliver = (): void => {
      if (this.#connections.get(this.#key(from.id, to)) === c) receiver.events?.message(from.id, channel, bytes);
    };
    this.time.after(this.#delay(from.id, to), receiver.process, () => {
      if (processing === 0) deliver();
      else this.time.after(receiver.processed(this.time.now, processing) - this.time.now, receiver.process, deliver);
    });
  }
}

export class SimTransport implements Transport {
  readonly id: string;
  readonly process: SimProcess;
  readonly address = { host: 'sim', port: 0 };
  readonly #network: SimNetwork;
  events: TransportEvents | undefined;
  #processorFree = 0;
  #lineFree = 0;

  constructor(network: SimNetwork, id: string, process: SimProcess) {
    this.#network = network;
    this.id = id;
    this.process = process;
  }

  /** @internal When the processor is done with `micros` more of work that came at `now`. */
  processed(now: number, micros: number): number {
    this.#processorFree = Math.max(now, this.#processorFree) + micros;
    return this.#processorFree;
  }

  /** @internal The same of the line to the network. */
  lineFreeAt(now: number, micros: number): number {
    this.#lineFree = Math.max(now, this.#lineFree) + micros;
    return this.#lineFree;
  }

  async start(events: TransportEvents): Promise<void> {
    this.events = events;
    this.#network.join(this);
  }

  async stop(): Promise<void> {
    if (this.process.alive) this.#network.leave(this);
    this.events = undefined;
  }

  dial(target: DialTarget, timeoutMs: number): Promise<void> {
    return this.#network.dial(this, target.id, timeoutMs);
  }

  send(peer: string, channel: number, bytes: Uint8Array): Promise<void> {
    return this.#network.send(this, peer, channel, bytes);
  }

  async disconnect(peer: string): Promise<void> {
    if (this.process.alive) this.#network.disconnect(this.id, peer);
  }
}
