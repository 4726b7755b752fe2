// The rotation module: validators change the keys that sign blocks.
import type { AppModule } from '../../chain/core/module.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import type { RotationKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export interface RotationModuleOptions {
  /** What a new chain takes the fee in. */
  readonly feeDenom: string;
}

export function rotationModule(keeper: RotationKeeper, o: RotationModuleOptions): AppModule {
  return {
    name: MODULE_NAME,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    defaultGenesis: () => defaultGenesis(o.feeDenom),
    validateGenesis: (json) => validateGenesis(keeper, json),
    initGenesis: (ctx, json) => {
      initGenesis(keeper, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => (keeper.params.has(ctx) ? exportGenesis(keeper, ctx) : undefined),
  };
}
