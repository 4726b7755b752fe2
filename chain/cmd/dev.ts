// `dev`: a local network with funded test accounts.
import { Option } from 'commander';
import { CHAIN, type Cli, type Options, type Register, wholeNumber } from './cli.ts';
import { kindsOf } from './dev/home-of-network.ts';
import type { DevOptions } from './dev/settings.ts';
import { untilStopped } from './until-stopped.ts';

export const register: Register = (parent, cli) => {
  const command = parent
    .command('dev')
    .option('--chain-id <id>', 'Chain id of a new network', CHAIN.chainId)
    .option('--validators <n>', 'Validators that run our own engine, a process each (default 4 less --go, or what the home holds)', wholeNumber)
    .option('--go <n>', 'Further validators that run Go CometBFT, with our application behind the ABCI socket', wholeNumber)
    .option('--timeout-commit <duration>', 'Pause between blocks', '1s')
    .addOption(new Option('--pruning <mode>', 'What is kept of past states').choices(['custom', 'default', 'nothing', 'everything']).default('custom'));
  command.action(() => dev(cli, command.optsWithGlobals()));
};

async function dev(cli: Cli, options: Options): Promise<void> {
  const common: DevOptions = {
    home: (options.home as string | undefined) ?? cli.io.environment.TRELLISD_HOME ?? '.trellis',
    chainId: options.chainId as string,
    timeoutCommit: options.timeoutCommit as string,
    pruning: options.pruning as string,
    logLevel: options.log_level ?? 'warn',
    environment: cli.io.environment,
    out: (line) => cli.io.out(line),
  };
  const kinds = kindsOf(common.home, { validators: options.validators as number | undefined, go: options.go as number | undefined });
  const network =
    kinds.length === 1
      ? await (await import('./dev/network.ts')).startDevNetwork(common)
      : (await import('./dev/many.ts')).startManyValidators({ ...common, kinds });
  cli.result.exitCode = await untilStopped(network, cli.io);
}
