// An application in front of another one: it writes down what a block was executed with and what came out, and puts transactions into
// proposals that no mempool would have let in, as another proposer may. Where the application would not vote for such a block, it is voted
// for all the same: then +2/3 of others decided it, and execution has to cope.
import type { Application, FinalizeBlockRequest, FinalizeBlockResponse, InitChainRequest, InitChainResponse } from '../../../chain/abci/application.ts';

export interface ExecutedBlock {
  readonly request: FinalizeBlockRequest;
  readonly response: FinalizeBlockResponse;
}

export interface Recording extends Application {
  /** By height; a height that is executed again replaces its record. */
  readonly blocks: Map<bigint, ExecutedBlock>;
  initChainCall: { readonly request: InitChainRequest; readonly response: InitChainResponse } | undefined;
  /** Sets of transactions, one of which is added to each proposal. */
  readonly smuggled: (readonly Uint8Array[])[];
  /** Blocks that the application itself would have voted against, by height: with something smuggled in, and without. */
  readonly refused: { readonly smuggled: Set<bigint>; readonly plain: Set<bigint> };
}

export function recording(inner: Application): Recording {
  // A height that is proposed again, after a crash or in another round, gets the same set.
  let added: { readonly height: bigint; readonly txs: readonly Uint8Array[] } | undefined;
  const r: Recording = {
    ...forward(inner),
    blocks: new Map(),
    initChainCall: undefined,
    smuggled: [],
    refused: { smuggled: new Set(), plain: new Set() },
    async initChain(request) {
      const response = await inner.initChain(request);
      r.initChainCall = { request, response };
      return response;
    },
    async prepareProposal(request) {
      const { txs } = await inner.prepareProposal(request);
      if (added?.height !== request.height) added = { height: request.height, txs: r.smuggled.shift() ?? [] };
      return { txs: [...txs, ...added.txs] };
    },
    async processProposal(request) {
      const answer = await inner.processProposal(request);
      if (answer.status === 1) return answer;
      const smuggled = added?.height === request.height && added.txs.length > 0;
      r.refused[smuggled ? 'smuggled' : 'plain'].add(request.height);
      return smuggled ? { status: 1 } : answer;
    },
    async finalizeBlock(request) {
      const response = await inner.finalizeBlock(request);
      r.blocks.set(request.height, { request, response });
      return response;
    },
  };
  return r;
}

/** Methods may live on a prototype and use `this`, so that spreading the object would lose them. */
function forward(a: Application): Application {
  return {
    echo: (m) => a.echo(m),
    info: (q) => a.info(q),
    initChain: (q) => a.initChain(q),
    query: (q) => a.query(q),
    checkTx: (q) => a.checkTx(q),
    prepareProposal: (q) => a.prepareProposal(q),
    processProposal: (q) => a.processProposal(q),
    extendVote: (q) => a.extendVote(q),
    verifyVoteExtension: (q) => a.verifyVoteExtension(q),
    finalizeBlock: (q) => a.finalizeBlock(q),
    commit: () => a.commit(),
    listSnapshots: () => a.listSnapshots(),
    offerSnapshot: (q) => a.offerSnapshot(q),
    loadSnapshotChunk: (q) => a.loadSnapshotChunk(q),
    applySnapshotChunk: (q) => a.applySnapshotChunk(q),
  };
}
