// Faults as data: what happens to a network of nodes, when and for how long. The simulator drives itself by such a list; the launcher of real
// processes can do the same list as far as its machine allows. Times are milliseconds since the start; nodes are indexes.

interface Timed {
  readonly at: number;
}
interface Lasting extends Timed {
  readonly for: number;
}

export type Fault =
  /** Dies at once, losing what is not synced, and starts again after `for`. `forgets`: the application has lost all its data. */
  | (Lasting & { readonly type: 'crash'; readonly node: number; readonly forgets?: boolean })
  /** Dies at the n-th write or sync from then on. */
  | (Lasting & { readonly type: 'crash-at-operation'; readonly node: number; readonly operation: number })
  /** Dies when it passes the point (chain/engine: failPoint) for the n-th time from then on. */
  | (Lasting & { readonly type: 'crash-at-point'; readonly node: number; readonly point: string; readonly pass: number })
  /** Ends in order, as by SIGTERM, and starts again. */
  | (Lasting & { readonly type: 'restart'; readonly node: number })
  | (Lasting & { readonly type: 'pause'; readonly node: number })
  /** Only nodes of one group hear each other. */
  | (Lasting & { readonly type: 'partition'; readonly groups: readonly (readonly number[])[] })
  /** Each node hears only its neighbours in the order of indexes. */
  | (Lasting & { readonly type: 'ring' })
  /** Nothing gets from `from` to `to`; the other way is open. */
  | (Lasting & { readonly type: 'one-way'; readonly from: readonly number[]; readonly to: readonly number[] })
  /** The connection ends, and is refused until the end. */
  | (Lasting & { readonly type: 'link-down'; readonly a: number; readonly b: number })
  /** A link that is there and gone by turns of `period`. */
  | (Lasting & { readonly type: 'flapping'; readonly a: number; readonly b: number; readonly period: number })
  /** Chance of a message to be lost; to come twice. */
  | (Lasting & { readonly type: 'loss'; readonly rate: number })
  | (Lasting & { readonly type: 'duplicates'; readonly rate: number })
  /** Mean of a further, random delay of each message: they overtake each other. */
  | (Lasting & { readonly type: 'delay'; readonly ms: number })
  /** The wall clock of a node jumps by so much, and stays so until the end. */
  | (Lasting & { readonly type: 'clock-skew'; readonly node: number; readonly ms: number })
  | (Lasting & { readonly type: 'disk-full'; readonly node: number });

/** How a Byzantine validator misbehaves; it may do several of these. */
export const MISBEHAVIORS = [
  'equivocate-votes',
  'equivocate-proposals',
  'amnesia',
  'withhold-parts',
  'bad-app-hash',
  'bad-time',
  'wrong-proposer',
  'bad-last-commit',
  'garbage',
  'flood',
  'lie-has-vote',
  'lie-majority',
  'silent',
] as const;
export type Misbehavior = (typeof MISBEHAVIORS)[number];

export interface ByzantineNode {
  readonly node: number;
  readonly does: readonly Misbehavior[];
}

export interface Scenario {
  /** Of everything that is left to chance. */
  readonly seed: number;
  /** What it is here for. */
  readonly note?: string;
  readonly heights: number;
  /** Powers of the validators; one node each. */
  readonly powers: readonly number[];
  /** Each node dials so many others; undefined: all. */
  readonly peers?: number;
  readonly app: 'light' | 'trellis';
  readonly extensions: boolean;
  readonly emptyBlocks: boolean;
  /** Transactions a second, of the whole network. */
  readonly load: number;
  /** Shortest way of a message and mean of what comes on top, milliseconds. */
  readonly latency: number;
  readonly jitter: number;
  readonly byzantine: readonly ByzantineNode[];
  readonly faults: readonly Fault[];
}

export function faultsEnd(faults: readonly Fault[]): number {
  return faults.reduce((end, f) => Math.max(end, f.at + f.for), 0);
}
