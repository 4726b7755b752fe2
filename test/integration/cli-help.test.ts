// The help of every command, kept as a file: a change of names or flags shows in review. Renew it with `npx vitest run test/integration/cli-help.test.ts -u`.
import { expect, test } from 'vitest';
import { cli } from './cli-run.ts';

/** Modules whose queries this application answers; those of later modules follow from their descriptors. */
const QUERIES = ['auth', 'bank', 'consensus'];

async function helpOf(path: readonly string[]): Promise<string[]> {
  const { code, out, err } = await cli([...path, '--help']);
  expect([path, code, err]).toEqual([path, 0, '']);
  const commands = out.slice(Math.max(0, out.indexOf('\nCommands:\n'))).matchAll(/^ {2}([a-z][a-z-]*)(?:\||\s|$)/gm);
  const names = out.includes('\nCommands:\n') ? [...commands].map((m) => m[1] as string).filter((n) => n !== 'help') : [];
  const inner: string[] = [];
  for (const name of names) {
    // The flags of `dev` follow the stories it serves.
    if (path.length === 0 && name === 'dev') continue;
    if (path[0] === 'query' && path.length === 1 && /Query the (\w+) module/.test(lineOf(out, name)) && !QUERIES.includes(name)) continue;
    inner.push(...(await helpOf([...path, name])));
  }
  return [`$ trellisd ${[...path, '--help'].join(' ')}\n${out}`, ...inner];
}

const lineOf = (out: string, name: string): string => out.split('\n').find((l) => l.startsWith(`  ${name} `)) ?? '';

test('help of every command', async () => {
  await expect(`${(await helpOf([])).join('\n\n')}\n`).toMatchFileSnapshot('./cli-help.txt');
});
