// Replies of JSON-RPC methods and events read into the chain's types and written again: what a server sent, this one would send too.
import { deepStrictEqual } from 'node:assert';
import { formatTime, parseTime } from '../../chain/encoding/time.ts';
import { blockResultsJson, execTxResultJson, infoResponseJson, queryResponseJson } from '../../chain/rpc/comet/json/abci.ts';
import {
  blockResultsFromJson,
  execTxResultFromJson,
  finalizeBlockFromJson,
  infoResponseFromJson,
  queryResponseFromJson,
} from '../../chain/rpc/comet/json/abci-read.ts';
import { eventDataText } from '../../chain/rpc/comet/json/events.ts';
import { type Block, blockHash, makePartSet } from '../../chain/types/block.ts';
import { commitHash } from '../../chain/types/commit-codec.ts';
import { headerHash } from '../../chain/types/header.ts';
import { jBlock, jBlockMeta, jTxProof } from '../../chain/types/json/block.ts';
import { jConsensusParams } from '../../chain/types/json/consensus-params.ts';
import { genesisToJson, parseGenesis } from '../../chain/types/json/genesis.ts';
import { jBlockId, jHeader } from '../../chain/types/json/header.ts';
import { fromJson, type JsonCodec, jBase64Present, jHex, jInt64 } from '../../chain/types/json/json-codec.ts';
import { jPublicKey } from '../../chain/types/json/keys.ts';
import { jValidator } from '../../chain/types/json/validators.ts';
import { jCommit } from '../../chain/types/json/votes.ts';
import { txHash } from '../../chain/types/tx.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Json = any;

const again = <T>(codec: JsonCodec<T>, j: unknown): unknown => codec.to(fromJson(codec, j));
const list = <T>(codec: JsonCodec<T>, j: Json): unknown => (j === null ? null : (j as Json[]).map((x) => again(codec, x)));
const int64 = (j: Json): unknown => again(jInt64, j);
const hex = (j: Json): unknown => again(jHex, j);
const b64 = (j: Json): unknown => again(jBase64Present, j);
const time = (j: Json): string => formatTime(parseTime(j));
const plain = (text: string): unknown => JSON.parse(text) as unknown;

function blockAgain(r: Json): unknown {
  if (r.block === null) return { block_id: again(jBlockId, r.block_id), block: null };
  const block = fromJson(jBlock, r.block) as Block;
  deepStrictEqual(jHex.to(blockHash(block)), r.block_id.hash, 'block hash');
  deepStrictEqual(
    again(jBlockId, { hash: r.block_id.hash, parts: { total: makePartSet(block).header.total, hash: jHex.to(makePartSet(block).header.hash) } }),
    r.block_id,
  );
  deepStrictEqual(jHex.to(commitHash(block.lastCommit as never)), r.block.header.last_commit_hash, 'last commit hash');
  return { block_id: again(jBlockId, r.block_id), block: jBlock.to(block) };
}

function txAgain(r: Json): unknown {
  deepStrictEqual(jHex.to(txHash(fromJson(jBase64Present, r.tx))), r.hash, 'transaction hash');
  return {
    hash: hex(r.hash),
    height: int64(r.height),
    index: r.index,
    tx_result: execTxResultJson(execTxResultFromJson(r.tx_result)),
    tx: b64(r.tx),
    ...(r.proof === undefined ? {} : { proof: again(jTxProof, r.proof) }),
  };
}

function statusAgain({ node_info, sync_info, validator_info }: Json): unknown {
  const key = fromJson(jPublicKey, validator_info.pub_key);
  deepStrictEqual(jHex.to(addressOfKey(key)), validator_info.address, 'validator address');
  return {
    node_info: {
      ...node_info,
      protocol_version: {
        p2p: int64(node_info.protocol_version.p2p),
        block: int64(node_info.protocol_version.block),
        app: int64(node_info.protocol_version.app),
      },
      channels: hex(node_info.channels),
    },
    sync_info: Object.fromEntries(
      Object.entries(sync_info).map(([k, v]) => [k, k.endsWith('_hash') ? hex(v) : k.endsWith('_height') ? int64(v) : k.endsWith('_time') ? time(v) : v]),
    ),
    validator_info: { address: hex(validator_info.address), pub_key: jPublicKey.to(key), voting_power: int64(validator_info.voting_power) },
  };
}

function commitAgain(r: Json): unknown {
  const { header, commit } = r.signed_header;
  deepStrictEqual(jHex.to(headerHash(fromJson(jHeader, header))), commit.block_id.hash, 'header hash');
  return { signed_header: { header: again(jHeader, header), commit: again(jCommit, commit) }, canonical: r.canonical };
}

const REPLIES: Readonly<Record<string, (r: Json) => unknown>> = {
  health: () => ({}),
  abci_info: (r) => ({ response: infoResponseJson(infoResponseFromJson(r.response)) }),
  abci_query: (r) => ({ response: queryResponseJson(queryResponseFromJson(r.response)) }),
  block: blockAgain,
  block_by_hash: blockAgain,
  block_search: (r) => ({ blocks: r.blocks.map(blockAgain), total_count: int64(r.total_count) }),
  block_results: (r) => {
    const results = blockResultsFromJson(r);
    return blockResultsJson(results.height, results);
  },
  blockchain: (r) => ({ last_height: int64(r.last_height), block_metas: list(jBlockMeta, r.block_metas) }),
  broadcast_tx_sync: (r) => ({ ...r, data: hex(r.data), hash: hex(r.hash) }),
  broadcast_tx_async: (r) => ({ ...r, data: hex(r.data), hash: hex(r.hash) }),
  broadcast_tx_commit: (r) => ({
    check_tx: execTxResultJson(execTxResultFromJson(r.check_tx)),
    tx_result: execTxResultJson(execTxResultFromJson(r.tx_result)),
    hash: hex(r.hash),
    height: int64(r.height),
  }),
  commit: commitAgain,
  consensus_params: (r) => ({ block_height: int64(r.block_height), consensus_params: again(jConsensusParams, r.consensus_params) }),
  consensus_state: ({ round_state: s }) => ({
    round_state: {
      ...s,
      start_time: time(s.start_time),
      proposal_block_hash: hex(s.proposal_block_hash),
      locked_block_hash: hex(s.locked_block_hash),
      valid_block_hash: hex(s.valid_block_hash),
      proposer: { address: hex(s.proposer.address), index: s.proposer.index },
    },
  }),
  header: (r) => ({ header: again(jHeader, r.header) }),
  genesis: (r) => ({ genesis: plain(genesisToJson(parseGenesis(JSON.stringify(r.genesis)))) }),
  status: statusAgain,
  subscribe: () => ({}),
  tx: txAgain,
  tx_search: (r) => ({ txs: r.txs.map(txAgain), total_count: int64(r.total_count) }),
  validators: (r) => ({ block_height: int64(r.block_height), validators: list(jValidator, r.validators), count: int64(r.count), total: int64(r.total) }),
};

function eventAgain(r: Json): unknown {
  const { type, value } = r.data;
  let data: unknown;
  if (type === 'tendermint/event/NewBlock') {
    const block = fromJson(jBlock, value.block) as Block;
    const result = finalizeBlockFromJson(value.result_finalize_block);
    data = plain(eventDataText({ type: 'NewBlock', block, blockId: fromJson(jBlockId, value.block_id), result }));
  } else if (type === 'tendermint/event/Tx') {
    const t = value.TxResult;
    const result = execTxResultFromJson(t.result);
    data = plain(eventDataText({ type: 'Tx', height: fromJson(jInt64, t.height), index: t.index ?? 0, tx: fromJson(jBase64Present, t.tx), result }));
  } else throw new Error(`no reader for ${type}`);
  return { query: r.query, data, events: r.events };
}

/** What does not exist any more in replies of CometBFT 0.38 and later; undefined where the reply may be held to the present form. */
export function outdated(method: string, result: Json): string | undefined {
  const text = JSON.stringify(result);
  for (const member of ['begin_block_events', 'end_block_events', 'deliver_tx', 'result_begin_block', 'result_end_block', 'check_tx_result']) {
    if (text.includes(`"${member}"`)) return `a reply of CometBFT before 0.38: "${member}" exists no more`;
  }
  if (method === 'event' && result.data.type === 'tendermint/event/NewBlock' && result.data.value.result_finalize_block === undefined) {
    return 'a NewBlock event of CometBFT before 0.38: without result_finalize_block';
  }
  return undefined;
}

/** Parameters of an older version as a present one writes them: with those that came later, without the one that went. */
function completed(result: Json): Json {
  const holder = result?.genesis ?? result;
  if (holder?.consensus_params === undefined) return result;
  const { block, version, ...others } = holder.consensus_params;
  const { time_iota_ms, ...kept } = block;
  const added = { abci: { vote_extensions_enable_height: '0' }, authority: { authority: '' } };
  const params = { consensus_params: { ...added, ...others, block: kept, version: { app: '0', ...version } } };
  return result.genesis === undefined ? { ...result, ...params } : { genesis: { ...result.genesis, ...params } };
}

/** CometBFT 1.x names the key of a validator update in two members; here it is the Go struct of 0.38 and later. */
function keyed(result: Json): Json {
  if (!Array.isArray(result?.validator_updates)) return result;
  const updates = result.validator_updates.map((u: Json) =>
    u.pub_key_type === 'ed25519'
      ? { pub_key: { Sum: { type: 'tendermint.crypto.PublicKey_Ed25519', value: { ed25519: u.pub_key_bytes } } }, power: u.power }
      : u,
  );
  return { ...result, validator_updates: updates };
}

/** Throws where the reply cannot be read or is written differently. */
export function checkReply(method: string, result: Json): void {
  const isEvent = result?.data?.type !== undefined && result.events !== undefined;
  const reader = isEvent ? eventAgain : REPLIES[method];
  if (reader === undefined) throw new Error(`no reader for ${method}`);
  deepStrictEqual(plain(JSON.stringify(reader(result))), keyed(completed(result)));
}
