// `start`: a node with the engine inside, or the application alone behind the ABCI socket for a CometBFT (--with-comet=false).

import type { Command } from 'commander';
import { Option } from 'commander';
import type { VerifyBatch } from '../baseapp/signature-cache.ts';
import { toHex } from '../encoding/bytes.ts';
import { installNative } from '../native/install.ts';
import { loadNodeConfig, type NodeConfig } from '../node/config/config.ts';
import { refuseUnsupportedApplication } from '../node/config/unsupported.ts';
import { readGenesisFile } from '../node/genesis-file.ts';
import { createLogger, type Logger } from '../node/logger.ts';
import { type OpenedApplication, openApplication } from './application.ts';
import { bigNumber, booleanFlag, type Cli, commaList, homeOf, type Options, prefixOf, type Register } from './cli.ts';
import { CliError } from './errors.ts';
import { logLevel } from './log-level.ts';
import { givenFlags, nodeFlags } from './node-flags.ts';
import { type Stoppable, untilStopped } from './until-stopped.ts';
import { packageJson } from './version.ts';

const ABCI_ADDRESS = 'tcp://127.0.0.1:26658';

export const register: Register = (parent, cli) => {
  const command = nodeFlags(parent.command('start'))
    .option('--address <address>', 'Address of the ABCI socket (with --with-comet=false)', ABCI_ADDRESS)
    .addOption(new Option('--transport <kind>', 'Kind of the ABCI connection').choices(['socket', 'grpc']).default('socket'))
    .addOption(
      new Option('--unsafe-skip-upgrades <heights>', 'Pass over the upgrades of these heights, joined by commas, and go on with this program')
        .argParser(heights)
        .default(new Set<bigint>(), 'none'),
    )
    .option('--genesis_hash <hex>', 'SHA-256 that the genesis file must have');
  booleanFlag(command, '--with-comet', 'Run the engine in this process', true);
  command.action(() => start(cli, command, command.optsWithGlobals()));
};

function heights(text: string, before: ReadonlySet<bigint>): ReadonlySet<bigint> {
  return new Set([...before, ...commaList(text).map(bigNumber)]);
}

function checkStart(config: NodeConfig, options: Options): void {
  if (config.app.minimumGasPrices === '') {
    throw new CliError(
      'minimum-gas-prices is empty, so that anyone could fill blocks for free: set it in app.toml or by --minimum-gas-prices ("0utrel" for none)',
    );
  }
  const hash = options.genesis_hash as string | undefined;
  if (hash === undefined) return;
  const got = toHex(readGenesisFile(config.files.genesis).hash);
  if (got !== hash.toLowerCase()) throw new CliError(`the genesis file ${config.files.genesis} has the SHA-256 ${got}, not ${hash}`);
}

async function start(cli: Cli, command: Command, options: Options): Promise<void> {
  const config = loadNodeConfig({ home: homeOf(cli, options), environment: cli.io.environment, flags: givenFlags(command, options) });
  checkStart(config, options);
  const logger = createLogger({ level: logLevel(config.comet.base.logLevel), format: config.comet.base.logFormat as 'plain' | 'json' });
  installNative((text) => logger.warn(text));
  const prefix = prefixOf(cli, options);
  const open: OpenApplication = async (deps) => {
    const opened = await openApplication({
      ...deps,
      config,
      version: packageJson().version,
      bech32Prefix: prefix,
      logger: logger.module('snapshots'),
      upgradeLogger: logger.module('upgrade'),
      skipUpgradeHeights: options.unsafeSkipUpgrades as ReadonlySet<bigint>,
      ...(cli.program === undefined ? {} : { program: cli.program }),
    });
    const wrong = opened.app.programError();
    if (wrong === undefined) return opened;
    await opened.close();
    throw new CliError(wrong);
  };
  const running = options.withComet === false ? await serveApplication(config, options, open, logger) : await runNode(config, prefix, open, logger);
  cli.result.exitCode = await untilStopped(running, cli.io);
  logger.info('stopped', { height: running.height() });
}

interface Running extends Stoppable {
  height(): bigint;
}

type OpenApplication = (deps: { readonly chainId: string; readonly verifyBatch: VerifyBatch }) => Promise<OpenedApplication>;

async function runNode(config: NodeConfig, bech32Prefix: string, open: OpenApplication, logger: Logger): Promise<Running> {
  const { createNode } = await import('../node/node.ts');
  const { version } = packageJson();
  const node = await createNode({
    config,
    logger,
    softwareVersion: version,
    bech32Prefix,
    openApplication: open,
  });
  const height = (): bigint => node.engine.state.lastBlockHeight;
  logger.info('starting', { chain_id: node.chainId, home: config.home, validator: node.validatorAddress, height: height() });
  await node.start();
  const { rpc, grpc, rest, metrics } = node.addresses;
  const at = (a: { host: string; port: number } | undefined): string | undefined => (a === undefined ? undefined : `${a.host}:${a.port}`);
  logger.info('listening', { rpc: at(rpc), grpc: at(grpc), rest: at(rest), metrics: at(metrics) });
  return { failed: node.failed, stop: () => node.stop(), height };
}

async function serveApplication(config: NodeConfig, options: Options, open: OpenApplication, logger: Logger): Promise<Running> {
  if (options.transport !== 'socket') throw new CliError('--transport grpc is not supported; CometBFT speaks "socket" too (abci = "socket")', 2);
  refuseUnsupportedApplication(config);
  const { SignaturePool } = await import('../native/signature-pool.ts');
  const { socketServer } = await import('../abci/socket/server.ts');
  const { doc } = readGenesisFile(config.files.genesis);
  const pool = new SignaturePool({ threads: 1 });
  const verifyBatch: VerifyBatch = (items, o) => pool.verifyBatch(items, o);
  const opened = await open({ chainId: doc.chainId, verifyBatch });
  const close = async (): Promise<void> => {
    await opened.close();
    await pool.close();
  };
  let onFatal: (e: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    onFatal = resolve;
  });
  const server = socketServer({ app: opened.application, address: options.address as string, onFatal });
  try {
    await server.start();
  } catch (e) {
    await close();
    throw new CliError(`--address ${options.address}: ${(e as Error).message}`);
  }
  logger.info('serving the application', { address: options.address as string, chain_id: doc.chainId, height: opened.app.lastHeight });
  const stop = async (): Promise<void> => {
    await server.stop();
    await close();
  };
  return { failed, stop, height: () => opened.app.lastHeight };
}
