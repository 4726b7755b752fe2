// Dials peers until they answer (network.md §4): pauses of 1 s doubling to 5 minutes, with some milliseconds of chance so that the nodes of a
// restarted network do not dial in step. No limit of attempts.

const PAUSE_MS = 1000;
const PAUSE_MS_MAX = 300_000;
const JITTER_MS = 100;

export class Reconnector {
  readonly #dial: (id: string) => Promise<void>;
  readonly #waiting = new Map<string, NodeJS.Timeout | undefined>();
  #stopped = false;

  /** `dial` rejects where the peer was not reached. */
  constructor(dial: (id: string) => Promise<void>) {
    this.#dial = dial;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Begins with a pause; nothing where it is trying already. */
  add(id: string): void {
    if (!this.#stopped && !this.#waiting.has(id)) this.#wait(id, PAUSE_MS);
  }

  #wait(id: string, pauseMs: number): void {
    const timer = setTimeout(() => void this.#try(id, pauseMs), pauseMs + Math.floor(Math.random() * JITTER_MS));
    timer.unref();
    this.#waiting.set(id, timer);
  }

  async #try(id: string, pauseMs: number): Promise<void> {
    try {
      await this.#dial(id);
      this.#waiting.delete(id);
    } catch {
      // Connected by the other side in the meantime, or stopped.
      if (this.#waiting.has(id)) this.#wait(id, Math.min(2 * pauseMs, PAUSE_MS_MAX));
    }
  }

  /** The peer is there. */
  remove(id: string): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
  }

  stop(): void {
    this.#stopped = true;
    for (const id of [...this.#waiting.keys()]) this.remove(id);
  }
}
