// Votes on their way to a peer. What it says of its votes is some time old when it comes, so that a vote may be missing in it that has been
// sent since, or that was passing it; sent again at once it would cross the links twice, and at 100 ms links most votes did. A vote that the
// peer does not mention counts as lost only when it was sent a while ago, and is then to be sent again.
import type { BitArray } from '../../types/bit-array.ts';

/** Longer than a way there, the peer's pause between two statements, and the way back. */
const ARRIVES_MS = 1000;

interface Sent {
  /** By index; when the vote was sent last. */
  readonly at: Float64Array;
  /** Sent lately, and not in what the peer said last. */
  readonly doubted: Set<number>;
}

export class SentVotes {
  /** Whoever makes new bits for a round forgets what was sent of them, too. */
  readonly #byBits = new WeakMap<BitArray, Sent>();
  #elapsedMs = 0;
  /** Nothing is doubted, mostly, and then nothing is looked up for each vote that comes. */
  #doubts = false;

  passed(ms: number): void {
    this.#elapsedMs += ms;
  }

  sent(bits: BitArray, index: number): void {
    let s = this.#byBits.get(bits);
    if (s === undefined) {
      s = { at: new Float64Array(bits.size).fill(Number.NEGATIVE_INFINITY), doubted: new Set() };
      this.#byBits.set(bits, s);
    }
    s.at[index] = this.#elapsedMs;
  }

  /** The peer has it. */
  confirmed(bits: BitArray, index: number): void {
    if (this.#doubts) this.#byBits.get(bits)?.doubted.delete(index);
  }

  /** The peer does not name it. True: it has it not; false: it may be on its way, `clearOverdue` tells. */
  isMissing(bits: BitArray, index: number): boolean {
    const s = this.#byBits.get(bits);
    if (s === undefined || this.#elapsedMs - (s.at[index] ?? Number.NEGATIVE_INFINITY) >= ARRIVES_MS) return true;
    s.doubted.add(index);
    this.#doubts = true;
    return false;
  }

  /** Clears those of which the peer has not spoken since, though they should have come. `all`: the bits in use. */
  clearOverdue(all: readonly (BitArray | undefined)[]): void {
    if (!this.#doubts) return;
    this.#doubts = false;
    for (const bits of all) {
      const s = bits === undefined ? undefined : this.#byBits.get(bits);
      if (bits === undefined || s === undefined) continue;
      for (const i of s.doubted) {
        if (this.#elapsedMs - (s.at[i] as number) < ARRIVES_MS) continue;
        bits.set(i, false);
        s.doubted.delete(i);
      }
      if (s.doubted.size > 0) this.#doubts = true;
    }
  }
}
