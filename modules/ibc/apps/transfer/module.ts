// The transfer module: tokens to other chains and back.
import type { AppModule } from '../../../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { TransferKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerTransferMessages } from './msg-server.ts';
import { registerTransferQueries } from './query-server.ts';

export function transferModule(keeper: TransferKeeper): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 6n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerTransferMessages(registrar, keeper);
      registerTransferQueries(registrar, keeper);
    },
    defaultGenesis,
    validateGenesis,
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => (keeper.hasParams(ctx) ? exportGenesis(keeper, ctx) : undefined),
  };
}
