// The staking module: validators and the stake behind them.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { trackHistoricalInfo } from './historical-info.ts';
import type { StakingKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';
import { blockValidatorUpdates } from './validator-updates.ts';

export interface StakingModuleOptions {
  /** What a new chain stakes. */
  readonly bondDenom: string;
}

export function stakingModule(keeper: StakingKeeper, o: StakingModuleOptions): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 5n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis: () => defaultGenesis(o.bondDenom),
    validateGenesis,
    initGenesis: (ctx, json) => initGenesis(keeper, ctx, json),
    exportGenesis: (ctx) => (keeper.params.has(ctx) ? exportGenesis(keeper, ctx) : undefined),
    beginBlock: (ctx) => trackHistoricalInfo(keeper, ctx),
    // A chain whose genesis named no staking has no parameters: the engine's validators stay as they are.
    endBlock: (ctx) => (keeper.params.has(ctx) ? blockValidatorUpdates(keeper, ctx) : undefined),
  };
}
