// Whether blocks still come faster than the chain makes them: the way out of block sync where peers name heights that they never deliver
// (cmt:blocksync/sync_tracker.go, F-11).

/** Longest wait for a block, milliseconds. */
export const NO_BLOCK_MS = 30_000;
const INTERVALS = 10;
const INTERVALS_MIN = 3;
/** A block as old as so many intervals is of the past, not of the tip. */
const AGE_INTERVALS = 100;

export class Progress {
  readonly #intervals: number[] = [];
  #headerTime: number | undefined;
  #wallTime = 0;

  /** Both in milliseconds since 1970. */
  record(headerTime: number, wallTime: number): void {
    if (this.#headerTime !== undefined && headerTime > this.#headerTime) {
      this.#intervals.push(headerTime - this.#headerTime);
      if (this.#intervals.length > INTERVALS) this.#intervals.shift();
    }
    this.#headerTime = headerTime;
    this.#wallTime = wallTime;
  }

  /** The last block came so long ago that the tip must be near. Only after a `record`. */
  hasStalled(now: number): boolean {
    const waited = now - this.#wallTime;
    if (this.#intervals.length < INTERVALS_MIN || this.#headerTime === undefined) return waited >= NO_BLOCK_MS;
    const interval = this.#intervals.reduce((a, b) => a + b, 0) / this.#intervals.length;
    const age = now - this.#headerTime;
    if (age > interval * AGE_INTERVALS) return waited >= Math.max(age / 100, NO_BLOCK_MS);
    const near = Math.max(0, age / (interval * AGE_INTERVALS));
    return waited >= interval * 0.6 + near * (NO_BLOCK_MS - interval * 0.6);
  }
}
