// The history module: a log of the chain's own block hashes, for light clients and other modules. It has no messages, and no genesis: the blocks
// of a chain that begins from an export have hashes of their own.
import type { AppModule } from '../../chain/core/module.ts';
import type { HistoryKeeper } from './keeper.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';

export function historyModule(keeper: HistoryKeeper): AppModule {
  return {
    name: MODULE_NAME,
    storeNames: [STORE_NAME],
    beginBlock: (ctx) => keeper.append(ctx),
  };
}
