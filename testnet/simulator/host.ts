// Puts a process's timers, clocks, chance and files under the simulator, so that engine, reactors, switch, log and signer run unchanged: for
// the time of a simulation setTimeout and its kin, Date.now, performance.now, Math.random and the node:fs calls on paths below /sim are
// answered by it; everything else goes where it always went.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Random } from './random.ts';
import { type FileTable, SIM_ROOT } from './sim-files.ts';
import type { SimEvent, VirtualTime } from './virtual-time.ts';

/** World time at the start of each simulation, milliseconds since 1970. */
export const EPOCH_MS = 1_700_000_000_000;

/** What setTimeout and setInterval give. */
class SimTimer {
  event: SimEvent | undefined;

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function clear(t: unknown): void {
  if (!(t instanceof SimTimer) || t.event === undefined) return;
  t.event.run = undefined;
  t.event = undefined;
}

function timers(time: VirtualTime): Record<string, unknown> {
  const micros = (ms: unknown): number => Math.max(1, Number(ms) || 0) * 1000;
  return {
    setTimeout: (f: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const t = new SimTimer();
      t.event = time.after(micros(ms), time.current, () => f(...args));
      return t;
    },
    setInterval: (f: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const t = new SimTimer();
      const process = time.current;
      const again = (): void => {
        t.event = time.after(micros(ms), process, () => {
          again();
          f(...args);
        });
      };
      again();
      return t;
    },
    setImmediate: (f: (...args: unknown[]) => void, ...args: unknown[]) => {
      const t = new SimTimer();
      t.event = time.after(0, time.current, () => f(...args));
      return t;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}

function replaceAll(target: object, values: Readonly<Record<string, unknown>>, undo: (() => void)[]): void {
  for (const [name, value] of Object.entries(values)) {
    const old = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: old?.enumerable ?? true });
    undo.push(() => (old === undefined ? Reflect.deleteProperty(target, name) : Object.defineProperty(target, name, old)));
  }
}

/** Returns what puts everything back. */
export function takeOver(time: VirtualTime, random: Random, files: FileTable): () => void {
  const undo: (() => void)[] = [];
  replaceAll(globalThis, timers(time), undo);
  replaceAll(Date, { now: () => EPOCH_MS + Math.floor(time.now / 1000) + time.current.skewMs }, undo);
  replaceAll(performance, { now: () => time.now / 1000 }, undo);
  replaceAll(Math, { random: random.float }, undo);
  const real = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const wrapped: Record<string, unknown> = {};
  for (const [name, own] of Object.entries(files.calls)) {
    const original = real[name] as (...args: unknown[]) => unknown;
    const call = own as (...args: unknown[]) => unknown;
    wrapped[name] = (...args: unknown[]): unknown => {
      const [first] = args;
      const ours = typeof first === 'number' ? files.owns(first) : typeof first === 'string' && first.startsWith(SIM_ROOT);
      return ours ? call(...args) : original(...args);
    };
  }
  replaceAll(fs, wrapped, undo);
  syncBuiltinESMExports();
  return () => {
    for (const u of undo.reverse()) u();
    syncBuiltinESMExports();
  };
}
