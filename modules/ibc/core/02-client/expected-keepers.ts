// What clients need of other modules; chain/app hands in the real keepers (x/upgrade).
import type { Context } from '../../../../chain/core/context.ts';
import type { Plan } from '../../../../proto/gen/cosmos/upgrade/v1beta1.ts';

export interface UpgradeKeeper {
  plan(ctx: Context): Plan | undefined;
  schedule(ctx: Context, plan: Plan): void;
  upgradedClient(ctx: Context, height: bigint): Uint8Array | undefined;
  setUpgradedClient(ctx: Context, height: bigint, client: Uint8Array): void;
  upgradedConsensusState(ctx: Context, height: bigint): Uint8Array | undefined;
  setUpgradedConsensusState(ctx: Context, height: bigint, state: Uint8Array): void;
}
