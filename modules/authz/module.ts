// The authz module: accounts that act in the name of others.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { AuthzKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export function authzModule(keeper: AuthzKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 2n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis,
    validateGenesis: (json) => validateGenesis(keeper, json),
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => exportGenesis(keeper, ctx),
    beginBlock: (ctx) => keeper.removeExpired(ctx),
  };
}
