// The consensus module: parameters of the engine. It has no genesis of its own: InitChain brings them.
import type { AppModule } from '../../chain/core/module.ts';
import type { ConsensusKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';
import { registerMessages } from './msg-server.ts';
import { registerQueries } from './query-server.ts';

export function consensusModule(keeper: ConsensusKeeper): AppModule {
  return {
    name: MODULE_NAME,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerMessages(registrar, keeper);
      registerQueries(registrar, keeper);
    },
  };
}
