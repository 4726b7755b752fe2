// `dev`: a local network with funded test accounts.
import { Option } from 'commander';
import { CHAIN, type Cli, type Options, type Register, wholeNumber } from './cli.ts';
import { CliError } from './errors.ts';
import { untilStopped } from './until-stopped.ts';

export const register: Register = (parent, cli) => {
  const command = parent
    .command('dev')
    .option('--chain-id <id>', 'Chain id of a new network', CHAIN.chainId)
    .option('--validators <n>', 'Number of validators', wholeNumber, 1)
    .option('--timeout-commit <duration>', 'Pause between blocks', '1s')
    .addOption(new Option('--pruning <mode>', 'What is kept of past states').choices(['custom', 'default', 'nothing', 'everything']).default('custom'));
  command.action(() => dev(cli, command.optsWithGlobals()));
};

async function dev(cli: Cli, options: Options): Promise<void> {
  if (options.validators !== 1) throw new CliError(`--validators ${options.validators}: a dev network has one validator so far`, 2);
  const { startDevNetwork } = await import('./dev/network.ts');
  const network = await startDevNetwork({
    home: (options.home as string | undefined) ?? cli.io.environment.TRELLISD_HOME ?? '.trellis',
    chainId: options.chainId as string,
    timeoutCommit: options.timeoutCommit as string,
    pruning: options.pruning as string,
    logLevel: options.log_level ?? 'warn',
    environment: cli.io.environment,
    out: (line) => cli.io.out(line),
  });
  const code = await untilStopped(network, cli.io);
  if (code !== 0) throw new CliError('stopped after a failure');
}
