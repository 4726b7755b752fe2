// Time for what waits: tests pass one that they advance themselves.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `then` once after so many milliseconds; the result takes that back. */
  after(ms: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
