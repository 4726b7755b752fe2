// `init`: the home folder of a new node whose key is the only validator, in CometBFT's own layout and genesis form.

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { isValidDenom } from '../core/coins.ts';
import { sha256 } from '../crypto/sha256.ts';
import { utf8 } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { defaultNodeConfig, loadNodeConfig, type NodeConfig } from '../node/config/config.ts';
import { writeConfigFiles, writeGenesis, writeKeys } from '../node/config/write-home.ts';
import { publicKeyOf } from '../privval/private-key.ts';
import { completeGenesis } from '../types/genesis-doc.ts';
import { genesisToJson } from '../types/json/genesis.ts';
import { addressOfKey } from '../types/validator-address.ts';
import { bigOption, booleanFlag, CHAIN, type Cli, homeOf, type Options, prefixOf, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { paramsFor } from './genesis/evidence-age.ts';
import { defaultAppState } from './genesis/modules.ts';

const VALIDATOR_POWER = 10n;

export const register: Register = (parent, cli) => {
  const command = parent
    .command('init [moniker]')
    .option('--chain-id <id>', 'Chain id of the genesis', CHAIN.chainId)
    .option('--default-denom <denom>', 'Denomination of the modules that stake', CHAIN.denom)
    .addOption(bigOption('--initial-height <height>', 'Height of the first block', 1n))
    .option('--consensus-key-algo <type>', 'Algorithm of the consensus key', 'ed25519');
  booleanFlag(command, '-o, --overwrite', 'Replace a genesis file that is there');
  booleanFlag(command, '--recover', 'Make the consensus key from BIP-39 words on stdin');
  command.action((moniker: string | undefined) => init(cli, moniker, command.optsWithGlobals()));
};

/** The seed that simd makes of words: the SHA-256 of the text. */
async function recoveredSeed(cli: Cli): Promise<Uint8Array> {
  if (cli.io.interactive) cli.io.err('Enter the BIP-39 words:');
  const words = (cli.io.readLine() ?? '').trim();
  const { validateMnemonic } = await import('@scure/bip39');
  const { wordlist } = await import('@scure/bip39/wordlists/english.js');
  if (!validateMnemonic(words, wordlist)) throw new CliError('the mnemonic is invalid: a word is wrong or missing');
  cli.io.err('WARNING: a consensus key made twice from the same words can sign twice; never run two nodes with it');
  return sha256(utf8(words));
}

function configOf(home: string, moniker: string): NodeConfig {
  const config = defaultNodeConfig(home);
  return { ...config, comet: { ...config.comet, base: { ...config.comet.base, moniker } } };
}

async function init(cli: Cli, given: string | undefined, options: Options): Promise<void> {
  installNative(() => {});
  if (options.consensusKeyAlgo !== 'ed25519') throw new CliError(`--consensus-key-algo ${options.consensusKeyAlgo} is not supported; use ed25519`, 2);
  if (!isValidDenom(options.defaultDenom)) throw new CliError(`--default-denom ${JSON.stringify(options.defaultDenom)} is no denomination`, 2);
  const home = homeOf(cli, options);
  const moniker = given ?? hostname();
  const chainId = options.chainId as string;
  writeConfigFiles(configOf(home, moniker), chainId);
  const config = loadNodeConfig({ home });
  if (existsSync(config.files.genesis) && options.overwrite !== true) {
    throw new CliError(`${config.files.genesis} exists already; --overwrite replaces it`);
  }
  const keys = writeKeys(config, options.recover === true ? await recoveredSeed(cli) : undefined);
  const validator = publicKeyOf(keys.validatorKey);
  const state = defaultAppState(prefixOf(cli, options));
  state.staking.params.bond_denom = options.defaultDenom;
  const doc = completeGenesis({
    genesisTime: BigInt(Date.now()) * 1_000_000n,
    chainId,
    initialHeight: options.initialHeight as bigint,
    consensusParams: paramsFor(state),
    validators: [{ address: addressOfKey(validator), pubKey: validator, power: VALIDATOR_POWER, name: '' }],
    appHash: new Uint8Array(0),
    appState: JSON.stringify(state),
  });
  writeGenesis(config, genesisToJson(doc, '  '));
  cli.io.err(
    JSON.stringify({
      app_message: JSON.parse(doc.appState),
      chain_id: chainId,
      gentxs_dir: '',
      moniker: config.comet.base.moniker,
      node_id: keys.nodeKey.id,
    }),
  );
}
