// Peers and reactors over a transport (network.md §4, cmt:lp2p/switch.go). A peer exists when its first message has come, or when it is one
// that we were told to dial and is connected; a mere connection is nothing. A new peer is greeted first, because a Go node loses what comes
// before it has set up its side; the reactors begin with its first message, or a moment later.
// Invariants: each channel has one reactor; a reactor sees initPeer, addPeer, removePeer of a peer in this order, and receive only between
// the first and the last.
import type { ChannelDescriptor } from './channel.ts';
import { type Peer, PeerFault, type Reactor } from './reactor.ts';
import { Reconnector } from './reconnect.ts';
import { SendQueue } from './send-queue.ts';
import type { DialTarget, Transport } from './transport.ts';

export interface KnownPeer extends DialTarget {
  /** Dialled again whenever it is lost. */
  readonly persistent: boolean;
  /** No limit keeps it out. */
  readonly unconditional: boolean;
}

export interface SwitchLogger {
  debug(message: string, fields?: Readonly<Record<string, string | number>>): void;
  info(message: string, fields?: Readonly<Record<string, string | number>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
  error(message: string, fields?: Readonly<Record<string, string | number>>): void;
}

/** Told of every message, for statistics. */
export interface SwitchObserver {
  /** After its reactor has processed it, in so many seconds. */
  received(peer: string, channel: number, bytes: Uint8Array, reactor: string, seconds: number): void;
  sent(peer: string, channel: number, bytes: Uint8Array): void;
}

export interface SwitchOptions {
  readonly transport: Transport;
  readonly channels: readonly ChannelDescriptor[];
  /** In the order in which they are told of a new peer. */
  readonly reactors: readonly Reactor[];
  readonly bootstrapPeers: readonly KnownPeer[];
  /** Peers at one time, unconditional ones not counted. */
  readonly maxPeers: number;
  /** The first message to each peer. */
  readonly greeting: { readonly channel: number; readonly bytes: Uint8Array };
  readonly logger: SwitchLogger;
  readonly observer?: SwitchObserver | undefined;
}

const BOOTSTRAP_DIAL_MS = 10_000;
const RECONNECT_DIAL_MS = 3000;
/** A peer that does not answer the greeting is ready after this. */
const GREETING_MS = 200;

class SwitchPeer implements Peer {
  readonly id: string;
  readonly outbound: boolean;
  readonly unconditional: boolean;
  readonly address: string;
  readonly since: number = Date.now();
  readonly queue: SendQueue;
  readonly drop: (reason: string) => void;
  added = false;
  timer: NodeJS.Timeout | undefined;

  constructor(id: string, address: string, outbound: boolean, unconditional: boolean, queue: SendQueue, drop: (reason: string) => void) {
    this.id = id;
    this.drop = drop;
    this.address = address;
    this.outbound = outbound;
    this.unconditional = unconditional;
    this.queue = queue;
  }

  send(channel: number, bytes: Uint8Array, replaces?: string): boolean {
    return this.queue.push(channel, bytes, replaces);
  }

  deliver(channel: number, bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.queue.push(channel, bytes, undefined, resolve);
    });
  }

  waiting(channel: number): number {
    return this.queue.waiting(channel);
  }
}

export interface PeerView {
  readonly id: string;
  readonly outbound: boolean;
  /** Of the remote side, in the transport's form. */
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Messages to it that wait or are on their way. */
  readonly waiting: number;
}

export class Switch {
  readonly #o: SwitchOptions;
  readonly #reactorOf = new Map<number, Reactor>();
  readonly #known = new Map<string, KnownPeer>();
  readonly #peers = new Map<string, SwitchPeer>();
  readonly #connections = new Map<string, { readonly address: string; readonly outbound: boolean }>();
  readonly #reconnector: Reconnector;
  #running = false;

  constructor(o: SwitchOptions) {
    this.#o = o;
    for (const r of o.reactors) {
      for (const c of r.channels) {
        if (this.#reactorOf.has(c)) throw new Error(`p2p: two reactors for channel 0x${c.toString(16)}`);
        this.#reactorOf.set(c, r);
      }
    }
    for (const p of o.bootstrapPeers) if (p.id !== o.transport.id) this.#known.set(p.id, p);
    this.#reconnector = new Reconnector((id) => this.#dialKnown(id, RECONNECT_DIAL_MS));
  }

  get id(): string {
    return this.#o.transport.id;
  }

  peers(): readonly PeerView[] {
    return [...this.#peers.values()].map(({ id, outbound, address, since, queue }) => ({ id, outbound, address, since, waiting: queue.size }));
  }

  /** Listens, then dials the bootstrap peers without waiting for them. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#o.transport.start({
      message: (peer, channel, bytes) => this.#onMessage(peer, channel, bytes),
      connected: (peer, address, outbound) => this.#onConnected(peer, address, outbound),
      disconnected: (peer) => this.#onDisconnected(peer),
    });
    for (const id of this.#known.keys()) {
      this.#dialKnown(id, BOOTSTRAP_DIAL_MS).catch((e: unknown) => {
        this.#o.logger.debug('a bootstrap peer does not answer, trying on', { peer: id, error: (e as Error).message });
        this.#reconnector.add(id);
      });
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#reconnector.stop();
    for (const peer of [...this.#peers.values()]) this.#remove(peer, 'this node stops');
    await this.#o.transport.stop();
  }

  /** Dials a further peer and keeps it like a bootstrap peer. Rejects where it does not answer; a persistent one is then tried on. */
  async dial(peer: KnownPeer): Promise<void> {
    if (peer.id === this.id) throw new Error('p2p: that is this node itself');
    this.#known.set(peer.id, peer);
    try {
      await this.#dialKnown(peer.id, BOOTSTRAP_DIAL_MS);
    } catch (e) {
      if (peer.persistent && this.#running) this.#reconnector.add(peer.id);
      throw e;
    }
  }

  /** A peer that is expected to dial us: treated like a bootstrap peer from now on, and dialled where it is lost. */
  know(peer: KnownPeer): void {
    if (peer.id === this.id) return;
    this.#known.set(peer.id, peer);
    if (this.#connections.has(peer.id)) this.#provision(peer.id);
  }

  /** Peers that are kept by name, whether they are there or not. */
  get knownPeers(): number {
    return this.#known.size;
  }

  async #dialKnown(id: string, timeoutMs: number): Promise<void> {
    const target = this.#known.get(id);
    if (target === undefined || this.#peers.has(id)) return;
    await this.#o.transport.dial(target, timeoutMs);
  }

  #onConnected(id: string, address: string, outbound: boolean): void {
    if (!this.#running) return;
    this.#connections.set(id, { address, outbound });
    this.#reconnector.remove(id);
    const old = this.#peers.get(id);
    // A peer that dials while we hold a connection has lost its side of it, most likely because it was restarted: what it had is unknown.
    if (old !== undefined && !outbound) this.#remove(old, 'connected anew');
    if (this.#known.has(id)) this.#provision(id);
  }

  #onDisconnected(id: string): void {
    this.#connections.delete(id);
    const peer = this.#peers.get(id);
    if (peer !== undefined) this.#remove(peer, 'disconnected');
    if (this.#running && this.#known.get(id)?.persistent === true) this.#reconnector.add(id);
  }

  #provision(id: string): SwitchPeer | undefined {
    const known = this.#peers.get(id);
    if (known !== undefined) return known;
    const { transport, channels, reactors, greeting, maxPeers, logger } = this.#o;
    const unconditional = this.#known.get(id)?.unconditional === true;
    const counted = [...this.#peers.values()].filter((p) => !p.unconditional).length;
    if (!unconditional && counted >= maxPeers) {
      logger.info('refused a peer: there are enough', { peer: id, max: maxPeers });
      void transport.disconnect(id);
      return undefined;
    }
    const connection = this.#connections.get(id);
    const { observer } = this.#o;
    const send = (channel: number, bytes: Uint8Array): Promise<void> => transport.send(id, channel, bytes);
    const observed = (o: SwitchObserver) => (channel: number, bytes: Uint8Array) => send(channel, bytes).then(() => o.sent(id, channel, bytes));
    const queue = new SendQueue(channels, observer === undefined ? send : observed(observer));
    const peer: SwitchPeer = new SwitchPeer(id, connection?.address ?? '', connection?.outbound ?? false, unconditional, queue, (reason) => {
      if (this.#peers.get(id) === peer) this.dropPeer(id, reason);
    });
    this.#peers.set(id, peer);
    for (const r of reactors) r.initPeer?.(peer);
    peer.timer = setTimeout(() => this.#add(peer), GREETING_MS);
    peer.timer.unref();
    peer.send(greeting.channel, greeting.bytes);
    return peer;
  }

  #add(peer: SwitchPeer): void {
    if (peer.added || this.#peers.get(peer.id) !== peer) return;
    clearTimeout(peer.timer);
    peer.added = true;
    this.#o.logger.info('added a peer', { peer: peer.id, address: peer.address, peers: this.#peers.size });
    for (const r of this.#o.reactors) r.addPeer(peer);
  }

  #remove(peer: SwitchPeer, reason: string): void {
    if (!this.#peers.delete(peer.id)) return;
    clearTimeout(peer.timer);
    peer.queue.close();
    this.#o.logger.info('removed a peer', { peer: peer.id, reason, peers: this.#peers.size });
    for (const r of [...this.#o.reactors].reverse()) r.removePeer(peer, reason);
  }

  #onMessage(id: string, channel: number, bytes: Uint8Array): void {
    if (!this.#running) return;
    const reactor = this.#reactorOf.get(channel);
    const peer = this.#provision(id);
    if (peer === undefined || reactor === undefined) return;
    this.#add(peer);
    const { observer } = this.#o;
    const begun = observer === undefined ? 0 : performance.now();
    try {
      reactor.receive(channel, peer, bytes);
      observer?.received(id, channel, bytes, reactor.name, (performance.now() - begun) / 1000);
    } catch (e) {
      if (!(e instanceof PeerFault))
        this.#o.logger.error('a reactor failed on a message', { reactor: reactor.name, peer: id, error: String((e as Error).stack) });
      this.dropPeer(id, (e as Error).message);
    }
  }

  /** Disconnects a peer that broke the protocol. */
  dropPeer(id: string, reason: string): void {
    this.#o.logger.warn('dropped a peer', { peer: id, reason });
    const peer = this.#peers.get(id);
    if (peer !== undefined) this.#remove(peer, reason);
    this.#connections.delete(id);
    void this.#o.transport.disconnect(id);
    if (this.#running && this.#known.get(id)?.persistent === true) this.#reconnector.add(id);
  }
}
