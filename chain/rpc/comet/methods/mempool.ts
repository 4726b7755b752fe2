// Sending transactions and looking at those that wait (cmt:rpc/core/mempool.go).
import type { CheckTxResponse, ExecTxResult } from '../../../abci/application.ts';
import { parseQuery } from '../../../execution/query/parser.ts';
import { txHash } from '../../../types/tx.ts';
import type { Backend, EventData } from '../../backend.ts';
import { base64, EMPTY_RESULT, execTxResultJson } from '../json/abci.ts';
import { hex } from '../json/chain.ts';
import { jsonString, RawJson } from '../json/text.ts';
import { type CallContext, type MethodTable, method } from '../method.ts';
import { optionalInt, tx } from '../params.ts';
import { perPage } from './heights.ts';

function refuseWhileSyncing(backend: Backend): void {
  if (backend.consensus.catchingUp) throw new Error('endpoint is closed while node is catching up');
}

/** Built as text: the hottest answer of the server. */
function broadcastText(r: Pick<CheckTxResponse, 'code' | 'data' | 'log' | 'codespace'>, hash: Uint8Array): RawJson {
  return new RawJson(
    `{"code":${r.code},"data":"${r.data.length === 0 ? '' : hex(r.data)}","log":${jsonString(r.log)},"codespace":${jsonString(r.codespace)},"hash":"${hex(hash)}"}`,
  );
}

type TxEvent = Extract<EventData, { type: 'Tx' }>;

/** Waits for the transaction to be in a block, at most the configured time. `stop` ends the wait. */
function committed(bytes: Uint8Array, { hub, config, remote, signal }: CallContext): { readonly event: Promise<TxEvent>; stop(): void } {
  let stop = (): void => {};
  const event = new Promise<TxEvent>((resolve, reject) => {
    const query = parseQuery(`tm.event='Tx' AND tx.hash='${hex(txHash(bytes))}'`);
    const unsubscribe = hub.once(remote, query, (e) => resolve(e.data as TxEvent));
    const timer = setTimeout(() => reject(new Error('timed out waiting for tx to be included in a block')), config.timeoutBroadcastTxCommitMs);
    const aborted = (): void => reject(new Error('broadcast confirmation not received: context canceled'));
    signal.addEventListener('abort', aborted, { once: true });
    stop = () => {
      unsubscribe();
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
  });
  // A wait that ends before anybody awaits it is not an unhandled rejection.
  event.catch(() => {});
  return { event, stop: () => stop() };
}

async function broadcastCommit(bytes: Uint8Array, context: CallContext) {
  const { backend } = context;
  refuseWhileSyncing(backend);
  const wait = committed(bytes, context);
  const answer = (checked: CheckTxResponse, result: ExecTxResult, height: bigint) => ({
    check_tx: execTxResultJson(checked),
    tx_result: execTxResultJson(result),
    hash: hex(txHash(bytes)),
    height: height.toString(),
  });
  try {
    const checked = await backend.mempool.checkTx(bytes).catch((e: unknown) => {
      throw new Error(`error on broadcastTxCommit: ${(e as Error).message}`);
    });
    if (checked.code !== 0) return answer(checked, EMPTY_RESULT, 0n);
    const { result, height } = await wait.event;
    return answer(checked, result, height);
  } finally {
    wait.stop();
  }
}

export const mempoolMethods: MethodTable = {
  broadcast_tx_sync: method({ tx }, ({ tx }, { backend }) => {
    refuseWhileSyncing(backend);
    return backend.mempool.checkTx(tx).then((r) => broadcastText(r, txHash(tx)));
  }),

  /** Waits only as long as the mempool needs to refuse without the application. */
  broadcast_tx_async: method({ tx }, async ({ tx }, { backend }) => {
    refuseWhileSyncing(backend);
    const checked = backend.mempool.checkTx(tx);
    checked.catch(() => {});
    await Promise.race([checked, new Promise((resolve) => setImmediate(resolve))]);
    return broadcastText(EMPTY_RESULT, txHash(tx));
  }),

  broadcast_tx_commit: method({ tx }, ({ tx }, context) => broadcastCommit(tx, context)),

  check_tx: method({ tx }, async ({ tx }, { backend }) => execTxResultJson(await backend.app.checkTx(tx))),

  unconfirmed_txs: method({ limit: optionalInt }, async ({ limit }, { backend: { mempool } }) => {
    const txs = await mempool.unconfirmed(perPage(limit));
    return { n_txs: txs.length.toString(), total: mempool.size.toString(), total_bytes: mempool.sizeBytes.toString(), txs: txs.map(base64) };
  }),

  num_unconfirmed_txs: method({}, (_, { backend: { mempool } }) => ({
    n_txs: mempool.size.toString(),
    total: mempool.size.toString(),
    total_bytes: mempool.sizeBytes.toString(),
    txs: null,
  })),
};
