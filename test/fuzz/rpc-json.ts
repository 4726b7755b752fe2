// The JSON-RPC server behind its HTTP and WebSocket doors: any body, message or URI query gets one well-formed answer per request with
// an id, with an error code of CometBFT; nothing escapes.
import { DEFAULT_RPC_CONFIG } from '../../chain/rpc/comet/config.ts';
import { type CallScope, dispatchAll } from '../../chain/rpc/comet/dispatch.ts';
import { argsFromUri } from '../../chain/rpc/comet/params.ts';
import { decodeRequest, decodeRequests, type RpcRequest } from '../../chain/rpc/comet/request.ts';
import { methodTable } from '../../chain/rpc/comet/routes.ts';
import { RpcError } from '../../chain/rpc/comet/rpc-error.ts';
import { SubscriptionHub } from '../../chain/rpc/comet/subscriptions.ts';
import { testBackend } from '../../chain/rpc/testing/test-backend.ts';
import type { FuzzTarget } from './target.ts';

const text = new TextEncoder();
const backend = testBackend();
const config = { ...DEFAULT_RPC_CONFIG, timeoutBroadcastTxCommitMs: 1 };
const methods = methodTable(false);
const subscriber = { remote: 'fuzz', trySend: () => true, send: () => {}, close: () => {} };
const http: CallScope = { backend, config, hub: new SubscriptionHub(backend.events, config), remote: 'fuzz', signal: new AbortController().signal };
const CODES: readonly number[] = [-32700, -32600, -32601, -32602, -32603, -32000];

const call = (method: string, params: unknown, id: unknown = 1): string => JSON.stringify({ jsonrpc: '2.0', id, method, params });
const SAMPLES = [
  call('status', {}),
  call('block', { height: '2' }, 'a'),
  call('tx_search', { query: "kv.key='a'", prove: true, page: '1', per_page: '10', order_by: 'desc' }),
  call('abci_query', { path: '/store/bank/key', data: '0102', height: '1', prove: true }),
  call('broadcast_tx_sync', ['YT0x'], 0).replace('"id":0', '"id":9007199254740993'),
  call('validators', ['1', '1', '5']),
  call('subscribe', { query: "tm.event='Tx'" }),
  call('unsubscribe', { query: "tm.event='Tx'" }),
  call('broadcast_evidence', { evidence: { type: 'tendermint/DuplicateVoteEvidence', value: { vote_a: {}, vote_b: {} } } }),
  `[${call('health', null)},${call('block_search', { query: 'block.height>1' })},${call('genesis_chunked', { chunk: '0' })}]`,
  'block?height=2',
  'tx_search?query="tx.height>1"&prove=true&page=1&per_page=30&order_by="asc"',
  'abci_query?path="/store"&data=0x0102&height=1&prove=false',
  'broadcast_tx_commit?tx="a=b"',
];

function check(answer: string): void {
  const { id, result, error } = JSON.parse(answer) as { id: unknown; result: unknown; error?: { code: number } };
  if (id === undefined || (result === undefined) === (error === undefined)) throw new Error(`not an answer: ${answer}`);
  if (error !== undefined && !CODES.includes(error.code)) throw new Error(`unknown code: ${answer}`);
}

async function answered(decode: () => readonly RpcRequest[], scope: CallScope): Promise<void> {
  let requests: readonly RpcRequest[];
  try {
    requests = decode();
  } catch (e) {
    if (e instanceof RpcError) return;
    throw e;
  }
  const outcomes = await dispatchAll(methods, requests.slice(0, config.maxRequestBatchSize), scope);
  for (const o of outcomes) check(o.text);
}

function uri(url: string): void {
  const [name = '', query = ''] = url.split('?', 2);
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  try {
    if (method !== undefined) argsFromUri(method.params, new URLSearchParams(query));
  } catch (e) {
    if (!(e instanceof RpcError)) throw e;
  }
}

export const target: FuzzTarget = {
  name: 'rpc-json',
  corpus: () => SAMPLES.map((s) => text.encode(s)),
  run: async (input) => {
    const body = Buffer.from(input).toString('utf8');
    uri(body);
    await answered(() => decodeRequests(body).requests, http);
    // As a WebSocket message, on a connection of its own.
    const hub = new SubscriptionHub(backend.events, config);
    await answered(() => [decodeRequest(body)], { ...http, hub, subscriber });
    hub.remove(subscriber);
    if (backend.listeners.size > 0) throw new Error('a subscription outlives its client');
  },
};
