// Commit: what FinalizeBlock wrote becomes the chain's state in one synced write; CheckTx starts again from it.
// Source: sdk:baseapp/abci.go Commit, GetBlockRetentionHeight.
import type { CommitResponse } from '../abci/application.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { forgetSignatures } from './prefetch.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

export async function commit<T extends AppTx>(app: AppCore<T>): Promise<CommitResponse> {
  const done = app.finalizeState;
  if (done === undefined) throw new AbciError('Commit called before FinalizeBlock');
  const { options } = app;
  const retainHeight = blockRetentionHeight(done.block.height, {
    minRetainBlocks: options.minRetainBlocks ?? 0n,
    evidenceMaxAgeNumBlocks: done.consensusParams?.evidence?.maxAgeNumBlocks ?? 0n,
    snapshotRetentionHeights: options.snapshots?.retentionHeights ?? 0n,
  });
  await options.store.commit(done.block.time);
  app.checkState = new WorkingState(options.store.branch(), done.block);
  app.checkState.consensusParams = app.paramsOf(app.checkState);
  app.finalizeState = undefined;
  forgetSignatures(app, app.executed ?? []);
  app.executed = undefined;
  options.snapshots?.afterCommit(done.block.height);
  return { retainHeight };
}

/**
 * Blocks below the result may be deleted; 0 keeps all. The smallest of what the operator wants, what misbehaviour may still be shown
 * from, and what the oldest snapshot needs.
 */
export function blockRetentionHeight(
  height: bigint,
  windows: { readonly minRetainBlocks: bigint; readonly evidenceMaxAgeNumBlocks: bigint; readonly snapshotRetentionHeights: bigint },
): bigint {
  const wanted = height - windows.minRetainBlocks;
  if (windows.minRetainBlocks === 0n || wanted <= 0n) return 0n;
  const least = (x: bigint, y: bigint): bigint => (x === 0n ? y : y === 0n ? x : x < y ? x : y);
  let retain = 0n;
  if (windows.evidenceMaxAgeNumBlocks > 0n) retain = height - windows.evidenceMaxAgeNumBlocks;
  if (windows.snapshotRetentionHeights > 0n) retain = least(retain, height - windows.snapshotRetentionHeights);
  retain = least(retain, wanted);
  return retain <= 0n ? 0n : retain;
}
