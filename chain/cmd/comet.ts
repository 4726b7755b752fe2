// `comet`: the engine's keys and data, with the names of simd and cometbft.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { bech32Encode } from '../crypto/bech32.ts';
import { toBase64 } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { loadNodeConfig, type NodeConfig } from '../node/config/config.ts';
import { readKeyFile } from '../privval/key-file.ts';
import { loadNodeKey } from '../privval/node-key.ts';
import { publicKeyOf } from '../privval/private-key.ts';
import { NOTHING_SIGNED, stateFileText } from '../privval/sign-state.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { booleanFlag, type Cli, homeOf, type Options, prefixOf, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { PROTOCOLS } from './version.ts';

function configOf(cli: Cli, options: Options): NodeConfig {
  installNative(() => {});
  return loadNodeConfig({ home: homeOf(cli, options), environment: cli.io.environment });
}

/** Everything under data but the sign state, which guards against signing a height twice. */
function removeData({ files }: NodeConfig): string[] {
  if (!existsSync(files.data)) return [];
  const removed = readdirSync(files.data)
    .map((name) => join(files.data, name))
    .filter((path) => path !== files.privValidatorState);
  for (const path of removed) rmSync(path, { recursive: true });
  return removed;
}

export const register: Register = (parent, cli) => {
  const comet = parent.command('comet');
  const add = (name: string, description: string, run: (config: NodeConfig, options: Options) => void): Command => {
    const command = comet.command(name).description(description);
    return command.action(() => run(configOf(cli, command.optsWithGlobals()), command.optsWithGlobals()));
  };
  const keyFile = (file: string): string => {
    if (!existsSync(file)) throw new CliError(`no key file at ${file}; "trellisd init" makes a home`);
    return file;
  };

  comet
    .command('show-node-id')
    .description("Print this node's id")
    .option('--libp2p', 'Print the id that peers of the libp2p network use')
    .action(async (_, command: Command) => {
      const options: Options = command.optsWithGlobals();
      const key = loadNodeKey(keyFile(configOf(cli, options).files.nodeKey));
      if (options.libp2p !== true) cli.io.out(key.id);
      else cli.io.out((await import('../p2p/libp2p/peer-id.ts')).peerIdOfKey(key.privateKey.value));
    });
  add('show-validator', "Print this node's consensus key", ({ files }) => {
    const key = publicKeyOf(readKeyFile(keyFile(files.privValidatorKey)));
    cli.io.out(JSON.stringify({ '@type': `/cosmos.crypto.${key.case}.PubKey`, key: toBase64(key.value) }));
  });
  add('show-address', "Print this node's consensus address", ({ files }, options) => {
    cli.io.out(bech32Encode(`${prefixOf(cli, options)}valcons`, addressOfKey(publicKeyOf(readKeyFile(keyFile(files.privValidatorKey))))));
  });
  comet
    .command('version')
    .description('Print the protocol versions')
    .action(() => {
      for (const [name, version] of Object.entries(PROTOCOLS)) cli.io.out(`${name}: ${version}`);
    });
  add('reset-state', 'Remove all data but keys and the sign state', (config) => {
    for (const path of removeData(config)) cli.io.err(`removed ${path}`);
  });
  const resetAll = add('unsafe-reset-all', 'Remove all data and set the sign state to genesis: never on a chain that goes on', (config, options) => {
    for (const path of removeData(config)) cli.io.err(`removed ${path}`);
    writeFileSync(config.files.privValidatorState, stateFileText(NOTHING_SIGNED), { mode: 0o600 });
    if (options.keepAddrBook !== true) rmSync(config.files.addrBook, { force: true });
    cli.io.err('the sign state is that of a new validator');
  });
  booleanFlag(resetAll, '--keep-addr-book', 'Keep the address book');
};
