// What genesis transactions need of the application and of staking; chain/app hands it in.
import type { Context } from '../../chain/core/context.ts';
import type { ValidatorUpdate } from '../../chain/core/module.ts';

/** Executes a transaction in the state that the genesis is read into. Throws an SdkError where it fails. */
export type DeliverGenesisTx = (tx: Uint8Array) => void;

export interface StakingKeeper {
  applyValidatorSetUpdates(ctx: Context): readonly ValidatorUpdate[];
}
