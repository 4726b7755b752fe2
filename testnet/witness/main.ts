// A node or an ABCI server as `trellisd start` runs them, for tests: the misbehavior that the application is told is written down, votes are
// extended where the chain has vote extensions, and with --equivocate FROM,TO,EVERY the validator signs two votes of each type at every EVERYth height of FROM to TO.
//   node testnet/witness/main.ts start --home DIR [--equivocate 5,60,6]
//   node testnet/witness/main.ts start --home DIR --with-comet=false --address tcp://127.0.0.1:PORT --transport socket
import { parseArgs } from 'node:util';
import type { Application } from '../../chain/abci/application.ts';
import { socketServer } from '../../chain/abci/socket/server.ts';
import { openApplication } from '../../chain/cmd/application.ts';
import { processIo } from '../../chain/cmd/io.ts';
import { type Stoppable, untilStopped } from '../../chain/cmd/until-stopped.ts';
import { installNative } from '../../chain/native/install.ts';
import { SignaturePool } from '../../chain/native/signature-pool.ts';
import { loadNodeConfig, type NodeConfig } from '../../chain/node/config/config.ts';
import { readGenesisFile } from '../../chain/node/genesis-file.ts';
import { createLogger } from '../../chain/node/logger.ts';
import { createNode } from '../../chain/node/node.ts';
import { readKeyFile } from '../../chain/privval/key-file.ts';
import { EquivocatingTransport } from './equivocating-transport.ts';
import { extendingVotes } from './extending-votes.ts';
import { recordMisbehavior } from './misbehavior-log.ts';

const VERSION = '0.0.0-witness';
const PREFIX = 'trellis';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    home: { type: 'string' },
    'with-comet': { type: 'string' },
    address: { type: 'string' },
    transport: { type: 'string' },
    log_level: { type: 'string' },
    equivocate: { type: 'string' },
  },
});

const witnessed = ({ home }: NodeConfig, app: Application): Application => extendingVotes(home, recordMisbehavior(home, app));

async function serveApplication(config: NodeConfig, address: string): Promise<Stoppable> {
  const pool = new SignaturePool({ threads: 1 });
  const chainId = readGenesisFile(config.files.genesis).doc.chainId;
  const verifyBatch: SignaturePool['verifyBatch'] = (items, o) => pool.verifyBatch(items, o);
  const opened = await openApplication({ config, chainId, version: VERSION, bech32Prefix: PREFIX, verifyBatch });
  let onFatal: (e: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    onFatal = resolve;
  });
  const server = socketServer({ app: witnessed(config, opened.application), address, onFatal });
  await server.start();
  console.log('serving the application');
  const stop = async (): Promise<void> => {
    await server.stop();
    await opened.close();
    await pool.close();
  };
  return { failed, stop };
}

async function runNode(config: NodeConfig): Promise<Stoppable> {
  const key = readKeyFile(config.files.privValidatorKey);
  const { chainId } = readGenesisFile(config.files.genesis).doc;
  const [from, to, every] = (values.equivocate ?? '0,0,1').split(',').map(BigInt) as [bigint, bigint, bigint];
  const at = (height: bigint): boolean => height >= from && height <= to && height % every === 0n;
  const node = await createNode({
    config,
    logger: createLogger({ level: 'info', format: 'plain' }),
    softwareVersion: VERSION,
    bech32Prefix: PREFIX,
    openApplication: async (deps) => {
      const opened = await openApplication({ config, version: VERSION, bech32Prefix: PREFIX, ...deps });
      return { ...opened, application: witnessed(config, opened.application) };
    },
    ...(values.equivocate === undefined ? {} : { wrapTransport: (inner) => new EquivocatingTransport(inner, { key, chainId, at }) }),
  });
  await node.start();
  return { failed: node.failed, stop: () => node.stop() };
}

installNative((text) => console.error(text));
if (values.home === undefined) throw new Error('--home is missing');
const config = loadNodeConfig({ home: values.home, environment: {} });
const running = values['with-comet'] === 'false' ? await serveApplication(config, values.address ?? '') : await runNode(config);
process.exitCode = await untilStopped(running, processIo());
