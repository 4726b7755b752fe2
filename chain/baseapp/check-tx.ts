// CheckTx: whether a transaction may enter the mempool. Only the ante runs, on the check state, which follows the mempool's transactions
// until the next commit. Source: sdk:baseapp/abci.go CheckTx.
import type { CheckTxRequest, CheckTxResponse } from '../abci/application.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { gatherSignatures } from './prefetch.ts';
import { toExecTxResult } from './results.ts';
import { runTx } from './run-tx.ts';
import type { AppTx } from './tx.ts';

export async function checkTx<T extends AppTx>(app: AppCore<T>, req: CheckTxRequest): Promise<CheckTxResponse> {
  if (req.type !== 0 && req.type !== 1) throw new AbciError(`unknown RequestCheckTx type: ${req.type}`);
  // Signatures of a recheck are not looked at again.
  const signatures = req.type === 0 ? gatherSignatures(app, [req.tx]) : undefined;
  // Transactions are judged in the order they came, whatever order their signatures are done in: sequences follow each other.
  const before = app.lastCheck;
  const judged = (async (): Promise<CheckTxResponse> => {
    if (before !== undefined) await before;
    if (signatures !== undefined) await signatures;
    const base = app.txContext(app.checkState, req.type === 0 ? 'check' : 'recheck', req.tx);
    return toExecTxResult(runTx(app.options, base), app.options.indexEvents);
  })();
  if (before !== undefined || signatures !== undefined) {
    const done = judged.then(forgetDone, forgetDone);
    app.lastCheck = done;
    function forgetDone(): void {
      if (app.lastCheck === done) app.lastCheck = undefined;
    }
  }
  return judged;
}
