// What the aids need of the log of block hashes (module `history`).
import type { Awaitable } from '../backend.ts';

export interface HistoryLog {
  /** Hashes from the leaf of a height up to the root of the first `size` leaves, and the leaf's index; undefined where the log has it not. */
  proof(height: bigint, size: bigint): Awaitable<{ readonly index: bigint; readonly path: readonly Uint8Array[] } | undefined>;
  /** Forgets what is here and makes it again from the blocks: it did not lead to the head that the state has. */
  reset(): void;
}
