// The application behind ABCI 2.0: routes transactions to the ante and to modules, keeps the branches of state, answers queries.
// Each station of a block has a file of its own; this class holds what they share and is the Application that an engine drives.
// Source: sdk:baseapp v0.53.4. Invariants: only FinalizeBlock's branch reaches the store; everything else is thrown away.
import type {
  Application,
  ApplySnapshotChunkRequest,
  ApplySnapshotChunkResponse,
  CheckTxRequest,
  CheckTxResponse,
  CommitResponse,
  ExtendVoteRequest,
  ExtendVoteResponse,
  FinalizeBlockRequest,
  FinalizeBlockResponse,
  InfoRequest,
  InfoResponse,
  InitChainRequest,
  InitChainResponse,
  LoadSnapshotChunkRequest,
  LoadSnapshotChunkResponse,
  OfferSnapshotRequest,
  OfferSnapshotResponse,
  PrepareProposalRequest,
  PrepareProposalResponse,
  ProcessProposalRequest,
  ProcessProposalResponse,
  QueryRequest,
  QueryResponse,
  Snapshot,
  VerifyVoteExtensionRequest,
  VerifyVoteExtensionResponse,
} from '../abci/application.ts';
import { blockInfo, type Context, type ExecMode } from '../core/context.ts';
import { GasMeter } from '../core/gas.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';
import { checkTx } from './check-tx.ts';
import { commit } from './commit.ts';
import { finalizeBlock } from './finalize-block.ts';
import { initChain } from './init-chain.ts';
import type { BaseAppOptions } from './options.ts';
import { prepareProposal } from './prepare-proposal.ts';
import { processProposal } from './process-proposal.ts';
import { query, queryContext } from './query.ts';
import { markIndexed } from './results.ts';
import { runTx, type TxOutcome } from './run-tx.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

const NOTHING: ReadonlySet<string> = new Set(['']);

/** A call that the state of the chain does not allow; the engine must stop. */
export class AbciError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'AbciError';
  }
}

export class BaseApp<T extends AppTx = AppTx> implements Application {
  readonly options: BaseAppOptions<T>;
  /** Height of the first block; known after InitChain, else the next one. */
  initialHeight = 1n;
  checkState: WorkingState;
  /** Between InitChain or the begin of a block and its commit. */
  finalizeState: WorkingState | undefined;
  /** Transactions of the block that was executed into the store and waits for its commit. */
  executed: readonly Uint8Array[] | undefined;
  /** Transactions whose signatures were checked ahead of time already. */
  readonly prefetched = new WeakSet<T>();

  constructor(options: BaseAppOptions<T>) {
    this.options = options;
    // The reference starts with height 0 here and so refuses signatures until the next commit; the last height is what they were made for.
    const { height } = options.store.last;
    const time = options.store.timeAt?.(height);
    this.checkState = new WorkingState(options.store.branch(), blockInfo(options.chainId, { height, ...(time === undefined ? {} : { time }) }));
    this.checkState.consensusParams = this.paramsOf(this.checkState);
  }

  get chainId(): string {
    return this.options.chainId;
  }
  get lastHeight(): bigint {
    return this.options.store.last.height;
  }
  get lastAppHash(): Uint8Array {
    return this.options.store.last.appHash;
  }

  /** Consensus parameters in a state; read with no gas charged to anyone. */
  paramsOf(state: WorkingState): ConsensusParams | undefined {
    return this.options.consensusParams.get(state.context('query'));
  }

  /** A context for one transaction on a state. Parameters are read anew: an earlier transaction of the block may have changed them. */
  txContext(state: WorkingState, mode: ExecMode, txBytes: Uint8Array): Context {
    const ctx = state.context(mode, { txBytes, minGasPrices: this.options.minGasPrices ?? [] });
    return ctx.with({ consensusParams: this.options.consensusParams.get(ctx) });
  }

  /** A meter for a block: limited where max_gas is positive. */
  blockGasMeter(params: ConsensusParams | undefined): GasMeter {
    const max = params?.block?.maxGas ?? 0n;
    if (max < -1n) throw new AbciError(`invalid maximum block gas: ${max}`);
    return max > 0n ? GasMeter.withLimit(max) : GasMeter.infinite();
  }

  async echo(message: string): Promise<string> {
    return message;
  }

  async info(_req: InfoRequest): Promise<InfoResponse> {
    const { name, version } = this.options;
    return { data: name, version, appVersion: 0n, lastBlockHeight: this.lastHeight, lastBlockAppHash: this.lastAppHash };
  }

  async initChain(req: InitChainRequest): Promise<InitChainResponse> {
    return initChain(this, req);
  }
  async query(req: QueryRequest): Promise<QueryResponse> {
    return query(this, req);
  }
  checkTx(req: CheckTxRequest): Promise<CheckTxResponse> {
    return checkTx(this, req);
  }
  prepareProposal(req: PrepareProposalRequest): Promise<PrepareProposalResponse> {
    return prepareProposal(this, req);
  }
  processProposal(req: ProcessProposalRequest): Promise<ProcessProposalResponse> {
    return processProposal(this, req);
  }
  finalizeBlock(req: FinalizeBlockRequest): Promise<FinalizeBlockResponse> {
    return finalizeBlock(this, req);
  }
  commit(): Promise<CommitResponse> {
    return commit(this);
  }

  // No module extends votes: calling these is a fault of the engine, as in the reference where no handler is set.
  async extendVote(_req: ExtendVoteRequest): Promise<ExtendVoteResponse> {
    throw new AbciError('application ExtendVote handler not set');
  }
  async verifyVoteExtension(_req: VerifyVoteExtensionRequest): Promise<VerifyVoteExtensionResponse> {
    throw new AbciError('application VerifyVoteExtension handler not set');
  }

  async listSnapshots(): Promise<readonly Snapshot[]> {
    return (await this.options.snapshots?.listSnapshots()) ?? [];
  }
  async offerSnapshot(req: OfferSnapshotRequest): Promise<OfferSnapshotResponse> {
    return (await this.options.snapshots?.offerSnapshot(req)) ?? { result: 2 };
  }
  async loadSnapshotChunk(req: LoadSnapshotChunkRequest): Promise<LoadSnapshotChunkResponse> {
    return (await this.options.snapshots?.loadSnapshotChunk(req)) ?? { chunk: new Uint8Array(0) };
  }
  async applySnapshotChunk(req: ApplySnapshotChunkRequest): Promise<ApplySnapshotChunkResponse> {
    return (await this.options.snapshots?.applySnapshotChunk(req)) ?? { result: 2, refetchChunks: [], rejectSenders: [] };
  }

  /** A read-only context at a height (0: the latest) for gRPC and REST doors; throws an SdkError with the reason. */
  queryContext(height: bigint, prove = false): Context {
    return queryContext(this, height, prove);
  }

  /** Runs a transaction on a branch of the check state without signatures being looked at; nothing is kept. */
  simulate(txBytes: Uint8Array): TxOutcome {
    const outcome = runTx(this.options, this.txContext(this.checkState, 'simulate', txBytes).branch().ctx);
    // Nothing indexes a simulation, and the reference says so.
    return { ...outcome, events: markIndexed(outcome.events, NOTHING) };
  }
}
