// ABCI results read back from RPC answers, full and brief forms alike: for clients of another node's RPC, and to prove that writing
// and reading agree. What is missing is the zero value. Throws TypesError.
import type {
  AbciEvent,
  EventAttribute,
  ExecTxResult,
  FinalizeBlockResponse,
  InfoResponse,
  ProofOp,
  QueryResponse,
  ValidatorUpdate,
} from '../../../abci/application.ts';
import type { ConsensusParams } from '../../../types/consensus-params.ts';
import {
  asObject,
  field,
  fromJson,
  type JsonCodec,
  jBase64,
  jBool,
  jInt64,
  jList,
  jMap,
  jObject,
  jOptional,
  jString,
  jsonFail,
  jUint32,
  jUint64,
} from '../../../types/json/json-codec.ts';
import type { PublicKey, PublicKeyType } from '../../../types/public-key.ts';
import { SUM_TYPES } from './abci.ts';

const jEvent: JsonCodec<AbciEvent> = jObject<AbciEvent>({
  type: field('type', jString),
  attributes: field('attributes', jList(jObject<EventAttribute>({ key: field('key', jString), value: field('value', jString), index: field('index', jBool) }))),
});

const jExecTxResult: JsonCodec<ExecTxResult> = jObject<ExecTxResult>({
  code: field('code', jUint32),
  data: field('data', jBase64),
  log: field('log', jString),
  info: field('info', jString),
  gasWanted: field('gas_wanted', jInt64),
  gasUsed: field('gas_used', jInt64),
  events: field('events', jList(jEvent)),
  codespace: field('codespace', jString),
});

/** Names of key types in the consensus parameters; CometBFT 1.x writes them beside the key's bytes. */
const KEY_TYPES: Readonly<Record<string, PublicKeyType>> = {
  ed25519: 'ed25519',
  secp256k1: 'secp256k1',
  bls12_381: 'bls12381',
  ml_dsa_65: 'mldsa65',
  secp256k1eth: 'secp256k1eth',
};

function publicKey(update: Readonly<Record<string, unknown>>, path: string): PublicKey {
  const { pub_key, pub_key_type, pub_key_bytes } = update;
  if (pub_key_type !== undefined) {
    const kind = KEY_TYPES[String(pub_key_type)] ?? jsonFail(path, `unknown public key type ${pub_key_type}`);
    return { case: kind, value: fromJson(jBase64, pub_key_bytes, path) };
  }
  const { type, value } = asObject(asObject(pub_key, path).Sum, path);
  const found = Object.entries(SUM_TYPES).find(([, [name]]) => type === `tendermint.crypto.PublicKey_${name}`);
  if (found === undefined) jsonFail(path, `unknown public key type ${type}`);
  const [kind, [, name]] = found;
  return { case: kind as PublicKeyType, value: fromJson(jBase64, asObject(value, path)[name], path) };
}

const jValidatorUpdate: JsonCodec<ValidatorUpdate> = {
  to: () => jsonFail('validator_updates', 'is only read here'),
  zero: () => jsonFail('validator_updates', 'a validator update is null'),
  from: (j, path) => {
    const update = asObject(j, path);
    return { pubKey: publicKey(update, path), power: fromJson(jInt64, update.power, path) };
  },
};

const part = <T extends object>(fields: Parameters<typeof jObject<T>>[0]): JsonCodec<T | undefined> => jOptional(jObject<T>(fields));
const jParamUpdates: JsonCodec<ConsensusParams> = jObject<ConsensusParams>({
  block: field('block', part({ maxBytes: field('max_bytes', jInt64), maxGas: field('max_gas', jInt64) })),
  evidence: field(
    'evidence',
    part({
      maxAgeNumBlocks: field('max_age_num_blocks', jInt64),
      maxAgeDuration: field('max_age_duration', jInt64),
      maxBytes: field('max_bytes', jInt64),
    }),
  ),
  validator: field('validator', part({ pubKeyTypes: field('pub_key_types', jList(jString)) })),
  version: field('version', part({ app: field('app', jUint64) })),
  abci: field('abci', part({ voteExtensionsEnableHeight: field('vote_extensions_enable_height', jInt64) })),
  authority: field('authority', part({ authority: field('authority', jString) })),
});

interface BlockResults extends FinalizeBlockResponse {
  readonly height: bigint;
}
const jBlockResults: JsonCodec<BlockResults> = jObject<BlockResults>({
  height: field('height', jInt64),
  txResults: field('txs_results', jList(jExecTxResult)),
  events: field('finalize_block_events', jList(jEvent)),
  validatorUpdates: field('validator_updates', jList(jValidatorUpdate)),
  consensusParamUpdates: field('consensus_param_updates', jOptional(jParamUpdates)),
  appHash: field('app_hash', jBase64),
});

const jFinalizeBlock: JsonCodec<FinalizeBlockResponse> = jObject<FinalizeBlockResponse>({
  txResults: field('tx_results', jList(jExecTxResult)),
  events: field('events', jList(jEvent)),
  validatorUpdates: field('validator_updates', jList(jValidatorUpdate)),
  consensusParamUpdates: field('consensus_param_updates', jOptional(jParamUpdates)),
  appHash: field('app_hash', jBase64),
});

const jQueryResponse: JsonCodec<QueryResponse> = jObject<QueryResponse>({
  code: field('code', jUint32),
  log: field('log', jString),
  info: field('info', jString),
  index: field('index', jInt64),
  key: field('key', jBase64),
  value: field('value', jBase64),
  proofOps: field(
    'proofOps',
    jOptional(
      jMap(
        jObject<{ readonly ops: readonly ProofOp[] }>({
          ops: field('ops', jList(jObject<ProofOp>({ type: field('type', jString), key: field('key', jBase64), data: field('data', jBase64) }))),
        }),
        (p) => p,
        (p) => p,
      ),
    ),
  ),
  height: field('height', jInt64),
  codespace: field('codespace', jString),
});

const jInfoResponse: JsonCodec<InfoResponse> = jObject<InfoResponse>({
  data: field('data', jString),
  version: field('version', jString),
  appVersion: field('app_version', jUint64),
  lastBlockHeight: field('last_block_height', jInt64),
  lastBlockAppHash: field('last_block_app_hash', jBase64),
});

export const execTxResultFromJson = (j: unknown): ExecTxResult => fromJson(jExecTxResult, j, 'tx_result');
export const blockResultsFromJson = (j: unknown): BlockResults => fromJson(jBlockResults, j, 'block_results');
export const finalizeBlockFromJson = (j: unknown): FinalizeBlockResponse => fromJson(jFinalizeBlock, j, 'result_finalize_block');
export const queryResponseFromJson = (j: unknown): QueryResponse => fromJson(jQueryResponse, j, 'response');
export const infoResponseFromJson = (j: unknown): InfoResponse => fromJson(jInfoResponse, j, 'response');
