// CheckTx: whether a transaction may enter the mempool. Only the ante runs, on the check state, which follows the mempool's transactions
// until the next commit. Source: sdk:baseapp/abci.go CheckTx.
import type { CheckTxRequest, CheckTxResponse } from '../abci/application.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { prefetchSignatures } from './prefetch.ts';
import { toExecTxResult } from './results.ts';
import { runTx } from './run-tx.ts';
import type { AppTx } from './tx.ts';

export async function checkTx<T extends AppTx>(app: AppCore<T>, req: CheckTxRequest): Promise<CheckTxResponse> {
  if (req.type !== 0 && req.type !== 1) throw new AbciError(`unknown RequestCheckTx type: ${req.type}`);
  // Signatures of a recheck are not looked at again.
  if (req.type === 0) await prefetchSignatures(app, app.checkState, [req.tx]);
  const base = app.txContext(app.checkState, req.type === 0 ? 'check' : 'recheck', req.tx);
  return toExecTxResult(runTx(app.options, base), app.options.indexEvents);
}
