// `trellisd dev` with one validator: node and doors in this process, with funded test accounts and every door on loopback. The home is made at the first start and
// kept; DIR/dev.json tells scripts where everything is, once there is a block.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installNative } from '../../native/install.ts';
import { loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import type { DevInfo } from '../../node/dev-info.ts';
import { isPortTaken } from '../../node/listen-address.ts';
import { createLogger, type Logger } from '../../node/logger.ts';
import { createNode, type Node } from '../../node/node.ts';
import { openApplication } from '../application.ts';
import { CHAIN } from '../cli.ts';
import { writeFileWhole } from '../files.ts';
import { packageJson } from '../version.ts';
import { testAccounts } from './accounts.ts';
import { doorLines, titleLine } from './banner.ts';
import { blockPrinter } from './block-line.ts';
import { reportBlocks } from './block-report.ts';
import { economyLines } from './economy-line.ts';
import { type Explorer, explorerLine, type WithExplorer, withExplorer } from './explorer.ts';
import { freePort } from './free-port.ts';
import { hasGenesis, writeClientConfig, writeHomes } from './home.ts';
import { chainSettings, type DevOptions, INFO_FILE, PREFERRED_PORTS, portSettings } from './settings.ts';

const MONIKER = 'val-0';

/** Settings of a dev network over those of its home: doors on loopback at free ports, no fees, the quick store mode. */
async function devConfig(o: DevOptions, port: (preferred: number) => number | Promise<number>): Promise<NodeConfig> {
  const [rpc, grpc, rest] = await Promise.all([port(PREFERRED_PORTS.rpc), port(PREFERRED_PORTS.grpc), port(PREFERRED_PORTS.rest)]);
  const flags = new Map([...chainSettings(o), ...portSettings({ rpc, p2p: 0, doors: { grpc, rest } })]);
  return loadNodeConfig({ home: o.home, environment: o.environment, flags });
}

function devInfo(node: Node): DevInfo {
  const at = (a: { readonly host: string; readonly port: number } | undefined): string => (a === undefined ? '' : `${a.host}:${a.port}`);
  const { rpc, grpc, rest } = node.addresses;
  return {
    chainId: node.chainId,
    denom: CHAIN.denom,
    rpc: `http://${at(rpc)}`,
    grpc: at(grpc),
    rest: `http://${at(rest)}`,
    accounts: testAccounts(CHAIN.bech32Prefix),
    nodes: [{ kind: 'ts', rpc: `http://${at(rpc)}`, validatorAddress: node.validatorAddress }],
  };
}

export interface DevNetwork {
  readonly info: DevInfo;
  /** Resolves with the reason if a node fails. */
  readonly failed: Promise<unknown>;
  stop(): Promise<void>;
}

/** A running node, its infoFile written with the first block and its lines given to `out` after the banner. */
async function startNode(
  o: DevOptions,
  config: NodeConfig,
  logger: Logger,
): Promise<{ readonly node: Node; readonly info: DevInfo; readonly stopExplorer: () => Promise<void> }> {
  const { version } = packageJson();
  const node = await createNode({
    config,
    logger,
    softwareVersion: version,
    bech32Prefix: CHAIN.bech32Prefix,
    openApplication: ({ chainId, verifyBatch }) => openApplication({ config, chainId, version, bech32Prefix: CHAIN.bech32Prefix, verifyBatch }),
    ...(o.failPoint === undefined ? {} : { failPoint: o.failPoint }),
  });
  const lines: string[] = [];
  let print = (line: string): void => void lines.push(line);
  let tellEconomy: ReturnType<typeof economyLines> | undefined;
  const printBlock = blockPrinter(
    new Map([[node.validatorAddress, MONIKER]]),
    (line) => print(line),
    (height) => tellEconomy?.(height),
  );
  let told = false;
  let explorer: Explorer | undefined;
  reportBlocks(node, (block) => {
    printBlock(block);
    if (!told) void withExplorer(devInfo(node)).then((info) => tell(info));
    told = true;
  });
  const tell = ({ info, explorer: running }: WithExplorer): void => {
    explorer = running;
    writeFileWhole(join(o.home, INFO_FILE), `${JSON.stringify(info, undefined, 2)}\n`);
    print(explorerLine(info));
  };
  await node.start();
  // Ports are bound now; the first block may already be there and waits for its banner.
  const info = devInfo(node);
  writeClientConfig(o.home, info);
  o.out(`${titleLine(o.home, info.chainId)}\n${doorLines(info)}`);
  print = o.out;
  tellEconomy = economyLines(info.rpc, info.accounts, o.out);
  for (const line of lines) o.out(line);
  return { node, info, stopExplorer: async () => explorer?.stop() };
}

export async function startDevNetwork(options: DevOptions): Promise<DevNetwork> {
  const o = { ...options, home: resolve(options.home) };
  const logger = createLogger({ level: o.logLevel, format: 'plain' });
  installNative((text) => logger.warn(text));
  rmSync(join(o.home, INFO_FILE), { force: true });
  if (!hasGenesis(o.home)) writeHomes([{ home: o.home, moniker: MONIKER }], o.chainId);
  const { node, info, stopExplorer } = await startNode(o, await devConfig(o, freePort), logger).catch(async (e: unknown) => {
    // Another program was quicker since the port was found free; the system's own choice cannot be taken.
    if (!isPortTaken(e)) throw e;
    return startNode(o, await devConfig(o, () => 0), logger);
  });
  void import('./keyring.ts').then(({ writeTestKeyring }) => writeTestKeyring(o.home)).catch((e) => logger.warn('no test keyring', { err: String(e) }));
  return {
    info,
    failed: node.failed,
    stop: async () => {
      await stopExplorer();
      await node.stop();
    },
  };
}
