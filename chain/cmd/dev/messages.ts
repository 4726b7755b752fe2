// What `trellisd dev` and its validators' processes tell each other, over the channel that Node opens between parent and child. Its end tells
// a validator that the parent is gone.
import type { BlockReport } from './block-report.ts';

export interface Ports {
  readonly rpc: number;
  readonly p2p: number;
  /** Of the first validator alone. */
  readonly doors: { readonly grpc: number; readonly rest: number } | undefined;
}

/** Begin: the home is complete. Ports are wishes; what is listened on is reported. */
export interface Run {
  readonly type: 'run';
  readonly home: string;
  readonly ports: Ports;
  /** Configuration keys over those of the home's files. */
  readonly settings: readonly (readonly [path: string, value: string])[];
  /** Go CometBFT's program, for a validator that has it for an engine. */
  readonly cometbft: string | undefined;
}

/** A further node of the network, at 127.0.0.1. */
export interface PeerAt {
  readonly type: 'peer';
  readonly id: string;
  readonly port: number;
  /** Which of two nodes dials the other. */
  readonly dial: boolean;
}

export type ToValidator = Run | PeerAt;

export interface Listening {
  readonly type: 'listening';
  readonly ports: Ports;
  readonly peerId: string;
}

export type FromValidator =
  /** The program is loaded, and what it compiled is kept for the next process. */
  { readonly type: 'loaded' } | Listening | ({ readonly type: 'block' } & BlockReport) | { readonly type: 'failed'; readonly reason: string };
