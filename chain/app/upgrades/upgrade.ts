// What a program brings for one upgrade of the chain, by the name of its plan: stores that come, go or change names at its height, and what is
// done with the state. Source: cosmossdk.io/x/upgrade v0.2.0 types/handler.go, cosmossdk.io/store v1.1.2 types StoreUpgrades.
import type { VersionMap } from '../../../modules/upgrade/keeper.ts';
import type { Plan } from '../../../proto/gen/cosmos/upgrade/v1beta1.ts';
import type { Context } from '../../core/context.ts';
import type { StoreChanges } from '../../store/store-changes.ts';
import type { Keepers } from '../app.ts';

export interface UpgradeTools {
  readonly keepers: Keepers;
  /** In-place migrations of every module, genesis of those that are new; gives the versions after it. */
  readonly runMigrations: (ctx: Context, from: VersionMap) => VersionMap;
}

export interface Upgrade {
  /** The plan's name. */
  readonly name: string;
  readonly stores?: StoreChanges;
  /** Default: the migrations and nothing else. Throws where the state cannot be brought over: the node stops before the block. */
  readonly run?: (ctx: Context, plan: Plan, from: VersionMap, tools: UpgradeTools) => VersionMap;
}
