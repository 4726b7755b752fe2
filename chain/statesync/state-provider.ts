// What is known of a snapshot's height from a source that is trusted: headers that a light client verified (cmt:statesync/stateprovider.go).
import type { State } from '../execution/state.ts';
import type { Commit } from '../types/commit.ts';

export interface StateProvider {
  /** What the application must hash to after `height`: the next header says it. */
  appHash(height: bigint): Promise<Uint8Array>;
  /** The chain's state after `height`. */
  state(height: bigint): Promise<State>;
  /** The commit of `height`. */
  commit(height: bigint): Promise<Commit>;
}

/** No snapshot can be verified at all: the source of headers is unusable or contradicts itself. */
export class UntrustedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UntrustedError';
  }
}
