// Half an hour of a mixed network under load with a fault every 20 s: two Go and two TypeScript validators, a full node of each kind, a relay a
// link. Faults come from a seed, which is printed; at most one node has one at a time, and the next waits until it is back, so that blocks are
// owed at all times. `--minutes N` (30), `--every SECONDS` (20), `--rate TRANSFERS_A_SECOND` (25), `--seed TEXT`.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { beginFault, FaultNotRun } from '../../testnet/launcher/apply-fault.ts';
import { faultText, type NodeFault } from '../../testnet/launcher/fault.ts';
import type { NodeSpec } from '../../testnet/launcher/manifest.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { rpcHeight, rpcResult } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Random } from '../../testnet/simulator/random.ts';
import { genesisEntries, loadAccounts } from '../bench/support/accounts.ts';
import { Checks } from '../checks.ts';
import { proposerNames } from '../interop/mixed/chain.ts';
import { ChainWatch, type WatchedBlock } from './soak/chain-watch.ts';
import { badLines, logSize, type Stretch } from './soak/logs.ts';
import { GROWTH_MARGIN_MB, GROWTH_MAX, grewTooMuch, Memory } from './soak/memory.ts';
import { nextFault } from './soak/plan.ts';
import { TransferLoad } from './soak/transfer-load.ts';

const CHAIN_ID = 'trellis-soak-1';
const DENOM = 'utrel';
const ACCOUNTS = 600;
const POLL_MS = 1000;
const NODES: readonly NodeSpec[] = [
  { name: 'ts0', kind: 'ts', power: 10 },
  { name: 'go1', kind: 'go', power: 10 },
  { name: 'ts2', kind: 'ts', power: 10 },
  { name: 'go3', kind: 'go', power: 10 },
  { name: 'ts-full', kind: 'ts' },
  { name: 'go-full', kind: 'go' },
];
/** A node is back when it is this close to the highest. */
const NEAR = 2;
const BACK_MS = 180_000;
/** Without a block for so long, the network is taken to stand still for ever. */
const STILL_MS = 180_000;

interface Soak {
  readonly net: TestNetwork;
  readonly watch: ChainWatch;
  readonly load: TransferLoad;
  readonly memory: Memory;
  readonly faults: Map<string, number>;
  readonly explained: Stretch[];
  /** Who has a fault now. */
  away: string | undefined;
  notRun: number;
}

async function create(cometbft: string): Promise<TestNetwork> {
  const entries = genesisEntries(loadAccounts(ACCOUNTS, 'trellis'), DENOM, '1000000000');
  return createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: NODES,
      genesis: (doc) => {
        const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
        state.auth.accounts = entries.auth;
        state.bank.balances = entries.balances;
        state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
      },
    },
    { cometbft, links: 'soak' },
  );
}

/** Tells the load of the transactions of a block, from any node that answers. */
async function readTransactions({ net, load }: Pick<Soak, 'net' | 'load'>, { height }: WatchedBlock): Promise<void> {
  await waitFor(
    `the transactions of block ${height}`,
    async () => {
      for (const n of net.nodes) {
        try {
          const { block } = await rpcResult<{ block: { data: { txs: readonly string[] } } }>(n.rpc, `block?height=${height}`, 3000);
          const { txs_results } = await rpcResult<{ txs_results: readonly { code: number }[] | null }>(n.rpc, `block_results?height=${height}`, 3000);
          load.block(
            height,
            block.data.txs,
            (txs_results ?? []).map((r) => r.code),
          );
          return true;
        } catch {
          // The next node.
        }
      }
      return undefined;
    },
    60_000,
    200,
  );
}

/** A node without links gets no further than the block that it was about to commit: nothing goes around the relays. */
async function hearsNothing(node: TestNode, end: number): Promise<void> {
  const before = await rpcHeight(node.rpc);
  await waitFor('the end of the fault', () => performance.now() >= end, 60_000, 100);
  const after = await rpcHeight(node.rpc);
  if (after > before + 1) throw new Error(`${node.name} went from height ${before} to ${after} without a link`);
}

/** Begins and ends the fault and waits until the node is back. */
async function suffer(soak: Soak, fault: NodeFault): Promise<void> {
  const { net, watch } = soak;
  const node = net.node(fault.node);
  const from = { engine: logSize(node.logFile), height: watch.highest };
  soak.away = node.name;
  try {
    const heal = await beginFault(net, fault);
    const end = performance.now() + fault.forMs;
    if (fault.fault === 'disconnect' && fault.peer === undefined) await hearsNothing(node, end);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - performance.now())));
    await heal();
    if (fault.fault === 'kill' && fault.part === 'application') soak.explained.push({ file: node.logFile, from: from.engine, to: logSize(node.logFile) });
    await waitFor(`${node.name} to be back`, async () => (await rpcHeight(node.rpc)) + NEAR >= watch.highest, BACK_MS, 200);
  } finally {
    soak.away = undefined;
  }
  console.log(`  ${new Date().toISOString().slice(11, 19)} height ${watch.highest} (+${watch.highest - from.height}) after ${faultText(fault)}`);
}

const kindOf = (f: NodeFault): string =>
  `${f.fault}${'part' in f && f.part === 'application' ? ' (application)' : ''}${'peer' in f && f.peer !== undefined ? ' (one link)' : ''}`;

/** The processes of a node. */
const processes = (n: TestNode): [string, number | undefined][] =>
  n.spec.kind === 'go'
    ? [
        [`${n.name} cometbft`, n.pids.node],
        [`${n.name} application`, n.pids.application],
      ]
    : [[`${n.name} trellisd`, n.pids.node]];

/** An unplanned end of a process. */
function fallen({ net, away }: Soak): string | undefined {
  for (const n of net.nodes) {
    if (n.name === away) continue;
    for (const part of ['engine', 'application'] as const) {
      const exit = n.part(part)?.exit();
      if (exit !== undefined) return `the ${part} of ${n.name} ended with ${exit.signal ?? exit.code}`;
    }
  }
  return undefined;
}

function printFigures({ net, watch, load, memory, faults, notRun }: Soak, minutes: number): void {
  const mb = (v: number): string => v.toFixed(0).padStart(8);
  console.log(`  ${'process'.padEnd(20)}${['start', 'quarter', 'end', 'peak'].map((t) => t.padStart(8)).join('')}  MB resident, starts`);
  for (const r of memory.rows()) console.log(`  ${r.name.padEnd(20)}${[r.start, r.quarter, r.end, r.peak].map(mb).join('')}  ${r.starts}`);
  const gap = watch.longestGap();
  console.log(`  heights: ${net.nodes.map((n) => `${n.name} ${watch.heightOf(n.name)}`).join(', ')} in ${minutes} minutes`);
  console.log(`  longest time between blocks: ${(gap.ms / 1000).toFixed(1)} s, before height ${gap.height}`);
  console.log(`  faults: ${[...faults].map(([k, v]) => `${v} ${k}`).join(', ')}${notRun > 0 ? `; not run: ${notRun}` : ''}`);
  console.log(`  transfers: ${load.sent} sent, ${load.committed} committed, ${load.again} sent again`);
  console.log(`  not taken at once: ${[...load.refusals].map(([why, n]) => `${n} ${why}`).join(', ') || 'none'}`);
  console.log(`  datagrams by the relays: ${net.nodes.map((n) => `${n.name} ${net.links?.carried(n.name)} (${net.links?.knocks(n.name)} around)`).join(', ')}`);
}

export default async function soakTest(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      every: { type: 'string', default: '20' },
      rate: { type: 'string', default: '25' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
    },
  });
  const minutes = Number(values.minutes);
  const everyMs = 1000 * Number(values.every);
  const checks = new Checks('soak');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const net = await create(cometbft);
  console.log(`  seed ${values.seed}; ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  const random = Random.of(values.seed);
  let reading: Promise<void> = Promise.resolve();
  let readingFailed: unknown;
  const watch = new ChainWatch(net.nodes, (b) => {
    if (b.txs === 0) return;
    reading = reading
      .then(() => readTransactions({ net, load }, b))
      .catch((e) => {
        readingFailed ??= e;
      });
  });
  const load = new TransferLoad({
    chainId: CHAIN_ID,
    denom: DENOM,
    accounts: loadAccounts(ACCOUNTS, 'trellis'),
    rate: Number(values.rate),
    nodes: () => net.nodes.filter((n) => n.name !== soak.away && n.isRunning),
    random: random.fork('load'),
  });
  const soak: Soak = { net, watch, load, memory: new Memory(), faults: new Map(), explained: [], away: undefined, notRun: 0 };
  try {
    await checks.run('the network starts', async () => {
      await net.start();
      await Promise.all(net.nodes.map((n) => n.waitHeight(3, 120_000)));
    });
    load.start();
    const begin = performance.now();
    const share = (): number => (performance.now() - begin) / (60_000 * minutes);
    let over = false;
    let stopped: string | undefined;
    const watching = (async () => {
      while (!over) {
        const next = performance.now() + POLL_MS;
        await watch.poll();
        for (const n of net.nodes) for (const [name, pid] of processes(n)) soak.memory.sample(name, pid, Math.min(1, share()));
        if (watch.silentMs > STILL_MS) stopped ??= `no block for ${STILL_MS / 1000} s after height ${watch.highest}`;
        stopped ??= fallen(soak) ?? watch.disagreements[0];
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
      }
    })();
    await checks.run(`${minutes} minutes with a fault every ${values.every} s: each node comes back from each`, async () => {
      const choice = random.fork('faults');
      for (let turn = 0; share() < 1 && stopped === undefined; turn++) {
        const at = begin + (turn + 0.5) * everyMs;
        await waitFor('the next fault', () => performance.now() >= at || stopped !== undefined, 60_000 * minutes, 50);
        if (stopped !== undefined || share() >= 1) break;
        const fault = nextFault(choice, NODES);
        try {
          await suffer(soak, fault);
          soak.faults.set(kindOf(fault), (soak.faults.get(kindOf(fault)) ?? 0) + 1);
        } catch (e) {
          if (!(e instanceof FaultNotRun)) throw new Error(`${faultText(fault)}: ${(e as Error).message}`);
          soak.notRun++;
          console.log(`  not run: ${faultText(fault)}: ${e.message}`);
        }
      }
      if (stopped !== undefined) throw new Error(stopped);
    });
    await checks.run('every transfer is in a block, once, on a network that is whole again', async () => {
      load.finish();
      await waitFor('the last transfers', () => load.underWay === 0, 120_000, 200);
      checks.equal(load.committed, load.sent);
      checks.equal(load.wrong.slice(0, 3), []);
      if (readingFailed !== undefined) throw readingFailed;
    });
    load.stop();
    await checks.run('all nodes tell the same block id, header and application hash of every height', async () => {
      const last = watch.highest;
      await waitFor(`height ${last} of all`, () => net.nodes.every((n) => watch.heightOf(n.name) >= last), 180_000, 200);
      checks.equal(watch.disagreements.slice(0, 3), []);
      checks.equal(watch.missing(last).slice(0, 3), []);
      checks.note(`${last} heights of ${net.nodes.length} nodes, and ${watch.appHashes} hashes of applications at their own heights; 0 disagreements`);
    });
    over = true;
    await watching;
    await checks.run('validators of both kinds proposed', async () => {
      const names = await proposerNames(net.nodes, watch.proposerList());
      checks.note([...names].map(([name, count]) => `${name}: ${count}`).join(', '));
      checks.equal(names.size, NODES.filter((n) => n.power !== undefined).length);
    });
    await checks.run(`memory: at the end at most ${GROWTH_MAX} times that of the first quarter, and ${GROWTH_MARGIN_MB} MB`, () => {
      const grown = soak.memory.rows().filter(grewTooMuch);
      checks.equal(
        grown.map((r) => `${r.name} from ${r.quarter.toFixed(0)} to ${r.end.toFixed(0)} MB`),
        [],
      );
    });
    await checks.run('the relays carried the traffic of each node', () => {
      for (const n of net.nodes) checks.that((net.links?.carried(n.name) ?? 0) > 10 * watch.highest, n.name);
    });
    printFigures(soak, minutes);
  } finally {
    load.stop();
    await net.stop();
  }
  await checks.run('no log tells of a panic or of a failure of consensus', () => {
    const bad = badLines(
      net.nodes.flatMap((n) => [n.logFile, n.applicationLogFile]),
      soak.explained,
    );
    checks.equal(bad.slice(0, 3), [], `${bad.length} lines`);
    const errors = net.nodes.filter((n) => n.spec.kind === 'ts').map((n) => `${n.name} ${(readFileSync(n.logFile, 'utf8').match(/ ERROR /g) ?? []).length}`);
    checks.note(`lines at level error: ${errors.join(', ')}`);
  });
  return checks;
}
