// The mint module: inflation.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { MintKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export interface MintModuleOptions {
  /** What a new chain mints. */
  readonly mintDenom: string;
}

export function mintModule(keeper: MintKeeper, o: MintModuleOptions): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 2n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis: () => defaultGenesis(o.mintDenom),
    validateGenesis,
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => (keeper.params.has(ctx) ? exportGenesis(keeper, ctx) : undefined),
    beginBlock: (ctx) => keeper.beginBlock(ctx),
  };
}
