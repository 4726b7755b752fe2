// What must not be in a node's log. Stretches in which the fault itself explains it (a Go engine whose application was killed) are left out.
import { existsSync, readFileSync } from 'node:fs';
import type { TestNode } from '../../../testnet/launcher/network.ts';
import type { Explained } from '../../../testnet/launcher/run-fault.ts';
import type { Checks } from '../../checks.ts';

const BAD = /panic|consensus failure|invalid app hash|AppHash.*(?:mismatch|does not match)|uncaught|unhandled|out of memory|fatal error/i;

function badLines(files: readonly string[], without: readonly Explained[]): string[] {
  const out: string[] = [];
  for (const file of files.filter((f) => existsSync(f))) {
    const bytes = readFileSync(file);
    for (const s of without) if (s.file === file) bytes.fill(10, s.from, s.to);
    for (const line of bytes.toString('utf8').split('\n')) if (BAD.test(line)) out.push(`${file}: ${line.slice(0, 300)}`);
  }
  return out;
}

export async function checkLogs(checks: Checks, nodes: readonly TestNode[], without: readonly Explained[]): Promise<void> {
  await checks.run('no log tells of a panic or of a failure of consensus', () => {
    const bad = badLines(
      nodes.flatMap((n) => [n.logFile, n.applicationLogFile]),
      without,
    );
    checks.equal(bad.slice(0, 3), [], `${bad.length} lines`);
    const errors = nodes.filter((n) => n.spec.kind === 'ts').map((n) => `${n.name} ${(readFileSync(n.logFile, 'utf8').match(/ ERROR /g) ?? []).length}`);
    checks.note(`lines at level error: ${errors.join(', ')}`);
  });
}
