// Calls of the JSON-RPC whose answers two nodes of one chain must give alike, right and wrong ones, over POST and URI GET.
import { createHash } from 'node:crypto';
import { txHashHex } from '../traffic/signer.ts';
import type { GoHeight } from './go-chain.ts';

export interface RpcCall {
  readonly name: string;
  /** URI after the slash, or the body of a POST. */
  readonly get?: string;
  readonly post?: string;
  /** Only which fields there are and of which type: values differ from node to node. */
  readonly shapeOnly?: boolean;
}

export interface RpcAnswer {
  readonly status: number;
  readonly cacheControl: string | null;
  readonly contentType: string | null;
  readonly text: string;
}

export async function ask(base: string, call: RpcCall): Promise<RpcAnswer> {
  const r =
    call.get === undefined
      ? await fetch(base, { method: 'POST', headers: { 'content-type': 'application/json' }, body: call.post ?? '' })
      : await fetch(`${base}/${call.get}`);
  return { status: r.status, cacheControl: r.headers.get('cache-control'), contentType: r.headers.get('content-type'), text: await r.text() };
}

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex').toUpperCase();
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64');

/** Searches ask only for heights above `calm` up to `rest`: the Go node loses the index of its last blocks when it ends, and never writes it again. */
export function rpcCalls(chain: readonly GoHeight[], addresses: readonly string[], calm: number, rest: number): RpcCall[] {
  const calls: RpcCall[] = [];
  const get = (path: string, shapeOnly = false): void => void calls.push({ name: path.slice(0, 150), get: path, shapeOnly });
  const post = (body: string): void => void calls.push({ name: `POST ${body.slice(0, 150)}`, post: body });
  const rpc = (method: string, params: unknown = {}): void => post(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }));
  const tip = chain.length;
  const busy = chain.filter((g) => g.block.data.txs.length > 1);
  const some = [1, 2, 3, Math.floor(tip / 2), tip - 1, tip, ...busy.slice(0, 40).map((g) => Number(g.block.header.height))];
  const wrongHeights = ['0', '-1', String(tip + 1), String(tip + 1000), 'abc', '99999999999999999999', '1.5', '"3"', '%223%22', ''];

  for (const method of ['block', 'commit', 'block_results', 'header', 'validators', 'consensus_params']) {
    for (const h of some) get(`${method}?height=${h}`);
    get(method);
    for (const h of wrongHeights) get(`${method}?height=${h}`);
    rpc(method, { height: '3' });
    rpc(method, { height: 3 });
    rpc(method, ['3']);
    rpc(method, { height: null });
    rpc(method, { height: 'abc' });
    rpc(method, { height: true });
    rpc(method, { height: 1.5 });
    rpc(method, {});
    rpc(method, []);
    rpc(method, null);
    rpc(method, ['3', '4', '5', '6']);
    rpc(method, 'text');
    rpc(method, { nonsense: '3', height: '2' });
  }
  const third = chain[2] as GoHeight;
  const id = third.id.hash;
  for (const method of ['block_by_hash', 'header_by_hash']) {
    for (const h of [`0x${hex(id)}`, `0x${hex(id).toLowerCase()}`, hex(id), `"${hex(id)}"`, '0x00', '0x', '', '0x0', '0xzz', `0x${'00'.repeat(32)}`])
      get(`${method}?hash=${h}`);
    rpc(method, { hash: base64(id) });
    rpc(method, { hash: hex(id) });
    rpc(method, { hash: '!' });
    rpc(method, {});
  }
  for (const q of [
    '',
    '?minHeight=1&maxHeight=5',
    '?minHeight=5&maxHeight=1',
    '?minHeight=0&maxHeight=3',
    '?minHeight=3',
    '?maxHeight=3',
    '?minHeight=-1&maxHeight=2',
    `?minHeight=1&maxHeight=${tip + 50}`,
    `?minHeight=${tip}&maxHeight=${tip}`,
    '?minHeight=1&maxHeight=100',
    `?minHeight=${tip + 1}&maxHeight=${tip + 5}`,
  ])
    get(`blockchain${q}`);
  rpc('blockchain', { minHeight: '2', maxHeight: '4' });
  rpc('blockchain', ['2', '4']);
  rpc('blockchain', [2, 4]);
  for (const q of [
    'height=2&page=1&per_page=1',
    'height=2&page=2',
    'height=2&page=0',
    'height=2&page=-1',
    'height=2&per_page=0',
    'height=2&per_page=-3',
    'height=2&per_page=101',
    'height=2&page=x',
  ])
    get(`validators?${q}`);
  rpc('validators', { height: '2', page: '1', per_page: '10' });
  rpc('validators', { height: '2', page: 1, per_page: 10 });

  for (const path of [
    'health',
    'genesis',
    'genesis_chunked',
    'genesis_chunked?chunk=0',
    'genesis_chunked?chunk=1',
    'genesis_chunked?chunk=-1',
    'num_unconfirmed_txs',
    'unconfirmed_txs',
    'unconfirmed_txs?limit=1',
    'unconfirmed_txs?limit=-1',
    'unconfirmed_txs?limit=x',
    'abci_info',
    'no_such_method',
    'block/',
    'block/1',
    'subscribe',
    'subscribe?query=%22tm.event=%27Tx%27%22',
    'unsubscribe_all',
    'dial_seeds',
    'unsafe_flush_mempool',
    'broadcast_evidence',
    'broadcast_evidence?evidence=1',
  ])
    get(path);
  get('status', true);
  get('net_info', true);
  get('consensus_state', true);
  get('dump_consensus_state', true);
  for (const method of [
    'health',
    'genesis',
    'abci_info',
    'num_unconfirmed_txs',
    'unconfirmed_txs',
    'no_such_method',
    '',
    'subscribe',
    'unsubscribe',
    'unsubscribe_all',
  ])
    rpc(method);

  // Transactions: good, failed, and those that are no transaction at all.
  const txs = busy.flatMap((g) =>
    g.block.data.txs.map((tx, i) => ({ tx, i, code: g.results.txResults[i]?.code ?? 0, codespace: g.results.txResults[i]?.codespace })),
  );
  const seen = new Set<string>();
  for (const t of txs) {
    const kind = `${t.codespace} ${t.code} ${t.i === 0}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    const hash = txHashHex(t.tx);
    get(`tx?hash=0x${hash}&prove=true`);
    get(`tx?hash=0x${hash}`);
    rpc('tx', { hash: base64(Buffer.from(hash, 'hex')), prove: true });
    get(`tx_search?query="tx.hash='${hash}'"`);
    rpc('tx_search', { query: `tx.hash='${hash}'`, prove: true });
  }
  for (const q of ['hash=0x00', 'hash=', 'hash=0xzz', '', 'prove=true', `hash=0x${'00'.repeat(32)}`, `hash=${'00'.repeat(32)}`, 'hash=0x00&prove=maybe'])
    get(`tx?${q}`);
  rpc('tx', { hash: 'zz' });
  rpc('tx', { hash: 5 });
  rpc('tx', { hash: hex(id), prove: 'yes' });

  const [a0 = '', a1 = ''] = addresses;
  // The height condition alone, then beside conditions on events.
  const between = `tx.height>${calm} AND tx.height<=${rest}`;
  const heights = [
    `tx.height=${calm + 1}`,
    `tx.height='${calm + 1}'`,
    `tx.height>${calm} AND tx.height<${calm + 7}`,
    `tx.height>=${calm + 1}.0 AND tx.height<=${rest}`,
    `tx.height>${calm}.5 AND tx.height<${rest}.5`,
    `${between} AND tx.height=3`,
    `tx.height=${calm + 1} AND tx.height=${calm + 2}`,
    'tx.height<3 AND tx.height>9',
    'tx.height=0',
    'tx.height=-5',
    "tx.height='x'",
    `${between} AND tx.height EXISTS`,
    `${between} AND tx.height CONTAINS '5'`,
    'tx.height > DATE 2020-01-01',
    'tx.height > TIME 2020-01-01T00:00:00Z',
    'tx.height = DATE 2020-01-01',
  ];
  const events = [
    'message.sender EXISTS',
    `message.sender='${a0}'`,
    `transfer.recipient='${a1}'`,
    "message.action='/cosmos.bank.v1beta1.MsgMultiSend'",
    "message.action CONTAINS 'Vesting'",
    "message.module='bank' AND message.action='/cosmos.bank.v1beta1.MsgSend'",
    "message.module='bank' AND message.module='vesting'",
    "transfer.amount='7utrel'",
    'transfer.amount EXISTS',
    'transfer.amount > 5',
    "tx.fee='5000utrel' AND tx.fee_payer EXISTS",
    "tx.acc_seq CONTAINS '/1'",
    "coin_spent.spender EXISTS AND coin_received.amount='9utrel'",
    "message.sender='nobody'",
    "no.such='x'",
    'block.height=5',
    'msg_index=0',
    "message.msg_index='2'",
    'message.msg_index>1',
    'message.msg_index>=1 AND message.msg_index<2',
  ];
  const broken = [
    "tx.hash='00'",
    "tx.hash='zz'",
    "tx.hash='0'",
    'tx.hash EXISTS',
    'nonsense',
    '',
    'tx.height=',
    'tx.height=5 OR tx.height=6',
    'tx.height=5 AND',
  ];
  const above = events.map((e) => `${e} AND ${between}`);
  const at = events.map((e) => `tx.height=${calm + 3} AND ${e}`);
  for (const q of [...heights, ...above, ...at, ...broken]) {
    for (const order of ['asc', 'desc']) rpc('tx_search', { query: q, prove: false, page: '1', per_page: '20', order_by: order });
    rpc('block_search', { query: q.replaceAll('tx.height', 'block.height'), page: '1', per_page: '20', order_by: 'asc' });
  }
  for (const order of ['asc', 'desc', '', 'upwards'])
    rpc('block_search', { query: between.replaceAll('tx.', 'block.'), page: '1', per_page: '7', order_by: order });
  for (const p of [
    { page: '2', per_page: '5' },
    { page: '99', per_page: '5' },
    { page: '0' },
    { per_page: '0' },
    { per_page: '1000' },
    { page: '-1' },
    { order_by: 'sideways' },
    { order_by: '' },
    { prove: true, per_page: '3' },
    { match_events: true },
  ])
    rpc('tx_search', { query: between, ...p });
  get(`tx_search?query="tx.height=${calm + 1}"&prove=true&page=1&per_page=2&order_by="asc"`);
  get('tx_search?query=tx.height=5');
  get('tx_search');
  get('block_search?query="block.height=5"');

  // The application behind.
  const account = createHash('sha256').update('nobody').digest().subarray(0, 20);
  for (const [path, data, more] of [
    ['/store/bank/key', '0x02', {}],
    ['/store/bank/key', '', {}],
    ['/store/acc/key', hex(Buffer.from([1, ...account])), { prove: true }],
    ['/store/nostore/key', '00', {}],
    ['/nothing', '', {}],
    ['', '', {}],
    ['/app/version', '', {}],
    ['/cosmos.bank.v1beta1.Query/Params', '', {}],
    ['/cosmos.bank.v1beta1.Query/TotalSupply', '', {}],
    ['/cosmos.auth.v1beta1.Query/Params', '', { height: '5' }],
    ['/cosmos.auth.v1beta1.Query/Account', hex(Buffer.concat([Buffer.from([10, a0.length]), Buffer.from(a0)])), {}],
    ['/cosmos.auth.v1beta1.Query/Account', 'FF', {}],
    ['/cosmos.nothing.v1.Query/X', '', {}],
    ['/store/bank/subspace', '02', { height: '1' }],
    ['/store/bank/key', '02', { height: '1', prove: true }],
    ['/store/bank/key', '02', { height: '-1' }],
    ['/store/bank/key', '02', { height: '100000' }],
  ] as [string, string, object][])
    rpc('abci_query', { path, data, ...more });
  get(`abci_query?path="/app/version"`);
  get(`abci_query?path="/cosmos.bank.v1beta1.Query/Params"&data=0x`);
  get(`abci_query?path="/store/acc/key"&data=0x01&prove=true&height=${tip - 1}`);

  // Refused transactions; nothing here enters a block.
  const old = txs[0]?.tx ?? new Uint8Array([1]);
  for (const method of ['broadcast_tx_sync', 'broadcast_tx_commit', 'check_tx']) {
    rpc(method, { tx: base64(old) });
    rpc(method, { tx: base64(new Uint8Array([1, 2, 3])) });
    rpc(method, { tx: '' });
    rpc(method, {});
    rpc(method, { tx: '!!' });
    rpc(method, { tx: 5 });
    get(`${method}?tx=0x010203`);
    get(`${method}?tx="text"`);
    get(`${method}?tx=text`);
  }
  rpc('broadcast_tx_async', { tx: base64(new Uint8Array([9, 9, 9])) });
  rpc('broadcast_evidence', { evidence: null });
  const vote = {
    type: 1,
    height: '1',
    round: 0,
    block_id: { hash: '', parts: { total: 0, hash: '' } },
    timestamp: '2024-01-01T00:00:00Z',
    validator_address: '',
    validator_index: 0,
    signature: null,
  };
  for (const type of [0, 1]) {
    const value = { vote_a: { ...vote, type }, vote_b: { ...vote, type }, TotalVotingPower: '1', ValidatorPower: '1', Timestamp: '2024-01-01T00:00:00Z' };
    rpc('broadcast_evidence', { evidence: { type: 'tendermint/DuplicateVoteEvidence', value } });
  }
  rpc('broadcast_evidence', { evidence: { type: 'tendermint/Nothing', value: {} } });

  // The envelope.
  for (const body of [
    '',
    '{',
    'null',
    '[]',
    '5',
    '"text"',
    '[1]',
    '{}',
    '[{}]',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","method":"health"}',
    '{"jsonrpc":"2.0","id":null,"method":"health"}',
    '{"jsonrpc":"2.0","id":"text","method":"health"}',
    '{"jsonrpc":"2.0","id":1.5,"method":"health"}',
    '{"jsonrpc":"2.0","id":-3,"method":"health"}',
    '{"jsonrpc":"2.0","id":{},"method":"health"}',
    '{"jsonrpc":"2.0","id":[],"method":"health"}',
    '{"jsonrpc":"2.0","id":true,"method":"health"}',
    '{"jsonrpc":"2.0","id":12345678901234567890,"method":"health"}',
    '{"jsonrpc":"1.0","id":1,"method":"health"}',
    '{"id":1,"method":"health"}',
    '{"jsonrpc":"2.0","id":1,"method":5}',
    '{"jsonrpc":"2.0","id":1,"method":"health","params":5}',
    '{"jsonrpc":"2.0","id":1,"method":"health","params":{"a":1}}',
    '{"jsonrpc":"2.0","id":1,"method":"health","extra":1}',
    '{"jsonrpc":"2.0","id":1,"method":"health"} trailing',
    '{"JSONRPC":"2.0","ID":1,"METHOD":"health"}',
    '[{"jsonrpc":"2.0","id":1,"method":"health"},{"jsonrpc":"2.0","id":2,"method":"nothing"},{"jsonrpc":"2.0","method":"health"},5]',
    '[{"jsonrpc":"2.0","id":1,"method":"health"},{"jsonrpc":"2.0","id":2,"method":"nothing"}]',
    '[{"jsonrpc":"2.0","method":"health"}]',
    `[${Array.from({ length: 10 }, (_, i) => `{"jsonrpc":"2.0","id":${i},"method":"health"}`).join(',')}]`,
    `[${Array.from({ length: 11 }, (_, i) => `{"jsonrpc":"2.0","id":${i},"method":"health"}`).join(',')}]`,
    `{"jsonrpc":"2.0","id":1,"method":"health","params":${'['.repeat(3000)}${']'.repeat(3000)}}`,
    `{"jsonrpc":"2.0","id":1,"method":"${'m'.repeat(1_000_001)}"}`,
  ])
    post(body);
  return calls;
}
