// A user-space relay of UDP datagrams between those who dial its port and one target: the wire of a link, with delay, jitter, loss and cuts that
// can change at any time. Each dialler has a socket of its own towards the target, so that answers find their way back. QUIC runs over it
// unchanged. Datagrams are counted in both directions.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Random } from '../simulator/random.ts';
import { GOOD_LINK, type LineCounts, type LinkCondition, LinkLine } from './link-line.ts';

const HOST = '127.0.0.1';
const BUFFER_BYTES = 4_194_304;
/** A dialler that was silent so long is forgotten; its next datagram makes it known again. */
const FORGET_MS = 120_000;

/** Sends what a line lets through, with one timer for what is under way. */
class Pipe {
  readonly line: LinkLine<() => void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(random: Random) {
    this.line = new LinkLine(random);
  }

  push(send: () => void, bytes: number, condition: LinkCondition): void {
    if (this.line.push(send, bytes, performance.now(), condition)) send();
    else this.#arm();
  }

  #arm(): void {
    const { next } = this.line;
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        for (const send of this.line.due(performance.now())) send();
        this.#arm();
      },
      Math.max(0, next - performance.now()),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.line.clear();
  }
}

interface Dialler {
  readonly socket: Socket;
  seen: number;
}

export interface RelayOptions {
  /** Where datagrams go. */
  readonly targetPort: number;
  readonly random: Random;
}

export class UdpRelay {
  readonly #options: RelayOptions;
  readonly #door: Socket;
  readonly #diallers = new Map<string, Dialler>();
  readonly #there: Pipe;
  readonly #back: Pipe;
  readonly #sweep: NodeJS.Timeout;
  #condition: LinkCondition = GOOD_LINK;
  #closed = false;

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.#there = new Pipe(options.random.fork('there'));
    this.#back = new Pipe(options.random.fork('back'));
    this.#door = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    this.#door.on('message', (bytes, from) => this.#fromDialler(bytes, from));
    this.#sweep = setInterval(() => this.#forget(), FORGET_MS);
    this.#sweep.unref();
  }

  /** Listens on a free port of loopback. */
  static async open(options: RelayOptions): Promise<UdpRelay> {
    const relay = new UdpRelay(options);
    await new Promise<void>((resolve, reject) => {
      relay.#door.once('error', reject);
      relay.#door.bind(0, HOST, () => {
        relay.#door.off('error', reject);
        // An answer of the system to a datagram nobody took.
        relay.#door.on('error', () => undefined);
        resolve();
      });
    });
    return relay;
  }

  get port(): number {
    return this.#door.address().port;
  }

  /** From the diallers to the target, and back. */
  get counts(): { readonly there: Readonly<LineCounts>; readonly back: Readonly<LineCounts> } {
    return { there: this.#there.line.counts, back: this.#back.line.counts };
  }

  get condition(): LinkCondition {
    return this.#condition;
  }

  set condition(c: LinkCondition) {
    this.#condition = c;
    if (!c.cut) return;
    this.#there.clear();
    this.#back.clear();
  }

  #fromDialler(bytes: Buffer, from: RemoteInfo): void {
    this.#there.push(
      () => {
        if (this.#closed) return;
        const dialler = this.#dialler(from);
        dialler.seen = performance.now();
        dialler.socket.send(bytes, this.#options.targetPort, HOST);
      },
      bytes.length,
      this.#condition,
    );
  }

  #dialler(from: RemoteInfo): Dialler {
    const key = `${from.address}:${from.port}`;
    const known = this.#diallers.get(key);
    if (known !== undefined) return known;
    const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    const dialler: Dialler = { socket, seen: performance.now() };
    socket.on('error', () => undefined);
    socket.on('message', (bytes) => {
      dialler.seen = performance.now();
      this.#back.push(
        () => {
          if (!this.#closed) this.#door.send(bytes, from.port, from.address);
        },
        bytes.length,
        this.#condition,
      );
    });
    this.#diallers.set(key, dialler);
    return dialler;
  }

  #forget(): void {
    const now = performance.now();
    for (const [key, { socket, seen }] of this.#diallers) {
      if (now - seen < FORGET_MS) continue;
      this.#diallers.delete(key);
      socket.close();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sweep);
    this.#there.clear();
    this.#back.clear();
    for (const { socket } of this.#diallers.values()) socket.close();
    this.#door.close();
  }
}
