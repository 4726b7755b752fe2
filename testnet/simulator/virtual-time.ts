// Virtual time: everything that happens is an event of a simulated process, run one after the other in the order of time; between two events
// all promises settle. Time is whole microseconds since the start of the simulation.
// Invariants: two runs with the same events run them in the same order; nothing runs for a process that was killed.

/** A process of the simulated network: one run of a node from its start to its death. */
export class SimProcess {
  readonly name: string;
  alive = true;
  paused = false;
  /** Events that fell due while it was paused. */
  readonly backlog: (() => void)[] = [];
  /** How far its wall clock is ahead of the world's, milliseconds. */
  skewMs = 0;

  constructor(name: string) {
    this.name = name;
  }
}

export interface SimEvent {
  readonly at: number;
  readonly sequence: number;
  readonly process: SimProcess;
  run: (() => void) | undefined;
}

const before = (a: SimEvent, b: SimEvent): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
/** Taken before anything replaces it. */
const realImmediate = globalThis.setImmediate;
const settle = (): Promise<void> => new Promise((resolve) => void realImmediate(resolve));

export class VirtualTime {
  readonly #heap: SimEvent[] = [];
  readonly world = new SimProcess('world');
  /** Whose event runs; what it starts belongs to it. */
  current: SimProcess = this.world;
  now = 0;
  /** Events run so far. */
  count = 0;
  #sequence = 0;

  /** `run` in `delay` microseconds, for `process`. */
  after(delay: number, process: SimProcess, run: () => void): SimEvent {
    const event: SimEvent = { at: this.now + (delay > 0 ? Math.ceil(delay) : 0), sequence: this.#sequence++, process, run };
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent] as SimEvent)) break;
      heap[i] = heap[parent] as SimEvent;
      i = parent;
    }
    heap[i] = event;
    return event;
  }

  #pop(): SimEvent | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as SimEvent, heap[child] as SimEvent)) child++;
      if (!before(heap[child] as SimEvent, last)) break;
      heap[i] = heap[child] as SimEvent;
      i = child;
    }
    heap[i] = last;
    return top;
  }

  /** Runs `f` as an event of `process`, and lets its promises settle. */
  async as(process: SimProcess, f: () => void): Promise<void> {
    const outer = this.current;
    this.current = process;
    try {
      f();
      await settle();
    } finally {
      this.current = outer;
    }
  }

  /** Runs events until `done` says so or the time is reached. False where it was not done by then. */
  async run(done: () => boolean, until: number): Promise<boolean> {
    while (!done()) {
      const event = this.#heap[0];
      if (event === undefined || event.at > until) {
        this.now = Math.max(this.now, until);
        return false;
      }
      this.#pop();
      this.now = event.at;
      const { process, run } = event;
      if (run === undefined || !process.alive) continue;
      event.run = undefined;
      if (process.paused) {
        process.backlog.push(run);
        continue;
      }
      this.count++;
      this.current = process;
      run();
      await settle();
      this.current = this.world;
    }
    return true;
  }

  pause(process: SimProcess): void {
    process.paused = true;
  }

  resume(process: SimProcess): void {
    process.paused = false;
    for (const run of process.backlog.splice(0)) this.after(0, process, run);
  }
}
