// Takes the state back by one height (cmt:state/rollback.go), after an application had to be rolled back. The application's state is not
// touched: it must be brought back as well, or it is ahead and the node refuses to start.
import type { BlockStore } from '../blockstore/block-store.ts';
import type { State } from './state.ts';
import type { StateStore } from './state-store.ts';

export class RollbackError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RollbackError';
  }
}

export interface RollbackResult {
  readonly height: bigint;
  readonly appHash: Uint8Array;
}

/** The height that `rollback` would leave. Throws RollbackError where there is nothing to go back to. */
export function rollbackTarget(blocks: BlockStore, states: StateStore): bigint {
  const s = states.load();
  if (s === undefined || s.lastBlockHeight === 0n) throw new RollbackError('no state found to roll back');
  const target = blocks.height === s.lastBlockHeight + 1n ? s.lastBlockHeight : s.lastBlockHeight - 1n;
  if (target < s.initialHeight) throw new RollbackError(`height ${s.lastBlockHeight} is the chain's first: there is no state before it to go back to`);
  return target;
}

/** With `removeBlock` (--hard) the block goes too. Throws RollbackError where there is nothing to go back to. */
export async function rollback(blocks: BlockStore, states: StateStore, removeBlock: boolean): Promise<RollbackResult> {
  const s = states.load();
  if (s === undefined || s.lastBlockHeight === 0n) throw new RollbackError('no state found to roll back');
  const { height } = blocks;
  // The block was stored, the state not yet saved: the state is where it should be.
  if (height === s.lastBlockHeight + 1n) {
    if (removeBlock) await blocks.deleteLatest();
    return { height: s.lastBlockHeight, appHash: s.appHash };
  }
  if (height !== s.lastBlockHeight) {
    throw new RollbackError(`statestore height (${s.lastBlockHeight}) is not one below or equal to blockstore height (${height})`);
  }
  const to = s.lastBlockHeight - 1n;
  const block = blocks.loadBlockMeta(to);
  // What the application answered to a height is agreed on in the next header.
  const latest = blocks.loadBlockMeta(s.lastBlockHeight);
  if (block === undefined) throw new RollbackError(`block at height ${to} not found`);
  if (latest === undefined) throw new RollbackError(`block at height ${s.lastBlockHeight} not found`);
  const lastValidators = states.loadValidators(to);
  const params = states.loadConsensusParams(s.lastBlockHeight);
  if (lastValidators === undefined || params === undefined) throw new RollbackError(`validators or parameters of height ${to} not found`);
  const lower = (n: bigint, limit: bigint): bigint => (n > limit ? limit : n);
  const rolledBack: State = {
    version: { block: s.version.block, app: params.version.app },
    chainId: s.chainId,
    initialHeight: s.initialHeight,
    lastBlockHeight: to,
    lastBlockId: block.blockId,
    lastBlockTime: block.header.time,
    nextValidators: s.validators,
    validators: s.lastValidators,
    lastValidators,
    lastHeightValidatorsChanged: lower(s.lastHeightValidatorsChanged, s.lastBlockHeight + 1n),
    consensusParams: params,
    lastHeightConsensusParamsChanged: lower(s.lastHeightConsensusParamsChanged, s.lastBlockHeight),
    lastResultsHash: latest.header.lastResultsHash,
    appHash: latest.header.appHash,
  };
  await states.save(rolledBack);
  if (removeBlock) await blocks.deleteLatest();
  return { height: to, appHash: rolledBack.appHash };
}
