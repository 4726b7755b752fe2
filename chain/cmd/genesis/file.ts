// The genesis file of a home, read in either form and written in CometBFT's.
import { existsSync, readFileSync } from 'node:fs';
import { loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import type { GenesisDoc } from '../../types/genesis-doc.ts';
import { genesisToJson, parseGenesis } from '../../types/json/genesis.ts';
import { type Cli, homeOf, type Options } from '../cli.ts';
import { CliError } from '../errors.ts';
import { writeFileWhole } from '../files.ts';
import type { AppState } from './app-state.ts';

/** The configuration of a home that `init` has made. */
export function existingHome(cli: Cli, options: Options): NodeConfig {
  const home = homeOf(cli, options);
  const config = loadNodeConfig({ home, environment: cli.io.environment });
  if (!existsSync(config.files.genesis)) throw new CliError(`no genesis file at ${config.files.genesis}; "trellisd init" makes a home`);
  return config;
}

export function readGenesisFile(file: string): GenesisDoc {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    throw new CliError(`the genesis file cannot be read: ${(e as Error).message}`);
  }
  try {
    return parseGenesis(text);
  } catch (e) {
    throw new CliError(`${file}: ${(e as Error).message}`);
  }
}

/** The state is JSON whose numbers are texts, so that parsing loses nothing. */
export function appStateOf(doc: GenesisDoc): AppState {
  return doc.appState === '' ? {} : (JSON.parse(doc.appState) as AppState);
}

export function writeGenesisFile(file: string, doc: GenesisDoc, state: AppState): void {
  writeFileWhole(file, genesisToJson({ ...doc, appState: JSON.stringify(state) }, '  '));
}
