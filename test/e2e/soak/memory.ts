// Resident memory of processes over time, from /proc. A process that was started again goes on under the same name.
import { readFileSync } from 'node:fs';

/** Megabytes (10^6) of resident memory; undefined where the process is gone. */
export function residentMb(pid: number): number | undefined {
  try {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : (Number(kb) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

interface Sample {
  /** Share of the run that is over, 0 to 1. */
  readonly at: number;
  readonly mb: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Medians of the first tenth, of the time about the first quarter and of the last tenth; the highest of all. Megabytes. */
export interface MemoryRow {
  readonly name: string;
  readonly start: number;
  readonly quarter: number;
  readonly end: number;
  readonly peak: number;
  readonly starts: number;
}

export class Memory {
  readonly #samples = new Map<string, Sample[]>();
  readonly #pids = new Map<string, Set<number>>();

  sample(name: string, pid: number | undefined, at: number): void {
    const mb = pid === undefined ? undefined : residentMb(pid);
    if (pid === undefined || mb === undefined || mb === 0) return;
    const samples = this.#samples.get(name) ?? [];
    samples.push({ at, mb });
    this.#samples.set(name, samples);
    this.#pids.set(name, (this.#pids.get(name) ?? new Set()).add(pid));
  }

  rows(): MemoryRow[] {
    return [...this.#samples].map(([name, samples]) => {
      const within = (from: number, to: number): number => median(samples.filter((s) => s.at >= from && s.at <= to).map((s) => s.mb));
      return {
        name,
        start: within(0, 0.1),
        quarter: within(0.2, 0.3),
        end: within(0.9, 1),
        peak: samples.reduce((max, s) => Math.max(max, s.mb), 0),
        starts: this.#pids.get(name)?.size ?? 0,
      };
    });
  }
}

/** Growth that is more than caches filling: what a leak that matters in a day exceeds within half an hour. */
export const GROWTH_MAX = 1.5;
export const GROWTH_MARGIN_MB = 60;

export const grewTooMuch = (r: MemoryRow): boolean => r.end > GROWTH_MAX * r.quarter + GROWTH_MARGIN_MB;
