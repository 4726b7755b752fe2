// Runs of simulated networks, a few processes at a time: the longest first, results in the order of the runs.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunResult, RunSpec } from './run.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const PROCESSES = 2;

type Answer = { readonly result: RunResult } | { readonly error: string };

function ask(child: ChildProcess, spec: RunSpec): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a simulating process ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (m) => {
      child.off('exit', ended);
      const a = m as Answer;
      if ('error' in a) reject(new Error(a.error));
      else resolve(a.result);
    });
    child.send(spec);
  });
}

/** About as long as the run takes. */
const weight = (s: RunSpec): number => s.validators ** 2 * (s.peers ?? s.validators) * s.heights * (1 + (s.blockBytes ?? 0) / 1e6);

/** Throws where a network does not reach its heights. */
export async function measureAll(specs: readonly RunSpec[]): Promise<RunResult[]> {
  const waiting = specs.map((spec, index) => ({ spec, index })).sort((a, b) => weight(b.spec) - weight(a.spec));
  const results: RunResult[] = [];
  const work = async (): Promise<void> => {
    const child = fork(WORKER, { execArgv: ['--max-semi-space-size=64'] });
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next.index] = await ask(child, next.spec);
    } finally {
      child.kill();
    }
  };
  try {
    await Promise.all(Array.from({ length: PROCESSES }, work));
  } finally {
    waiting.length = 0;
  }
  return results;
}
