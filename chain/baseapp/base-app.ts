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
import type { Context } from '../core/context.ts';
import { AppCore } from './app-core.ts';
import { checkTx } from './check-tx.ts';
import { commit } from './commit.ts';
import { finalizeBlock } from './finalize-block.ts';
import { initChain } from './init-chain.ts';
import { gatherSignatures } from './prefetch.ts';
import { prepareProposal } from './prepare-proposal.ts';
import { processProposal } from './process-proposal.ts';
import { query, queryContext } from './query.ts';
import type { AppTx } from './tx.ts';
import { extendVote, verifyVoteExtension } from './vote-extensions.ts';

export class BaseApp<T extends AppTx = AppTx> extends AppCore<T> implements Application {
  async echo(message: string): Promise<string> {
    return message;
  }

  async info(_req: InfoRequest): Promise<InfoResponse> {
    const { name, version } = this.options;
    return { data: name, version, appVersion: this.appVersion, lastBlockHeight: this.lastHeight, lastBlockAppHash: this.lastAppHash };
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

  extendVote(req: ExtendVoteRequest): Promise<ExtendVoteResponse> {
    return extendVote(this, req.height);
  }
  verifyVoteExtension(req: VerifyVoteExtensionRequest): Promise<VerifyVoteExtensionResponse> {
    return verifyVoteExtension(this, req.height);
  }

  async prefetch(txs: readonly Uint8Array[]): Promise<void> {
    await gatherSignatures(this, txs);
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
}
