// The help of every command, kept as a file: a change of names or flags shows in review. Renew it with `npx vitest run test/integration/cli-help.test.ts -u`.
import { expect, test } from 'vitest';
import { cli } from './cli-run.ts';

/** Flags that every command of its group has, shown once. */
async function sharedLines(path: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await cli([...path, '--help'])).out.split('\n').filter((l) => l.startsWith('  ')));
}

async function helpOf(path: readonly string[], shared: ReadonlySet<string> | undefined): Promise<string[]> {
  const { code, out, err } = await cli([...path, '--help']);
  expect([path, code, err]).toEqual([path, 0, '']);
  const commands = out.slice(Math.max(0, out.indexOf('\nCommands:\n'))).matchAll(/^ {2}([a-z][a-z-]*)(?:\||\s|$)/gm);
  const names = out.includes('\nCommands:\n') ? [...commands].map((m) => m[1] as string).filter((n) => n !== 'help') : [];
  const inner: string[] = [];
  for (const name of names) {
    // The flags of `dev` follow the stories it serves.
    if (path.length === 0 && name === 'dev') continue;
    inner.push(...(await helpOf([...path, name], shared)));
  }
  const isModule = path.length > 2 && (path[0] === 'tx' || path[0] === 'query');
  const text = isModule
    ? out
        .split('\n')
        .filter((l) => l !== '' && l !== 'Options:' && !shared?.has(l))
        .join('\n')
    : out;
  return [`$ trellisd ${[...path, '--help'].join(' ')}\n${text}`, ...inner];
}

test('help of every command', { timeout: 120_000 }, async () => {
  const shared = new Set([...(await sharedLines(['tx', 'slashing', 'unjail'])), ...(await sharedLines(['query', 'auth', 'accounts']))]);
  await expect(`${(await helpOf([], shared)).join('\n\n')}\n`).toMatchFileSnapshot('./cli-help.txt');
});
