// Genesis documents as JSON. CometBFT's form: initial_height a string, consensus_params and validators at the top, app_hash hex.
// simd's form: initial_height a number, `consensus` with params and validators, app_hash base64, app_name and app_version besides.
import { toBase64 } from '../../encoding/bytes.ts';
import { GO_ZERO_TIME, parseTime, type Time } from '../../encoding/time.ts';
import type { FullConsensusParams } from '../consensus-params.ts';
import { TypesError } from '../errors.ts';
import { completeGenesis, type GenesisDoc, type GenesisParts, type GenesisValidator } from '../genesis-doc.ts';
import { jFullConsensusParams } from './consensus-params.ts';
import { asObject, field, fromJson, type JsonCodec, jBase64, jHex, jInt64, jList, jObject, jOptional, jString, jTime } from './json-codec.ts';
import { jPublicKey } from './keys.ts';
import { goJson, rawFields, respaceJson } from './raw.ts';

/** Characters of a document; state exports of large chains are hundreds of megabytes. */
export const GENESIS_LENGTH_MAX = 500_000_000;

export const jGenesisValidator: JsonCodec<GenesisValidator> = jObject<GenesisValidator>({
  address: field('address', jHex),
  pubKey: field('pub_key', jPublicKey),
  power: field('power', jInt64),
  name: field('name', jString),
});
const jValidators = jList(jGenesisValidator);
const jParams: JsonCodec<FullConsensusParams | undefined> = jOptional(jFullConsensusParams);

const COMMON_FIELDS = ['genesis_time', 'chain_id', 'initial_height', 'app_hash', 'app_state'];
const COMETBFT_FIELDS = [...COMMON_FIELDS, 'consensus_params', 'validators'];
const SIMD_FIELDS = [...COMMON_FIELDS, 'app_name', 'app_version', 'consensus'];

function fail(why: string): never {
  throw new TypesError('genesis', `genesis: ${why}`);
}

function knownOnly(fields: ReadonlyMap<string, string>, known: readonly string[], form: string): void {
  for (const name of fields.keys()) {
    if (!known.includes(name)) fail(`unknown field ${JSON.stringify(name.slice(0, 64))} in a document of ${form} form`);
  }
}

function value(fields: ReadonlyMap<string, string>, name: string): unknown {
  const raw = fields.get(name);
  return raw === undefined ? undefined : JSON.parse(raw);
}

const PARAMS_PARTS: Readonly<Record<string, readonly string[]>> = {
  // time_iota_ms was a part before 0.35 and means nothing since.
  block: ['max_bytes', 'max_gas', 'time_iota_ms'],
  evidence: ['max_age_num_blocks', 'max_age_duration', 'max_bytes'],
  validator: ['pub_key_types'],
  version: ['app'],
  abci: ['vote_extensions_enable_height'],
  authority: ['authority'],
};

/** The parameters, with nothing in them that would be passed over: a misspelt or misplaced name is an error. */
function readParams(j: unknown, path: string): FullConsensusParams | undefined {
  if (j === undefined || j === null) return undefined;
  for (const [part, inner] of Object.entries(asObject(j, path))) {
    const known = Object.hasOwn(PARAMS_PARTS, part)
      ? (PARAMS_PARTS[part] as readonly string[])
      : fail(`unknown ${JSON.stringify(part.slice(0, 64))} in ${path}`);
    if (inner === undefined || inner === null) continue;
    for (const name of Object.keys(asObject(inner, `${path}.${part}`))) {
      if (!known.includes(name)) fail(`unknown ${JSON.stringify(name.slice(0, 64))} in ${path}.${part}`);
    }
  }
  return fromJson(jParams, j, path);
}

/** A number or a string of digits, exact at any size. */
function readHeight(raw: string | undefined, form: string): bigint {
  if (raw === undefined || raw === 'null') return 0n;
  const text = raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
  if (!/^-?[0-9]{1,19}$/.test(text)) fail(`initial_height is not a whole number in a document of ${form} form: ${raw.slice(0, 64)}`);
  return fromJson(jInt64, BigInt(text).toString(), 'initial_height');
}

/** simd's time may have any offset. */
function readTime(j: unknown): Time {
  if (j === undefined || j === null) return GO_ZERO_TIME;
  try {
    return parseTime(fromJson(jString, j, 'genesis_time'));
  } catch (e) {
    return fail(`genesis_time: ${(e as Error).message}`);
  }
}

function appState(fields: ReadonlyMap<string, string>): string {
  const raw = fields.get('app_state');
  return raw === undefined || raw === 'null' ? '' : raw;
}

function readParts(text: string): GenesisParts {
  if (text.length > GENESIS_LENGTH_MAX) fail(`document of ${text.length} characters is too big (max: ${GENESIS_LENGTH_MAX})`);
  const fields = rawFields(text, 'genesis');
  const isSimd = fields.has('consensus') || fields.has('app_name') || fields.has('app_version');
  const chainId = fromJson(jString, value(fields, 'chain_id'), 'chain_id');
  if (!isSimd) {
    knownOnly(fields, COMETBFT_FIELDS, "CometBFT's");
    return {
      genesisTime: fromJson(jTime, value(fields, 'genesis_time'), 'genesis_time'),
      chainId,
      initialHeight: readHeight(fields.get('initial_height'), "CometBFT's"),
      consensusParams: readParams(value(fields, 'consensus_params'), 'consensus_params'),
      validators: fromJson(jValidators, value(fields, 'validators'), 'validators'),
      appHash: fromJson(jHex, value(fields, 'app_hash'), 'app_hash'),
      appState: appState(fields),
    };
  }
  knownOnly(fields, SIMD_FIELDS, "simd's");
  const rawConsensus = fields.get('consensus') ?? '{}';
  const consensus = rawFields(rawConsensus === 'null' ? '{}' : rawConsensus, 'genesis.consensus');
  for (const name of consensus.keys()) if (name !== 'params' && name !== 'validators') fail(`unknown field ${JSON.stringify(name.slice(0, 64))} in consensus`);
  return {
    genesisTime: readTime(value(fields, 'genesis_time')),
    chainId,
    initialHeight: readHeight(fields.get('initial_height'), "simd's"),
    consensusParams: readParams(value(consensus, 'params'), 'consensus.params'),
    validators: fromJson(jValidators, value(consensus, 'validators'), 'consensus.validators'),
    appHash: fromJson(jBase64, value(fields, 'app_hash'), 'app_hash'),
    appState: appState(fields),
  };
}

/** Reads either form, checks it and fills in defaults; `now` is the time of a document that has none. Throws TypesError. */
export function parseGenesis(text: string, now?: Time): GenesisDoc {
  return completeGenesis(readParts(text), now);
}

function withState(fields: readonly (readonly [string, string])[], state: string): string {
  const all = state === '' ? fields : [...fields, ['app_state', state] as const];
  return `{${all.map(([name, raw]) => `"${name}":${raw}`).join(',')}}`;
}

/** CometBFT's form: in one line, or with an indent a level as CometBFT writes its file. The state's literals stay as they are. */
export function genesisToJson(doc: GenesisDoc, indent?: string): string {
  const fields: [string, string][] = [
    ['genesis_time', goJson(jTime.to(doc.genesisTime))],
    ['chain_id', goJson(doc.chainId)],
    ['initial_height', goJson(jInt64.to(doc.initialHeight))],
    ['consensus_params', goJson(jFullConsensusParams.to(doc.consensusParams))],
  ];
  if (doc.validators.length > 0) fields.push(['validators', goJson(jValidators.to(doc.validators))]);
  fields.push(['app_hash', goJson(jHex.to(doc.appHash))]);
  return respaceJson(withState(fields, doc.appState), indent);
}

/** simd's form, for the Go application of a comparison run. */
export function genesisToSimdJson(doc: GenesisDoc, appName: string, appVersion: string): string {
  const consensus = goJson({
    ...(doc.validators.length > 0 ? { validators: jValidators.to(doc.validators) } : {}),
    params: jFullConsensusParams.to(doc.consensusParams),
  });
  const fields: [string, string][] = [
    ['app_name', goJson(appName)],
    ['app_version', goJson(appVersion)],
    ['genesis_time', goJson(jTime.to(doc.genesisTime))],
    ['chain_id', goJson(doc.chainId)],
    ['initial_height', doc.initialHeight.toString()],
    ['app_hash', doc.appHash.length === 0 ? 'null' : goJson(toBase64(doc.appHash))],
  ];
  return respaceJson(`${withState(fields, doc.appState).slice(0, -1)},"consensus":${consensus}}`, '  ');
}
