// `trellisd dev`: a network in one process, with funded test accounts and every door on loopback. The home is made at the first start and
// kept; DIR/dev.json tells scripts where everything is, once there is a block.
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toHexUpper } from '../../encoding/bytes.ts';

import { installNative } from '../../native/install.ts';
import { clientConfigText, defaultClientConfig, defaultNodeConfig, loadNodeConfig, type NodeConfig } from '../../node/config/config.ts';
import { clientConfigFile } from '../../node/config/home.ts';
import { writeConfigFiles, writeGenesis, writeKeys } from '../../node/config/write-home.ts';
import type { DevInfo } from '../../node/dev-info.ts';
import { isPortTaken } from '../../node/listen-address.ts';
import { createLogger, type Logger } from '../../node/logger.ts';
import { createNode, type Node } from '../../node/node.ts';
import { publicKeyOf } from '../../privval/private-key.ts';
import { completeGenesis } from '../../types/genesis-doc.ts';
import { genesisToJson } from '../../types/json/genesis.ts';
import { addressOfKey } from '../../types/validator-address.ts';
import { openApplication } from '../application.ts';
import { CHAIN } from '../cli.ts';
import { writeFileWhole } from '../files.ts';
import { addGenesisAccount } from '../genesis/app-state.ts';
import { defaultAppState } from '../genesis/modules.ts';
import { packageJson } from '../version.ts';
import { testAccounts } from './accounts.ts';
import { freePort } from './free-port.ts';

export interface DevOptions {
  readonly home: string;
  readonly chainId: string;
  /** config.toml's consensus.timeout_commit, e.g. "1s". */
  readonly timeoutCommit: string;
  /** app.toml's pruning (docs/architecture/adr-003-store-modes.md). */
  readonly pruning: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'none';
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (line: string) => void;
  /** Called between the steps that a crash may fall between; tests end the process there. */
  readonly failPoint?: (name: string) => void;
}

const VALIDATOR_POWER = 10n;
/** Of each test account: a million in the display unit, utrel being its millionth. */
const FUNDS = '1000000000000';
const PREFERRED_PORTS = { rpc: 26657, grpc: 9090, rest: 1317 };
const MONIKER = 'val-0';
const INFO_FILE = 'dev.json';

function writeHome(home: string, chainId: string): void {
  const config = defaultNodeConfig(home);
  writeConfigFiles({ ...config, comet: { ...config.comet, base: { ...config.comet.base, moniker: MONIKER } } }, chainId);
  writeFileWhole(clientConfigFile(home), clientConfigText({ ...defaultClientConfig(chainId), keyringBackend: 'test' }));
  const written = loadNodeConfig({ home });
  const validator = publicKeyOf(writeKeys(written).validatorKey);
  const state = defaultAppState(CHAIN.bech32Prefix);
  for (const { address } of testAccounts(CHAIN.bech32Prefix)) {
    const account = { '@type': '/cosmos.auth.v1beta1.BaseAccount', address, pub_key: null, account_number: '0', sequence: '0' };
    addGenesisAccount(state, address, [{ denom: CHAIN.denom, amount: FUNDS }], account, false);
  }
  const doc = completeGenesis({
    genesisTime: BigInt(Date.now()) * 1_000_000n,
    chainId,
    initialHeight: 1n,
    consensusParams: undefined,
    validators: [{ address: addressOfKey(validator), pubKey: validator, power: VALIDATOR_POWER, name: MONIKER }],
    appHash: new Uint8Array(0),
    appState: JSON.stringify(state),
  });
  writeGenesis(written, genesisToJson(doc, '  '));
}

/** Settings of a dev network over those of its home: doors on loopback at free ports, no fees, the quick store mode. */
async function devConfig(o: DevOptions, port: (preferred: number) => number | Promise<number>): Promise<NodeConfig> {
  const [rpc, grpc, rest] = await Promise.all([port(PREFERRED_PORTS.rpc), port(PREFERRED_PORTS.grpc), port(PREFERRED_PORTS.rest)]);
  const flags = new Map([
    ['rpc.laddr', `tcp://127.0.0.1:${rpc}`],
    ['grpc.enable', 'true'],
    ['grpc.address', `127.0.0.1:${grpc}`],
    ['api.enable', 'true'],
    ['api.address', `tcp://127.0.0.1:${rest}`],
    ['minimum-gas-prices', ''],
    ['pruning', o.pruning],
    ['consensus.timeout_commit', o.timeoutCommit],
  ]);
  return loadNodeConfig({ home: o.home, environment: o.environment, flags });
}

const seconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`);

/** One line a block: height, round, proposer, transactions, the app hash after it, who signed the block before it, and the time since that. */
function printBlocks(node: Node, out: (line: string) => void, onFirst: () => void): void {
  let before = performance.timeOrigin;
  let first = true;
  node.engine.eventBus.subscribeTypes(['NewBlock'], ({ data }) => {
    if (data.type !== 'NewBlock') return;
    const { block, result } = data;
    const now = performance.timeOrigin + performance.now();
    const seen = node.engine.blockStore.loadSeenCommit(block.header.height);
    const signed = seen?.signatures.filter((s) => s.blockIdFlag === 2).length ?? 0;
    const proposer = toHexUpper(block.header.proposerAddress) === node.validatorAddress ? MONIKER : toHexUpper(block.header.proposerAddress).slice(0, 8);
    const txs = block.data.txs.length;
    const cells = [
      `#${block.header.height}`.padEnd(8),
      `round ${seen?.round ?? 0}`,
      proposer,
      `${txs} ${txs === 1 ? 'tx ' : 'txs'}`.padStart(9),
      `app ${toHexUpper(result.appHash).slice(0, 8)}…`,
      `${signed}/${seen?.signatures.length ?? 0} signed`,
      seconds(now - before),
    ];
    out(cells.join('  '));
    before = now;
    if (first) onFirst();
    first = false;
  });
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

function banner(o: DevOptions, info: DevInfo): string {
  return [
    `Trellis dev network  ${info.chainId}   (state in ${o.home}, Ctrl-C stops)`,
    `  rpc   ${info.rpc}      rest  ${info.rest}      grpc  ${info.grpc}`,
    `  test accounts, ${Number(BigInt(FUNDS) / 1_000_000n).toLocaleString('en-US')} TREL each; their words are public, for tests only:`,
    ...info.accounts.map((a) => `    ${a.name.padEnd(6)} ${a.address}  ${a.mnemonic}`),
    '',
  ].join('\n');
}

export interface DevNetwork {
  readonly info: DevInfo;
  /** Resolves with the reason if a node fails. */
  readonly failed: Promise<unknown>;
  stop(): Promise<void>;
}

/** A running node, its infoFile written with the first block and its lines given to `out` after the banner. */
async function startNode(o: DevOptions, config: NodeConfig, logger: Logger): Promise<{ readonly node: Node; readonly info: DevInfo }> {
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
  printBlocks(
    node,
    (line) => print(line),
    () => writeFileWhole(join(o.home, INFO_FILE), `${JSON.stringify(devInfo(node), undefined, 2)}\n`),
  );
  await node.start();
  // Ports are bound now; the first block may already be there and waits for its banner.
  const info = devInfo(node);
  o.out(banner(o, info));
  print = o.out;
  for (const line of lines) o.out(line);
  return { node, info };
}

export async function startDevNetwork(options: DevOptions): Promise<DevNetwork> {
  const o = { ...options, home: resolve(options.home) };
  const logger = createLogger({ level: o.logLevel, format: 'plain' });
  installNative((text) => logger.warn(text));
  rmSync(join(o.home, INFO_FILE), { force: true });
  if (!existsSync(join(o.home, 'config/genesis.json'))) writeHome(o.home, o.chainId);
  const { node, info } = await startNode(o, await devConfig(o, freePort), logger).catch(async (e: unknown) => {
    // Another program was quicker since the port was found free; the system's own choice cannot be taken.
    if (!isPortTaken(e)) throw e;
    return startNode(o, await devConfig(o, () => 0), logger);
  });
  void import('./keyring.ts').then(({ writeTestKeyring }) => writeTestKeyring(o.home)).catch((e) => logger.warn('no test keyring', { err: String(e) }));
  return { info, failed: node.failed, stop: () => node.stop() };
}
