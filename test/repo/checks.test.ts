// The checks of the repository can fail: each rule is shown a file that breaks it.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

function file(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-repo-'));
  for (const name of [
    '.dependency-cruiser.mjs',
    'biome.json',
    'tsconfig.json',
    'tsconfig.hostfree.json',
    'test/repo/deterministic.grit',
    'test/repo/synchronous.grit',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  file('package.json', '{ "type": "module", "dependencies": { "commander": "1" } }');
  file('chain/encoding/bytes.ts', 'export const x = 1;\n');
  file('chain/rpc/door.ts', "import type { X } from '../baseapp/app.ts';\nexport const d: X = 1;\n");
  file('chain/baseapp/app.ts', 'export type X = number;\n');
  file('chain/consensus/round.ts', "import { Command } from 'commander';\nimport { x } from '../encoding/bytes.ts';\nexport const c = [Command, x];\n");
  file('chain/consensus/round.test.ts', "import '../rpc/door.ts';\n");
  file('chain/types/vote.ts', "import fs from 'node:fs';\nexport const v = [fs, setTimeout];\n");
  file('chain/nowhere/lost.ts', "import '../encoding/bytes.ts';\n");
  file('chain/cmd/main.ts', "import { keeper } from '../../modules/bank/keeper.ts';\nimport './gone.ts';\nexport const m = keeper;\n");
  file('modules/bank/keeper.ts', "import { a } from '../auth/keeper.ts';\nexport const keeper = a;\n");
  file(
    'modules/auth/keeper.ts',
    'export const a = [Date.now(), 0.5, Math.sqrt(2), new Date(0)];\nexport async function w(): Promise<void> {\n  await w();\n}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): Promise<string> {
  const program = join(root, 'node_modules', '.bin', command);
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
  return new Promise((resolve) => execFile(program, args, { cwd: folder, env }, (_, stdout, stderr) => resolve(stdout + stderr)));
}

test('import arrows', async () => {
  const found = (await run('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'chain', 'modules'])).match(/ {2}error [^\n]*/g) ?? [];
  expect(found.map((l) => l.trim().replace(/ \S*node_modules\/commander\/.*/, ' commander')).sort()).toEqual([
    'error a folder without arrows: chain/nowhere/lost.ts → chain/encoding/bytes.ts',
    'error arrows of chain/cmd: chain/cmd/main.ts → modules/bank/keeper.ts',
    'error arrows of chain/rpc: chain/rpc/door.ts → chain/baseapp/app.ts',
    'error encodings and the pure core import no package and no host: chain/consensus/round.ts → commander',
    'error encodings and the pure core import no package and no host: chain/types/vote.ts → fs',
    'error imports resolve: chain/cmd/main.ts → ./gone.ts',
    'error no module imports another: modules/bank/keeper.ts → modules/auth/keeper.ts',
    'error only chain/app composes keepers: chain/cmd/main.ts → modules/bank/keeper.ts',
  ]);
});

test('consensus code without clock, floats and await', async () => {
  const found = (await run('biome', ['check', 'modules', '--colors=off', '--max-diagnostics=50'])).match(/modules\/auth\/keeper\.ts:\d+:\d+ plugin/g) ?? [];
  expect(found.sort()).toEqual(['1:19', '1:31', '1:36', '1:50', '3:3'].map((at) => `modules/auth/keeper.ts:${at} plugin`));
});

test('host-free folders know no host', async () => {
  const out = await run('tsc', ['-p', 'tsconfig.hostfree.json', '--incremental', 'false']);
  expect(out).toMatch(/chain\/types\/vote\.ts\(1,\d+\): error TS2\d+: Cannot find name 'node:fs'/);
  expect(out).toMatch(/chain\/types\/vote\.ts\(2,\d+\): error TS2\d+: Cannot find name 'setTimeout'/);
});
