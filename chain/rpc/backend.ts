// The one interface by which the doors (JSON-RPC, gRPC, REST) ask the node. The node fulfils it; the doors know nothing else of it.
// A group per concern, so that a test or another node can fulfil only what it serves. Data that is not there is `undefined`; a thrown
// error's message is what the client reads. Reads may be synchronous: `Awaitable` lets an implementation answer without a promise.
import type { AbciEvent, CheckTxResponse, ExecTxResult, FinalizeBlockResponse, InfoResponse, QueryRequest, QueryResponse } from '../abci/application.ts';
import type { Time } from '../encoding/time.ts';
import type { Query } from '../execution/query/query.ts';
import type { Block, BlockMeta } from '../types/block.ts';
import type { BlockId, PartSetHeader } from '../types/block-id.ts';
import type { Commit } from '../types/commit.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import type { Evidence } from '../types/evidence.ts';
import type { Header } from '../types/header.ts';
import type { Proposal } from '../types/proposal.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { Validator } from '../types/validator.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';

export type { BlockMeta } from '../types/block.ts';

export type Awaitable<T> = T | Promise<T>;

/** Stored chain data by height or hash. */
export interface ChainDoor {
  /** Lowest stored height; 0 when empty. */
  readonly base: bigint;
  /** Latest committed height; 0 when empty. */
  readonly height: bigint;
  block(height: bigint): Awaitable<Block | undefined>;
  blockByHash(hash: Uint8Array): Awaitable<Block | undefined>;
  meta(height: bigint): Awaitable<BlockMeta | undefined>;
  metaByHash(hash: Uint8Array): Awaitable<BlockMeta | undefined>;
  /** The commit for the block of this height as the next block carries it. */
  commit(height: bigint): Awaitable<Commit | undefined>;
  /** The commit this node itself saw; needed for the latest height, whose canonical commit does not exist yet. */
  seenCommit(height: bigint): Awaitable<Commit | undefined>;
  results(height: bigint): Awaitable<FinalizeBlockResponse | undefined>;
  /** The set that signs this height; up to height + 1. */
  validators(height: bigint): Awaitable<ValidatorSet | undefined>;
  consensusParams(height: bigint): Awaitable<ConsensusParams | undefined>;
}

/** A vote set of one round and type, for dumps: `votes[i]` is the vote of validator i. */
export interface VoteSetView {
  readonly votes: readonly (Vote | undefined)[];
  /** Voting power that voted, and of the whole set. */
  readonly sum: bigint;
  readonly total: bigint;
  /** The value that +2/3 voted for. */
  readonly maj23: BlockId | undefined;
}
export interface RoundVotesView {
  readonly round: number;
  readonly prevotes: VoteSetView | undefined;
  readonly precommits: VoteSetView | undefined;
}
export interface PartSetView {
  readonly header: PartSetHeader;
  /** Which parts are here. */
  readonly bits: readonly boolean[];
}
/** The round state (cmt:consensus/types/round_state.go). */
export interface RoundStateView {
  readonly height: bigint;
  readonly round: number;
  /** 1 to 8, wire.md §2. */
  readonly step: number;
  readonly startTime: Time;
  readonly commitTime: Time;
  readonly validators: ValidatorSet;
  readonly proposal: Proposal | undefined;
  readonly proposalBlock: Block | undefined;
  readonly proposalBlockParts: PartSetView | undefined;
  readonly lockedRound: number;
  readonly lockedBlock: Block | undefined;
  readonly lockedBlockParts: PartSetView | undefined;
  readonly validRound: number;
  readonly validBlock: Block | undefined;
  readonly validBlockParts: PartSetView | undefined;
  readonly votes: readonly RoundVotesView[];
  readonly commitRound: number;
  readonly lastCommit: VoteSetView | undefined;
  readonly lastValidators: ValidatorSet | undefined;
  readonly triggeredTimeoutPrecommit: boolean;
}

export interface ConsensusDoor {
  /** True during block sync or state sync: broadcast_tx_* are then refused. */
  readonly catchingUp: boolean;
  /** The key this node signs with; its address is derived from it. */
  readonly publicKey: PublicKey | undefined;
  roundState(): Awaitable<RoundStateView>;
  /** Peers' round states, as already encoded JSON values. */
  peerStates(): Awaitable<readonly { readonly nodeAddress: string; readonly stateJson: string }[]>;
}

export interface MempoolDoor {
  readonly size: number;
  readonly sizeBytes: bigint;
  /**
   * Checks a transaction and keeps it for a block when its code is 0. Rejects with an Error when the mempool refuses it before the
   * application saw it (already in the cache, full, too large). Calls are served in the order they are made.
   */
  checkTx(tx: Uint8Array): Promise<CheckTxResponse>;
  /** The first `max` waiting transactions. */
  unconfirmed(max: number): Awaitable<readonly Uint8Array[]>;
}

export interface IndexedTx {
  readonly height: bigint;
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: ExecTxResult;
}
export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}
export interface SearchOptions {
  readonly order: 'asc' | 'desc';
  readonly skip: number;
  readonly limit: number;
}
export interface SearchDoor {
  /** False where the indexer is off ("null"). */
  readonly enabled: boolean;
  tx(hash: Uint8Array): Awaitable<IndexedTx | undefined>;
  /** Ordered by height, then index. `total` counts all matches; a skip beyond them gives no items. */
  txs(query: Query, options: SearchOptions): Awaitable<Page<IndexedTx>>;
  /** Heights of blocks whose events match. */
  blocks(query: Query, options: SearchOptions): Awaitable<Page<bigint>>;
}

/** Typed events, with the field names of CometBFT's event data (cmt:types/events.go). `type` is the value of tm.event. */
export type EventData =
  | { readonly type: 'NewBlock'; readonly block: Block; readonly blockId: BlockId; readonly result: FinalizeBlockResponse }
  | { readonly type: 'NewBlockHeader'; readonly header: Header }
  | { readonly type: 'NewBlockEvents'; readonly height: bigint; readonly events: readonly AbciEvent[]; readonly numTxs: bigint }
  | { readonly type: 'NewEvidence'; readonly height: bigint; readonly evidence: Evidence }
  | { readonly type: 'Tx'; readonly height: bigint; readonly index: number; readonly tx: Uint8Array; readonly result: ExecTxResult }
  | { readonly type: 'ValidatorSetUpdates'; readonly validatorUpdates: readonly Validator[] }
  | { readonly type: 'Vote'; readonly vote: Vote }
  | {
      readonly type: 'NewRound';
      readonly height: bigint;
      readonly round: number;
      readonly step: string;
      readonly proposer: { readonly address: Uint8Array; readonly index: number };
    }
  | { readonly type: 'CompleteProposal'; readonly height: bigint; readonly round: number; readonly step: string; readonly blockId: BlockId }
  | {
      readonly type: 'NewRoundStep' | 'Polka' | 'Lock' | 'Unlock' | 'Relock' | 'TimeoutPropose' | 'TimeoutWait' | 'ValidBlock';
      readonly height: bigint;
      readonly round: number;
      /** RoundStepPropose, RoundStepPrevote, … */
      readonly step: string;
    };

export interface PublishedEvent {
  readonly data: EventData;
  /** Composite key (tm.event, tx.hash, type.attribute) to its values, in order of appearance. */
  readonly events: ReadonlyMap<string, readonly string[]>;
}

export interface EventsDoor {
  /** Calls `listener` for each matching event, in order, until the returned function is called. A listener must not throw. */
  subscribe(query: Query, listener: (event: PublishedEvent) => void): () => void;
}

export interface SimulateResult {
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly data: Uint8Array;
  readonly log: string;
  readonly events: readonly AbciEvent[];
  readonly msgResponses: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  /** Set where the transaction would fail; gasUsed then tells how far it came. */
  readonly error: { readonly codespace: string; readonly code: number; readonly message: string } | undefined;
}
export interface GrpcAnswer {
  /** The response message's bytes. */
  readonly value: Uint8Array;
  /** The height of the state that was asked. */
  readonly height: bigint;
}
export interface AppDoor {
  info(): Promise<InfoResponse>;
  /** ABCI Query. Also serves the registered gRPC query methods by path "/package.Service/Method". */
  query(request: QueryRequest): Promise<QueryResponse>;
  /** Full names of the gRPC services that `grpc` serves, e.g. cosmos.bank.v1beta1.Query. */
  readonly services: readonly string[];
  /**
   * A method of a registered gRPC query service; height 0 is the latest. Throws (or rejects with) the handler's failure: an error named
   * QueryError {code: gRPC status code, message} or SdkError {codespace, code, message}. A node whose application is behind a socket
   * uses rpc/grpc/over-abci.ts.
   */
  grpc(path: string, request: Uint8Array, height: bigint): Awaitable<GrpcAnswer>;
  /** Interfaces that Anys may stand for, and their type URLs; absent where the application does not tell (then Cosmos reflection is not served). */
  readonly registry?: { interfaces(): readonly string[]; implementations(interfaceName: string): readonly string[] } | undefined;
  /** CheckTx of the application alone: the mempool is not touched. */
  checkTx(tx: Uint8Array): Promise<CheckTxResponse>;
  /** Throws the application's reason where it could not decode these bytes as a transaction. */
  requireDecodable(tx: Uint8Array): void;
  /** Runs a transaction on a branch of the latest state. */
  simulate(tx: Uint8Array): Promise<SimulateResult>;
}

export interface GenesisDoor {
  /** The genesis document in CometBFT's JSON, compact. */
  readonly json: string;
}

/** cmt:p2p/node_info.go DefaultNodeInfo. */
export interface NodeInfo {
  readonly protocolVersion: { readonly p2p: bigint; readonly block: bigint; readonly app: bigint };
  readonly id: string;
  readonly listenAddr: string;
  readonly network: string;
  /** Begins with "0.38." unless configured otherwise: stock clients choose their dialect by it (wire.md §3). */
  readonly version: string;
  readonly channels: Uint8Array;
  readonly moniker: string;
  readonly txIndex: 'on' | 'off';
  readonly rpcAddress: string;
}
export interface PeerInfo {
  readonly nodeInfo: NodeInfo;
  readonly isOutbound: boolean;
  /** Nanoseconds since the connection was made. */
  readonly connectedFor: bigint;
  readonly remoteIp: string;
}
export interface NetworkDoor {
  readonly listening: boolean;
  readonly listeners: readonly string[];
  nodeInfo(): NodeInfo;
  peers(): readonly PeerInfo[];
}

export interface EvidenceDoor {
  /** Verifies and keeps evidence; rejects with the reason. */
  add(evidence: Evidence): Awaitable<void>;
}

/** What cosmos.base.node.v1beta1 tells of the configuration. */
export interface NodeConfigView {
  /** E.g. "0.0025utrel". */
  readonly minimumGasPrices: string;
  readonly pruningKeepRecent: string;
  readonly pruningInterval: string;
  readonly haltHeight: bigint;
  /** E.g. "trellis"; consensus addresses add "valcons". */
  readonly bech32Prefix: string;
  readonly appName: string;
  readonly appVersion: string;
  /** The reference that the application follows, e.g. "v0.53.4". */
  readonly cosmosSdkVersion: string;
}

/** Only present when the operator enabled unsafe commands. */
export interface UnsafeDoor {
  dialSeeds(seeds: readonly string[]): Awaitable<void>;
  dialPeers(peers: readonly string[], options: { readonly persistent: boolean; readonly unconditional: boolean; readonly private: boolean }): Awaitable<void>;
  flushMempool(): Awaitable<void>;
}

export interface Backend {
  readonly chain: ChainDoor;
  readonly consensus: ConsensusDoor;
  readonly mempool: MempoolDoor;
  readonly search: SearchDoor;
  readonly events: EventsDoor;
  readonly app: AppDoor;
  readonly genesis: GenesisDoor;
  readonly network: NetworkDoor;
  readonly evidence: EvidenceDoor;
  readonly nodeConfig: NodeConfigView;
  readonly unsafe: UnsafeDoor | undefined;
}
