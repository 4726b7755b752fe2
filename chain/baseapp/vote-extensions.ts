// Vote extensions: no module has any to say, so where they are enabled they are empty, and every extension of others is accepted.
// Asking where they are off is a fault of the engine. Source: sdk:baseapp/abci.go ExtendVote, abci_utils.go NoOpExtendVote.
import type { ExtendVoteResponse, VerifyVoteExtensionResponse } from '../abci/application.ts';
import { voteExtensionsEnabled } from '../types/consensus-params.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import type { AppTx } from './tx.ts';

function assertEnabled<T extends AppTx>(app: AppCore<T>, height: bigint, call: string): void {
  // Before the first block the parameters are those of the genesis that waits for it.
  const params = app.paramsOf(height === app.initialHeight && app.finalizeState !== undefined ? app.finalizeState : app.checkState);
  if (params === undefined || !voteExtensionsEnabled(params, height)) {
    throw new AbciError(`vote extensions are not enabled; unexpected call to ${call} at height ${height}`);
  }
}

export async function extendVote<T extends AppTx>(app: AppCore<T>, height: bigint): Promise<ExtendVoteResponse> {
  assertEnabled(app, height, 'ExtendVote');
  return { voteExtension: new Uint8Array(0) };
}

export async function verifyVoteExtension<T extends AppTx>(app: AppCore<T>, height: bigint): Promise<VerifyVoteExtensionResponse> {
  assertEnabled(app, height, 'VerifyVoteExtension');
  return { status: 1 };
}
