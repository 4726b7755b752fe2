// Our application as a program of its own behind the ABCI socket, on simd's network: what the bench measures beside simd behind its socket.
// Arguments: folder, address, pruning mode.
import { join } from 'node:path';
import { socketServer } from '../../../chain/abci/socket/server.ts';
import { createTrellisApp } from '../../../chain/app/app.ts';
import { STORE_NAMES } from '../../../chain/app/store-names.ts';
import { installNative } from '../../../chain/native/install.ts';
import { openCommitMultiStore } from '../../../chain/store/multistore.ts';
import { SIMD_NETWORK } from '../../differential/app/replay.ts';

const [folder, address, mode] = process.argv.slice(2) as [string, string, 'default' | 'custom'];
installNative();
const store = await openCommitMultiStore({ dir: join(folder, 'application.db'), mode, stores: STORE_NAMES });
const server = socketServer({
  app: createTrellisApp({ store, ...SIMD_NETWORK }),
  address,
  onFatal: (e) => {
    console.error(e.stack ?? e.message);
    process.exit(1);
  },
});
await server.start();
process.once('SIGTERM', () => {
  void server.stop().then(async () => {
    await store.close();
    process.exit(0);
  });
});
