import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestBackend, testBackend } from '../testing/test-backend.ts';
import { type CometRpcServer, createCometRpc } from './server.ts';

let backend: TestBackend;
let server: CometRpcServer;
let url: string;

beforeAll(async () => {
  backend = testBackend();
  server = createCometRpc({ backend, host: '127.0.0.1', port: 0, config: { timeoutBroadcastTxCommitMs: 200, corsAllowedOrigins: ['https://*.example'] } });
  await server.start();
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());
afterEach(() => {
  backend.catchingUp = false;
});

async function post(body: string): Promise<{ status: number; text: string; cache: string | null }> {
  const r = await fetch(url, { method: 'POST', body });
  return { status: r.status, text: await r.text(), cache: r.headers.get('cache-control') };
}
async function get(path: string): Promise<{ status: number; text: string; cache: string | null }> {
  const r = await fetch(url + path);
  return { status: r.status, text: await r.text(), cache: r.headers.get('cache-control') };
}
const call = async (method: string, params: unknown = {}): Promise<Record<string, never>> => {
  const reply = JSON.parse((await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).text);
  if (reply.error !== undefined) throw new Error(JSON.stringify(reply.error));
  return reply.result;
};
const error = (id: string | undefined, code: number, message: string, data?: string): string =>
  JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id: JSON.parse(id) }), error: { code, message, ...(data === undefined ? {} : { data }) } });
const params = (data: string): string => error('1', -32602, 'Invalid params', `error converting json params to arguments: ${data}`);
const uriParams = (data: string): string => error('-1', -32602, 'Invalid params', `error converting http params to arguments: ${data}`);
const unparsable = (data: string): string => error(undefined, -32700, 'Parse error. Invalid JSON', `error unmarshaling request: ${data}`);

// Status and text as CometBFT v0.40.0 answered them.
describe('POST, as CometBFT answers', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"health"}', 200, '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ['{"jsonrpc":"2.0","id":1.0,"method":"health"}', 200, '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ['{"id":"a<b","method":"health"}', 200, '{"jsonrpc":"2.0","id":"a\\u003cb","result":{}}'],
    ['{"jsonrpc":"2.0","id":1.5,"method":"health"}', 500, unparsable('json-rpc ID must be a whole number, got 1.5')],
    ['{"jsonrpc":"2.0","id":1e400,"method":"health"}', 500, unparsable('json: cannot unmarshal number into Go struct field .id of type float64')],
    ['{"jsonrpc":"2.0","id":9223372036854775808,"method":"health"}', 500, unparsable('json-rpc ID out of int64 range, got 9223372036854776000')],
    ['{"jsonrpc":"2.0","id":true,"method":"health"}', 500, unparsable('json-rpc ID (true) is of unknown type (bool)')],
    ['{"jsonrpc":"2.0","id":null,"method":"health"}', 200, ''],
    ['{"jsonrpc":"2.0","method":"health"}', 200, ''],
    ['[]', 200, ''],
    ['{}', 200, ''],
    ['null', 200, ''],
    ['x', 500, unparsable("invalid character 'x' looking for beginning of value")],
    ['{"ID":"a","METHOD":"health","Params":{}}', 200, '{"jsonrpc":"2.0","id":"a","result":{}}'],
    ['[{"id":1,"method":"health"},{"id":"2","method":"nope"}]', 200, `[{"jsonrpc":"2.0","id":1,"result":{}},${error('"2"', -32601, 'Method not found')}]`],
    ['[{"id":1,"method":"health"}]', 200, '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ['{"id":1,"method":"block","params":{"height":5}}', 200, params('invalid 64-bit integer encoding "5", expected string')],
    ['{"id":1,"method":"block","params":{"height":"x"}}', 200, params("invalid character 'x' looking for beginning of value")],
    ['{"id":1,"method":"block","params":{"height":"-1"}}', 200, error('1', -32603, 'Internal error', 'height must be greater than 0, but got -1')],
    [
      '{"id":1,"method":"block","params":{"height":"100000"}}',
      200,
      error('1', -32603, 'Internal error', 'height 100000 must be less than or equal to the current blockchain height 3'),
    ],
    [
      '{"id":1,"method":"block","params":"abc"}',
      200,
      params('unknown type for JSON params: json: cannot unmarshal string into Go value of type []json.RawMessage. Expected map or array'),
    ],
    ['{"id":1,"method":"subscribe","params":{"query":"tm.event=1"}}', 200, error('1', -32601, 'Method not found')],
    ['{"id":1,"method":"__proto__"}', 200, error('1', -32601, 'Method not found')],
    ['{"id":1,"method":5}', 500, unparsable('json: cannot unmarshal number into Go struct field .method of type string')],
    ['{"id":1,"method":"abci_query","params":{"path":5}}', 200, params('json: cannot unmarshal number into Go value of type string')],
    ['{"id":1,"method":"abci_query","params":{"data":"zz"}}', 200, params("encoding/hex: invalid byte: U+007A 'z'")],
    ['{"id":1,"method":"abci_query","params":{"data":5}}', 200, params('invalid hex string: 5')],
    ['{"id":1,"method":"abci_query","params":{"prove":"yes"}}', 200, params('json: cannot unmarshal string into Go value of type bool')],
    ['{"id":1,"method":"broadcast_tx_sync","params":{"tx":"!!"}}', 200, params('illegal base64 data at input byte 0')],
    ['{"id":1,"method":"broadcast_tx_sync","params":{"tx":5}}', 200, params('json: cannot unmarshal number into Go value of type types.Tx')],
    ['{"id":1,"method":"broadcast_evidence","params":{}}', 200, error('1', -32603, 'Internal error', 'no evidence was provided')],
    ['{"id":1,"method":"tx","params":{}}', 200, error('1', -32603, 'Internal error', 'transaction hash cannot be empty')],
    ['{"id":1,"method":"tx","params":{"hash":"AQ=="}}', 200, error('1', -32603, 'Internal error', 'tx (01) not found')],
    [
      '{"id":1,"method":"tx_search","params":{"query":"a=="}}',
      200,
      error('1', -32603, 'Internal error', 'offset 2: got = operator, wanted number, timestamp, datestamp or string'),
    ],
    ['{"id":1,"method":"dial_seeds","params":{}}', 200, error('1', -32601, 'Method not found')],
  ])('%s', async (body, status, text) => {
    expect(await post(body)).toMatchObject({ status, text, cache: null });
  });

  it('echoes every whole id digit for digit, so that ids never collide (F-18)', async () => {
    const ids = ['9007199254740993', '9007199254740992', '-9223372036854775808', '9223372036854774784', '-0'];
    const { text } = await post(`[${ids.map((id) => `{"id":${id},"method":"health","params":{"id":9007199254740995}}`).join(',')}]`);
    expect(text).toBe(`[${ids.map((id) => `{"jsonrpc":"2.0","id":${id === '-0' ? '0' : id},"result":{}}`).join(',')}]`);
  });

  it('refuses a batch of eleven, a body over 1 MB and deep JSON (F-18)', async () => {
    const many = JSON.stringify(Array.from({ length: 11 }, (_, id) => ({ id, method: 'health' })));
    expect(await post(many)).toMatchObject({
      status: 200,
      text: error(undefined, -32600, 'Invalid Request', 'batch request exceeds maximum (10) allowed number of requests'),
    });
    expect(await post(' '.repeat(1_000_001))).toMatchObject({
      status: 400,
      text: error(undefined, -32600, 'Invalid Request', 'error reading request body: http: request body too large'),
    });
    expect(await post('['.repeat(20_000))).toMatchObject({ status: 500, text: unparsable("invalid character '[' exceeded max depth") });
    expect((await post(`{"id":1,"method":"health","params":${'['.repeat(9000)}${']'.repeat(9000)}}`)).text).toContain('expected 0 parameters ([]), got 1');
  });
});

describe('GET, as CometBFT answers', () => {
  it.each([
    ['/health', 200, '{"jsonrpc":"2.0","id":-1,"result":{}}'],
    ['/nope', 404, '404 page not found\n'],
    ['/health/', 404, '404 page not found\n'],
    ['/toString', 404, '404 page not found\n'],
    ['/subscribe?query="tm.event=1"', 404, error('-1', -32601, 'Method not found')],
    ['/block?height=3x', 500, uriParams('invalid 64-bit integer encoding "3x", expected string')],
    ['/block?height=0x03', 500, uriParams("got a hex string arg, but expected 'int64'")],
    ['/block?height=-1', 500, error('-1', -32603, 'Internal error', 'height must be greater than 0, but got -1')],
    ['/abci_query?path=store&data=0x01', 500, uriParams("invalid character 's' looking for beginning of value")],
    ['/abci_query?data=abc', 500, uriParams('invalid hex string: abc')],
    ['/abci_query?prove=1', 500, uriParams('json: cannot unmarshal number into Go value of type bool')],
    ['/abci_query?data=0xzz', 500, uriParams("encoding/hex: invalid byte: U+007A 'z'")],
    ['/abci_query?path=5', 500, uriParams('json: cannot unmarshal number into Go value of type string')],
    ['/broadcast_tx_sync?tx=YT1i', 500, uriParams("invalid character 'Y' looking for beginning of value")],
    ['/tx?hash=0x01&prove=true', 500, error('-1', -32603, 'Internal error', 'tx (01) not found')],
    ['/tx_search?query="tx.height>1"&page=2', 500, error('-1', -32603, 'Internal error', 'page should be within [1, 1] range, given 2')],
    ['/tx_search?query="tx.height>1"&order_by="x"', 500, error('-1', -32603, 'Internal error', 'expected order_by to be either `asc` or `desc` or empty')],
    ['/num_unconfirmed_txs', 200, '{"jsonrpc":"2.0","id":-1,"result":{"n_txs":"1","total":"1","total_bytes":"3","txs":null}}'],
    ['/unconfirmed_txs', 200, '{"jsonrpc":"2.0","id":-1,"result":{"n_txs":"1","total":"1","total_bytes":"3","txs":["YT1i"]}}'],
    ['/net_info', 200, '{"jsonrpc":"2.0","id":-1,"result":{"listening":true,"listeners":["Listener(@)"],"n_peers":"0","peers":[]}}'],
    ['/genesis_chunked?chunk=1', 500, error('-1', -32603, 'Internal error', 'there are 0 chunks, 1 is invalid')],
    ['/genesis_chunked?chunk=-1', 500, uriParams('json: cannot unmarshal number -1 into Go value of type uint')],
    ['/header_by_hash?hash=0x00', 200, '{"jsonrpc":"2.0","id":-1,"result":{"header":null}}'],
    ['/block_by_hash?hash=0x00', 200, '{"jsonrpc":"2.0","id":-1,"result":{"block_id":{"hash":"","parts":{"total":0,"hash":""}},"block":null}}'],
    ['/blockchain?minHeight=-5', 500, error('-1', -32603, 'Internal error', 'heights must be non-negative')],
    ['/blockchain?minHeight=3&maxHeight=2', 500, error('-1', -32603, 'Internal error', "min height 3 can't be greater than max height 2")],
    [
      '/check_tx?tx="c=d"',
      200,
      '{"jsonrpc":"2.0","id":-1,"result":{"code":0,"data":null,"log":"","info":"","gas_wanted":"10","gas_used":"7","events":[],"codespace":""}}',
    ],
    ['/websocket', 400, 'Bad Request\n'],
  ])('%s', async (path, status, text) => {
    expect(await get(path)).toMatchObject({ status, text });
  });

  it('marks what cannot change as cacheable, and never an error', async () => {
    const day = 'public, max-age=86400';
    expect((await get('/block?height=1')).cache).toBe(day);
    expect((await get('/block')).cache).toBeNull();
    expect((await get('/validators?height=1')).cache).toBe(day);
    expect((await get('/genesis')).cache).toBe(day);
    expect((await get('/block?height=99')).cache).toBeNull();
    expect((await post('{"id":1,"method":"genesis"}')).cache).toBe(day);
    expect((await post('[{"id":1,"method":"genesis"},{"id":2,"method":"status"}]')).cache).toBeNull();
  });

  it('lists the endpoints with the Host header escaped (F-19)', async () => {
    const { get: rawGet } = await import('node:http');
    const page = await new Promise<string>((resolve, reject) => {
      rawGet({ host: '127.0.0.1', port: server.port, headers: { Host: '"><script>x</script>' } }, (r) => {
        let text = '';
        r.on('data', (c) => {
          text += c;
        });
        r.on('end', () => resolve(text));
      }).on('error', reject);
    });
    expect(page).toContain('&#34;&gt;&lt;script&gt;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('/abci_query?path=_&data=_&height=_&prove=_');
  });

  it('answers CORS only to configured origins', async () => {
    const ask = (origin: string) => fetch(`${url}/health`, { headers: { Origin: origin } }).then((r) => r.headers.get('access-control-allow-origin'));
    expect(await ask('https://a.example')).toBe('https://a.example');
    expect(await ask('https://a.evil')).toBeNull();
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('HEAD, GET, POST');
  });
});

describe('results', () => {
  it('gives blocks, commits, validators and results by height', async () => {
    const block = await call('block', { height: '2' });
    expect(block).toMatchObject({
      block: { header: { height: '2', version: { block: '11' } }, data: { txs: ['YT0x', 'Yj08Mj4='] }, evidence: { evidence: [] } },
    });
    expect(await call('commit', { height: '2' })).toMatchObject({ canonical: true, signed_header: { commit: { height: '2' } } });
    expect(await call('commit')).toMatchObject({ canonical: false, signed_header: { commit: { height: '3' } } });
    expect(await call('validators', { height: '4', per_page: '1' })).toMatchObject({ block_height: '4', count: '1', total: '1' });
    expect(await call('block_results', { height: '1' })).toEqual({
      height: '1',
      txs_results: null,
      finalize_block_events: null,
      validator_updates: null,
      consensus_param_updates: null,
      app_hash: Buffer.alloc(32, 1).toString('base64'),
    });
    expect(await call('blockchain', { minHeight: '1', maxHeight: '2' })).toMatchObject({
      last_height: '3',
      block_metas: [{ header: { height: '2' }, num_txs: '2' }, { header: { height: '1' } }],
    });
    expect(await call('status')).toMatchObject({
      node_info: { version: '0.38.99-trellis', channels: '4020' },
      sync_info: { latest_block_height: '3', earliest_block_height: '1', catching_up: false },
      validator_info: { voting_power: '10' },
    });
    const found = (block as unknown as { block_id: { hash: string } }).block_id.hash;
    expect(await call('block_by_hash', { hash: Buffer.from(found, 'hex').toString('base64') })).toEqual(block);
    expect(await call('header_by_hash', { hash: found })).toMatchObject({ header: { height: '2' } });
  });

  it('finds transactions, with a proof against the data hash', async () => {
    const { txs, total_count } = (await call('tx_search', { query: "kv.key='a'", prove: true })) as unknown as {
      txs: { hash: string; proof: unknown }[];
      total_count: string;
    };
    expect(total_count).toBe('1');
    const { block } = (await call('block', { height: '2' })) as unknown as { block: { header: { data_hash: string } } };
    expect(txs[0]?.proof).toMatchObject({ root_hash: block.header.data_hash, data: 'YT0x', proof: { total: '2', index: '0' } });
    expect(await call('tx', { hash: Buffer.from(txs[0]?.hash ?? '', 'hex').toString('base64') })).not.toHaveProperty('proof');
    expect(await call('block_search', { query: 'block.height>1', per_page: '1' })).toMatchObject({
      total_count: '2',
      blocks: [{ block: { header: { height: '3' } } }],
    });
  });

  it('dumps the consensus state', async () => {
    expect(await call('consensus_state')).toMatchObject({
      round_state: { 'height/round/step': '4/0/1', height_vote_set: [{ round: 0, prevotes: ['nil-Vote'], prevotes_bit_array: 'BA{1:_} 0/10 = 0.00' }] },
    });
    expect(await call('dump_consensus_state')).toMatchObject({ round_state: { height: '4', locked_round: -1, proposal: null }, peers: [] });
  });

  it('passes ABCI queries on and writes proofOps', async () => {
    backend.onQuery = async (r) => ({
      code: 0,
      log: '',
      info: '',
      index: 0n,
      key: r.data,
      value: new Uint8Array(0),
      proofOps: { ops: [{ type: 'ics23:iavl', key: r.data, data: r.data }] },
      height: r.height,
      codespace: '',
    });
    expect(await call('abci_query', { path: '/store/bank/key', data: '0102', height: '2', prove: true })).toEqual({
      response: {
        code: 0,
        log: '',
        info: '',
        index: '0',
        key: 'AQI=',
        value: null,
        proofOps: { ops: [{ type: 'ics23:iavl', key: 'AQI=', data: 'AQI=' }] },
        height: '2',
        codespace: '',
      },
    });
  });
});

describe('broadcasting', () => {
  const b64 = (s: string) => Buffer.from(s).toString('base64');

  it('serves a batch of broadcasts in order', async () => {
    const from = backend.checked.length;
    const batch = Array.from({ length: 10 }, (_, i) => ({
      jsonrpc: '2.0',
      id: i,
      method: 'broadcast_tx_sync',
      params: { tx: b64(i === 3 ? '!bad' : `batch${i}`) },
    }));
    const replies = JSON.parse((await post(JSON.stringify(batch))).text) as { id: number; result: { code: number; log: string; hash: string } }[];
    expect(replies.map((r) => r.id)).toEqual(batch.map((r) => r.id));
    expect(replies[3]?.result).toMatchObject({ code: 5, codespace: 'sdk', log: 'insufficient <funds>' });
    expect(backend.checked.slice(from).map((t) => Buffer.from(t).toString())).toEqual(batch.map((_, i) => (i === 3 ? '!bad' : `batch${i}`)));
  });

  it('refuses a transaction twice and everything while catching up', async () => {
    await call('broadcast_tx_sync', { tx: b64('twice') });
    for (const method of ['broadcast_tx_sync', 'broadcast_tx_async'])
      await expect(call(method, { tx: b64('twice') })).rejects.toThrow('tx already exists in cache');
    await expect(call('broadcast_tx_commit', { tx: b64('twice') })).rejects.toThrow('error on broadcastTxCommit: tx already exists in cache');
    backend.catchingUp = true;
    for (const method of ['broadcast_tx_sync', 'broadcast_tx_async', 'broadcast_tx_commit']) {
      await expect(call(method, { tx: b64('new') })).rejects.toThrow('endpoint is closed while node is catching up');
    }
  });

  it('broadcast_tx_commit answers with the result from the block, and gives up in time', async () => {
    const tx = Buffer.from('commit me');
    const answer = call('broadcast_tx_commit', { tx: tx.toString('base64') });
    await expect.poll(() => backend.checked.some((t) => tx.equals(t))).toBe(true);
    backend.addBlock([tx]);
    expect(await answer).toMatchObject({ check_tx: { code: 0 }, tx_result: { code: 0, data: 'AA==' }, height: '4' });
    await expect(call('broadcast_tx_commit', { tx: b64('never') })).rejects.toThrow('timed out waiting for tx to be included in a block');
    expect(await call('broadcast_tx_commit', { tx: b64('!refused') })).toMatchObject({
      check_tx: { code: 5 },
      tx_result: { code: 0, data: null },
      height: '0',
    });
    expect(backend.listeners.size).toBe(0);
  });
});
