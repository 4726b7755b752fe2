// `keys delete` and `keys rename`.
import type { Command } from 'commander';
import { booleanFlag, type Cli } from '../cli.ts';
import { keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';

/** A question answered with y; without a person at the terminal the line comes from stdin. */
export function confirm(cli: Cli, question: string): void {
  if (cli.io.interactive) cli.io.err(`${question} [y/N]:`);
  if (!/^y(es)?$/i.test(cli.io.readLine()?.trim() ?? '')) throw new CliError(`${question}: not confirmed (--yes answers yes)`);
}

export function deleteCommand(parent: Command, cli: Cli): void {
  const command = parent.command('delete <name...>').description('Delete keys');
  booleanFlag(command, '-y, --yes', 'Do not ask');
  booleanFlag(command, '-f, --force', 'The same');
  command.action((names: string[]) => {
    const options = command.optsWithGlobals();
    const ring = keyringOf(cli, options);
    for (const name of names) {
      ring.get(name);
      if (options.yes !== true && options.force !== true) confirm(cli, `Key ${name} will be deleted. Continue?`);
      ring.delete(name);
      cli.io.err(`Key ${name} is deleted`);
    }
  });
}

export function renameCommand(parent: Command, cli: Cli): void {
  const command = parent.command('rename <old-name> <new-name>').description('Rename a key');
  booleanFlag(command, '-y, --yes', 'Do not ask');
  command.action((from: string, to: string) => {
    const options = command.optsWithGlobals();
    const ring = keyringOf(cli, options);
    ring.get(from);
    if (options.yes !== true) confirm(cli, `Key ${from} will be renamed to ${to}. Continue?`);
    ring.rename(from, to);
    cli.io.err(`Key ${from} is now named ${to}`);
  });
}
