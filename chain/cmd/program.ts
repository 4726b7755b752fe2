// The command tree of trellisd: names and flags of simd. A group's file is loaded only when it is called, so that the program starts fast.
import { Command, CommanderError, Option } from 'commander';
import type { Program } from './application.ts';
import { CHAIN, type Cli, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import type { CliIo } from './io.ts';

interface Group {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly load: () => Promise<{ readonly register: Register }>;
}

const GROUPS: readonly Group[] = [
  { name: 'init', description: 'Write the home folder of a new node: keys, genesis and configuration', load: () => import('./init.ts') },
  { name: 'start', description: 'Run the node, with the engine inside or beside a CometBFT', load: () => import('./start.ts') },
  { name: 'dev', description: 'Run a local network with funded test accounts', load: () => import('./dev.ts') },
  { name: 'status', description: 'Ask a node for its status', load: () => import('./status.ts') },
  { name: 'keys', description: 'Manage keys', load: () => import('./keys/index.ts') },
  { name: 'genesis', description: 'Prepare and check a genesis file', load: () => import('./genesis/index.ts') },
  { name: 'query', aliases: ['q'], description: 'Ask a chain', load: () => import('./query/index.ts') },
  { name: 'tx', description: 'Make, sign and send transactions', load: () => import('./tx/index.ts') },
  { name: 'export', description: 'Write the state as a genesis file', load: () => import('./export.ts') },
  { name: 'comet', aliases: ['cometbft', 'tendermint'], description: "The engine's keys and data", load: () => import('./comet.ts') },
  { name: 'snapshots', description: "The application's snapshots for state sync", load: () => import('./snapshots.ts') },
  { name: 'config', description: 'Read and change the configuration', load: () => import('./config.ts') },
  { name: 'check', description: "Check what must hold of a chain's state", load: () => import('./check.ts') },
  { name: 'doctor', description: 'Check the home folder and name what is wrong', load: () => import('./doctor.ts') },
  { name: 'debug', description: 'Decode addresses, keys and bytes', load: () => import('./debug.ts') },
  { name: 'rollback', description: 'Take the state of a stopped node back by one height', load: () => import('./rollback.ts') },
  { name: 'light', description: 'Verify the chain without running a node', load: () => import('./light.ts') },
  { name: 'signer', description: 'Sign for a node that waits for a remote signer', load: () => import('./signer.ts') },
  { name: 'version', description: 'Print the version', load: () => import('./version.ts') },
];

const GLOBAL_WITH_VALUE = ['--home', '--log_format', '--log_level', '--bech32-prefix'];

/** The first word that is no flag, and no value of a flag of the program itself. */
function groupName(argv: readonly string[]): string | undefined {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (GLOBAL_WITH_VALUE.includes(word)) i++;
    else if (word !== 'help' && !word.startsWith('-')) return word;
  }
  return undefined;
}

function booleanNames(command: Command): string[] {
  const own = command.options.filter((o) => o.negate).map((o) => (o.long as string).slice('--no-'.length));
  return [...own, ...command.commands.flatMap(booleanNames)];
}

/** Go programs take `--flag=false`, which commander spells `--no-flag`. */
function goBooleans(argv: readonly string[], names: ReadonlySet<string>): string[] {
  return argv.map((word) => {
    const m = /^--([^=]+)=(true|false|1|0|t|f)$/i.exec(word);
    if (m === null || !names.has(m[1] as string)) return word;
    return /^(?:true|1|t)$/i.test(m[2] as string) ? `--${m[1]}` : `--no-${m[1]}`;
  });
}

async function buildProgram(cli: Cli, argv: readonly string[]): Promise<Command> {
  const { io } = cli;
  const program = new Command(CHAIN.programName)
    .description('Trellis node and client')
    .option('--home <dir>', 'Folder of configuration and data (default ~/.trellisd)')
    .option('--log_level <level>', 'Least level that is logged (debug|info|warn|error|none)')
    .option('--log_format <format>', 'Form of the log (json|plain)')
    .addOption(new Option('--log_no_color', 'No colours in the log').hideHelp())
    .option('--trace', 'Print the stack of an error')
    .addOption(new Option('--bech32-prefix <prefix>', 'Prefix of addresses').hideHelp())
    .helpCommand('help [command]', 'Show the help of a command')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (s) => io.out(s.trimEnd()), writeErr: (s) => io.err(s.trimEnd()) });
  const called = groupName(argv);
  for (const group of GROUPS) {
    if (called === group.name || (called !== undefined && group.aliases?.includes(called))) (await group.load()).register(program, cli);
    else program.command(group.name).description(group.description).allowUnknownOption();
    const command = program.commands.at(-1) as Command;
    command.description(group.description);
    for (const alias of group.aliases ?? []) command.alias(alias);
  }
  return program;
}

/** Mistakes of the program, not of its input: shown with their stack. */
const DEFECTS: readonly string[] = ['TypeError', 'ReferenceError', 'AssertionError'];

/** Runs one command line; gives the exit code. */
export async function runCli(argv: readonly string[], io: CliIo, parts: Program = {}): Promise<number> {
  const cli: Cli = { io, result: { exitCode: 0 }, program: parts };
  try {
    const program = await buildProgram(cli, argv);
    const words = goBooleans(argv, new Set(booleanNames(program)));
    if (words.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(words, { from: 'user' });
    return cli.result.exitCode;
  } catch (e) {
    if (e instanceof CommanderError) return e.exitCode === 0 ? 0 : 2;
    const error = e instanceof Error ? e : new Error(String(e));
    const withStack = argv.includes('--trace') || DEFECTS.includes(error.name);
    io.err(`Error: ${withStack ? (error.stack ?? error.message) : error.message}`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}
