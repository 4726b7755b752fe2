// ABCI results in RPC answers. Two forms exist in CometBFT (cmt:abci/types/types.go): jsonpb with defaults written ("full"), which
// ExecTxResult, ResponseCheckTx, ResponseQuery and EventAttribute have as a rule, and Go structs with omitempty, which the result
// inside a Tx event and ResponseInfo have. Empty bytes are null in the full form.
import type {
  AbciEvent,
  CheckTxResponse,
  ExecTxResult,
  FinalizeBlockResponse,
  InfoResponse,
  QueryResponse,
  ValidatorUpdate,
} from '../../../abci/application.ts';
import type { ConsensusParams } from '../../../types/consensus-params.ts';
import type { PublicKeyType } from '../../../types/public-key.ts';

export function base64(b: Uint8Array): string {
  return Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('base64');
}

/** nil in Go. */
const orNull = (b: Uint8Array): string | null => (b.length === 0 ? null : base64(b));
const listOrNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);
const unlessZero = (n: bigint): string | undefined => (n === 0n ? undefined : n.toString());
const unlessEmpty = (s: string): string | undefined => (s === '' ? undefined : s);

const attributes = (e: AbciEvent) => e.attributes.map((a) => ({ key: a.key, value: a.value, index: a.index }));
/** Within a full form. */
export const eventFull = (e: AbciEvent) => ({ type: e.type, attributes: attributes(e) });
/** Within a struct: no attributes are left out. */
export const eventBrief = (e: AbciEvent) => ({ type: unlessEmpty(e.type), attributes: e.attributes.length === 0 ? undefined : attributes(e) });

/** Also a CheckTx response. */
export function execTxResultJson(r: ExecTxResult | CheckTxResponse) {
  return {
    code: r.code,
    data: orNull(r.data),
    log: r.log,
    info: r.info,
    gas_wanted: r.gasWanted.toString(),
    gas_used: r.gasUsed.toString(),
    events: r.events.map(eventFull),
    codespace: r.codespace,
  };
}

/** The result inside a Tx event. */
export function execTxResultBrief(r: ExecTxResult) {
  return {
    code: r.code === 0 ? undefined : r.code,
    data: r.data.length === 0 ? undefined : base64(r.data),
    log: unlessEmpty(r.log),
    info: unlessEmpty(r.info),
    gas_wanted: unlessZero(r.gasWanted),
    gas_used: unlessZero(r.gasUsed),
    events: r.events.length === 0 ? undefined : r.events.map(eventBrief),
    codespace: unlessEmpty(r.codespace),
  };
}

export const EMPTY_RESULT: ExecTxResult = { code: 0, data: new Uint8Array(0), log: '', info: '', gasWanted: 0n, gasUsed: 0n, events: [], codespace: '' };

/** Go name of the oneof case, and its member. */
export const SUM_TYPES: Readonly<Record<PublicKeyType, readonly [string, string]>> = {
  ed25519: ['Ed25519', 'ed25519'],
  secp256k1: ['Secp256K1', 'secp256k1'],
  bls12381: ['Bls12381', 'bls12381'],
  mldsa65: ['Mldsa65', 'mldsa65'],
  secp256k1eth: ['Secp256K1Eth', 'secp256k1eth'],
};

export function validatorUpdateJson(u: ValidatorUpdate) {
  const [type, field] = SUM_TYPES[u.pubKey.case];
  return { pub_key: { Sum: { type: `tendermint.crypto.PublicKey_${type}`, value: { [field]: base64(u.pubKey.value) } } }, power: unlessZero(u.power) };
}

/** The protobuf message as a Go struct: unlike the types form, parts and zero numbers are left out. */
export function consensusParamUpdatesJson(p: ConsensusParams) {
  return {
    block: p.block && { max_bytes: unlessZero(p.block.maxBytes), max_gas: unlessZero(p.block.maxGas) },
    evidence: p.evidence && {
      max_age_num_blocks: unlessZero(p.evidence.maxAgeNumBlocks),
      max_age_duration: p.evidence.maxAgeDuration.toString(),
      max_bytes: unlessZero(p.evidence.maxBytes),
    },
    validator: p.validator && { pub_key_types: p.validator.pubKeyTypes.length === 0 ? undefined : p.validator.pubKeyTypes },
    version: p.version && { app: unlessZero(p.version.app) },
    abci: p.abci && { vote_extensions_enable_height: unlessZero(p.abci.voteExtensionsEnableHeight) },
    authority: p.authority && { authority: unlessEmpty(p.authority.authority) },
  };
}

export function blockResultsJson(height: bigint, r: FinalizeBlockResponse) {
  return {
    height: height.toString(),
    txs_results: listOrNull(r.txResults.map(execTxResultJson)),
    finalize_block_events: listOrNull(r.events.map(eventBrief)),
    validator_updates: listOrNull(r.validatorUpdates.map(validatorUpdateJson)),
    consensus_param_updates: r.consensusParamUpdates === undefined ? null : consensusParamUpdatesJson(r.consensusParamUpdates),
    app_hash: orNull(r.appHash),
  };
}

/** result_finalize_block of a NewBlock event. */
export function finalizeBlockBrief(r: FinalizeBlockResponse) {
  return {
    events: r.events.length === 0 ? undefined : r.events.map(eventBrief),
    tx_results: r.txResults.length === 0 ? undefined : r.txResults.map(execTxResultJson),
    validator_updates: r.validatorUpdates.map(validatorUpdateJson),
    consensus_param_updates: r.consensusParamUpdates && consensusParamUpdatesJson(r.consensusParamUpdates),
    app_hash: r.appHash.length === 0 ? undefined : base64(r.appHash),
  };
}

export function queryResponseJson(r: QueryResponse) {
  return {
    code: r.code,
    log: r.log,
    info: r.info,
    index: r.index.toString(),
    key: orNull(r.key),
    value: orNull(r.value),
    proofOps: r.proofOps === undefined ? null : { ops: r.proofOps.ops.map((op) => ({ type: op.type, key: orNull(op.key), data: orNull(op.data) })) },
    height: r.height.toString(),
    codespace: r.codespace,
  };
}

export function infoResponseJson(r: InfoResponse) {
  return {
    data: unlessEmpty(r.data),
    version: unlessEmpty(r.version),
    app_version: unlessZero(r.appVersion),
    last_block_height: unlessZero(r.lastBlockHeight),
    last_block_app_hash: r.lastBlockAppHash.length === 0 ? undefined : base64(r.lastBlockAppHash),
  };
}
