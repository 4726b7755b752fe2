// The bytes of every ABCI 2.0 message (cmt:proto/tendermint/abci/types.proto, v0.40.0). The socket frames `requestCodec` and
// `responseCodec`; the engine also keeps FinalizeBlock responses in this form and hashes ExecTxResult by it.
import {
  bool,
  bytes,
  type Codec,
  embed,
  enumeration,
  int32,
  int64,
  message,
  type OneofValue,
  oneof,
  optional,
  repeated,
  repeatedBytes,
  repeatedScalar,
  repeatedString,
  scalars,
  string,
  time,
  uint32,
  uint64,
} from '../encoding/codec.ts';
import { consensusParamsCodec } from '../types/consensus-params.ts';
import { type PublicKeyMessage, publicKeyCodec } from '../types/public-key-codec.ts';
import type * as abci from './application.ts';

const m = message;
const p = 'tendermint.abci.';

export const eventAttributeCodec: Codec<abci.EventAttribute> = m(`${p}EventAttribute`, { key: string(1), value: string(2), index: bool(3) });
export const eventCodec: Codec<abci.AbciEvent> = m(`${p}Event`, { type: string(1), attributes: repeated(2, eventAttributeCodec) });

const resultFields = {
  code: uint32(1),
  data: bytes(2),
  log: string(3),
  info: string(4),
  gasWanted: int64(5),
  gasUsed: int64(6),
  events: repeated(7, eventCodec),
  codespace: string(8),
};
export const execTxResultCodec: Codec<abci.ExecTxResult> = m(`${p}ExecTxResult`, resultFields);
export const checkTxResponseCodec: Codec<abci.CheckTxResponse> = m(`${p}ResponseCheckTx`, resultFields);

/** A transaction with its result and place, as the tx index keeps and the Tx event carries it. */
export interface TxResult {
  readonly height: bigint;
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: abci.ExecTxResult;
}
export const txResultCodec: Codec<TxResult> = m(`${p}TxResult`, { height: int64(1), index: uint32(2), tx: bytes(3), result: embed(4, execTxResultCodec) });

/** The wire form of a validator update: the key is a message of its own, whose oneof may be unset. */
export interface ValidatorUpdateMessage {
  readonly pubKey: PublicKeyMessage;
  readonly power: bigint;
}
const validatorUpdateMessageCodec: Codec<ValidatorUpdateMessage> = m(`${p}ValidatorUpdate`, { pubKey: embed(1, publicKeyCodec), power: int64(2) });

/** ABCI's ValidatorUpdate with its key unwrapped. A message without a key decodes to an ed25519 key of no bytes, which no rule accepts. */
export const validatorUpdateCodec: Codec<abci.ValidatorUpdate> = {
  name: validatorUpdateMessageCodec.name,
  fields: validatorUpdateMessageCodec.fields as unknown as Codec<abci.ValidatorUpdate>['fields'],
  zero: () => ({ pubKey: { case: 'ed25519', value: new Uint8Array(0) }, power: 0n }),
  from: (part) => Object.assign(validatorUpdateCodec.zero(), part),
  encode: (v) => validatorUpdateMessageCodec.encode({ pubKey: { sum: v.pubKey }, power: v.power }),
  encodeDelimited: (v) => validatorUpdateMessageCodec.encodeDelimited({ pubKey: { sum: v.pubKey }, power: v.power }),
  write: (w, v) => validatorUpdateMessageCodec.write(w, { pubKey: { sum: v.pubKey }, power: v.power }),
  decode: (b) => unwrap(validatorUpdateMessageCodec.decode(b)),
  read: (r, into, depth) =>
    unwrap(validatorUpdateMessageCodec.read(r, into === undefined ? undefined : { pubKey: { sum: into.pubKey }, power: into.power }, depth)),
};
function unwrap(v: ValidatorUpdateMessage): abci.ValidatorUpdate {
  return { pubKey: v.pubKey.sum ?? { case: 'ed25519', value: new Uint8Array(0) }, power: v.power };
}

export const abciValidatorCodec: Codec<abci.AbciValidator> = m(`${p}Validator`, { address: bytes(1), power: int64(3) });
export const voteInfoCodec: Codec<abci.VoteInfo> = m(`${p}VoteInfo`, { validator: embed(1, abciValidatorCodec), blockIdFlag: enumeration(3) });
export const extendedVoteInfoCodec: Codec<abci.ExtendedVoteInfo> = m(`${p}ExtendedVoteInfo`, {
  validator: embed(1, abciValidatorCodec),
  voteExtension: bytes(3),
  extensionSignature: bytes(4),
  blockIdFlag: enumeration(5),
});
export const commitInfoCodec: Codec<abci.CommitInfo> = m(`${p}CommitInfo`, { round: int32(1), votes: repeated(2, voteInfoCodec) });
export const extendedCommitInfoCodec: Codec<abci.ExtendedCommitInfo> = m(`${p}ExtendedCommitInfo`, {
  round: int32(1),
  votes: repeated(2, extendedVoteInfoCodec),
});
export const misbehaviorCodec: Codec<abci.Misbehavior> = m(`${p}Misbehavior`, {
  type: enumeration(1),
  validator: embed(2, abciValidatorCodec),
  height: int64(3),
  time: time(4),
  totalVotingPower: int64(5),
});
export const snapshotCodec: Codec<abci.Snapshot> = m(`${p}Snapshot`, {
  height: uint64(1),
  format: uint32(2),
  chunks: uint32(3),
  hash: bytes(4),
  metadata: bytes(5),
});

// Requests.
type Empty = Record<never, never>;
const empty = (name: string): Codec<Empty> => m<Empty>(`${p}${name}`, {});
const echo = (name: string): Codec<{ readonly message: string }> => m(`${p}${name}`, { message: string(1) });

export const infoRequestCodec: Codec<abci.InfoRequest> = m(`${p}RequestInfo`, {
  version: string(1),
  blockVersion: uint64(2),
  p2pVersion: uint64(3),
  abciVersion: string(4),
});
export const initChainRequestCodec: Codec<abci.InitChainRequest> = m(`${p}RequestInitChain`, {
  time: time(1),
  chainId: string(2),
  consensusParams: optional(3, consensusParamsCodec),
  validators: repeated(4, validatorUpdateCodec),
  appStateBytes: bytes(5),
  initialHeight: int64(6),
});
export const queryRequestCodec: Codec<abci.QueryRequest> = m(`${p}RequestQuery`, { data: bytes(1), path: string(2), height: int64(3), prove: bool(4) });
export const checkTxRequestCodec: Codec<abci.CheckTxRequest> = m(`${p}RequestCheckTx`, { tx: bytes(1), type: enumeration(2) });
export const prepareProposalRequestCodec: Codec<abci.PrepareProposalRequest> = m(`${p}RequestPrepareProposal`, {
  maxTxBytes: int64(1),
  txs: repeatedBytes(2),
  localLastCommit: embed(3, extendedCommitInfoCodec),
  misbehavior: repeated(4, misbehaviorCodec),
  height: int64(5),
  time: time(6),
  nextValidatorsHash: bytes(7),
  proposerAddress: bytes(8),
});
export const processProposalRequestCodec: Codec<abci.ProcessProposalRequest> = m(`${p}RequestProcessProposal`, {
  txs: repeatedBytes(1),
  proposedLastCommit: embed(2, commitInfoCodec),
  misbehavior: repeated(3, misbehaviorCodec),
  hash: bytes(4),
  height: int64(5),
  time: time(6),
  nextValidatorsHash: bytes(7),
  proposerAddress: bytes(8),
});
export const extendVoteRequestCodec: Codec<abci.ExtendVoteRequest> = m(`${p}RequestExtendVote`, {
  hash: bytes(1),
  height: int64(2),
  time: time(3),
  txs: repeatedBytes(4),
  proposedLastCommit: embed(5, commitInfoCodec),
  misbehavior: repeated(6, misbehaviorCodec),
  nextValidatorsHash: bytes(7),
  proposerAddress: bytes(8),
});
export const verifyVoteExtensionRequestCodec: Codec<abci.VerifyVoteExtensionRequest> = m(`${p}RequestVerifyVoteExtension`, {
  hash: bytes(1),
  validatorAddress: bytes(2),
  height: int64(3),
  voteExtension: bytes(4),
});
export const finalizeBlockRequestCodec: Codec<abci.FinalizeBlockRequest> = m(`${p}RequestFinalizeBlock`, {
  txs: repeatedBytes(1),
  decidedLastCommit: embed(2, commitInfoCodec),
  misbehavior: repeated(3, misbehaviorCodec),
  hash: bytes(4),
  height: int64(5),
  time: time(6),
  nextValidatorsHash: bytes(7),
  proposerAddress: bytes(8),
});
export const offerSnapshotRequestCodec: Codec<abci.OfferSnapshotRequest> = m(`${p}RequestOfferSnapshot`, {
  snapshot: optional(1, snapshotCodec),
  appHash: bytes(2),
});
export const loadSnapshotChunkRequestCodec: Codec<abci.LoadSnapshotChunkRequest> = m(`${p}RequestLoadSnapshotChunk`, {
  height: uint64(1),
  format: uint32(2),
  chunk: uint32(3),
});
export const applySnapshotChunkRequestCodec: Codec<abci.ApplySnapshotChunkRequest> = m(`${p}RequestApplySnapshotChunk`, {
  index: uint32(1),
  chunk: bytes(2),
  sender: string(3),
});

/** New in v0.40: the application holds the mempool (mempool type "app"). */
export interface InsertTxRequest {
  readonly tx: Uint8Array;
}
export interface ReapTxsRequest {
  readonly maxBytes: bigint;
  readonly maxGas: bigint;
}

export interface Requests {
  echo: { readonly message: string };
  flush: Empty;
  info: abci.InfoRequest;
  initChain: abci.InitChainRequest;
  query: abci.QueryRequest;
  checkTx: abci.CheckTxRequest;
  commit: Empty;
  listSnapshots: Empty;
  offerSnapshot: abci.OfferSnapshotRequest;
  loadSnapshotChunk: abci.LoadSnapshotChunkRequest;
  applySnapshotChunk: abci.ApplySnapshotChunkRequest;
  prepareProposal: abci.PrepareProposalRequest;
  processProposal: abci.ProcessProposalRequest;
  extendVote: abci.ExtendVoteRequest;
  verifyVoteExtension: abci.VerifyVoteExtensionRequest;
  finalizeBlock: abci.FinalizeBlockRequest;
  insertTx: InsertTxRequest;
  reapTxs: ReapTxsRequest;
}
export interface RequestMessage {
  readonly value: OneofValue<Requests>;
}
export const requestCodec: Codec<RequestMessage> = m<RequestMessage>(`${p}Request`, {
  value: oneof<Requests>({
    echo: optional(1, echo('RequestEcho')),
    flush: optional(2, empty('RequestFlush')),
    info: optional(3, infoRequestCodec),
    initChain: optional(5, initChainRequestCodec),
    query: optional(6, queryRequestCodec),
    checkTx: optional(8, checkTxRequestCodec),
    commit: optional(11, empty('RequestCommit')),
    listSnapshots: optional(12, empty('RequestListSnapshots')),
    offerSnapshot: optional(13, offerSnapshotRequestCodec),
    loadSnapshotChunk: optional(14, loadSnapshotChunkRequestCodec),
    applySnapshotChunk: optional(15, applySnapshotChunkRequestCodec),
    prepareProposal: optional(16, prepareProposalRequestCodec),
    processProposal: optional(17, processProposalRequestCodec),
    extendVote: optional(18, extendVoteRequestCodec),
    verifyVoteExtension: optional(19, verifyVoteExtensionRequestCodec),
    finalizeBlock: optional(20, finalizeBlockRequestCodec),
    insertTx: optional(21, m<InsertTxRequest>(`${p}RequestInsertTx`, { tx: bytes(1) })),
    reapTxs: optional(22, m<ReapTxsRequest>(`${p}RequestReapTxs`, { maxBytes: uint64(1), maxGas: uint64(2) })),
  }),
});

// Responses.
export const infoResponseCodec: Codec<abci.InfoResponse> = m(`${p}ResponseInfo`, {
  data: string(1),
  version: string(2),
  appVersion: uint64(3),
  lastBlockHeight: int64(4),
  lastBlockAppHash: bytes(5),
});
export const initChainResponseCodec: Codec<abci.InitChainResponse> = m(`${p}ResponseInitChain`, {
  consensusParams: optional(1, consensusParamsCodec),
  validators: repeated(2, validatorUpdateCodec),
  appHash: bytes(3),
});
const proofOpCodec: Codec<abci.ProofOp> = m('tendermint.crypto.ProofOp', { type: string(1), key: bytes(2), data: bytes(3) });
const proofOpsCodec: Codec<{ readonly ops: readonly abci.ProofOp[] }> = m('tendermint.crypto.ProofOps', { ops: repeated(1, proofOpCodec) });
export const queryResponseCodec: Codec<abci.QueryResponse> = m(`${p}ResponseQuery`, {
  code: uint32(1),
  log: string(3),
  info: string(4),
  index: int64(5),
  key: bytes(6),
  value: bytes(7),
  proofOps: optional(8, proofOpsCodec),
  height: int64(9),
  codespace: string(10),
});
export const commitResponseCodec: Codec<abci.CommitResponse> = m(`${p}ResponseCommit`, { retainHeight: int64(3) });
export const listSnapshotsResponseCodec: Codec<{ readonly snapshots: readonly abci.Snapshot[] }> = m(`${p}ResponseListSnapshots`, {
  snapshots: repeated(1, snapshotCodec),
});
export const offerSnapshotResponseCodec: Codec<abci.OfferSnapshotResponse> = m(`${p}ResponseOfferSnapshot`, { result: enumeration(1) });
export const loadSnapshotChunkResponseCodec: Codec<abci.LoadSnapshotChunkResponse> = m(`${p}ResponseLoadSnapshotChunk`, { chunk: bytes(1) });
export const applySnapshotChunkResponseCodec: Codec<abci.ApplySnapshotChunkResponse> = m(`${p}ResponseApplySnapshotChunk`, {
  result: enumeration(1),
  refetchChunks: repeatedScalar(2, scalars.uint32),
  rejectSenders: repeatedString(3),
});
export const prepareProposalResponseCodec: Codec<abci.PrepareProposalResponse> = m(`${p}ResponsePrepareProposal`, { txs: repeatedBytes(1) });
export const processProposalResponseCodec: Codec<abci.ProcessProposalResponse> = m(`${p}ResponseProcessProposal`, { status: enumeration(1) });
export const extendVoteResponseCodec: Codec<abci.ExtendVoteResponse> = m(`${p}ResponseExtendVote`, { voteExtension: bytes(1) });
export const verifyVoteExtensionResponseCodec: Codec<abci.VerifyVoteExtensionResponse> = m(`${p}ResponseVerifyVoteExtension`, { status: enumeration(1) });
export const finalizeBlockResponseCodec: Codec<abci.FinalizeBlockResponse> = m(`${p}ResponseFinalizeBlock`, {
  events: repeated(1, eventCodec),
  txResults: repeated(2, execTxResultCodec),
  validatorUpdates: repeated(3, validatorUpdateCodec),
  consensusParamUpdates: optional(4, consensusParamsCodec),
  appHash: bytes(5),
});

export interface Responses {
  exception: { readonly error: string };
  echo: { readonly message: string };
  flush: Empty;
  info: abci.InfoResponse;
  initChain: abci.InitChainResponse;
  query: abci.QueryResponse;
  checkTx: abci.CheckTxResponse;
  commit: abci.CommitResponse;
  listSnapshots: { readonly snapshots: readonly abci.Snapshot[] };
  offerSnapshot: abci.OfferSnapshotResponse;
  loadSnapshotChunk: abci.LoadSnapshotChunkResponse;
  applySnapshotChunk: abci.ApplySnapshotChunkResponse;
  prepareProposal: abci.PrepareProposalResponse;
  processProposal: abci.ProcessProposalResponse;
  extendVote: abci.ExtendVoteResponse;
  verifyVoteExtension: abci.VerifyVoteExtensionResponse;
  finalizeBlock: abci.FinalizeBlockResponse;
  insertTx: { readonly code: number };
  reapTxs: { readonly txs: readonly Uint8Array[] };
}
export interface ResponseMessage {
  readonly value: OneofValue<Responses>;
}
export const responseCodec: Codec<ResponseMessage> = m<ResponseMessage>(`${p}Response`, {
  value: oneof<Responses>({
    exception: optional(1, m<{ readonly error: string }>(`${p}ResponseException`, { error: string(1) })),
    echo: optional(2, echo('ResponseEcho')),
    flush: optional(3, empty('ResponseFlush')),
    info: optional(4, infoResponseCodec),
    initChain: optional(6, initChainResponseCodec),
    query: optional(7, queryResponseCodec),
    checkTx: optional(9, checkTxResponseCodec),
    commit: optional(12, commitResponseCodec),
    listSnapshots: optional(13, listSnapshotsResponseCodec),
    offerSnapshot: optional(14, offerSnapshotResponseCodec),
    loadSnapshotChunk: optional(15, loadSnapshotChunkResponseCodec),
    applySnapshotChunk: optional(16, applySnapshotChunkResponseCodec),
    prepareProposal: optional(17, prepareProposalResponseCodec),
    processProposal: optional(18, processProposalResponseCodec),
    extendVote: optional(19, extendVoteResponseCodec),
    verifyVoteExtension: optional(20, verifyVoteExtensionResponseCodec),
    finalizeBlock: optional(21, finalizeBlockResponseCodec),
    insertTx: optional(22, m<{ readonly code: number }>(`${p}ResponseInsertTx`, { code: uint32(1) })),
    reapTxs: optional(23, m<{ readonly txs: readonly Uint8Array[] }>(`${p}ResponseReapTxs`, { txs: repeatedBytes(1) })),
  }),
});
