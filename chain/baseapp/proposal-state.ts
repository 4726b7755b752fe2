// The state a proposal is looked at with: that of the last commit, or of the genesis before the first block; never written back.
import type { Context } from '../core/context.ts';
import { blockInfo } from '../core/context.ts';
import type { AppCore } from './app-core.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

export function proposalContext<T extends AppTx>(
  app: AppCore<T>,
  mode: 'prepareProposal' | 'processProposal',
  req: { readonly height: bigint; readonly time: bigint; readonly proposerAddress: Uint8Array; readonly nextValidatorsHash: Uint8Array },
): Context {
  const first = req.height === app.initialHeight ? app.finalizeState : undefined;
  const { height, time, proposerAddress, nextValidatorsHash } = req;
  const block = blockInfo(app.chainId, { height, time, proposerAddress, nextValidatorsHash, appHash: app.lastAppHash });
  const state = new WorkingState((first?.stores ?? app.options.store).branch(), block);
  state.consensusParams = app.paramsOf(state);
  return state.context(mode);
}
