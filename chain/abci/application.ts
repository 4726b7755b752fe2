// ABCI 2.0 as CometBFT v0.40.0 speaks it: the seam between engine and application (cmt:proto/tendermint/abci/types.proto).
// Heights, gas and powers are bigint; times are bigint nanoseconds; hashes and keys are bytes.
import type { Time } from '../encoding/time.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import type { PublicKey } from '../types/public-key.ts';

export interface EventAttribute {
  readonly key: string;
  readonly value: string;
  readonly index: boolean;
}
export interface AbciEvent {
  readonly type: string;
  readonly attributes: readonly EventAttribute[];
}

export interface ExecTxResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly log: string;
  readonly info: string;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly events: readonly AbciEvent[];
  readonly codespace: string;
}
/** As ExecTxResult; CheckTx has the same fields in CometBFT v0.40.0. */
export type CheckTxResponse = ExecTxResult;

export interface ValidatorUpdate {
  readonly pubKey: PublicKey;
  /** 0 removes the validator. */
  readonly power: bigint;
}
/** 20-byte address and power. */
export interface AbciValidator {
  readonly address: Uint8Array;
  readonly power: bigint;
}
export interface VoteInfo {
  readonly validator: AbciValidator;
  /** 1 absent, 2 commit, 3 nil. */
  readonly blockIdFlag: number;
}
export interface ExtendedVoteInfo extends VoteInfo {
  readonly voteExtension: Uint8Array;
  readonly extensionSignature: Uint8Array;
}
export interface CommitInfo {
  readonly round: number;
  readonly votes: readonly VoteInfo[];
}
export interface ExtendedCommitInfo {
  readonly round: number;
  readonly votes: readonly ExtendedVoteInfo[];
}
export interface Misbehavior {
  /** 1 duplicate vote, 2 light client attack. */
  readonly type: number;
  readonly validator: AbciValidator;
  readonly height: bigint;
  readonly time: Time;
  readonly totalVotingPower: bigint;
}

export interface InfoRequest {
  readonly version: string;
  readonly blockVersion: bigint;
  readonly p2pVersion: bigint;
  readonly abciVersion: string;
}
export interface InfoResponse {
  readonly data: string;
  readonly version: string;
  readonly appVersion: bigint;
  readonly lastBlockHeight: bigint;
  readonly lastBlockAppHash: Uint8Array;
}

export interface InitChainRequest {
  readonly time: Time;
  readonly chainId: string;
  readonly consensusParams: ConsensusParams | undefined;
  readonly validators: readonly ValidatorUpdate[];
  /** The genesis app_state: JSON bytes. */
  readonly appStateBytes: Uint8Array;
  readonly initialHeight: bigint;
}
export interface InitChainResponse {
  readonly consensusParams: ConsensusParams | undefined;
  /** Empty: the genesis validators stay. */
  readonly validators: readonly ValidatorUpdate[];
  readonly appHash: Uint8Array;
}

export interface QueryRequest {
  readonly data: Uint8Array;
  readonly path: string;
  /** 0 is the latest. */
  readonly height: bigint;
  readonly prove: boolean;
}
export interface ProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}
export interface QueryResponse {
  readonly code: number;
  readonly log: string;
  readonly info: string;
  readonly index: bigint;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly proofOps: { readonly ops: readonly ProofOp[] } | undefined;
  readonly height: bigint;
  readonly codespace: string;
}

export interface CheckTxRequest {
  readonly tx: Uint8Array;
  /** 0 new, 1 recheck. */
  readonly type: number;
}

export interface PrepareProposalRequest {
  /** The transactions of the response may not exceed this many bytes, proto framing included. */
  readonly maxTxBytes: bigint;
  readonly txs: readonly Uint8Array[];
  readonly localLastCommit: ExtendedCommitInfo;
  readonly misbehavior: readonly Misbehavior[];
  readonly height: bigint;
  readonly time: Time;
  readonly nextValidatorsHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}
export interface PrepareProposalResponse {
  readonly txs: readonly Uint8Array[];
}

export interface ProcessProposalRequest {
  readonly txs: readonly Uint8Array[];
  readonly proposedLastCommit: CommitInfo;
  readonly misbehavior: readonly Misbehavior[];
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly time: Time;
  readonly nextValidatorsHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}
export interface ProcessProposalResponse {
  /** 1 accept, 2 reject. */
  readonly status: number;
}

export interface ExtendVoteRequest {
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly time: Time;
  readonly txs: readonly Uint8Array[];
  readonly proposedLastCommit: CommitInfo;
  readonly misbehavior: readonly Misbehavior[];
  readonly nextValidatorsHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}
export interface ExtendVoteResponse {
  readonly voteExtension: Uint8Array;
}
export interface VerifyVoteExtensionRequest {
  readonly hash: Uint8Array;
  readonly validatorAddress: Uint8Array;
  readonly height: bigint;
  readonly voteExtension: Uint8Array;
}
export interface VerifyVoteExtensionResponse {
  /** 1 accept, 2 reject. */
  readonly status: number;
}

export interface FinalizeBlockRequest {
  readonly txs: readonly Uint8Array[];
  readonly decidedLastCommit: CommitInfo;
  readonly misbehavior: readonly Misbehavior[];
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly time: Time;
  readonly nextValidatorsHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}
export interface FinalizeBlockResponse {
  readonly events: readonly AbciEvent[];
  readonly txResults: readonly ExecTxResult[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParamUpdates: ConsensusParams | undefined;
  readonly appHash: Uint8Array;
}
export interface CommitResponse {
  /** Blocks below it may be deleted; 0 keeps all. */
  readonly retainHeight: bigint;
}

export interface Snapshot {
  readonly height: bigint;
  readonly format: number;
  readonly chunks: number;
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
}
export interface OfferSnapshotRequest {
  readonly snapshot: Snapshot | undefined;
  readonly appHash: Uint8Array;
}
export interface OfferSnapshotResponse {
  /** 1 accept, 2 abort, 3 reject, 4 reject format, 5 reject sender. */
  readonly result: number;
}
export interface LoadSnapshotChunkRequest {
  readonly height: bigint;
  readonly format: number;
  readonly chunk: number;
}
export interface LoadSnapshotChunkResponse {
  readonly chunk: Uint8Array;
}
export interface ApplySnapshotChunkRequest {
  readonly index: number;
  readonly chunk: Uint8Array;
  readonly sender: string;
}
export interface ApplySnapshotChunkResponse {
  /** 1 accept, 2 abort, 3 retry, 4 retry snapshot, 5 reject snapshot. */
  readonly result: number;
  readonly refetchChunks: readonly number[];
  readonly rejectSenders: readonly string[];
}

/**
 * What an engine asks of an application. In process these are direct calls; over the socket the same interface is a client.
 * An application answers bad input in its response (code, codespace); a rejected promise means that the node must stop.
 */
/** The application ends here as it was told to (halt-height, halt-time): the engine stops, and nothing is wrong. */
export class PlannedHalt extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'PlannedHalt';
  }
}

/** It cannot make the next block with this program, and another one must: the engine stops, and whoever runs the node is told. */
export class ProgramHalt extends PlannedHalt {
  constructor(text: string) {
    super(text);
    this.name = 'ProgramHalt';
  }
}

export interface Application {
  echo(message: string): Promise<string>;
  info(req: InfoRequest): Promise<InfoResponse>;
  initChain(req: InitChainRequest): Promise<InitChainResponse>;
  query(req: QueryRequest): Promise<QueryResponse>;
  checkTx(req: CheckTxRequest): Promise<CheckTxResponse>;
  prepareProposal(req: PrepareProposalRequest): Promise<PrepareProposalResponse>;
  processProposal(req: ProcessProposalRequest): Promise<ProcessProposalResponse>;
  extendVote(req: ExtendVoteRequest): Promise<ExtendVoteResponse>;
  verifyVoteExtension(req: VerifyVoteExtensionRequest): Promise<VerifyVoteExtensionResponse>;
  finalizeBlock(req: FinalizeBlockRequest): Promise<FinalizeBlockResponse>;
  commit(): Promise<CommitResponse>;
  listSnapshots(): Promise<readonly Snapshot[]>;
  offerSnapshot(req: OfferSnapshotRequest): Promise<OfferSnapshotResponse>;
  loadSnapshotChunk(req: LoadSnapshotChunkRequest): Promise<LoadSnapshotChunkResponse>;
  applySnapshotChunk(req: ApplySnapshotChunkRequest): Promise<ApplySnapshotChunkResponse>;
  /** Not ABCI, and only in process: transactions that are likely to be executed next, of which the application may check ahead what it likes. */
  prefetch?(txs: readonly Uint8Array[]): Promise<void>;
}
