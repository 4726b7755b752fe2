// The programs of a folder by name: `npm run interop -- light` runs the default export of ./light.ts with the arguments after the name.
// Without a name, or with a wrong one, the available names are printed.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PeerMissing } from '../testnet/peers/peers.ts';

/** The default export of a program file, awaited. A throw, `false` or counted failures mean failed. */
export type Program = (args: readonly string[]) => unknown;

/** Counted checks, where a program gives them (test/checks.ts). */
interface Counted {
  readonly passed: number;
  readonly failed: number;
}

/** Files with a default export are programs; the others are parts of them. */
export function programNames(folder: URL): string[] {
  return readdirSync(fileURLToPath(folder), { withFileTypes: true })
    .filter((e) => e.isFile() && e.name.endsWith('.ts') && e.name !== 'main.ts' && !e.name.endsWith('.test.ts'))
    .filter((e) => /^export default /m.test(readFileSync(new URL(e.name, folder), 'utf8')))
    .map((e) => e.name.slice(0, -3))
    .sort();
}

function isCounted(v: unknown): v is Counted {
  return typeof v === 'object' && v !== null && typeof (v as Counted).passed === 'number' && typeof (v as Counted).failed === 'number';
}

/** Sets the exit code: 0 done, 1 failed, 2 wrong usage. `all` runs every program in order. */
export async function dispatch(command: string, folder: URL, argv: readonly string[]): Promise<void> {
  const [name, ...args] = argv;
  const names = programNames(folder);
  const chosen = name === 'all' ? names : names.filter((n) => n === name);
  if (chosen.length === 0) {
    console.error(`${name === undefined ? 'which one?' : `no ${command} is named ${name}:`} npm run ${command} -- ${[...names, 'all'].join(' | ')}`);
    process.exitCode = 2;
    return;
  }
  for (const n of chosen) {
    try {
      const module = (await import(new URL(`${n}.ts`, folder).href)) as { default: Program };
      const result = await module.default(args);
      if (isCounted(result)) console.log(`${command} ${n}: ${result.passed} passed, ${result.failed} failed`);
      if (result === false || (isCounted(result) && result.failed > 0)) process.exitCode = 1;
    } catch (e) {
      const why = e instanceof PeerMissing ? e.message : e instanceof Error ? (e.stack ?? e.message) : String(e);
      console.error(`${command} ${n}: ${why}`);
      process.exitCode = 1;
    }
  }
}
