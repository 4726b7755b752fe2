// One timer for consensus (cmt:consensus/ticker.go): a new timeout replaces the running one, unless that is of a later height, round or step.
// Node's timers run on the monotonic clock: a jump of the wall clock changes nothing.
import type { Timeout } from '../consensus/effects.ts';

const NANOS_PER_MS = 1_000_000n;
/** setTimeout's limit. */
const DELAY_MS_MAX = 2_147_483_647;

function isOlder(a: Timeout, than: Timeout): boolean {
  if (a.height !== than.height) return a.height < than.height;
  if (a.round !== than.round) return a.round < than.round;
  return a.step <= than.step;
}

export class Ticker {
  readonly #onTimeout: (t: Timeout) => void;
  #last: Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(onTimeout: (t: Timeout) => void) {
    this.#onTimeout = onTimeout;
  }

  schedule(t: Timeout): void {
    if (this.#stopped || (this.#last !== undefined && isOlder(t, this.#last))) return;
    clearTimeout(this.#timer);
    this.#last = t;
    const ms = Number((t.duration + NANOS_PER_MS - 1n) / NANOS_PER_MS);
    this.#timer = setTimeout(() => this.#onTimeout(t), Math.min(Math.max(ms, 0), DELAY_MS_MAX));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
