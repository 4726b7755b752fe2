// `dev`: a local network with funded test accounts.
import { Option } from 'commander';
import { CHAIN, type Cli, type Options, type Register, wholeNumber } from './cli.ts';
import type { DevOptions } from './dev/network.ts';
import { CliError } from './errors.ts';
import { untilStopped } from './until-stopped.ts';

const VALIDATORS_MAX = 20;

export const register: Register = (parent, cli) => {
  const command = parent
    .command('dev')
    .option('--chain-id <id>', 'Chain id of a new network', CHAIN.chainId)
    .option('--validators <n>', 'Validators that run our own engine', wholeNumber, 1)
    .option('--go <n>', 'Further validators that run Go CometBFT, with our application behind the ABCI socket', wholeNumber, 0)
    .option('--timeout-commit <duration>', 'Pause between blocks', '1s')
    .addOption(new Option('--pruning <mode>', 'What is kept of past states').choices(['custom', 'default', 'nothing', 'everything']).default('custom'));
  command.action(() => dev(cli, command.optsWithGlobals()));
};

async function dev(cli: Cli, options: Options): Promise<void> {
  const validators = options.validators as number;
  const go = options.go as number;
  if (validators < 1 || go < 0 || validators + go > VALIDATORS_MAX)
    throw new CliError(`a dev network has 1 to ${VALIDATORS_MAX} validators, at least one of ours`, 2);
  const common: DevOptions = {
    home: (options.home as string | undefined) ?? cli.io.environment.TRELLISD_HOME ?? '.trellis',
    chainId: options.chainId as string,
    timeoutCommit: options.timeoutCommit as string,
    pruning: options.pruning as string,
    logLevel: options.log_level ?? 'warn',
    environment: cli.io.environment,
    out: (line) => cli.io.out(line),
  };
  const network =
    validators + go === 1
      ? await (await import('./dev/network.ts')).startDevNetwork(common)
      : await (await import('./dev/many.ts')).startManyValidators({ ...common, validators, go });
  const code = await untilStopped(network, cli.io);
  if (code !== 0) throw new CliError('stopped after a failure');
}
