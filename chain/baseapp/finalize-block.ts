// FinalizeBlock: the block's execution. Order: preblock, begin block, transactions, end block; then the working hash.
// Source: sdk:baseapp/abci.go internalFinalizeBlock. A block that cannot be executed rejects: the node must stop.
import { type AbciEvent, type ExecTxResult, type FinalizeBlockRequest, type FinalizeBlockResponse, PlannedHalt } from '../abci/application.ts';
import { type BlockInfo, blockInfo } from '../core/context.ts';
import { ErrTxDecode } from '../core/errors.ts';
import { appendAttribute, attribute } from '../core/events.ts';
import { NANOS_PER_SECOND } from '../encoding/time.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { prefetchSignatures } from './prefetch.ts';
import { errorResult, markIndexed, toExecTxResult } from './results.ts';
import { runTx } from './run-tx.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

/** After this many transactions others get the thread: a few milliseconds of work. */
const TXS_BETWEEN_YIELDS = 50;

function checkHeight<T extends AppTx>(app: AppCore<T>, req: FinalizeBlockRequest): void {
  if (req.height < 1n) throw new AbciError(`invalid height: ${req.height}`);
  const expected = app.lastHeight === 0n && app.initialHeight > 1n ? app.initialHeight : app.lastHeight + 1n;
  if (req.height !== expected) throw new AbciError(`invalid height: ${req.height}; expected: ${expected}`);
}

function checkHalt<T extends AppTx>(app: AppCore<T>, req: FinalizeBlockRequest): void {
  const { haltHeight = 0n, haltTime = 0n } = app.options;
  if ((haltHeight > 0n && req.height >= haltHeight) || (haltTime > 0n && req.time / NANOS_PER_SECOND >= haltTime)) {
    throw new PlannedHalt(`halt per configuration height ${haltHeight} time ${haltTime}`);
  }
}

/** An engine may decide on another block where it never committed the one before. The genesis cannot be executed twice. */
function discardExecution<T extends AppTx>(app: AppCore<T>, req: FinalizeBlockRequest): void {
  if (req.height === app.initialHeight) throw new AbciError(`block ${req.height} was already executed and not committed: start again from the genesis`);
  app.options.store.discard();
  app.finalizeState = undefined;
  app.executed = undefined;
}

export async function finalizeBlock<T extends AppTx>(app: AppCore<T>, req: FinalizeBlockRequest): Promise<FinalizeBlockResponse> {
  checkHalt(app, req);
  checkHeight(app, req);
  if (app.executed !== undefined) discardExecution(app, req);
  const { options } = app;
  const block: BlockInfo = blockInfo(app.chainId, {
    height: req.height,
    time: req.time,
    hash: req.hash,
    appHash: app.lastAppHash,
    proposerAddress: req.proposerAddress,
    nextValidatorsHash: req.nextValidatorsHash,
    lastCommit: req.decidedLastCommit,
    misbehavior: req.misbehavior,
  });
  // The genesis waits in finalizeState for the first block; an execution that was not committed is thrown away.
  const state = req.height === app.initialHeight && app.finalizeState !== undefined ? app.finalizeState : new WorkingState(options.store.branch(), block);
  app.finalizeState = state;
  state.block = block;
  state.consensusParams = app.paramsOf(state);
  state.blockGasMeter = app.blockGasMeter(state.consensusParams);
  await prefetchSignatures(app, state, req.txs);

  const events: AbciEvent[] = [];
  const preBlock = state.context('finalize');
  if (options.preBlocker(preBlock)) {
    state.consensusParams = app.paramsOf(state);
    state.blockGasMeter = app.blockGasMeter(state.consensusParams);
  }
  events.push(...preBlock.events.events);
  const begin = state.context('finalize');
  options.beginBlocker(begin);
  events.push(...appendAttribute(begin.events.events, attribute('mode', 'BeginBlock')));

  state.blockGasMeter = app.blockGasMeter(state.consensusParams);
  const txResults: ExecTxResult[] = [];
  for (const [i, tx] of req.txs.entries()) {
    if (i > 0 && i % TXS_BETWEEN_YIELDS === 0) await options.yieldNow?.();
    txResults.push(deliver(app, state, tx));
  }

  const end = state.context('finalize');
  const validatorUpdates = options.endBlocker(end);
  events.push(...appendAttribute(end.events.events, attribute('mode', 'EndBlock')));
  const consensusParamUpdates = app.paramsOf(state);

  state.stores.write();
  app.executed = req.txs;
  return {
    events: markIndexed(events, options.indexEvents),
    txResults,
    validatorUpdates,
    consensusParamUpdates,
    appHash: options.store.workingHash(),
  };
}

function deliver<T extends AppTx>(app: AppCore<T>, state: WorkingState, tx: Uint8Array): ExecTxResult {
  try {
    app.options.decodeTx(tx);
  } catch {
    // Not a transaction: it takes its place in the results and has no other effect.
    return errorResult(ErrTxDecode.error());
  }
  return toExecTxResult(runTx(app.options, app.txContext(state, 'finalize', tx)), app.options.indexEvents);
}
