// The governance module: proposals that stake votes on, and that change parameters or do whatever a message can.
import type { AppModule } from '../../chain/core/module.ts';
import { endBlock } from './end-block.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { GovKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerLegacyMessages } from './legacy-msg-server.ts';
import { registerLegacyQueries } from './legacy-query-server.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export interface GovModuleOptions {
  /** What deposits of a new chain are made in. */
  readonly depositDenom: string;
}

export function govModule(keeper: GovKeeper, o: GovModuleOptions): AppModule {
  return {
    name: MODULE_NAME,
    consensusVersion: 5n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerLegacyMessages(registrar, keeper);
      registerMessages(registrar, keeper);
      registerLegacyQueries(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis: () => defaultGenesis(o.depositDenom),
    validateGenesis: (json) => validateGenesis(keeper.addresses, json),
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => (keeper.params.has(ctx) ? exportGenesis(keeper, ctx) : undefined),
    endBlock: (ctx) => {
      endBlock(keeper, ctx);
      return undefined;
    },
  };
}
