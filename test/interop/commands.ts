// The commands that send messages beside Go simd's: the same words, and the unsigned transactions of both compared; and the names that the
// reference's AutoCLI tables give (simd has no such commands built in), where its source is there. `npm run interop -- commands`.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../testnet/launcher/process.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { cli } from '../integration/cli-run.ts';
import { autoCliCommands } from './commands/autocli.ts';
import { type Case, cases } from './commands/cases.ts';

const REFERENCE = join(homedir(), 'go/pkg/mod');

/** One asks a person, one a node. */
const NOT_COMPARED = ['draft-proposal', 'withdraw-all-rewards'];

interface Made {
  readonly body: { readonly messages: unknown; readonly memo: string };
}

/** What clocks put into a message: when the first period of an allowance ends. */
const withoutClock = (text: string): string => text.replace(/"period_reset":"[^"]*"/g, '"period_reset":"…"');

async function compare(simd: string, folder: string, c: Case): Promise<string | undefined> {
  const flags = ['--keyring-backend', 'test', '--keyring-dir', folder, '--generate-only', '--chain-id', 'commands-1', '--fees', '5stake'];
  const words = ['tx', ...c.words, ...flags];
  const go = await runProcess(simd, [...words, '--home', join(folder, 'simd')]);
  const ours = await cli(['--bech32-prefix', 'cosmos', '--home', join(folder, 'ours'), ...words]);
  if (ours.code !== 0) return `ours failed: ${ours.err}`;
  const made = (text: string): string => withoutClock(JSON.stringify((JSON.parse(text.slice(text.indexOf('{"body"'))) as Made).body));
  const [a, b] = [made(ours.out), made(go)];
  return a === b ? undefined : `ours ${a}\n  simd ${b}`;
}

export default async function commandsInterop(): Promise<Checks> {
  const checks = new Checks('commands');
  const simd = await peerProgram('simd');
  const folder = mkdtempSync(join(tmpdir(), 'trellis-commands-'));
  try {
    const backend = ['--keyring-backend', 'test', '--keyring-dir', folder];
    const addresses: Record<string, string> = {};
    for (const name of ['alice', 'bob', 'carol']) {
      await cli(['--bech32-prefix', 'cosmos', 'keys', 'add', name, ...backend]);
      addresses[name] = (await cli(['--bech32-prefix', 'cosmos', 'keys', 'show', name, '-a', ...backend])).out;
    }
    const file = (name: string, json: unknown): string => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(json));
      return path;
    };
    const all = cases(addresses as Record<'alice' | 'bob' | 'carol', string>, file);
    for (const c of all) {
      await checks.run(c.words.slice(0, 2).join(' ') + (c.about === undefined ? '' : ` (${c.about})`), async () => {
        const why = await compare(simd, folder, c);
        if (why !== undefined) checks.fail(why);
      });
    }
    await checks.run("every command of simd's modules is here", async () => {
      const missing: string[] = [];
      let count = 0;
      for (const module of new Set(all.map((c) => c.words[0] as string))) {
        const [theirs, ours] = [await runProcess(simd, ['tx', module, '--help']), (await cli(['tx', module, '--help'])).out];
        const names = [...theirs.slice(theirs.indexOf('Available Commands:'), theirs.indexOf('\nFlags:')).matchAll(/^ {2}([a-z-]+)/gm)].map(
          (m) => m[1] as string,
        );
        for (const name of names) {
          count++;
          if (!new RegExp(`^ {2}${name}\\b`, 'm').test(ours)) missing.push(`tx ${module} ${name}`);
          if (!all.some((c) => c.words[0] === module && c.words[1] === name) && !NOT_COMPARED.includes(name))
            missing.push(`tx ${module} ${name} is not compared`);
        }
      }
      checks.note(`${count} commands`);
      checks.equal(missing, []);
    });
    await checks.run("names and arguments of the reference's AutoCLI tables", async () => {
      if (!existsSync(join(REFERENCE, 'github.com/cosmos/cosmos-sdk@v0.53.4'))) {
        checks.note('the source of the reference is not there: not compared');
        return;
      }
      const missing: string[] = [];
      const commands = autoCliCommands(REFERENCE, (path) => readFileSync(path, 'utf8'));
      for (const { words, arguments: count, optional } of commands) {
        const help = await cli([...words, '--help']);
        const usage = /^Usage: trellisd (.*)$/m.exec(help.out)?.[1] ?? '';
        const shown = usage.match(/[<[](?!options)(?!command)[a-z-]+(?:\.\.\.)?[>\]]/g) ?? [];
        if (help.code !== 0 || !new RegExp(`\\b${words.at(-1)}\\b`).test(usage)) missing.push(`${words.join(' ')}: not here`);
        else if (shown.length !== count || shown.filter((w) => w.startsWith('[')).length < optional)
          missing.push(`${words.join(' ')}: takes ${shown.join(' ')}, there ${count}`);
      }
      checks.note(`${commands.length} commands`);
      checks.equal(missing, []);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return checks;
}
