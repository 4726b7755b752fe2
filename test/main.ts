// `npm test`: type checks, lint, import arrows, unit and integration tests, a short fuzz run and every test vector. One line per step;
// exit code 1 if any failed. `npm run check` is the first three alone.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => `${root}node_modules/.bin/${name}`;
const folders = ['chain', 'modules', 'lightclient', 'proto', 'testnet', 'test'].filter((f) => existsSync(root + f));

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Shown also when it passes. */
  readonly show: boolean;
}

const CHECKS: readonly Step[] = [
  { name: 'types', command: [bin('tsc'), '-p', '.'], show: false },
  { name: 'types without a host', command: [bin('tsc'), '-p', 'tsconfig.hostfree.json'], show: false },
  { name: 'types of the page', command: [bin('tsc'), '-p', 'tsconfig.page.json'], show: false },
  { name: 'lint and format', command: [bin('biome'), 'check', '.'], show: false },
  { name: 'import arrows', command: [bin('depcruise'), '--config', '.dependency-cruiser.mjs', '--output-type', 'err', ...folders], show: false },
];
const TESTS: readonly Step[] = [
  { name: 'tests', command: [bin('vitest'), 'run'], show: true },
  { name: 'fuzz', command: [process.execPath, 'test/fuzz/main.ts', 'all', '--seconds', '0.3'], show: true },
  { name: 'vectors', command: [process.execPath, 'test/conformance/main.ts'], show: true },
];

function run(step: Step): Promise<boolean> {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(step.command[0] as string, step.command.slice(1), { cwd: root, stdio: step.show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (d) => {
      output += d;
    });
    child.stderr?.on('data', (d) => {
      output += d;
    });
    child.on('error', (e) => {
      output += e.message;
    });
    child.on('close', (code) => {
      if (code !== 0 && output !== '') console.log(output.trimEnd());
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
      resolve(code === 0);
    });
  });
}

const checksOnly = process.argv[2] === 'check';
const results = await Promise.all(CHECKS.map(run));
if (!checksOnly) for (const step of TESTS) results.push(await run(step));
const failed = results.filter((ok) => !ok).length;
console.log(failed === 0 ? 'all steps passed' : `${failed} of ${results.length} steps failed`);
process.exitCode = failed === 0 ? 0 : 1;
