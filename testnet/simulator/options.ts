// What can be asked of a simulation beyond its scenario, and what comes out of it.
import type { EngineConfig } from '../../chain/engine/engine.ts';
import type { Block } from '../../chain/types/block.ts';
import type { NetworkConditions, NetworkCounts } from './network.ts';

export interface SimulationOptions {
  /** Every log line of every node. */
  readonly log?: (line: string) => void;
  /** No disk keeps its promises: a simulation must find that out. */
  readonly lyingDisks?: boolean;
  /** Over what the scenario says. */
  readonly conditions?: Partial<NetworkConditions>;
  /** Over the short timeouts of the simulator. */
  readonly consensus?: Partial<EngineConfig['consensus']>;
  readonly gossipSleepMs?: number;
  readonly announceVotes?: 'each' | 'batched';
  /** Nodes start at moments within so many milliseconds; default: all at once, and their polls then fall together. */
  readonly startSpreadMs?: number;
  /** Longest time after the last fault, with no more for the heights. */
  readonly patienceMs?: number;
  /** Of the light application: each block is filled up with so many bytes. */
  readonly blockBytes?: number;
  readonly observer?: SimulationObserver;
}

/** What is measured of a run; times are the simulation's microseconds, to be read of it. */
export interface SimulationObserver {
  sent(node: string, channel: number, bytes: Uint8Array): void;
  proposed(height: bigint, round: number): void;
  committed(node: string, block: Block): void;
}

export interface SimulationResult {
  /** Checker and what it found. */
  readonly violations: readonly string[];
  /** Lowest height of an honest node at the end. */
  readonly height: bigint;
  readonly virtualMs: number;
  /** From the end of the last fault until every honest node was where it should be. */
  readonly healingMs: number;
  readonly events: number;
  readonly network: NetworkCounts;
  readonly signatures: { readonly verified: number; readonly asked: number };
  readonly evidence: number;
  /** Where each node stood at the end, if something was wrong. */
  readonly states: readonly string[];
  /** Of everything that was decided, when, and by whom. */
  readonly trace: string;
}
