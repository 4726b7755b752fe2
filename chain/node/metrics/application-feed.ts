// Times the calls of the engine to the application, and counts what their answers say.
import type { Application, CheckTxRequest } from '../../abci/application.ts';
import type { ConsensusFamilies, ExecutionFamilies, MempoolFamilies } from './families.ts';

const CHECK_AGAIN = 1;
const ACCEPT = 1;

/** `method` as CometBFT labels it. */
function snakeCase(method: string): string {
  return method.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
}

export function measuredApplication(app: Application, execution: ExecutionFamilies, consensus: ConsensusFamilies, mempool: MempoolFamilies): Application {
  const timed = <A extends readonly unknown[], R>(method: keyof Application, call: (...args: A) => Promise<R>, type = 'sync'): ((...args: A) => Promise<R>) => {
    const labels = { method: snakeCase(method), type };
    return async (...args) => {
      const begun = performance.now();
      try {
        return await call(...args);
      } finally {
        execution.methodTiming.observe((performance.now() - begun) / 1000, labels);
      }
    };
  };
  const verdict = (accepted: boolean): { readonly status: string } => ({ status: accepted ? 'accepted' : 'rejected' });
  const checkTx = timed('checkTx', (r: CheckTxRequest) => app.checkTx(r), 'async');
  const prepare = timed('prepareProposal', (r: Parameters<Application['prepareProposal']>[0]) => app.prepareProposal(r));
  const process = timed('processProposal', (r: Parameters<Application['processProposal']>[0]) => app.processProposal(r));
  const verifyExtension = timed('verifyVoteExtension', (r: Parameters<Application['verifyVoteExtension']>[0]) => app.verifyVoteExtension(r));
  const finalize = timed('finalizeBlock', (r: Parameters<Application['finalizeBlock']>[0]) => app.finalizeBlock(r));
  return {
    echo: timed('echo', (m: string) => app.echo(m)),
    info: timed('info', (r: Parameters<Application['info']>[0]) => app.info(r)),
    initChain: timed('initChain', (r: Parameters<Application['initChain']>[0]) => app.initChain(r)),
    query: timed('query', (r: Parameters<Application['query']>[0]) => app.query(r)),
    async checkTx(r) {
      const answer = await checkTx(r);
      if (r.type === CHECK_AGAIN) {
        mempool.rechecks.add(1);
        if (answer.code !== 0) mempool.evicted.add(1);
      } else if (answer.code !== 0) mempool.failed.add(1);
      return answer;
    },
    async prepareProposal(r) {
      const answer = await prepare(r);
      consensus.proposalsCreated.add(1);
      return answer;
    },
    async processProposal(r) {
      const answer = await process(r);
      consensus.proposalsReceived.add(1, verdict(answer.status === ACCEPT));
      return answer;
    },
    extendVote: timed('extendVote', (r: Parameters<Application['extendVote']>[0]) => app.extendVote(r)),
    async verifyVoteExtension(r) {
      const answer = await verifyExtension(r);
      consensus.extensions.add(1, verdict(answer.status === ACCEPT));
      return answer;
    },
    async finalizeBlock(r) {
      const begun = performance.now();
      const answer = await finalize(r);
      execution.processingTime.observe(performance.now() - begun);
      if (answer.validatorUpdates.length > 0) execution.validatorUpdates.add(1);
      if (answer.consensusParamUpdates !== undefined) execution.paramUpdates.add(1);
      return answer;
    },
    commit: timed('commit', () => app.commit()),
    listSnapshots: timed('listSnapshots', () => app.listSnapshots()),
    offerSnapshot: timed('offerSnapshot', (r: Parameters<Application['offerSnapshot']>[0]) => app.offerSnapshot(r)),
    loadSnapshotChunk: timed('loadSnapshotChunk', (r: Parameters<Application['loadSnapshotChunk']>[0]) => app.loadSnapshotChunk(r)),
    applySnapshotChunk: timed('applySnapshotChunk', (r: Parameters<Application['applySnapshotChunk']>[0]) => app.applySnapshotChunk(r)),
  };
}
