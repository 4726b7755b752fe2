// One chain with two applications: an engine of ours drives simd and our application with the same requests, so that the doors of both stand
// on one state and on the same blocks. The chain's app hash is simd's; ours is told it where a header holds it.
import type { Application } from '../../../chain/abci/application.ts';
import type { TrellisApp } from '../../../chain/app/app.ts';
import { fromUtf8, utf8 } from '../../../chain/encoding/bytes.ts';
import { difference } from '../../differential/app/replay.ts';

export interface Paired {
  readonly application: Application;
  /** What the two did not do alike in blocks. */
  readonly differences: readonly string[];
  /** From now on no block is proposed; the state stays as it is, until `release`. */
  hold(): void;
  release(): void;
}

export function pair(simd: Application, ours: TrellisApp): Paired {
  const differences: string[] = [];
  let root: Uint8Array = new Uint8Array(0);
  let pending = root;
  let held: Promise<void> | undefined;
  let release = (): void => undefined;
  Object.defineProperty(ours, 'lastAppHash', { get: () => root });
  const application: Application = {
    echo: (m) => simd.echo(m),
    info: (r) => simd.info(r),
    async initChain(r) {
      const state = JSON.parse(fromUtf8(r.appStateBytes)) as Record<string, unknown>;
      const own = Object.fromEntries(Object.entries(state).filter(([name]) => ours.modules.some((m) => m.name === name)));
      const [, b] = await Promise.all([ours.initChain({ ...r, appStateBytes: utf8(JSON.stringify(own)) }), simd.initChain(r)]);
      root = b.appHash;
      return b;
    },
    query: (r) => ours.query(r),
    async checkTx(r) {
      const [, b] = await Promise.all([ours.checkTx(r), simd.checkTx(r)]);
      return b;
    },
    async prepareProposal(r) {
      await held;
      return simd.prepareProposal(r);
    },
    processProposal: (r) => simd.processProposal(r),
    extendVote: (r) => simd.extendVote(r),
    verifyVoteExtension: (r) => simd.verifyVoteExtension(r),
    async finalizeBlock(r) {
      const [a, b] = await Promise.all([ours.finalizeBlock(r), simd.finalizeBlock(r)]);
      for (const [i, theirs] of b.txResults.entries()) {
        const own = a.txResults[i];
        const why = own === undefined ? 'no result' : difference(own, theirs);
        if (why !== undefined) differences.push(`height ${r.height}, transaction ${i}: ${why}`);
      }
      pending = b.appHash;
      return b;
    },
    async commit() {
      const [, b] = await Promise.all([ours.commit(), simd.commit()]);
      root = pending;
      return b;
    },
    listSnapshots: () => simd.listSnapshots(),
    offerSnapshot: (r) => simd.offerSnapshot(r),
    loadSnapshotChunk: (r) => simd.loadSnapshotChunk(r),
    applySnapshotChunk: (r) => simd.applySnapshotChunk(r),
  };
  return {
    application,
    differences,
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
  };
}
