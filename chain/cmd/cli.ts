// What every command has at hand, and the flags that commands share.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Program } from './application.ts';
import type { CliIo } from './io.ts';
import { toYaml } from './yaml.ts';

/** Of the chain that this program runs; a comparison run passes --bech32-prefix. */
export const CHAIN = { bech32Prefix: 'trellis', denom: 'utrel', chainId: 'trellis-local-1', programName: 'trellisd' } as const;

export interface Cli {
  readonly io: CliIo;
  /** Of a command that prints its result and yet did not succeed. */
  readonly result: { exitCode: number };
  readonly program?: Program;
}

// biome-ignore lint/suspicious/noExplicitAny: commander's options are typed by the command that declares them
export type Options = Record<string, any>;

/** Adds the commands of a group to its parent. */
export type Register = (parent: Command, cli: Cli) => void;

/** The home folder: --home, TRELLISD_HOME, ~/.trellisd. */
export function homeOf(cli: Cli, options: Options): string {
  return (options.home as string | undefined) ?? cli.io.environment.TRELLISD_HOME ?? join(homedir(), '.trellisd');
}

export function prefixOf(cli: Cli, options: Options): string {
  return (options.bech32Prefix as string | undefined) ?? cli.io.environment.TRELLISD_BECH32_PREFIX ?? CHAIN.bech32Prefix;
}

/** A flag that may also be given as --name=false, as in Go programs (see program.ts). */
export function booleanFlag(command: Command, flags: string, description: string, initial = false): Command {
  const name = flags.replace(/^.*--/, '');
  const option = new Option(flags, description);
  return command.addOption(initial ? option.default(true, 'true') : option).addOption(new Option(`--no-${name}`).hideHelp());
}

export function wholeNumber(text: string): number {
  const n = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(n)) throw new InvalidArgumentError('It must be a whole number.');
  return n;
}

export function bigNumber(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, not negative.');
  return BigInt(text);
}

/** An option whose default help can show. */
export const bigOption = (flags: string, description: string, initial: bigint): Option =>
  new Option(flags, description).argParser(bigNumber).default(initial, initial.toString());

export const commaList = (text: string): string[] => text.split(',').map((s) => s.trim());

export function outputOption(initial: 'text' | 'json' | undefined): Option {
  const option = new Option('-o, --output <format>', 'Output format').choices(['text', 'json']);
  return initial === undefined ? option : option.default(initial);
}

/** Prints a value as --output says. */
export function printValue(cli: Cli, options: Options, value: unknown): void {
  if (options.output === 'json') cli.io.out(JSON.stringify(value));
  else cli.io.out(toYaml(value).trimEnd());
}
