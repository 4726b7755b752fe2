// One simulated network, measured: n equal validators over links of 100 ms, nothing wrong with any of them. The first heights are left out,
// as nodes find each other in them.
import { DEFAULT_CONSENSUS_CONFIG } from '../../../../chain/consensus/config.ts';
import type { Scenario } from '../../../../testnet/faults/fault.ts';
import { Simulation } from '../../../../testnet/simulator/simulation.ts';
import { kindOf } from './kinds.ts';

export interface RunSpec {
  readonly validators: number;
  /** undefined: everybody with everybody. */
  readonly peers?: number;
  readonly heights: number;
  /** Peers are told of votes in batches (VoteSetBits), or of each by a message (HasVote) as CometBFT does. */
  readonly announceVotes: 'batched' | 'each';
  readonly blockBytes?: number;
  /** Megabits per second that a node can send; undefined: no limit. */
  readonly uplinkMbit?: number;
  /** Microseconds that a message takes of its sender's and of its receiver's only processor. */
  readonly processing?: number;
  readonly gossipSleepMs?: number;
  readonly timeoutCommitMs?: number;
  /** A network that does not reach its heights in so many milliseconds is a result, too. Default: it is an error. */
  readonly patienceMs?: number;
}

export interface KindCount {
  messages: number;
  bytes: number;
}

export interface RunResult {
  /** Of a node and a block, on the mean; payloads alone. */
  readonly perBlock: KindCount;
  readonly kinds: Readonly<Record<string, KindCount>>;
  /** Milliseconds from the signing of a block's proposal until half of the nodes have committed it, 99 % of them, all. Mean of the blocks. */
  readonly commitMs: { readonly half: number; readonly most: number; readonly all: number };
  /** Milliseconds between two blocks; where there was no second one, the time that it was waited for. */
  readonly intervalMs: number;
  /** Measured ones, of as many as there should have been. */
  readonly blocks: number;
  readonly reached: boolean;
  /** Highest round in which a block was decided; rounds beyond the first, of all blocks. */
  readonly roundMax: number;
  readonly roundsLost: number;
  readonly cpuSeconds: number;
}

const LATENCY_MS = 100;
const START_SPREAD_MS = 1000;
const SKIPPED = 2n;
const MICROS_PER_MS = 1000;
const BITS_PER_BYTE = 8;

const scenario = (s: RunSpec): Scenario => ({
  seed: 1,
  heights: s.heights,
  powers: Array.from({ length: s.validators }, () => 10),
  ...(s.peers === undefined ? {} : { peers: s.peers }),
  app: 'light',
  extensions: false,
  emptyBlocks: true,
  load: 0,
  latency: LATENCY_MS,
  jitter: 0,
  byzantine: [],
  faults: [],
});

const mean = (a: readonly number[]): number => (a.length === 0 ? 0 : a.reduce((x, y) => x + y, 0) / a.length);

class Meter {
  readonly #now: () => number;
  readonly #validators: number;
  readonly #last: bigint;
  readonly #proposed = new Map<string, number>();
  /** Times of commit by height, in order. */
  readonly #commits = new Map<bigint, number[]>();
  /** Of the heights' decisions, as the block after them says. */
  readonly rounds = new Map<bigint, number>();
  readonly kinds: Record<string, KindCount> = {};

  constructor(now: () => number, validators: number, last: bigint) {
    this.#now = now;
    this.#validators = validators;
    this.#last = last;
  }

  #half(height: bigint): number | undefined {
    return this.#commits.get(height)?.[Math.floor(this.#validators / 2)];
  }

  /** The last height that half of the nodes have. */
  #reached(): bigint {
    let h = SKIPPED;
    while (this.#half(h + 1n) !== undefined) h++;
    return h;
  }

  sent(channel: number, bytes: Uint8Array): void {
    if (this.#half(SKIPPED) === undefined || this.#half(this.#last) !== undefined) return;
    const kind = kindOf(channel, bytes);
    const count = this.kinds[kind] ?? { messages: 0, bytes: 0 };
    this.kinds[kind] = count;
    count.messages++;
    count.bytes += bytes.length;
  }

  proposed(height: bigint, round: number): void {
    this.#proposed.set(`${height}/${round}`, this.#now());
  }

  committed(height: bigint, round: number): void {
    const times = this.#commits.get(height) ?? [];
    times.push(this.#now());
    this.#commits.set(height, times);
    if (height > SKIPPED + 1n && height <= this.#last) this.rounds.set(height - 1n, round);
  }

  /** Of the blocks whose last commit is known: where and when they were proposed follows from it. */
  result(cpuSeconds: number): RunResult {
    const heights = [...this.rounds.keys()];
    const waits = heights.map((h) => {
      const from = this.#proposed.get(`${h}/${this.rounds.get(h)}`) ?? Number.NaN;
      return (this.#commits.get(h) ?? []).map((t) => (t - from) / MICROS_PER_MS);
    });
    const last = this.#reached();
    const at = (share: number): number => mean(waits.map((w) => w[Math.min(w.length - 1, Math.floor(share * w.length))] as number));
    const blocks = Number(last - SKIPPED);
    const shares = Math.max(1, blocks) * this.#validators;
    const kinds = Object.fromEntries(Object.entries(this.kinds).map(([k, c]) => [k, { messages: c.messages / shares, bytes: c.bytes / shares }]));
    const sum = (of: keyof KindCount): number => Object.values(kinds).reduce((n, c) => n + c[of], 0);
    const rounds = [...this.rounds.values()];
    return {
      perBlock: { messages: sum('messages'), bytes: sum('bytes') },
      kinds,
      commitMs: { half: at(0.5), most: at(0.99), all: at(1) },
      intervalMs: ((blocks > 0 ? (this.#half(last) as number) : this.#now()) - (this.#half(SKIPPED) ?? 0)) / MICROS_PER_MS / Math.max(1, blocks),
      blocks,
      reached: last === this.#last,
      roundMax: Math.max(0, ...rounds),
      roundsLost: rounds.reduce((a, b) => a + b, 0),
      cpuSeconds,
    };
  }
}

/** Throws where the network does not get there. */
export async function measureRun(s: RunSpec): Promise<RunResult> {
  const begun = process.cpuUsage();
  const consensus = { ...DEFAULT_CONSENSUS_CONFIG, timeoutCommit: BigInt(s.timeoutCommitMs ?? 1000) * 1_000_000n };
  const meter: Meter = new Meter(() => simulation.time.now, s.validators, BigInt(s.heights));
  const simulation: Simulation = new Simulation(scenario(s), {
    announceVotes: s.announceVotes,
    startSpreadMs: START_SPREAD_MS,
    consensus,
    conditions: {
      spread: 0,
      processing: s.processing ?? 0,
      ...(s.uplinkMbit === undefined ? {} : { uplink: s.uplinkMbit / BITS_PER_BYTE }),
    },
    ...(s.blockBytes === undefined ? {} : { blockBytes: s.blockBytes }),
    ...(s.patienceMs === undefined ? {} : { patienceMs: s.patienceMs }),
    ...(s.gossipSleepMs === undefined ? {} : { gossipSleepMs: s.gossipSleepMs }),
    observer: {
      sent: (_node, channel, bytes) => meter.sent(channel, bytes),
      proposed: (height, round) => meter.proposed(height, round),
      committed: (_node, block) => meter.committed(block.header.height, block.lastCommit?.round ?? 0),
    },
  });
  const { violations } = await simulation.run();
  const slow = s.patienceMs !== undefined && violations.every((v) => v.startsWith('liveness'));
  if (violations.length > 0 && !slow) throw new Error(`${s.validators} simulated validators: ${violations.join('; ')}`);
  const used = process.cpuUsage(begun);
  return meter.result((used.user + used.system) / 1e6);
}
