// What must not be in a node's log. Stretches in which the fault itself explains it (a Go engine whose application was killed) are left out.
import { existsSync, readFileSync, statSync } from 'node:fs';

const BAD = /panic|consensus failure|CONSENSUS FAILURE|invalid app hash|AppHash.*(?:mismatch|does not match)|uncaught|unhandled|out of memory|fatal error/i;

export const logSize = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

export interface Stretch {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** Lines that must not be there, each with its file. */
export function badLines(files: readonly string[], without: readonly Stretch[]): string[] {
  const out: string[] = [];
  for (const file of files.filter((f) => existsSync(f))) {
    const bytes = readFileSync(file);
    for (const s of without) if (s.file === file) bytes.fill(10, s.from, s.to);
    for (const line of bytes.toString('utf8').split('\n')) if (BAD.test(line)) out.push(`${file}: ${line.slice(0, 300)}`);
  }
  return out;
}
