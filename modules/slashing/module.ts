// The slashing module: validators that do not sign.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { SlashingKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { handleLastCommit } from './liveness.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export function slashingModule(keeper: SlashingKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 4n,
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
    exportGenesis: (ctx) => (keeper.params.has(ctx) ? exportGenesis(keeper, ctx) : undefined),
    beginBlock: (ctx) => handleLastCommit(keeper, ctx),
  };
}
