// `signer`: signs for a node that waits on priv_validator_laddr, with a key that the node does not have (cometbft's priv_val_server).
import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { toHexUpper } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { loadNodeConfig } from '../node/config/config.ts';
import { createLogger } from '../node/logger.ts';
import { FilePrivValidator } from '../privval/file.ts';
import { generateEd25519 } from '../privval/private-key.ts';
import { parseSignerAddress, type SignerAddress } from '../privval/remote/address.ts';
import { SignerServer } from '../privval/remote/signer-server.ts';
import { type Cli, homeOf, type Options, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { logLevel } from './log-level.ts';
import { untilStopped } from './until-stopped.ts';

export const register: Register = (parent, cli) => {
  const command = parent
    .command('signer')
    .requiredOption('--addr <address>', "The node's priv_validator_laddr: tcp://HOST:PORT or unix://PATH")
    .addOption(new Option('--chain-id <id>', 'The chain that is signed for; requests for another are refused').makeOptionMandatory())
    .option('--priv-key <file>', 'Key file (default: priv_validator_key_file of the home)')
    .option('--priv-state <file>', 'Sign state file (default: priv_validator_state_file of the home)');
  command.action(() => serve(cli, command.optsWithGlobals()));
};

async function serve(cli: Cli, options: Options): Promise<void> {
  const config = loadNodeConfig({ home: homeOf(cli, options), environment: cli.io.environment });
  const level = logLevel((options.log_level as string | undefined) ?? config.comet.base.logLevel);
  const logger = createLogger({ level, format: (options.log_format ?? config.comet.base.logFormat) as 'plain' | 'json' });
  installNative((text) => logger.warn(text));
  let address: SignerAddress;
  try {
    address = parseSignerAddress(options.addr as string);
  } catch (e) {
    throw new CliError(`--addr: ${(e as Error).message}`, 2);
  }
  const key = (options.privKey as string | undefined) ?? config.files.privValidatorKey;
  const state = (options.privState as string | undefined) ?? config.files.privValidatorState;
  if (!existsSync(key)) throw new CliError(`there is no key file at ${key}`);
  const signer = FilePrivValidator.load({ key, state });
  let onFailure: (e: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    onFailure = resolve;
  });
  const chainId = options.chainId as string;
  const server = new SignerServer({ address, chainId, signer, connectionKey: generateEd25519(), logger: logger.module('signer'), onFailure });
  logger.info('signing', { address: options.addr as string, chain_id: chainId, validator: toHexUpper(signer.address) });
  server.start();
  cli.result.exitCode = await untilStopped({ failed, stop: () => server.stop() }, cli.io);
}
