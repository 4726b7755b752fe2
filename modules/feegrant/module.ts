// The feegrant module: accounts that pay the fees of others.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { FeegrantKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

/** What one block may remove. */
const PRUNED_BY_BLOCK = 200;

export function feegrantModule(keeper: FeegrantKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 2n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis,
    validateGenesis,
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => exportGenesis(keeper, ctx),
    endBlock: (ctx) => {
      keeper.removeExpired(ctx, PRUNED_BY_BLOCK);
      return undefined;
    },
  };
}
