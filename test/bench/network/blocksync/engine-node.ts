// This repository's engine with the application behind the ABCI socket, as Go CometBFT has it: so that the CPU of two engines is compared,
// with the same application beside each. `node engine-node.ts HOME ADDRESS`.
import { connectApplication } from '../../../../chain/abci/socket/client.ts';
import { installNative } from '../../../../chain/native/install.ts';
import { loadNodeConfig } from '../../../../chain/node/config/config.ts';
import { createLogger } from '../../../../chain/node/logger.ts';
import { createNode } from '../../../../chain/node/node.ts';

const [home, address] = process.argv.slice(2);
installNative();
const application = await connectApplication(address as string);
const refuse = (): never => {
  throw new Error('not here: the application is behind a socket');
};
const node = await createNode({
  config: loadNodeConfig({ home: home as string, environment: {}, flags: new Map() }),
  logger: createLogger({ level: 'error', format: 'plain' }),
  softwareVersion: 'bench',
  bech32Prefix: 'trellis',
  openApplication: async () => ({
    application,
    door: { services: [], grpc: refuse, requireDecodable: () => undefined, simulate: refuse },
    close: async () => application.close(),
  }),
});
await node.start();
process.once('SIGTERM', () => {
  void node.stop().then(() => process.exit(0));
});
