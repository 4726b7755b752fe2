// Half an hour of a mixed network under load with a fault every 20 s: two Go and two TypeScript validators, a full node of each kind, a relay a
// link. Faults come from a seed, which is printed; at most one node has one at a time, and the next waits until it is back, so that blocks are
// owed at all times. `--minutes N` (30), `--every SECONDS` (20), `--rate TRANSFERS_A_SECOND` (25), `--seed TEXT`.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { faultText, type NodeFault } from '../../testnet/launcher/fault.ts';
import type { NodeSpec } from '../../testnet/launcher/manifest.ts';
import type { TestNode } from '../../testnet/launcher/network.ts';
import { type Explained, runFault } from '../../testnet/launcher/run-fault.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Random } from '../../testnet/simulator/random.ts';
import { Checks } from '../checks.ts';
import { proposerNames } from '../interop/mixed/chain.ts';
import { LiveNetwork } from './soak/live-network.ts';
import { checkLogs } from './soak/logs.ts';
import { GROWTH_MARGIN_MB, GROWTH_MAX, grewTooMuch, Memory } from './soak/memory.ts';
import { nextFault } from './soak/plan.ts';

const NODES: readonly NodeSpec[] = [
  { name: 'ts0', kind: 'ts', power: 10 },
  { name: 'go1', kind: 'go', power: 10 },
  { name: 'ts2', kind: 'ts', power: 10 },
  { name: 'go3', kind: 'go', power: 10 },
  { name: 'ts-full', kind: 'ts' },
  { name: 'go-full', kind: 'go' },
];

interface Plan {
  readonly minutes: number;
  readonly everyMs: number;
  readonly random: Random;
}

interface Suffered {
  /** By kind. */
  readonly counts: Map<string, number>;
  readonly explained: Explained[];
  notRun: number;
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

/** One fault after the other until the time is over. Throws with the first node that does not come back, or what else broke. */
async function suffer(live: LiveNetwork, plan: Plan, suffered: Suffered): Promise<void> {
  const begin = performance.now();
  const over = (): boolean => performance.now() - begin >= 60_000 * plan.minutes || live.broken !== undefined;
  for (let turn = 0; ; turn++) {
    const at = begin + (turn + 0.5) * plan.everyMs;
    await waitFor('the next fault', () => performance.now() >= at || over(), 60_000 * plan.minutes, 50);
    if (over()) break;
    const fault = nextFault(plan.random, NODES);
    live.away.add(fault.node);
    const report = await runFault(live.net, fault);
    live.away.delete(fault.node);
    const time = new Date().toISOString().slice(11, 19);
    if (report.notRun !== undefined) {
      suffered.notRun++;
      console.log(`  ${time} not run: ${faultText(fault)}: ${report.notRun}`);
      continue;
    }
    suffered.explained.push(...report.explained);
    suffered.counts.set(kindOf(fault), (suffered.counts.get(kindOf(fault)) ?? 0) + 1);
    console.log(`  ${time} heights ${report.began} to ${report.back}: ${faultText(fault)}`);
  }
  if (live.broken !== undefined) throw new Error(live.broken);
}

function printMemory(memory: Memory): void {
  const mb = (v: number): string => v.toFixed(0).padStart(8);
  console.log(`  ${'process'.padEnd(20)}${['start', 'quarter', 'end', 'peak'].map((t) => t.padStart(8)).join('')}  MB resident; times started`);
  for (const r of memory.rows()) console.log(`  ${r.name.padEnd(20)}${[r.start, r.quarter, r.end, r.peak].map(mb).join('')}  ${r.starts}`);
}

export default async function soak(args: readonly string[] = []): Promise<Checks> {
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
  const checks = new Checks('soak');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const live = await LiveNetwork.create({ chainId: 'trellis-soak-1', nodes: NODES }, { cometbft, seed: values.seed, rate: Number(values.rate) });
  const { net, watch } = live;
  console.log(`  seed ${values.seed}; ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  const suffered: Suffered = { counts: new Map(), explained: [], notRun: 0 };
  const memory = new Memory();
  try {
    await checks.run('the network starts', () => live.start());
    const begin = performance.now();
    live.onPoll = () => {
      const at = (performance.now() - begin) / (60_000 * minutes);
      for (const n of net.nodes) for (const [name, pid] of processes(n)) memory.sample(name, pid, Math.min(1, at));
    };
    await checks.run(`${minutes} minutes with a fault every ${values.every} s: each node comes back from each`, () =>
      suffer(live, { minutes, everyMs: 1000 * Number(values.every), random: Random.of(`${values.seed} faults`) }, suffered),
    );
    await live.checkWhole(checks);
    await checks.run('validators of both kinds proposed', async () => {
      const names = await proposerNames(net.nodes, watch.proposerList());
      checks.note([...names].map(([name, count]) => `${name}: ${count}`).join(', '));
      checks.equal(names.size, NODES.filter((n) => n.power !== undefined).length);
    });
    await checks.run(`memory: at the end at most ${GROWTH_MAX} times that of the first quarter, and ${GROWTH_MARGIN_MB} MB`, () => {
      const rows = memory.rows();
      checks.that(rows.length === net.nodes.length + net.nodes.filter((n) => n.spec.kind === 'go').length, 'every process was measured');
      const grown = rows.filter(grewTooMuch);
      checks.equal(
        grown.map((r) => `${r.name} from ${r.quarter.toFixed(0)} to ${r.end.toFixed(0)} MB`),
        [],
      );
    });
    printMemory(memory);
    live.printFigures();
    const { counts, notRun } = suffered;
    const sum = [...counts.values()].reduce((a, b) => a + b, 0);
    console.log(`  faults: ${sum} (${[...counts].map(([k, v]) => `${v} ${k}`).join(', ')})${notRun > 0 ? `; not run: ${notRun}` : ''}`);
  } finally {
    await live.stop();
  }
  await checkLogs(checks, net.nodes, suffered.explained);
  return checks;
}
