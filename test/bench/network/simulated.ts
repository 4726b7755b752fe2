// Area `network`, simulated: networks of 4 to 150 validators over links of 100 ms on the deterministic simulator, with CometBFT's default
// timeouts: messages and bytes of a node and a block, time to commit, and what bends first when lines and processors have limits.
// Ours beside the same network with CometBFT's way of telling of votes, a HasVote for each to each peer.
// Alone: `node test/bench/network/simulated.ts [--validators N]... [--json]`.
import { parseArgs } from 'node:util';
import { type BenchRow, benchRow, benchTable } from '../rows.ts';
import { measureAll } from './simulated/pool.ts';
import type { RunResult, RunSpec } from './simulated/run.ts';

const PEERS = 10;
const FULL_BLOCK_BYTES = 1_000_000;
const UPLINK_MBIT = 100;
/** Virtual time that a network with limits is given. */
const PATIENCE_MS = 30_000;
/** Of a message on its sender's and its receiver's processor: a stream of its own (a Go peer), a place in a long-lived one (performance.md §2.7). */
const STREAM_MICROS = 1000;
const OWN_STREAM_MICROS = 100;

interface Size {
  readonly validators: number;
  readonly peers?: number;
  readonly heights: number;
  /** Also with full blocks, and with processors that have something to do: a little for each message, or a stream. */
  readonly limits: readonly ('blocks' | 'long-lived' | 'streams')[];
}

const SIZES: readonly Size[] = [
  { validators: 4, heights: 6, limits: ['blocks', 'long-lived', 'streams'] },
  { validators: 20, heights: 6, limits: ['blocks', 'long-lived', 'streams'] },
  { validators: 60, peers: PEERS, heights: 4, limits: ['blocks', 'long-lived', 'streams'] },
  { validators: 100, peers: PEERS, heights: 4, limits: ['long-lived'] },
  { validators: 150, peers: PEERS, heights: 4, limits: [] },
];

const GO = 'HasVote for each vote';
const IDEAL = 'no limits';

interface Measured {
  readonly size: Size;
  readonly ours: RunResult;
  readonly hasVote: RunResult;
  readonly full: RunResult | undefined;
  readonly longLived: RunResult | undefined;
  readonly streams: RunResult | undefined;
}

const nameOf = ({ validators, peers }: Size): string => `${validators} validators, ${peers === undefined ? 'mesh' : `${peers} peers`}`;

async function measure(sizes: readonly Size[]): Promise<Measured[]> {
  const specs: RunSpec[] = [];
  const plan = sizes.map((size) => {
    const { validators, heights, limits } = size;
    const base = { validators, heights, ...(size.peers === undefined ? {} : { peers: size.peers }) };
    const add = (more: Omit<RunSpec, 'validators' | 'heights' | 'peers'>): number => specs.push({ ...base, ...more }) - 1;
    const ours = add({ announceVotes: 'batched' });
    const hasVote = add({ announceVotes: 'each' });
    const limited = (what: Size['limits'][number], more: Omit<RunSpec, 'validators' | 'heights' | 'peers'>): number | undefined =>
      limits.includes(what) ? add({ ...more, patienceMs: PATIENCE_MS }) : undefined;
    const full = limited('blocks', { announceVotes: 'batched', blockBytes: FULL_BLOCK_BYTES, uplinkMbit: UPLINK_MBIT });
    const longLived = limited('long-lived', { announceVotes: 'batched', processing: OWN_STREAM_MICROS });
    const streams = limited('streams', { announceVotes: 'each', processing: STREAM_MICROS });
    return { size, ours, hasVote, full, longLived, streams };
  });
  const results = await measureAll(specs);
  const at = (i: number | undefined): RunResult | undefined => (i === undefined ? undefined : results[i]);
  return plan.map((p) => ({
    size: p.size,
    ours: results[p.ours] as RunResult,
    hasVote: results[p.hasVote] as RunResult,
    full: at(p.full),
    longLived: at(p.longLived),
    streams: at(p.streams),
  }));
}

function rowsOf({ size, ours, hasVote, full, longLived, streams }: Measured): BenchRow[] {
  const name = (what: string): string => `sim ${nameOf(size)}: ${what}`;
  const lower = (what: string, unit: string, a: number, peerName: string, b: number): BenchRow => benchRow(name(what), unit, 'lower', a, peerName, b);
  const out = [
    lower('sent by a node', 'messages per block', ours.perBlock.messages, GO, hasVote.perBlock.messages),
    lower('sent by a node', 'kB per block', ours.perBlock.bytes / 1000, GO, hasVote.perBlock.bytes / 1000),
    lower('proposal to commit, half of the nodes', 'ms', ours.commitMs.half, GO, hasVote.commitMs.half),
    lower('proposal to commit, 99 % of the nodes', 'ms', ours.commitMs.most, GO, hasVote.commitMs.most),
    lower('block interval, timeout_commit 1 s', 'ms', ours.intervalMs, GO, hasVote.intervalMs),
    lower('rounds lost', `in ${ours.blocks} blocks`, ours.roundsLost, GO, hasVote.roundsLost),
  ];
  if (full !== undefined) {
    const what = `blocks of ${FULL_BLOCK_BYTES / 1e6} MB, lines of ${UPLINK_MBIT} Mbit/s`;
    out.push(
      lower(`${what}: sent by a node`, 'kB per block', full.perBlock.bytes / 1000, 'empty blocks', ours.perBlock.bytes / 1000),
      lower(`${what}: proposal to commit, half of the nodes`, 'ms', full.commitMs.half, 'empty blocks', ours.commitMs.half),
      lower(`${what}: rounds lost`, `in ${full.blocks} blocks`, full.roundsLost, 'empty blocks', ours.roundsLost),
    );
  }
  for (const [what, run] of [
    [`${OWN_STREAM_MICROS} us a message (long-lived streams)`, longLived],
    [`${STREAM_MICROS} us a message (streams to Go peers, HasVote)`, streams],
  ] as const) {
    if (run === undefined) continue;
    out.push(
      lower(`${what}: proposal to commit, half of the nodes`, 'ms', run.commitMs.half, IDEAL, ours.commitMs.half),
      lower(`${what}: block interval`, 'ms', run.intervalMs, IDEAL, ours.intervalMs),
      lower(`${what}: rounds lost`, `in ${run.blocks} blocks${run.reached ? '' : ', then none'}`, run.roundsLost, IDEAL, ours.roundsLost),
    );
  }
  return out;
}

/** Messages and bytes of a node and a block by what they are. */
function kindsTable(title: string, r: RunResult): string {
  const lines = Object.entries(r.kinds)
    .sort((a, b) => b[1].bytes - a[1].bytes)
    .map(([kind, c]) => `  ${kind.padEnd(14)} ${c.messages.toFixed(1).padStart(9)} messages ${(c.bytes / 1000).toFixed(1).padStart(9)} kB`);
  return [title, ...lines].join('\n');
}

/** `only`: numbers of validators; all of them where it is empty. */
export async function* simulatedRows(only: readonly number[] = [], print: (text: string) => void = console.log): AsyncGenerator<BenchRow> {
  const sizes = SIZES.filter((s) => only.length === 0 || only.includes(s.validators));
  for (const m of await measure(sizes)) {
    const { size, ours, hasVote, full } = m;
    print(kindsTable(`${nameOf(size)}, a node and a block:`, ours));
    print(kindsTable(`${nameOf(size)}, ${GO}:`, hasVote));
    if (full !== undefined) print(kindsTable(`${nameOf(size)}, full blocks:`, full));
    yield* rowsOf(m);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { validators: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false } } });
  const begun = performance.now();
  const rows: BenchRow[] = [];
  for await (const row of simulatedRows(values.validators.map(Number))) rows.push(row);
  console.log(values.json ? rows.map((r) => JSON.stringify(r)).join('\n') : benchTable(rows));
  console.log(`measured in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}
