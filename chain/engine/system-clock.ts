// The wall clock of the machine in microseconds: Date.now() alone has milliseconds, and would give many votes the same time.
import type { Time } from '../encoding/time.ts';

/** Milliseconds: a wall clock that was set is followed; less is the rounding of Date.now(). */
const APART_MAX_MS = 5;

export interface ClockSources {
  /** Whole milliseconds since 1970. */
  readonly wall: () => number;
  /** Milliseconds with fractions, since any time; never set. */
  readonly monotonic: () => number;
}

/** Goes on by the monotonic source, and follows the wall clock when that is set, so that a node need not be started again after it. */
export function wallClock({ wall, monotonic }: ClockSources): () => Time {
  let offset = wall() - monotonic();
  return () => {
    const ms = wall();
    const now = monotonic();
    if (Math.abs(offset + now - ms) > APART_MAX_MS) offset = ms - now;
    return BigInt(Math.floor((offset + now) * 1000)) * 1000n;
  };
}

export const systemClock: () => Time = wallClock({ wall: () => Date.now(), monotonic: () => performance.now() });
