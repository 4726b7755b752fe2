// What a test network consists of and what happens to it, in the manner of CometBFT's e2e manifests.
import type { ScheduledFault } from './fault.ts';

export interface NodeSpec {
  readonly name: string;
  /** `ts`: this repository's engine; `go`: CometBFT with this repository's application behind the ABCI socket. */
  readonly kind: 'ts' | 'go';
  /** Voting power; 0 or absent: a full node. */
  readonly power?: number;
  /** Not started with the network. */
  readonly late?: boolean;
  /** Instead of trellisd, with the same arguments: the node of kind `ts`, the ABCI server of kind `go`. */
  readonly program?: string;
  /** Further arguments of a node of kind `ts`. */
  readonly arguments?: readonly string[];
  /** The home is on a disk of its own of so many megabytes, where this user may mount one. */
  readonly diskMb?: number;
  /** Further keys of config.toml, by section. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Manifest {
  readonly chainId: string;
  readonly nodes: readonly NodeSpec[];
  /** Of all nodes; keys of [consensus]. */
  readonly consensus?: Readonly<Record<string, string>>;
  /** In order of their heights; each is begun by the story when the chain is there (run-fault.ts). */
  readonly faults?: readonly ScheduledFault[];
  /** False: the engine's validators have no stake in the application, so that none is jailed whatever it does. */
  readonly isStaked?: boolean;
  /** Changes the genesis document before it is written. */
  readonly genesis?: (doc: Record<string, unknown>) => void;
}
