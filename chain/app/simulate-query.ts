// Simulation as a query, the way wallets ask for gas: /cosmos.tx.v1beta1.Service/Simulate. The other methods of that service need the node
// and live at the doors. Source: sdk:x/auth/tx/service.go Simulate.
import { AuthInfo, SimulateRequest, SimulateResponse, TxBody, TxRaw } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { BaseApp } from '../baseapp/base-app.ts';
import type { QueryRouter } from '../baseapp/query-router.ts';
import type { AppTx } from '../baseapp/tx.ts';
import { invalidArgument, QueryError } from '../core/query-error.ts';

function bytesOf(req: SimulateRequest): Uint8Array {
  if (req.txBytes.length > 0) return req.txBytes;
  // The old field holds the transaction itself.
  const { tx } = req;
  if (tx === undefined) throw invalidArgument('empty txBytes is not allowed');
  return TxRaw.encode({
    bodyBytes: tx.body === undefined ? new Uint8Array(0) : TxBody.encode(tx.body),
    authInfoBytes: tx.authInfo === undefined ? new Uint8Array(0) : AuthInfo.encode(tx.authInfo),
    signatures: tx.signatures,
  });
}

export function registerSimulate<T extends AppTx>(queries: QueryRouter, app: () => BaseApp<T>): void {
  queries.register('/cosmos.tx.v1beta1.Service/Simulate', SimulateRequest, SimulateResponse, (_ctx, req) => {
    const { gas, error, data, msgResponses, events } = app().simulate(bytesOf(req));
    if (error !== undefined) throw new QueryError('Unknown', `${error.message} With gas wanted: '${gas.gasWanted}' and gas used: '${gas.gasUsed}' `);
    return { gasInfo: gas, result: { data, log: '', events, msgResponses } };
  });
}
