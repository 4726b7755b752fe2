// One direction of a link: what is lost, and when the rest arrives. In order, as on a wire: a datagram never overtakes another. Chance and clock
// are given, so a line is the same for the same seed.
import type { Random } from '../simulator/random.ts';

export interface LinkCondition {
  /** Shortest way, milliseconds, one direction. */
  readonly delayMs: number;
  /** Largest random addition to it, milliseconds. */
  readonly jitterMs: number;
  /** Chance of a datagram to be lost, 0 to 1. */
  readonly loss: number;
  /** Nothing arrives. */
  readonly cut: boolean;
}

export const GOOD_LINK: LinkCondition = { delayMs: 0, jitterMs: 0, loss: 0, cut: false };

export interface LineCounts {
  /** Datagrams that came in, and their bytes. */
  datagrams: number;
  bytes: number;
  /** Of these, not passed on: cut, lost by chance, or too many under way. */
  dropped: number;
}

/** What may be under way at once; more is dropped, as by a full router. */
const UNDER_WAY_MAX = 8192;

interface Waiting<T> {
  readonly at: number;
  readonly datagram: T;
}

export class LinkLine<T> {
  readonly counts: LineCounts = { datagrams: 0, bytes: 0, dropped: 0 };
  readonly #random: Random;
  #waiting: Waiting<T>[] = [];
  #last = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Takes a datagram of `bytes` at time `now`, milliseconds. True: pass it on at once. Otherwise it is lost, or comes from `due`. */
  push(datagram: T, bytes: number, now: number, c: LinkCondition): boolean {
    this.counts.datagrams++;
    this.counts.bytes += bytes;
    if (c.cut || this.#random.chance(c.loss) || this.#waiting.length >= UNDER_WAY_MAX) {
      this.counts.dropped++;
      return false;
    }
    const delay = c.delayMs + (c.jitterMs > 0 ? c.jitterMs * this.#random.float() : 0);
    const at = Math.max(this.#last, now + delay);
    if (at <= now && this.#waiting.length === 0) return true;
    this.#last = at;
    this.#waiting.push({ at, datagram });
    return false;
  }

  /** When the next one arrives; undefined: nothing is under way. */
  get next(): number | undefined {
    return this.#waiting[0]?.at;
  }

  /** Takes what has arrived by `now`, in order. */
  due(now: number): T[] {
    const first = this.#waiting.findIndex((w) => w.at > now);
    const arrived = first < 0 ? this.#waiting : this.#waiting.slice(0, first);
    this.#waiting = first < 0 ? [] : this.#waiting.slice(first);
    return arrived.map((w) => w.datagram);
  }

  /** The line is cut: what is under way is lost with it. */
  clear(): void {
    this.counts.dropped += this.#waiting.length;
    this.#waiting = [];
  }
}
