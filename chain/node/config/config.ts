// The configuration of a node: config.toml and app.toml, then the environment (TRELLISD_SECTION_KEY), then flags (--section.key), each over
// the one before. Values are checked when read; what depends on several keys is checked in validate.ts.
import { appFields } from './app-fields.ts';
import { clientFields } from './client-fields.ts';
import { baseFields, rpcFields } from './comet-base.ts';
import { blocksyncFields, consensusFields, instrumentationFields, mempoolFields, statesyncFields, storageFields, txIndexFields } from './comet-engine.ts';
import { p2pFields } from './comet-p2p.ts';
import { ConfigError } from './errors.ts';
import { appConfigFile, clientConfigFile, configFile, type HomeFiles, homeFiles } from './home.ts';
import { nearestName } from './nearest.ts';
import { readConfigFile } from './read-file.ts';
import { readValue } from './read-value.ts';
import { buildValues, type Field, fieldsOf, type Section, type Values } from './schema.ts';
import { configText } from './template.ts';
import { validateConfig } from './validate.ts';

const cometSections = {
  rpc: rpcFields,
  p2p: p2pFields,
  mempool: mempoolFields,
  statesync: statesyncFields,
  blocksync: blocksyncFields,
  consensus: consensusFields,
  storage: storageFields,
  tx_index: txIndexFields,
  instrumentation: instrumentationFields,
};
/** config.toml as a table: its root keys stand before the sections. */
export const cometFields = { ...baseFields, ...cometSections };
export { appFields, clientFields };

export type CometConfig = { readonly base: Values<typeof baseFields> } & Values<typeof cometSections>;
export type AppConfig = Values<typeof appFields>;
export type ClientConfig = Values<typeof clientFields>;

export interface NodeConfig {
  readonly home: string;
  readonly comet: CometConfig;
  readonly app: AppConfig;
  readonly files: HomeFiles;
}

export const ENVIRONMENT_PREFIX = 'TRELLISD_';
/** Variables of the launcher and the command line that are no configuration keys. */
const OTHER_VARIABLES: readonly string[] = ['HOME', 'TRACE', 'KEYRING_PASSPHRASE', 'KEYRING_DIR', 'FROM', 'LOG_NO_COLOR', 'BECH32_PREFIX'];

export const environmentName = (path: string): string => ENVIRONMENT_PREFIX + path.replace(/[.-]/g, '_').toUpperCase();

export type Environment = Readonly<Record<string, string | undefined>>;

/** Overrides in text form: the environment's name or the flag's path to its value. */
interface Overrides {
  readonly environment: Environment;
  /** Keys are paths in file notation. */
  readonly flags: ReadonlyMap<string, string>;
}

function over<S extends Section>(section: S, fromFile: ReadonlyMap<string, unknown>, { environment, flags }: Overrides): Values<S> {
  return buildValues(section, (path: string, field: Field) => {
    const flag = flags.get(path);
    if (flag !== undefined) return readValue(path, field, flag, `--${path}`);
    const name = environmentName(path);
    const variable = environment[name];
    if (variable !== undefined) return readValue(path, field, variable, name);
    return fromFile.get(path);
  });
}

function toComet(v: Values<typeof cometFields>): CometConfig {
  const { rpc, p2p, mempool, statesync, blocksync, consensus, storage, txIndex, instrumentation, ...base } = v;
  return { base, rpc, p2p, mempool, statesync, blocksync, consensus, storage, txIndex, instrumentation };
}

/** config.toml's values in the form of its table. */
const fromComet = ({ base, ...sections }: CometConfig): Values<typeof cometFields> => ({ ...base, ...sections });

function refuseUnknownVariables(environment: Environment): void {
  const known = [...fieldsOf(cometFields), ...fieldsOf(appFields), ...fieldsOf(clientFields)].map(([path]) => environmentName(path));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || known.includes(name) || OTHER_VARIABLES.includes(name.slice(ENVIRONMENT_PREFIX.length))) continue;
    const near = nearestName(name, known);
    throw new ConfigError(`environment: unknown variable ${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
}

export interface LoadOptions {
  readonly home: string;
  readonly environment?: Environment;
  readonly flags?: ReadonlyMap<string, string>;
}

/** Throws ConfigError. Missing files count as defaults. */
export function loadNodeConfig({ home, environment = {}, flags = new Map() }: LoadOptions): NodeConfig {
  refuseUnknownVariables(environment);
  const overrides = { environment, flags };
  const comet = toComet(over(cometFields, readConfigFile(configFile(home), cometFields), overrides));
  const app = over(appFields, readConfigFile(appConfigFile(home), appFields), overrides);
  const config = { home, comet, app, files: homeFiles(home, comet) };
  validateConfig(config);
  return config;
}

export function loadClientConfig({ home, environment = {}, flags = new Map() }: LoadOptions): ClientConfig {
  return over(clientFields, readConfigFile(clientConfigFile(home), clientFields), { environment, flags });
}

/** All defaults, for a network in one process and for tests. */
export function defaultNodeConfig(home: string): NodeConfig {
  const comet = toComet(buildValues(cometFields));
  return { home, comet, app: buildValues(appFields), files: homeFiles(home, comet) };
}

export const cometConfigText = (comet: CometConfig): string =>
  configText(
    cometFields,
    fromComet(comet),
    'The engine: the keys and defaults of CometBFT v0.40. Relative paths begin at the home folder.\nAn unknown key is an error; "trellisd config diff" shows what differs from the defaults.',
  );
export const appConfigText = (app: AppConfig): string => configText(appFields, app, 'The application and its doors: the keys of the Cosmos SDK v0.53.');
export const clientConfigText = (client: ClientConfig): string => configText(clientFields, client, 'What commands use where no flag says otherwise.');
export const defaultClientConfig = (chainId: string): ClientConfig => ({ ...buildValues(clientFields), chainId });
