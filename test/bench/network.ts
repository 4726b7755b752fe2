// Area `network`. Real: four validators of ours, four Go CometBFT v0.40.0 with our application over the ABCI socket, four Go simd, one network
// after another on the same machine with the same timeouts and the same load. Block sync from a stored chain (network/blocksync.ts).
// Simulated: many validators with slow links in one process (network/simulated.ts).
// `--real`, `--blocksync`, `--simulated`: some parts only. `--only ours|go|simd` (repeatable): some networks only. `--blocks N` (40) without
// load, `--seconds N` (30) under `--rate N` (50) transactions per second, `--count N` (10000) transactions as fast as they go after `--warm N`
// (4000): V8's compilers take some seconds of CPU of each node until its code is what it stays. `--timeout-commit D` (500ms), `--profile FOLDER`:
// CPU profiles of our first validator of each network.
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { PeerMissing, peerProgram } from '../../testnet/peers/peers.ts';
import { blocksync } from './network/blocksync.ts';
import { cometStack } from './network/comet-stacks.ts';
import { type Full, measureFull, measureQuiet, measureSteady, type Quiet, type Steady } from './network/measure.ts';
import { simdStack } from './network/simd-stack.ts';
import { simulatedRows } from './network/simulated.ts';
import { type CreateStack, startStack, stopStack } from './network/stack.ts';
import { type BenchRow, benchRow } from './rows.ts';

const VALIDATORS = 4;
/** Accounts that send at the moderate rate, each once in so many seconds that its transaction before is in a block. */
const STEADY_ACCOUNTS = 1000;

interface Plan {
  readonly blocks: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warm: number;
  readonly count: number;
  readonly timeoutCommit: string;
  readonly profile: string | undefined;
}

interface Measured extends Quiet {
  readonly steady: Steady;
  readonly full: Full;
}

async function measure(create: CreateStack, plan: Plan): Promise<Measured> {
  const base = { validators: VALIDATORS, timeoutCommit: plan.timeoutCommit };
  const empty = await create({ ...base, accounts: 1 });
  let quiet: Quiet;
  try {
    await startStack(empty);
    quiet = await measureQuiet(empty, plan.blocks);
  } finally {
    await stopStack(empty);
  }
  const stack = await create({ ...base, accounts: STEADY_ACCOUNTS + plan.warm + plan.count });
  try {
    await startStack(stack);
    const steady = await measureSteady(stack, STEADY_ACCOUNTS, plan.rate, plan.seconds);
    const full = await measureFull(stack, STEADY_ACCOUNTS, plan.warm, plan.count);
    const figures = { ...quiet, steady, full };
    console.log(`  ${stack.name}: ${JSON.stringify(figures)}`);
    return figures;
  } finally {
    await stopStack(stack);
  }
}

function rows(ours: Measured, peerName: string, peer: Measured | undefined): BenchRow[] {
  const row = (name: string, unit: string, better: 'higher' | 'lower', of: (m: Measured) => number): BenchRow =>
    benchRow(name, unit, better, of(ours), peerName, peer === undefined ? null : of(peer));
  return [
    row('block interval, no load', 'ms, median', 'lower', (m) => m.intervalMs),
    row('block interval, moderate rate', 'ms, median', 'lower', (m) => m.steady.intervalMs),
    row('broadcast to commit, median', 'ms', 'lower', (m) => m.steady.latencyMs),
    row('broadcast to commit, p99', 'ms', 'lower', (m) => m.steady.latencyP99Ms),
    row('sent by a node, no load', 'message bytes per block', 'lower', (m) => m.bytesPerBlock),
    row('sent by a node, moderate rate', 'message bytes per block', 'lower', (m) => m.steady.bytesPerBlock),
    row('server CPU, no load, all four', 'ms per block', 'lower', (m) => m.cpuMsPerBlock),
    row('server CPU, moderate rate, all four', 'µs per transaction', 'lower', (m) => m.steady.cpuMicrosPerTx),
    row('server CPU, full load, all four', 'µs per transaction', 'lower', (m) => m.full.cpuMicrosPerTx),
    row('full load', 'transactions per second', 'higher', (m) => m.full.txPerSecond),
    row('resident memory, idle, largest node', 'MB', 'lower', (m) => m.megabytes),
    row('resident memory, full load, largest node', 'MB', 'lower', (m) => m.full.megabytes),
  ];
}

interface PeerStack {
  readonly key: 'go' | 'simd';
  readonly name: string;
  readonly create: () => Promise<CreateStack>;
}

const PEERS: readonly PeerStack[] = [
  { key: 'go', name: '4 Go CometBFT 0.40.0 + our application', create: async () => cometStack('go', await peerProgram('cometbft')) },
  { key: 'simd', name: '4 simd 0.53.4', create: async () => simdStack(await peerProgram('simd')) },
];

async function* realRows(plan: Plan, only: readonly string[]): AsyncGenerator<BenchRow> {
  const wanted = (key: string): boolean => only.length === 0 || only.includes(key);
  const peers = new Map<string, { readonly name: string; readonly figures: Measured | undefined }>();
  for (const { key, name, create } of PEERS) {
    if (!wanted(key)) continue;
    try {
      peers.set(key, { name, figures: await measure(await create(), plan) });
    } catch (e) {
      if (!(e instanceof PeerMissing)) throw e;
      peers.set(key, { name: e.message, figures: undefined });
    }
  }
  if (!wanted('ours')) return;
  const ours = await measure(cometStack('ts', undefined, plan.profile), plan);
  for (const { name, figures } of peers.values()) yield* rows(ours, name, figures);
}

async function* blocksyncRows(): AsyncGenerator<BenchRow> {
  try {
    yield* blocksync();
  } catch (e) {
    if (!(e instanceof PeerMissing)) throw e;
    console.log(`  block sync: not measured: ${e.message}`);
  }
}

export default async function* network(args: readonly string[]): AsyncGenerator<BenchRow> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      real: { type: 'boolean', default: false },
      blocksync: { type: 'boolean', default: false },
      simulated: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      blocks: { type: 'string', default: '40' },
      rate: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '30' },
      warm: { type: 'string', default: '4000' },
      count: { type: 'string', default: '10000' },
      profile: { type: 'string' },
      'timeout-commit': { type: 'string', default: '500ms' },
    },
  });
  installNative();
  const all = !values.real && !values.blocksync && !values.simulated;
  if (values.real || all) {
    const plan = {
      blocks: Number(values.blocks),
      rate: Number(values.rate),
      seconds: Number(values.seconds),
      warm: Number(values.warm),
      count: Number(values.count),
      timeoutCommit: values['timeout-commit'],
      profile: values.profile,
    };
    yield* realRows(plan, values.only);
  }
  if (values.blocksync || all) yield* blocksyncRows();
  if (values.simulated || all) yield* simulatedRows();
}
