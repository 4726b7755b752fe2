// Takes a stopped node back by one height: application, index, state, and with `removeBlock` the block too (sdk:server/rollback.go). The
// application goes first: one that is behind the state is brought forward by the next start, one that is ahead is refused. A command that
// was interrupted is given again.
import { join } from 'node:path';
import { BlockStore } from '../blockstore/block-store.ts';
import { ChainDb, section } from '../blockstore/durable-db.ts';
import { ChainIndex } from '../execution/chain-index.ts';
import { type RollbackResult, rollback, rollbackTarget } from '../execution/rollback.ts';
import { StateStore } from '../execution/state-store.ts';

export interface RollbackParts {
  /** Folder of all databases. */
  readonly data: string;
  readonly removeBlock: boolean;
  /** Takes the application back to a height; nothing where it is not above it. Rejects where it cannot go back so far. */
  readonly rollbackApplication: (height: bigint) => Promise<void>;
}

/** Rejects with RollbackError or the application's error; then nothing has changed but what stands in its text. */
export async function rollbackNode({ data, removeBlock, rollbackApplication }: RollbackParts): Promise<RollbackResult> {
  const db = await ChainDb.open(join(data, 'chain.db'));
  try {
    const blocks = BlockStore.open(section(db, 'b'));
    const states = new StateStore(section(db, 's'));
    const target = rollbackTarget(blocks, states);
    await rollbackApplication(target);
    const index = await ChainIndex.open(section(db, 'i'), blocks, states.results);
    await index.removeLast(target + 1n);
    return await rollback(blocks, states, removeBlock);
  } finally {
    await db.close();
  }
}
