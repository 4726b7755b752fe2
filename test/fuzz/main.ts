// `npm run fuzz -- <target>|all [--seconds N] [--seed S] [--input FILE]`: mutated inputs into a target until the time is over. A defect prints
// its seed and keeps the input under .trellis/fuzz/; --input runs one kept file again. `--seconds` is per target.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutate, Random } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

const SECONDS_DEFAULT = 10;
const INPUT_BYTES_MAX = 4096;
/** A single input that takes longer is a defect: it stands for a hang. */
const INPUT_MS_MAX = 2000;

const here = new URL('.', import.meta.url);
const failures = fileURLToPath(new URL('../../.trellis/fuzz/', here));

function usage(why: string): never {
  console.error(`${why}\nnpm run fuzz -- ${[...targetNames(), 'all'].join(' | ')} [--seconds N] [--seed S] [--input FILE]`);
  process.exit(2);
}

function targetNames(): string[] {
  return readdirSync(here)
    .filter((n) => n.endsWith('.ts') && !n.endsWith('.test.ts') && /^export const target\b/m.test(readFileSync(new URL(n, here), 'utf8')))
    .map((n) => n.slice(0, -3))
    .sort();
}

function keep(name: string, input: Uint8Array): string {
  mkdirSync(failures, { recursive: true });
  const file = join(failures, `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`);
  writeFileSync(file, input);
  return file;
}

/** True if no defect was found. */
async function fuzz(target: FuzzTarget, seconds: number, seed: number): Promise<boolean> {
  const random = new Random(seed);
  const pool = await target.corpus();
  const bytesMax = target.inputBytesMax ?? INPUT_BYTES_MAX;
  const start = performance.now();
  let runs = 0;
  let slowestMs = 0;
  while (runs < pool.length || performance.now() - start < seconds * 1000) {
    const input = runs < pool.length ? (pool[runs] as Uint8Array) : mutate(random, pool, bytesMax);
    const before = performance.now();
    try {
      await target.run(input);
    } catch (e) {
      console.log(`FAIL fuzz ${target.name}: run ${runs}, seed ${seed}, input kept in ${keep(target.name, input)}`);
      console.log(`       ${(e instanceof Error ? (e.stack ?? e.message) : String(e)).split('\n').slice(0, 8).join('\n       ')}`);
      return false;
    }
    const ms = performance.now() - before;
    if (ms > slowestMs) slowestMs = ms;
    if (ms > INPUT_MS_MAX) {
      console.log(`FAIL fuzz ${target.name}: ${ms.toFixed(0)} ms for one input, kept in ${keep(target.name, input)}`);
      return false;
    }
    runs++;
  }
  console.log(`ok   fuzz ${target.name}: ${runs} inputs, seed ${seed}, slowest ${slowestMs.toFixed(1)} ms`);
  return true;
}

const args = process.argv.slice(2);
const option = (flag: string): string | undefined => {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const seconds = Number(option('--seconds') ?? SECONDS_DEFAULT);
const seed = Number(option('--seed') ?? 1);
const inputFile = option('--input');
const names = targetNames();
const name = args[0];
if (!Number.isFinite(seconds) || !Number.isInteger(seed)) usage('--seconds and --seed take numbers');
if (name === undefined || (name !== 'all' && !names.includes(name))) usage(name === undefined ? 'which target?' : `no target is named ${name}`);

let ok = true;
for (const n of name === 'all' ? names : [name]) {
  const { target } = (await import(new URL(`${n}.ts`, here).href)) as { target: FuzzTarget };
  if (inputFile !== undefined) await target.run(new Uint8Array(readFileSync(inputFile)));
  else if (!(await fuzz(target, seconds, seed))) ok = false;
}
process.exitCode = ok ? 0 : 1;
