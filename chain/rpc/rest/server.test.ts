import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueryAllBalancesRequest, QueryAllBalancesResponse } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { Tx, TxBody } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { type TestBackend, testBackend } from '../testing/test-backend.ts';
import { createRest, type RestServer } from './server.ts';

let backend: TestBackend;
let server: RestServer;
const asked: { path: string; request: Uint8Array; height: bigint }[] = [];
const TX = Tx.encode(Tx.from({ body: TxBody.from({ memo: 'hello' }) }));

beforeAll(async () => {
  backend = testBackend([[], [TX], []]);
  backend.onGrpc = async (path, request, height) => {
    asked.push({ path, request, height });
    return {
      value: QueryAllBalancesResponse.encode({ balances: [{ denom: 'utrel', amount: '5' }], pagination: { nextKey: new Uint8Array(0), total: 1n } }),
      height: 7n,
    };
  };
  server = createRest({ backend, host: '127.0.0.1', port: 0 });
  await server.start();
});
afterAll(() => server.stop());

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string; headers: Headers }> {
  const r = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { status: r.status, text: await r.text(), headers: r.headers };
}
const failure = (code: number, message: string): string => JSON.stringify({ code, message, details: [] });
const post = (body: string, contentType = 'application/json'): RequestInit => ({ method: 'POST', body, headers: { 'Content-Type': contentType } });
const BALANCES = '/cosmos/bank/v1beta1/balances/trellis1abc';
const asBalances = () => QueryAllBalancesRequest.decode(asked.at(-1)?.request as Uint8Array);

describe('queries of the application', () => {
  it('come by path, with parameters and height', async () => {
    const { status, text, headers } = await ask(
      `${BALANCES}?pagination.limit=3&pagination.countTotal=T&pagination.key=-_8=&resolve_denom=1&nope=2&address=other`,
      {
        headers: { 'x-cosmos-block-height': '5' },
      },
    );
    expect([status, text]).toEqual([200, '{"balances":[{"denom":"utrel","amount":"5"}],"pagination":{"next_key":null,"total":"1"}}']);
    expect(headers.get('x-cosmos-block-height')).toBe('7');
    expect(headers.get('grpc-metadata-x-cosmos-block-height')).toBe('7');
    expect(asked.at(-1)).toMatchObject({ path: '/cosmos.bank.v1beta1.Query/AllBalances', height: 5n });
    expect(asBalances()).toEqual({
      address: 'trellis1abc',
      pagination: { key: new Uint8Array([0xfb, 0xff]), offset: 0n, limit: 3n, countTotal: true, reverse: false },
      resolveDenom: true,
    });
  });

  it('take the literal path before the variable, and the rest of the path for a denom', async () => {
    await ask('/cosmos/bank/v1beta1/supply/by_denom?denom=utrel');
    expect(asked.at(-1)?.path).toBe('/cosmos.bank.v1beta1.Query/SupplyOf');
    await ask('/cosmos/bank/v1beta1/denoms_metadata/ibc/ABC');
    expect(asked.at(-1)?.path).toBe('/cosmos.bank.v1beta1.Query/DenomMetadata');
    expect(Buffer.from(asked.at(-1)?.request as Uint8Array).toString()).toContain('ibc/ABC');
    await ask('/cosmos%2Fbank/v1beta1/params');
    expect(asked.at(-1)?.path).toBe('/cosmos.bank.v1beta1.Query/Params');
    await ask(BALANCES, post('pagination.limit=9', 'application/x-www-form-urlencoded'));
    expect(asBalances().pagination?.limit).toBe(9n);
  });
});

// Status and text as simd's gateway answered them.
describe('as the SDK answers', () => {
  it.each([
    ['/nope', 501, failure(12, 'Not Implemented')],
    ['/', 501, failure(12, 'Not Implemented')],
    ['/cosmos/bank/v1beta1/supply/', 501, failure(12, 'Not Implemented')],
    ['/cosmos/tx/v1beta1/simulate', 501, failure(12, 'Not Implemented')],
    ['/node_info', 501, failure(12, 'Not Implemented')],
    [`${BALANCES}?pagination.limit=x`, 400, failure(3, 'strconv.ParseUint: parsing "x": invalid syntax')],
    [`${BALANCES}?pagination.limit=-1`, 400, failure(3, 'strconv.ParseUint: parsing "-1": invalid syntax')],
    [`${BALANCES}?pagination.limit=`, 400, failure(3, 'strconv.ParseUint: parsing "": invalid syntax')],
    [`${BALANCES}?pagination.limit=99999999999999999999`, 400, failure(3, 'strconv.ParseUint: parsing "99999999999999999999": value out of range')],
    [`${BALANCES}?pagination.countTotal=maybe`, 400, failure(3, 'strconv.ParseBool: parsing "maybe": invalid syntax')],
    [`${BALANCES}?pagination=5`, 400, failure(3, 'field type *query.PageRequest is not supported in query parameters')],
    [`${BALANCES}?pagination.key=!!`, 400, failure(3, 'illegal base64 data at input byte 0')],
    [`${BALANCES}?pagination.key=c3Rha2U`, 400, failure(3, 'illegal base64 data at input byte 4')],
    [`${BALANCES}?pagination.limit=%zz`, 400, failure(3, 'invalid URL escape "%zz"')],
    ['/cosmos/tx/v1beta1/txs?query=tx.height=1&order_by=FOO', 400, failure(3, 'FOO is not a valid tx.OrderBy')],
    ['/cosmos/tx/v1beta1/txs', 500, failure(13, 'query cannot be empty')],
    ['/cosmos/tx/v1beta1/txs?query=tx.height=9&order_by=2', 200, '{"txs":[],"tx_responses":[],"pagination":null,"total":"0"}'],
    ['/cosmos/tx/v1beta1/txs/00', 404, failure(5, 'tx not found: 00')],
    ['/cosmos/base/tendermint/v1beta1/blocks/x', 400, failure(3, 'type mismatch, parameter: height, error: strconv.ParseInt: parsing "x": invalid syntax')],
    ['/cosmos/base/tendermint/v1beta1/blocks/999', 400, failure(3, 'requested block height is bigger then the chain length')],
    [
      '/cosmos/base/tendermint/v1beta1/abci_query?path=/cosmos.bank.v1beta1.Query/Params',
      400,
      failure(3, 'unsupported ABCI query path: /cosmos.bank.v1beta1.Query/Params'),
    ],
    ['/cosmos/base/node/v1beta1/config', 200, '{"minimum_gas_price":"0.0025utrel","pruning_keep_recent":"100","pruning_interval":"10","halt_height":"0"}'],
  ])('GET %s', async (path, status, text) => {
    expect(await ask(path)).toMatchObject({ status, text });
  });

  it.each([
    ['{}', 400, failure(3, 'empty txBytes is not allowed')],
    ['', 400, failure(3, 'empty txBytes is not allowed')],
    ['{"nope":1}', 400, failure(3, 'empty txBytes is not allowed')],
    ['x', 400, failure(3, "invalid character 'x' looking for beginning of value")],
    ['{"txBytes":"AAAA","tx":null}', 200, '{"gas_info":{"gas_wanted":"0","gas_used":"4242"},"result":{"data":null,"log":"","events":[],"msg_responses":[]}}'],
  ])('POST simulate %s', async (body, status, text) => {
    expect(await ask('/cosmos/tx/v1beta1/simulate', post(body))).toMatchObject({ status, text });
  });

  it.each([
    '[]',
    '5',
    '{"tx_bytes":5}',
    '{"tx_bytes":"A"}',
    '{"tx":[]}',
    `{"tx":{"body":{"messages":[${'{"@type":"/cosmos.tx.v1beta1.TxBody","messages":['.repeat(120)}${']}'.repeat(120)}]}}}`,
  ])('POST simulate %s is refused with code 3', async (body) => {
    const { status, text } = await ask('/cosmos/tx/v1beta1/simulate', post(body));
    expect([status, JSON.parse(text).code]).toEqual([400, 3]);
  });

  it('heights that cannot be', async () => {
    const at = (height: string) => ask('/cosmos/base/node/v1beta1/config', { headers: { 'x-cosmos-block-height': height } });
    expect(await at('x')).toMatchObject({
      status: 500,
      text: failure(
        2,
        'codespace sdk code 18: invalid request: Baseapp.RegisterGRPCServer: invalid height header "x-cosmos-block-height": strconv.ParseInt: parsing "x": invalid syntax',
      ),
    });
    expect(await at('100000')).toMatchObject({
      status: 500,
      text: failure(2, 'codespace sdk code 26: invalid height: cannot query with height in the future; please provide a valid height'),
    });
  });

  it('broadcasts, finds and decodes transactions', async () => {
    const sent = await ask('/cosmos/tx/v1beta1/txs', post('{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_SYNC"}'));
    expect(JSON.parse(sent.text)).toEqual({
      tx_response: {
        height: '0',
        txhash: '709E80C88487A2411E1EE4DFB9F22A861492D20C4765150C0C794ABD70F8147C',
        codespace: '',
        code: 0,
        data: '',
        raw_log: '',
        logs: [],
        info: '',
        gas_wanted: '0',
        gas_used: '0',
        tx: null,
        timestamp: '',
        events: [],
      },
    });
    const found = JSON.parse((await ask('/cosmos/tx/v1beta1/txs?query=tx.height=2')).text);
    expect(found).toMatchObject({
      total: '1',
      txs: [{ body: { memo: 'hello' } }],
      tx_responses: [{ height: '2', tx: { '@type': '/cosmos.tx.v1beta1.Tx', body: { memo: 'hello' } } }],
    });
    const block = JSON.parse((await ask('/cosmos/tx/v1beta1/txs/block/2')).text);
    expect(block).toMatchObject({ txs: [{ body: { memo: 'hello' } }], block: { header: { height: '2', last_block_id: { part_set_header: { total: 1 } } } } });
    const decoded = await ask('/cosmos/tx/v1beta1/decode', post('{"tx_bytes":"CgA="}'));
    expect(decoded.text).toBe(
      '{"tx":{"body":{"messages":[],"memo":"","timeout_height":"0","unordered":false,"timeout_timestamp":null,"extension_options":[],"non_critical_extension_options":[]},"auth_info":{"signer_infos":[],"fee":null,"tip":null},"signatures":[]}}',
    );
    const latest = JSON.parse((await ask('/cosmos/base/tendermint/v1beta1/validatorsets/latest')).text);
    expect(latest).toMatchObject({
      block_height: '4',
      validators: [{ pub_key: { '@type': '/cosmos.crypto.ed25519.PubKey' }, voting_power: '10' }],
      pagination: { next_key: null, total: '1' },
    });
  });

  it('tells the interfaces of the application', async () => {
    expect((await ask('/cosmos/base/reflection/v1beta1/interfaces')).text).toBe('{"interface_names":["cosmos.base.v1beta1.Msg"]}');
    expect((await ask('/cosmos/base/reflection/v1beta1/interfaces/cosmos.base.v1beta1.Msg/implementations')).text).toBe(
      '{"implementation_message_names":["/cosmos.bank.v1beta1.MsgSend"]}',
    );
    const descriptor = (what: string) => ask(`/cosmos/base/reflection/v1beta1/app_descriptor/${what}`).then((r) => JSON.parse(r.text));
    expect(await descriptor('chain')).toEqual({ chain: { id: 'doors-1' } });
    expect(await descriptor('configuration')).toEqual({ config: { bech32_account_address_prefix: 'trellis' } });
    expect(await descriptor('tx_descriptor')).toEqual({ tx: { fullname: 'cosmos.tx.v1beta1.Tx', msgs: [{ msg_type_url: '/cosmos.bank.v1beta1.MsgSend' }] } });
    expect((await descriptor('query_services')).queries.query_services).toContainEqual({
      fullname: 'cosmos.base.node.v1beta1.Service',
      is_module: false,
      methods: [
        { name: 'Config', full_query_path: '/cosmos.base.node.v1beta1.Service/Config' },
        { name: 'Status', full_query_path: '/cosmos.base.node.v1beta1.Service/Status' },
      ],
    });
  });

  it('refuses a body over 1 MB and answers no foreign origin', async () => {
    const { status, text } = await ask('/cosmos/tx/v1beta1/simulate', post(' '.repeat(1_000_001)));
    expect([status, JSON.parse(text).error.code]).toEqual([400, -32600]);
    expect((await ask(BALANCES, { headers: { Origin: 'http://x' } })).headers.get('access-control-allow-origin')).toBeNull();
  });
});
