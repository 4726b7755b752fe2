// ABCI queries: routes, heights, proofs, and the codes of what cannot be answered. Codes and texts are simd's.
import { beforeAll, expect, test } from 'vitest';
import { Bech32PrefixRequest, Bech32PrefixResponse, QueryModuleAccountsRequest, QueryModuleAccountsResponse } from '../../proto/gen/cosmos/auth/v1beta1.ts';
import {
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
  QueryDenomOwnersRequest,
  QueryDenomOwnersResponse,
  QueryTotalSupplyRequest,
  QueryTotalSupplyResponse,
} from '../../proto/gen/cosmos/bank/v1beta1.ts';
import type { PageRequest } from '../../proto/gen/cosmos/base/query/v1beta1.ts';
import { QueryParamsRequest, QueryParamsResponse } from '../../proto/gen/cosmos/consensus/v1.ts';
import { SimulateRequest, SimulateResponse } from '../../proto/gen/cosmos/tx/v1beta1.ts';
import type { QueryResponse } from '../abci/application.ts';
import { KvPairs } from '../baseapp/kv-pairs.ts';
import { fromUtf8, utf8 } from '../encoding/bytes.ts';
import { appState, DENOM, type DevChain, devChain, sendMsg, signDirect, type TestAccount } from './testing/dev-chain.ts';

let chain: DevChain;
let alice: TestAccount;
let bob: TestAccount;
const EMPTY = new Uint8Array(0);
const DENOMS = ['aaa', 'bbb', 'ccc', 'ddd', DENOM];

beforeAll(async () => {
  const rich = (accounts: readonly TestAccount[]): Record<string, unknown> => {
    const state = appState(accounts);
    (state.bank as { balances: unknown }).balances = accounts.map((a) => ({ address: a.address, coins: DENOMS.map((denom) => ({ denom, amount: '1000' })) }));
    return state;
  };
  chain = await devChain({ accounts: 3, appState: rich });
  [alice, bob] = chain.accounts as unknown as [TestAccount, TestAccount];
  await chain.block();
  await chain.block([await signDirect(alice, [sendMsg(alice.address, bob.address, '10')], { accountNumber: 0, sequence: 0 })]);
  await chain.block();
});

const ask = (path: string, data: Uint8Array = EMPTY, height = 0n, prove = false): Promise<QueryResponse> => chain.app.query({ path, data, height, prove });
const page = (p: Partial<PageRequest>): PageRequest => ({ key: EMPTY, offset: 0n, limit: 0n, countTotal: false, reverse: false, ...p });
const supply = async (p?: Partial<PageRequest>) =>
  QueryTotalSupplyResponse.decode(
    (await ask('/cosmos.bank.v1beta1.Query/TotalSupply', QueryTotalSupplyRequest.encode({ pagination: p === undefined ? undefined : page(p) }))).value,
  );

test.each<[string, string, Uint8Array, bigint, boolean, number, string]>([
  ['no path', '', EMPTY, 0n, false, 6, 'no query path provided: unknown request'],
  ['unknown path', '/nope/x', EMPTY, 0n, false, 6, 'unknown query path: unknown request'],
  ['unknown app query', '/app/nope', EMPTY, 0n, false, 6, 'unknown query: [app nope]: unknown request'],
  ['app alone', '/app', EMPTY, 0n, false, 6, "expected second parameter to be either 'simulate' or 'version', neither was present: unknown request"],
  ['unknown store', '/store/nope/key', Uint8Array.of(1), 2n, true, 4, 'no such store: nope: unknown request'],
  ['unknown store query', '/store/bank/nope', Uint8Array.of(1), 2n, true, 4, 'unexpected query path: /nope: unknown request'],
  [
    'proof at height 1',
    '/store/bank/key',
    Uint8Array.of(1),
    1n,
    true,
    18,
    'cannot query with proof when height <= 1; please provide a valid height: invalid request',
  ],
  ['no key', '/store/bank/key', EMPTY, 2n, false, 3, 'query cannot be zero length: tx parse error'],
  ['no key, proof', '/store/bank/key', EMPTY, 2n, true, 7, 'proof is unexpectedly empty; ensure height has not been pruned: invalid request'],
  [
    'future height',
    '/cosmos.bank.v1beta1.Query/Params',
    EMPTY,
    99n,
    false,
    26,
    'cannot query with height in the future; please provide a valid height: invalid height',
  ],
  [
    'negative height',
    '/cosmos.bank.v1beta1.Query/Params',
    EMPTY,
    -1n,
    false,
    18,
    'cannot query with height < 0; please provide a valid height: invalid request',
  ],
  ['undecodable request', '/cosmos.bank.v1beta1.Query/Balance', Uint8Array.of(255), 0n, false, 18, 'protobuf: unexpected end at byte 1: invalid request'],
  ['broadcast', '/cosmos.tx.v1beta1.Service/BroadcastTx', EMPTY, 0n, false, 18, "can't route a broadcast tx message: invalid request"],
  ['p2p', '/p2p/filter', EMPTY, 0n, false, 6, 'path should be p2p filter <addr|id> <parameter>: unknown request'],
])('%s', async (_name, path, data, height, prove, code, log) => {
  expect(await ask(path, data, height, prove)).toMatchObject({ code, log });
});

test('before the first block nothing can be asked of state', async () => {
  const young = await devChain({ accounts: 1 });
  expect(await young.app.query({ path: '/cosmos.bank.v1beta1.Query/Params', data: EMPTY, height: 0n, prove: false })).toMatchObject({
    code: 26,
    log: 'trellis is not ready; please wait for first block: invalid height',
  });
});

test('old heights answer with their state', async () => {
  const at = async (height: bigint): Promise<string | undefined> => {
    const r = await ask('/cosmos.bank.v1beta1.Query/Balance', QueryBalanceRequest.encode({ address: bob.address, denom: DENOM }), height);
    expect(r.height).toBe(height);
    return QueryBalanceResponse.decode(r.value).balance?.amount;
  };
  expect([await at(1n), await at(2n), await at(3n)]).toEqual(['1000', '1010', '1010']);
});

test('pages by limit, key, offset and backwards', async () => {
  const all = await supply();
  expect(all.supply.map((c) => c.denom)).toEqual(DENOMS);
  expect(all.pagination).toEqual({ nextKey: EMPTY, total: 5n });
  const first = await supply({ limit: 2n });
  expect([first.supply.map((c) => c.denom), fromUtf8(first.pagination?.nextKey ?? EMPTY), first.pagination?.total]).toEqual([['aaa', 'bbb'], 'ccc', 0n]);
  const second = await supply({ limit: 2n, key: utf8('ccc') });
  expect([second.supply.map((c) => c.denom), fromUtf8(second.pagination?.nextKey ?? EMPTY)]).toEqual([['ccc', 'ddd'], DENOM]);
  const skipped = await supply({ limit: 2n, offset: 3n, countTotal: true });
  expect([skipped.supply.map((c) => c.denom), skipped.pagination?.total]).toEqual([['ddd', DENOM], 5n]);
  expect((await supply({ limit: 2n, reverse: true })).supply.map((c) => c.denom)).toEqual([DENOM, 'ddd']);
  expect((await supply({ limit: 2n, reverse: true, key: utf8('ccc') })).supply.map((c) => c.denom)).toEqual(['ccc', 'bbb']);
  const beyond = await supply({ offset: 40n, countTotal: true });
  expect([beyond.supply, beyond.pagination?.total]).toEqual([[], 0n]);
  const both = await ask('/cosmos.bank.v1beta1.Query/TotalSupply', QueryTotalSupplyRequest.encode({ pagination: page({ key: utf8('a'), offset: 1n }) }));
  expect(both.log).toBe('rpc error: code = Internal desc = invalid request, either offset or key is expected, got both: unknown request');
});

test('pages inside of a prefix leave it out of the next key', async () => {
  const r = await ask(
    '/cosmos.bank.v1beta1.Query/AllBalances',
    QueryAllBalancesRequest.encode({ address: bob.address, pagination: page({ limit: 1n }), resolveDenom: false }),
  );
  const { balances, pagination } = QueryAllBalancesResponse.decode(r.value);
  expect([balances.map((c) => c.denom), fromUtf8(pagination?.nextKey ?? EMPTY)]).toEqual([['aaa'], 'bbb']);
  const owners = await ask('/cosmos.bank.v1beta1.Query/DenomOwners', QueryDenomOwnersRequest.encode({ denom: DENOM, pagination: page({ limit: 2n }) }));
  const o = QueryDenomOwnersResponse.decode(owners.value);
  expect(o.denomOwners.length).toBe(2);
  // A length-prefixed address.
  expect([o.pagination?.nextKey.length, o.pagination?.nextKey[0]]).toEqual([21, 20]);
});

test('module accounts, prefix, engine parameters', async () => {
  expect(
    QueryModuleAccountsResponse.decode((await ask('/cosmos.auth.v1beta1.Query/ModuleAccounts', QueryModuleAccountsRequest.encode({}))).value).accounts.length,
  ).toBe(8);
  expect(Bech32PrefixResponse.decode((await ask('/cosmos.auth.v1beta1.Query/Bech32Prefix', Bech32PrefixRequest.encode({}))).value).bech32Prefix).toBe(
    'trellis',
  );
  expect(QueryParamsResponse.decode((await ask('/cosmos.consensus.v1.Query/Params', QueryParamsRequest.encode({}))).value).params?.block?.maxGas).toBe(-1n);
});

test('raw state by prefix', async () => {
  const r = await ask('/store/bank/subspace', Uint8Array.of(0));
  expect(KvPairs.decode(r.value).pairs.map((p) => fromUtf8(p.key.subarray(1)))).toEqual(DENOMS);
});

test('simulation by the tx service and by the old path', async () => {
  const tx = await signDirect(alice, [sendMsg(alice.address, bob.address, '1')], { accountNumber: 0, sequence: 1, gas: 0 });
  const r = SimulateResponse.decode((await ask('/cosmos.tx.v1beta1.Service/Simulate', SimulateRequest.encode({ txBytes: tx, tx: undefined }))).value);
  expect(r.gasInfo?.gasUsed).toBeGreaterThan(40_000n);
  expect(JSON.parse(fromUtf8((await ask('/app/simulate', tx)).value)).gas_info.gas_used).toBe(r.gasInfo?.gasUsed.toString());
  expect((await ask('/app/version')).value.length).toBeGreaterThan(0);
});
