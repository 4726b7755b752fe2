// The client side of commands: client.toml and flags, the node that is asked, the keyring.
import type { Command } from 'commander';
import { Option } from 'commander';
import { installNative } from '../native/install.ts';
import { loadClientConfig } from '../node/config/config.ts';
import { type Cli, homeOf, type Options, prefixOf } from './cli.ts';
import { CliError } from './errors.ts';
import { type Keyring, openKeyring } from './keyring/keyring.ts';
import { type RpcClient, rpcClient } from './rpc-client.ts';

export interface Client {
  readonly chainId: string;
  readonly prefix: string;
  readonly rpc: RpcClient;
  readonly output: string;
  readonly broadcastMode: string;
  readonly defaultKey: string;
}

export function clientOptions(command: Command): Command {
  return command
    .option('--node <url>', 'RPC address of the node that is asked (default tcp://localhost:26657)')
    .option('--chain-id <id>', 'Chain id of the network');
}

export function keyringOptions(command: Command): Command {
  return command
    .addOption(new Option('--keyring-backend <backend>', 'Where keys are kept (file|test|memory)'))
    .option('--keyring-dir <dir>', 'Folder of the keyring (default: the home folder)');
}

/** Flags over the environment over client.toml over defaults. */
export function clientOf(cli: Cli, options: Options): Client {
  const flags = new Map<string, string>();
  for (const [name, path] of [
    ['node', 'node'],
    ['chainId', 'chain-id'],
    ['broadcastMode', 'broadcast-mode'],
  ] as const) {
    if (typeof options[name] === 'string') flags.set(path, options[name]);
  }
  const config = loadClientConfig({ home: homeOf(cli, options), environment: cli.io.environment, flags });
  return {
    chainId: config.chainId,
    prefix: prefixOf(cli, options),
    rpc: rpcClient(config.node),
    output: (options.output as string | undefined) ?? config.output,
    broadcastMode: config.broadcastMode,
    defaultKey: config.keyringDefaultKeyname,
  };
}

export function keyringOf(cli: Cli, options: Options): Keyring {
  installNative(() => {});
  const home = homeOf(cli, options);
  const { io } = cli;
  const config = loadClientConfig({ home, environment: io.environment });
  return openKeyring({
    backend: (options.keyringBackend as string | undefined) ?? config.keyringBackend,
    dir: (options.keyringDir as string | undefined) ?? io.environment.TRELLISD_KEYRING_DIR ?? home,
    passphrase: (fresh) => {
      const given = io.environment.TRELLISD_KEYRING_PASSPHRASE;
      if (given !== undefined) return given;
      const first = io.readSecret(fresh ? 'New keyring passphrase (at least 8 characters):' : 'Keyring passphrase:');
      if (fresh && io.readSecret('The same again:') !== first) throw new CliError('the two passphrases differ');
      return first;
    },
  });
}
