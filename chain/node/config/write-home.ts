// The home folder of a new node: configuration, keys and genesis, so that `cometbft start --home` and cosmovisor find what they expect.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appConfigText, clientConfigText, cometConfigText, defaultClientConfig, type NodeConfig } from './config.ts';
import { appConfigFile, CONFIG_DIR, clientConfigFile, configFile } from './home.ts';
import { type Ed25519Key, loadOrMakeNodeKey, loadOrMakeValidatorKey } from './key-files.ts';

export interface NewHome {
  readonly validatorKey: Ed25519Key;
  readonly nodeKey: Ed25519Key;
}

/** Makes the folders and key files that are missing; `seed` of the validator's key where a new one is made. */
export function writeKeys(config: NodeConfig, seed?: Uint8Array): NewHome {
  mkdirSync(join(config.home, CONFIG_DIR), { recursive: true, mode: 0o700 });
  mkdirSync(config.files.data, { recursive: true, mode: 0o700 });
  return {
    validatorKey: loadOrMakeValidatorKey(config.files.privValidatorKey, config.files.privValidatorState, seed),
    nodeKey: loadOrMakeNodeKey(config.files.nodeKey),
  };
}

/** Writes config.toml, app.toml and client.toml where they are missing. */
export function writeConfigFiles(config: NodeConfig, chainId: string): void {
  mkdirSync(join(config.home, CONFIG_DIR), { recursive: true, mode: 0o700 });
  const missing = (file: string, text: () => string): void => {
    if (!existsSync(file)) writeFileSync(file, text(), { mode: 0o644 });
  };
  missing(configFile(config.home), () => cometConfigText(config.comet));
  missing(appConfigFile(config.home), () => appConfigText(config.app));
  missing(clientConfigFile(config.home), () => clientConfigText(defaultClientConfig(chainId)));
}

/** `text` is the genesis document in CometBFT's form. */
export function writeGenesis(config: NodeConfig, text: string): void {
  mkdirSync(dirname(config.files.genesis), { recursive: true, mode: 0o700 });
  writeFileSync(config.files.genesis, text, { mode: 0o644 });
}
