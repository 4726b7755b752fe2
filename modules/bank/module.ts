// The bank module: coins.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { BankKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';
import type { SupplyKeeper } from './supply.ts';

export function bankModule(keeper: BankKeeper, supply: SupplyKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 4n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis,
    validateGenesis: (json) => validateGenesis(keeper, json),
    initGenesis: (ctx, json) => {
      initGenesis(keeper, supply, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => exportGenesis(keeper, ctx),
  };
}
