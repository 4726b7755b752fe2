// The params module: only its queries, for explorers that ask them. Modules keep their parameters themselves, so that no subspace is registered.
import type { AppModule } from '../../chain/core/module.ts';
import { MODULE_NAME } from './keys.ts';
import { registerQueries } from './query-server.ts';

export function paramsModule(): AppModule {
  return { name: MODULE_NAME, storeNames: [], registerServices: registerQueries };
}
