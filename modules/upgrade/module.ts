// The upgrade module: one height at which all nodes change programs.
import type { Context } from '../../chain/core/context.ts';
import type { AppModule } from '../../chain/core/module.ts';
import type { UpgradeKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { preBlocker } from './pre-block.ts';
import { registerQueries } from './query-server.ts';

export function upgradeModule(keeper: UpgradeKeeper): AppModule {
  const preBlock: (ctx: Context) => boolean = preBlocker(keeper);
  return {
    name: MODULE_NAME,
    consensusVersion: 2n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
    // What is planned belongs to one chain, and is not taken over by another.
    defaultGenesis: () => ({}),
    exportGenesis: () => ({}),
    preBlock,
  };
}
