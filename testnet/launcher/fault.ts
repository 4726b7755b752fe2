// Faults of real networks as data: what happens to which node, from which height, for how long. The simulator's own faults (testnet/faults) name
// the same things in virtual time.
import type { NodePart } from './network.ts';

interface Common {
  readonly node: string;
  /** Milliseconds from its begin to its end; 0 for what is over at once. */
  readonly forMs: number;
  /** It does not end before the other nodes have made so many blocks: they owe them. */
  readonly untilBlocks?: number;
}

/** Links of the node: to one peer, or to all where none is named. */
interface OnLinks extends Common {
  readonly peer?: string;
}

export type NodeFault =
  /** SIGKILL; started again at the end. Without a part: all processes of the node. */
  | (Common & { readonly fault: 'kill'; readonly part?: NodePart })
  /** SIGSTOP; SIGCONT at the end. */
  | (Common & { readonly fault: 'pause'; readonly part?: NodePart })
  /** SIGTERM, which must end it with code 0; started again at the end. */
  | (Common & { readonly fault: 'restart' })
  | (OnLinks & { readonly fault: 'disconnect' })
  | (OnLinks & { readonly fault: 'slow'; readonly delayMs: number; readonly jitterMs: number })
  /** Chance of a datagram to be lost, 0 to 1. */
  | (OnLinks & { readonly fault: 'loss'; readonly loss: number })
  /** The wall clock of a TypeScript node is so much ahead, or behind where negative. */
  | (Common & { readonly fault: 'clock-skew'; readonly skewMs: number })
  /** No write succeeds: the node must end by itself. There is space again at the end, when it is started. */
  | (Common & { readonly fault: 'disk-full' });

export type FaultKind = NodeFault['fault'];

/** Begins when the chain has reached the height. */
export type ScheduledFault = NodeFault & { readonly at: number };

/** One line. */
export function faultText(f: NodeFault): string {
  const links = f.fault === 'disconnect' || f.fault === 'slow' || f.fault === 'loss';
  const what = {
    kill: () => `kill -9${'part' in f && f.part !== undefined ? ` of the ${f.part}` : ''}`,
    pause: () => `pause${'part' in f && f.part !== undefined ? ` of the ${f.part}` : ''}`,
    restart: () => 'restart',
    disconnect: () => 'disconnect',
    slow: () => (f.fault === 'slow' ? `slow by ${f.delayMs} to ${f.delayMs + f.jitterMs} ms each way` : ''),
    loss: () => (f.fault === 'loss' ? `loss of ${(100 * f.loss).toFixed(0)} %` : ''),
    'clock-skew': () => (f.fault === 'clock-skew' ? `clock off by ${f.skewMs / 1000} s` : ''),
    'disk-full': () => 'full disk',
  }[f.fault]();
  const where = links ? ` (${f.peer === undefined ? 'all links' : `link with ${f.peer}`})` : '';
  return `${f.node}: ${what}${where} for ${(f.forMs / 1000).toFixed(1)} s`;
}
