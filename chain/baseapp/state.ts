// The branches of state an application works on between commits: one for CheckTx, one for the block being executed, and a fresh one for
// each proposal. Source: sdk:baseapp/state.go, setState.
import { type BlockInfo, Context, type ExecMode } from '../core/context.ts';
import type { DecCoin } from '../core/dec-coins.ts';
import type { GasMeter } from '../core/gas.ts';
import type { BranchMultiStore } from '../core/kv-store.ts';
import type { ConsensusParams } from '../types/consensus-params.ts';

/** A branch with what is known of its block. The block may be replaced, the branch not. */
export class WorkingState {
  readonly stores: BranchMultiStore;
  block: BlockInfo;
  blockGasMeter: GasMeter | undefined;
  consensusParams: ConsensusParams | undefined;

  constructor(stores: BranchMultiStore, block: BlockInfo) {
    this.stores = stores;
    this.block = block;
  }

  /** A context straight on the branch, with no gas limit and events of its own. */
  context(mode: ExecMode, more: { readonly txBytes?: Uint8Array; readonly minGasPrices?: readonly DecCoin[] } = {}): Context {
    return new Context({
      block: this.block,
      mode,
      stores: this.stores,
      consensusParams: this.consensusParams,
      ...(this.blockGasMeter === undefined ? {} : { blockGasMeter: this.blockGasMeter }),
      ...more,
    });
  }
}
