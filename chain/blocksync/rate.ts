// How fast a peer delivers: an average over some 40 s that begins generously, so that a new peer is not judged by its first answer
// (cmt:blocksync/pool.go resetMonitor, libs/flowrate).

/** Bytes per second below which a peer is too slow. */
export const RATE_MIN = 131_072;
const SAMPLE_MS = 1000;
const WINDOW_MS = 40_000;

export class ReceiveRate {
  #average = RATE_MIN * Math.E;
  #since: number;
  #bytes = 0;

  constructor(nowMs: number) {
    this.#since = nowMs;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Bytes per second. */
  at(nowMs: number): number {
    const elapsed = nowMs - this.#since;
    if (elapsed >= SAMPLE_MS) {
      const weight = Math.exp(-elapsed / WINDOW_MS);
      this.#average = this.#average * weight + ((this.#bytes * 1000) / elapsed) * (1 - weight);
      this.#bytes = 0;
      this.#since = nowMs;
    }
    return this.#average;
  }
}
