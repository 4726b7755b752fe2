// A scenario from a seed: the network, who misbehaves, and a schedule of faults. The same seed gives the same scenario.
import { Random } from '../simulator/random.ts';
import { type ByzantineNode, type Fault, MISBEHAVIORS, type Scenario } from './fault.ts';

export interface GenerateOptions {
  readonly seed: number;
  readonly heights: number;
  /** undefined: 4 to 7. */
  readonly nodes?: number | undefined;
  /** Connections of a node; undefined: to all. */
  readonly peers?: number | undefined;
  /** undefined: by turns. */
  readonly app?: Scenario['app'] | undefined;
  /** At most so many; undefined: by the number of heights. */
  readonly faults?: number | undefined;
  readonly byzantine?: boolean;
}

/** Virtual milliseconds of a height when all is well; faults fall in the time that the heights would take so. */
const HEIGHT_MS = 500;

const FAIL_POINTS = [
  'before-save',
  'block-saved',
  'height-ended',
  'finalized',
  'results-saved',
  'committed',
  'state-saved',
  'applied',
  'logged-vote',
  'logged-proposal',
] as const;

/** Splits the nodes in two or three groups, none empty. */
function groups(r: Random, n: number): number[][] {
  const order = r.shuffled(Array.from({ length: n }, (_, i) => i));
  const cut = r.between(1, n);
  const second = r.chance(0.25) && cut < n - 1 ? r.between(cut + 1, n) : n;
  return [order.slice(0, cut), order.slice(cut, second), order.slice(second)].filter((g) => g.length > 0);
}

function fault(r: Random, n: number, at: number, span: number, type: Fault['type']): Fault {
  const node = r.between(0, n);
  const base = { at, for: r.between(200, Math.max(400, Math.min(8000, span))) };
  const pair = (): { a: number; b: number } => ({ a: node, b: (node + r.between(1, n)) % n });
  switch (type) {
    case 'crash':
      return { type, ...base, node, ...(r.chance(0.15) ? { forgets: true } : {}) };
    case 'crash-at-operation':
      return { type, ...base, node, operation: r.between(1, 80) };
    case 'crash-at-point':
      return { type, ...base, node, point: r.pick(FAIL_POINTS), pass: r.between(1, 3) };
    case 'restart':
    case 'pause':
    case 'disk-full':
      return { type, ...base, node };
    case 'partition':
      return { type, ...base, groups: groups(r, n) };
    case 'ring':
      return { type, ...base };
    case 'one-way': {
      const [from, to] = groups(r, n);
      return { type, ...base, from: from ?? [], to: to ?? [] };
    }
    case 'link-down':
      return { type, ...base, ...pair() };
    case 'flapping':
      return { type, ...base, ...pair(), period: r.between(50, 1000) };
    case 'loss':
      return { type, ...base, rate: r.pick([0.01, 0.05, 0.2, 0.5]) };
    case 'duplicates':
      return { type, ...base, rate: r.pick([0.05, 0.5]) };
    case 'delay':
      return { type, ...base, ms: r.pick([50, 200, 1000]) };
    case 'clock-skew':
      return { type, ...base, node, ms: r.pick([-20_000, -2000, -300, 300, 2000, 20_000]) };
  }
}

const KINDS: readonly Fault['type'][] = [
  'crash',
  'crash',
  'crash-at-operation',
  'crash-at-operation',
  'crash-at-point',
  'crash-at-point',
  'restart',
  'pause',
  'pause',
  'partition',
  'partition',
  'ring',
  'one-way',
  'link-down',
  'flapping',
  'loss',
  'loss',
  'duplicates',
  'delay',
  'clock-skew',
  'disk-full',
];

/** Less than a third of the power, in as many nodes as fit. */
function byzantine(r: Random, powers: readonly number[]): ByzantineNode[] {
  const total = powers.reduce((a, b) => a + b, 0);
  const out: ByzantineNode[] = [];
  let power = 0;
  for (const node of r.shuffled(powers.map((_, i) => i))) {
    const own = powers[node] as number;
    if (3 * (power + own) >= total || out.length >= 2) continue;
    power += own;
    out.push({ node, does: r.shuffled(MISBEHAVIORS).slice(0, r.between(1, 4)) });
    if (r.chance(0.6)) break;
  }
  return out;
}

export function generateScenario(o: GenerateOptions): Scenario {
  const r = Random.of(`trellis scenario ${o.seed}`);
  const n = o.nodes ?? r.between(4, 8);
  const equal = r.chance(0.5);
  const powers = Array.from({ length: n }, () => (equal ? 10 : r.between(5, 16)));
  const wantsByzantine = r.chance(0.4);
  const bad = byzantine(r, powers);
  const span = o.heights * HEIGHT_MS;
  const count = Math.floor(r.float() * (1 + (o.faults ?? Math.min(10, 2 + Math.floor(o.heights / 2)))));
  const faults = Array.from({ length: count }, () => fault(r, n, r.between(0, span), span, r.pick(KINDS))).sort((a, b) => a.at - b.at);
  return {
    seed: o.seed,
    heights: o.heights,
    powers,
    ...(o.peers === undefined ? {} : { peers: o.peers }),
    app: o.app ?? (o.seed % 2 === 0 ? 'light' : 'trellis'),
    extensions: r.chance(0.3),
    emptyBlocks: r.chance(0.8),
    load: r.pick([0, 1, 5, 20]),
    latency: r.pick([1, 10, 50, 100]),
    jitter: r.pick([0, 2, 20, 60]),
    byzantine: o.byzantine !== false && wantsByzantine ? bad : [],
    faults,
  };
}
