// `npm run vectors`: every handler file of this folder over the vectors in TRELLIS_VECTORS (default ../shared/vectors). One line per set;
// ends with `N passed, N failed`, exit code 1 on a failure.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pendingSets } from './pending.ts';
import { type Handlers, runVectors } from './runner.ts';

const FAILURES_SHOWN_MAX = 20;
const here = fileURLToPath(new URL('.', import.meta.url));
const root = process.env.TRELLIS_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

const handlers: Record<string, Handlers[string]> = {};
for (const name of readdirSync(here).sort()) {
  if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
  if (name === 'main.ts' || name === 'runner.ts' || name === 'pending.ts') continue;
  const module = (await import(new URL(name, import.meta.url).href)) as { handlers?: Handlers };
  for (const [pattern, handler] of Object.entries(module.handlers ?? {})) {
    if (handlers[pattern] !== undefined) throw new Error(`vectors: ${pattern} is handled by two files, one is ${name}`);
    handlers[pattern] = handler;
  }
}

const results = await runVectors(root, handlers, pendingSets);
let passed = 0;
let failed = 0;
for (const [set, r] of [...results].sort(([a], [b]) => (a < b ? -1 : 1))) {
  passed += r.passed;
  failed += r.failed;
  if (r.passed + r.failed + r.leftOut > 0) {
    const left = r.leftOut > 0 ? `, ${r.leftOut} left out` : '';
    console.log(`${r.failed === 0 ? 'ok  ' : 'FAIL'} ${set}: ${r.passed} passed${r.failed > 0 ? `, ${r.failed} failed` : ''}${left}`);
    for (const [reason, n] of r.reasons) console.log(`       ${n} left out: ${reason}`);
    for (const f of r.failures.slice(0, FAILURES_SHOWN_MAX)) console.log(`       ${f}`);
    if (r.failures.length > FAILURES_SHOWN_MAX) console.log(`       and ${r.failures.length - FAILURES_SHOWN_MAX} more failures`);
  }
  if (r.pending > 0) console.log(`pending ${set}: ${r.pending} cases`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
