// Block sync: a stored chain of empty blocks and one of full ones, served by one peer, Go CometBFT or ours; fresh nodes of both kinds catch up
// from it. Figures of a syncing node: blocks and transactions per second from its first block on, CPU of the engine's process and of the
// application's where that is another one. The Go node has our application behind the ABCI socket, so it is also charged for the socket; the
// figure "engine" stands beside: our engine with the same application behind the same socket, and of both the engine's process alone.
// Alone: `node test/bench/network/blocksync.ts [--empty N] [--full M] [--txs K] [--validators V] [--servers go,ts] [--clients ts,engine,go] [--keep]`
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installNative } from '../../../chain/native/install.ts';
import { type AbciServer, startAbciServer } from '../../../testnet/launcher/abci-server.ts';
import { setTomlKeys } from '../../../testnet/launcher/comet-node.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../../testnet/launcher/network.ts';
import { freePorts } from '../../../testnet/launcher/ports.ts';
import { type RunningProcess, startProcess } from '../../../testnet/launcher/process.ts';
import { rpcHeight } from '../../../testnet/launcher/rpc.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import { peerProgram } from '../../../testnet/peers/peers.ts';
import { type BenchRow, benchRow, benchTable } from '../rows.ts';
import { genesisEntries, loadAccounts } from '../support/accounts.ts';
import { cpuSeconds } from '../support/process-stats.ts';
import { type ChainPlan, genesisValidators, makeStoredChain } from './blocksync/stored-chain.ts';

/** `engine`: our engine with the application behind the ABCI socket. */
export type SyncClient = 'ts' | 'engine' | 'go';
export type SyncServer = 'go' | 'ts';

export interface BlocksyncOptions {
  readonly emptyBlocks: number;
  readonly fullBlocks: number;
  readonly txsPerBlock: number;
  readonly validators: number;
  readonly servers: readonly SyncServer[];
  readonly clients: readonly SyncClient[];
  /** Homes and logs stay. */
  readonly keep: boolean;
}

export const BLOCKSYNC_DEFAULTS: BlocksyncOptions = {
  emptyBlocks: 1000,
  fullBlocks: 60,
  txsPerBlock: 2000,
  validators: 4,
  servers: ['go', 'ts'],
  clients: ['ts', 'engine', 'go'],
  keep: false,
};

export interface SyncFigures {
  readonly blocks: number;
  /** From the last moment without a block to the last but one block. */
  readonly seconds: number;
  /** CPU seconds of the process with the engine; of ours in one process the application is in it. */
  readonly engineCpu: number;
  /** CPU seconds of the application's own process. */
  readonly applicationCpu: number;
  /** CPU seconds of the serving node's engine, meanwhile. */
  readonly serverCpu: number;
}

const DENOM = 'utrel';
const ACCOUNTS = 10_000;
const PEER = 'CometBFT v0.40.0 with our application';
const POLL_MS = 25;

type Kind = 'empty' | 'full';
const clientName = (c: SyncClient, s: SyncServer): string => `${c}-from-${s}`;

async function createHomes(kind: Kind, o: BlocksyncOptions, cometbft: string): Promise<{ readonly net: TestNetwork; readonly plan: ChainPlan }> {
  const blocks = kind === 'empty' ? o.emptyBlocks : o.fullBlocks;
  const accounts = kind === 'empty' ? 100 : ACCOUNTS;
  const plan: ChainPlan = {
    chainId: `trellis-blocksync-${kind}`,
    denom: DENOM,
    validators: o.validators,
    accounts,
    blocks,
    txsPerBlock: kind === 'empty' ? 0 : o.txsPerBlock,
  };
  const entries = genesisEntries(loadAccounts(accounts, 'trellis'), DENOM, '1000000000');
  const spec = (name: string, nodeKind: 'ts' | 'go'): { readonly name: string; readonly kind: 'ts' | 'go'; readonly late: true } => ({
    name,
    kind: nodeKind,
    late: true,
  });
  const clients = (['go', 'ts'] as const).flatMap((s) => (['ts', 'engine', 'go'] as const).map((c) => spec(clientName(c, s), c === 'go' ? 'go' : 'ts')));
  const net = await createNetwork(
    {
      chainId: plan.chainId,
      nodes: [spec('source', 'ts'), ...clients],
      genesis: (doc) => {
        const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
        state.auth.accounts = entries.auth;
        state.bank.balances = entries.balances;
        state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
        doc.validators = genesisValidators(o.validators);
        // Blocks follow each other by a second; none may be of the future.
        doc.genesis_time = new Date(Date.now() - (blocks + 3600) * 1000).toISOString();
      },
    },
    { cometbft },
  );
  for (const n of net.nodes) {
    setTomlKeys(join(n.home, 'config/config.toml'), 'p2p.libp2p', { bootstrap_peers: '[]' });
  }
  const bytes = await makeStoredChain(net.node('source').home, plan);
  console.error(`  ${kind}: ${blocks} blocks, the last of ${(bytes / 1e6).toFixed(2)} MB (${net.folder})`);
  return { net, plan };
}

function bootstrap(client: TestNode, server: TestNode): void {
  const peer = `{ host = "127.0.0.1:${server.p2pPort}", id = "${server.peerId}", persistent = true, unconditional = true }`;
  setTomlKeys(join(client.home, 'config/config.toml'), 'p2p.libp2p', { bootstrap_peers: `[${peer}]` });
}

interface Syncing {
  readonly enginePid: number;
  readonly applicationPid: number | undefined;
  stop(): Promise<void>;
}

async function startEngine(node: TestNode): Promise<Syncing> {
  const [port = 0] = await freePorts(1);
  const application: AbciServer = await startAbciServer(node.home, port, { logFile: `${node.home}.app.log` });
  const program = fileURLToPath(new URL('./blocksync/engine-node.ts', import.meta.url));
  // As bin/trellisd.mjs does.
  const args = ['--heap-growing-percent=60', program, node.home, application.address];
  const p: RunningProcess = startProcess(process.execPath, args, { logFile: node.logFile });
  await waitFor(`the RPC of ${node.name}`, async () => {
    if (p.exit() !== undefined) throw new Error(p.output().slice(-2000));
    return (await node.height()) >= 0;
  });
  return {
    enginePid: p.pid,
    applicationPid: application.process.pid,
    stop: async () => {
      await p.stop();
      await application.process.stop();
    },
  };
}

async function start(node: TestNode, client: SyncClient): Promise<Syncing> {
  if (client === 'engine') return startEngine(node);
  await node.start();
  const { node: pid, application } = node.pids;
  return { enginePid: pid as number, applicationPid: application, stop: () => node.stop() };
}

async function measure(node: TestNode, client: SyncClient, server: TestNode, plan: ChainPlan): Promise<SyncFigures> {
  bootstrap(node, server);
  const running = await start(node, client);
  const serverPid = server.pids.node as number;
  const sample = (): { t: number; engine: number; application: number; server: number } => ({
    t: performance.now(),
    engine: cpuSeconds(running.enginePid),
    application: running.applicationPid === undefined ? 0 : cpuSeconds(running.applicationPid),
    server: cpuSeconds(serverPid),
  });
  try {
    let before = sample();
    let first = 0;
    await waitFor(
      `the first block of ${node.name}`,
      async () => {
        const s = sample();
        first = await rpcHeight(node.rpc);
        if (first > 0) return true;
        before = s;
        return undefined;
      },
      120_000,
      POLL_MS,
    );
    // The last block is applied when consensus has its commit.
    const end = plan.blocks - 1;
    await waitFor(`height ${end} of ${node.name}`, async () => (await rpcHeight(node.rpc)) >= end || undefined, 600_000, POLL_MS);
    const after = sample();
    return {
      blocks: end,
      seconds: (after.t - before.t) / 1000,
      engineCpu: after.engine - before.engine,
      applicationCpu: after.application - before.application,
      serverCpu: after.server - before.server,
    };
  } finally {
    await running.stop();
  }
}

export type SyncResults = ReadonlyMap<string, SyncFigures>;

async function measureKind(kind: Kind, o: BlocksyncOptions, cometbft: string): Promise<{ readonly results: SyncResults; readonly plan: ChainPlan }> {
  const results = new Map<string, SyncFigures>();
  const { net, plan } = await createHomes(kind, o, cometbft);
  const run = async (client: SyncClient, from: SyncServer, server: TestNode): Promise<void> => {
    const name = clientName(client, from);
    const f = await measure(net.node(name), client, server, plan);
    results.set(name, f);
    const per = (s: number): string => `${((s * 1000) / f.blocks).toFixed(2)} ms`;
    console.error(
      `  ${kind} ${name}: ${(f.blocks / f.seconds).toFixed(1)} blocks/s, CPU per block: engine ${per(f.engineCpu)}, application ${per(f.applicationCpu)}, server ${per(f.serverCpu)}`,
    );
  };
  try {
    const source = net.node('source');
    const wantsGoServer = o.servers.includes('go');
    // A Go server is a Go node that has caught up from ours.
    const fromTs = (['ts', 'engine', 'go'] as const).filter((c) => (o.servers.includes('ts') && o.clients.includes(c)) || (c === 'go' && wantsGoServer));
    if (fromTs.length > 0) await source.start();
    for (const c of fromTs) await run(c, 'ts', source);
    await source.stop();
    if (wantsGoServer) {
      const server = net.node(clientName('go', 'ts'));
      setTomlKeys(join(server.home, 'config/config.toml'), 'p2p.libp2p', { bootstrap_peers: '[]' });
      await server.start();
      for (const c of o.clients) await run(c, 'go', server);
    }
  } finally {
    await net.stop();
    if (!o.keep) rmSync(net.folder, { recursive: true, force: true });
  }
  return { results, plan };
}

function rowsOf(kind: Kind, results: SyncResults, plan: ChainPlan): BenchRow[] {
  const rows: BenchRow[] = [];
  for (const server of ['go', 'ts'] as const) {
    const get = (c: SyncClient): SyncFigures | undefined => results.get(clientName(c, server));
    const go = get('go');
    const add = (name: string, unit: string, better: 'higher' | 'lower', of: SyncFigures | undefined, figure: (f: SyncFigures) => number): void => {
      if (of !== undefined)
        rows.push(benchRow(`blocksync ${kind}, ${server} server: ${name}`, unit, better, figure(of), PEER, go === undefined ? null : figure(go)));
    };
    const ms = (f: SyncFigures, seconds: number): number => (seconds * 1000) / f.blocks;
    add('wall', 'blocks/s', 'higher', get('ts'), (f) => f.blocks / f.seconds);
    if (kind === 'full') add('wall', 'tx/s', 'higher', get('ts'), (f) => (f.blocks * plan.txsPerBlock) / f.seconds);
    add('all CPU', 'ms/block', 'lower', get('ts'), (f) => ms(f, f.engineCpu + f.applicationCpu));
    add('wall, both over the socket', 'blocks/s', 'higher', get('engine'), (f) => f.blocks / f.seconds);
    add('engine CPU, both over the socket', 'ms/block', 'lower', get('engine'), (f) => ms(f, f.engineCpu));
  }
  const [ours, theirs] = [results.get(clientName('ts', 'ts')), results.get(clientName('ts', 'go'))];
  const serving = (f: SyncFigures): number => (f.serverCpu * 1000) / f.blocks;
  if (ours !== undefined) {
    rows.push(
      benchRow(`blocksync ${kind}: CPU of serving ours`, 'ms/block', 'lower', serving(ours), 'CometBFT v0.40.0', theirs === undefined ? null : serving(theirs)),
    );
  }
  const [oursGo, theirsGo] = [results.get(clientName('go', 'ts')), results.get(clientName('go', 'go'))];
  if (oursGo !== undefined) {
    rows.push(
      benchRow(
        `blocksync ${kind}: CPU of serving Go`,
        'ms/block',
        'lower',
        serving(oursGo),
        'CometBFT v0.40.0',
        theirsGo === undefined ? null : serving(theirsGo),
      ),
    );
  }
  return rows;
}

/** Rows of both kinds of chain. Throws PeerMissing without CometBFT. */
export async function* blocksync(options: Partial<BlocksyncOptions> = {}): AsyncGenerator<BenchRow> {
  const o = { ...BLOCKSYNC_DEFAULTS, ...options };
  // Go CometBFT would print several lines a block.
  process.env.CMT_LOG_LEVEL = 'error';
  installNative();
  const cometbft = await peerProgram('cometbft');
  for (const kind of ['empty', 'full'] as const) {
    if ((kind === 'empty' ? o.emptyBlocks : o.fullBlocks) === 0) continue;
    const { results, plan } = await measureKind(kind, o, cometbft);
    yield* rowsOf(kind, results, plan);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { empty: text, full: text, txs: text, validators: text, servers: text, clients: text, keep: { type: 'boolean', default: false } },
  });
  const number = (v: string | undefined, otherwise: number): number => (v === undefined ? otherwise : Number(v));
  const list = <T extends string>(v: string | undefined, otherwise: readonly T[]): readonly T[] => (v === undefined ? otherwise : (v.split(',') as T[]));
  const d = BLOCKSYNC_DEFAULTS;
  const rows: BenchRow[] = [];
  for await (const row of blocksync({
    emptyBlocks: number(values.empty, d.emptyBlocks),
    fullBlocks: number(values.full, d.fullBlocks),
    txsPerBlock: number(values.txs, d.txsPerBlock),
    validators: number(values.validators, d.validators),
    servers: list(values.servers, d.servers),
    clients: list(values.clients, d.clients),
    keep: values.keep,
  })) {
    rows.push(row);
  }
  console.log(benchTable(rows));
}
