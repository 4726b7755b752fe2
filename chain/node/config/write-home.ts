// The home folder of a new node: configuration, keys and genesis, so that `cometbft start --home` and cosmovisor find what they expect.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readKeyFile, writeKeyFile } from '../../privval/key-file.ts';
import { loadOrGenerateNodeKey, type NodeKey } from '../../privval/node-key.ts';
import { ed25519FromSeed, generateEd25519, type PrivateKey } from '../../privval/private-key.ts';
import { NOTHING_SIGNED, stateFileText } from '../../privval/sign-state.ts';
import { appConfigText, clientConfigText, cometConfigText, defaultClientConfig, type NodeConfig } from './config.ts';
import { appConfigFile, CONFIG_DIR, clientConfigFile, configFile } from './home.ts';

export interface HomeKeys {
  readonly validatorKey: PrivateKey;
  readonly nodeKey: NodeKey;
}

const folder = (path: string): void => void mkdirSync(path, { recursive: true, mode: 0o700 });

/** Makes the folders and key files that are missing, never replacing one; `seed` of the validator's key where a new one is made. */
export function writeKeys({ home, files }: NodeConfig, seed?: Uint8Array): HomeKeys {
  for (const path of [join(home, CONFIG_DIR), files.data, ...[files.privValidatorKey, files.privValidatorState, files.nodeKey].map(dirname)]) folder(path);
  if (!existsSync(files.privValidatorKey)) {
    writeKeyFile(files.privValidatorKey, seed === undefined ? generateEd25519() : ed25519FromSeed(seed));
    if (!existsSync(files.privValidatorState)) writeFileSync(files.privValidatorState, stateFileText(NOTHING_SIGNED), { mode: 0o600 });
  }
  return { validatorKey: readKeyFile(files.privValidatorKey), nodeKey: loadOrGenerateNodeKey(files.nodeKey) };
}

/** Writes config.toml, app.toml and client.toml where they are missing. */
export function writeConfigFiles(config: NodeConfig, chainId: string): void {
  folder(join(config.home, CONFIG_DIR));
  const missing = (file: string, text: () => string): void => {
    if (!existsSync(file)) writeFileSync(file, text(), { mode: 0o644 });
  };
  missing(configFile(config.home), () => cometConfigText(config.comet));
  missing(appConfigFile(config.home), () => appConfigText(config.app));
  missing(clientConfigFile(config.home), () => clientConfigText(defaultClientConfig(chainId)));
}

/** `text` is the genesis document in CometBFT's form. */
export function writeGenesis(config: NodeConfig, text: string): void {
  folder(dirname(config.files.genesis));
  writeFileSync(config.files.genesis, text, { mode: 0o644 });
}
