// A clock of tests: time passes when it is told to.
import type { Clock } from './clock.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class TestClock implements Clock {
  #now = 1_800_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly then: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.#now + ms, then };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets what runs come to rest, then jumps to the next timer. */
  async next(): Promise<void> {
    for (let i = 0; i < 5; i++) await turn();
    const [first] = [...this.#timers].sort((a, b) => a.at - b.at);
    if (first === undefined) return;
    this.#timers.delete(first);
    this.#now = Math.max(this.#now, first.at);
    first.then();
  }

  /** Time passes until `result` settles. */
  async until<T>(result: Promise<T>, steps = 1000): Promise<T> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    result.then(mark, mark);
    for (let i = 0; i < steps && !settled; i++) await this.next();
    if (!settled) throw new Error('nothing happens any more');
    return result;
  }
}
