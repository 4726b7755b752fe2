// Queries of the modules that both applications have, right and wrong ones, as ABCI query paths with encoded requests.
import { fromBase64, toHexUpper, utf8 } from '../../../chain/encoding/bytes.ts';
import { fromJson, type JsonValue } from '../../../proto/json.ts';
import { findMessage, findMethod, type MessageType } from '../../../proto/registry.ts';

export interface NamedQuery {
  readonly name: string;
  readonly path: string;
  readonly data: Uint8Array;
  readonly height: bigint;
}

export interface QuerySubjects {
  /** Addresses: some with coins, some vesting, some without anything. */
  readonly addresses: readonly string[];
  readonly denom: string;
  readonly height: bigint;
}

function request(path: string): MessageType {
  const method = findMethod(path);
  const type = method === undefined ? undefined : findMessage(method.input.replace(/^\./, ''));
  if (type === undefined) throw new Error(`no method ${path}`);
  return type;
}

export function queries(s: QuerySubjects): NamedQuery[] {
  const out: NamedQuery[] = [];
  const raw = (path: string, data: Uint8Array, height = 0n): void =>
    void out.push({ name: `${path} ${toHexUpper(data).slice(0, 80)} at ${height}`, path, data, height });
  const ask = (method: string, json: Record<string, JsonValue> = {}, height = 0n): void => {
    const path = `/cosmos.${method}`;
    const type = request(path);
    out.push({ name: `${method} ${JSON.stringify(json).slice(0, 140)} at ${height}`, path, data: type.codec.encode(fromJson(type, json)), height });
  };
  const first = s.addresses[0] as string;
  const odd = [
    '',
    'x',
    first.slice(0, -1),
    first.toUpperCase(),
    `${first} `,
    'cosmosvaloper15a2nu2qxwkzpzea8atea7rsrhf3a8xa7qgqv3h',
    'trellis1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5wqzzw',
  ];
  const pages: Record<string, JsonValue>[] = [
    {},
    { limit: '1' },
    { limit: '3', count_total: true },
    { offset: '2', limit: '2' },
    { offset: '2', limit: '2', count_total: true },
    { offset: '100000', limit: '2' },
    { limit: '2', reverse: true },
    { limit: '0', count_total: true },
    { offset: '1', limit: '0' },
    { key: 'AQ==', limit: '2' },
    { key: 'AQ==', offset: '3', limit: '2' },
    { key: '/////w==', limit: '2' },
    { key: 'AQ==', limit: '2', reverse: true },
    { limit: '18446744073709551615' },
    { offset: '18446744073709551615', limit: '1' },
  ];
  const all = [...s.addresses, ...odd];
  const denoms = [s.denom, 'stake', 'nothing', '', '!', 'ibc/ABC', 'x'.repeat(200)];

  for (const height of [0n, s.height, s.height - 1n, 1n]) {
    ask('bank.v1beta1.Query/Params', {}, height);
    ask('bank.v1beta1.Query/Balance', { address: first, denom: s.denom }, height);
    ask('auth.v1beta1.Query/Account', { address: first }, height);
  }
  for (const height of [s.height + 1n, s.height + 1000n, -1n, (1n << 63n) - 1n]) ask('bank.v1beta1.Query/Params', {}, height);
  for (const address of all) {
    for (const denom of denoms) {
      ask('bank.v1beta1.Query/Balance', { address, denom });
      ask('bank.v1beta1.Query/SpendableBalanceByDenom', { address, denom });
    }
    ask('bank.v1beta1.Query/AllBalances', { address });
    ask('bank.v1beta1.Query/AllBalances', { address, resolve_denom: true });
    ask('bank.v1beta1.Query/SpendableBalances', { address });
    ask('auth.v1beta1.Query/Account', { address });
    ask('auth.v1beta1.Query/AccountInfo', { address });
    ask('auth.v1beta1.Query/AddressStringToBytes', { address_string: address });
  }
  for (const pagination of pages) {
    ask('bank.v1beta1.Query/AllBalances', { address: first, pagination });
    ask('bank.v1beta1.Query/SpendableBalances', { address: first, pagination });
    ask('bank.v1beta1.Query/TotalSupply', { pagination });
    ask('bank.v1beta1.Query/DenomsMetadata', { pagination });
    ask('bank.v1beta1.Query/DenomOwners', { denom: s.denom, pagination });
    ask('bank.v1beta1.Query/DenomOwnersByQuery', { denom: s.denom, pagination });
    ask('bank.v1beta1.Query/SendEnabled', { pagination });
    ask('bank.v1beta1.Query/SendEnabled', { denoms: [s.denom, 'x', ''], pagination });
    ask('auth.v1beta1.Query/Accounts', { pagination });
  }
  for (const denom of denoms) {
    ask('bank.v1beta1.Query/SupplyOf', { denom });
    ask('bank.v1beta1.Query/DenomMetadata', { denom });
    ask('bank.v1beta1.Query/DenomMetadataByQueryString', { denom });
    ask('bank.v1beta1.Query/DenomOwners', { denom });
  }
  ask('auth.v1beta1.Query/Params');
  ask('auth.v1beta1.Query/Bech32Prefix');
  for (const id of ['0', '1', '3', '100000', '18446744073709551615']) ask('auth.v1beta1.Query/AccountAddressByID', { account_id: id });
  for (const id of ['-1', '2']) ask('auth.v1beta1.Query/AccountAddressByID', { id });
  for (const bytes of ['', 'AQ==', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=']) ask('auth.v1beta1.Query/AddressBytesToString', { address_bytes: bytes });
  for (const name of ['fee_collector', 'gov', 'nothing', '']) ask('auth.v1beta1.Query/ModuleAccountByName', { name });
  ask('consensus.v1.Query/Params');

  // What is not a request, or not a path.
  for (const path of ['/cosmos.bank.v1beta1.Query/Balance', '/cosmos.bank.v1beta1.Query/Params', '/cosmos.auth.v1beta1.Query/Accounts']) {
    for (const data of [Uint8Array.of(0xff), Uint8Array.of(10), Uint8Array.of(10, 5, 1), Uint8Array.of(0x78, 1), utf8('text'), fromBase64('GgEB')])
      raw(path, data);
  }
  for (const path of [
    '/cosmos.bank.v1beta1.Query/Nothing',
    '/cosmos.bank.v1beta1.Msg/Send',
    '',
    '/',
    '//',
    'app',
    '/app',
    '/app/',
    '/app/nothing',
    '/store',
    '/store/',
    '/store/bank',
    '/store/bank/',
    '/store/bank/nothing',
    '/store/none/key',
    '/p2p',
    '/p2p/filter/addr/1.2.3.4:5',
    '/p2p/filter/id/abc',
    '/p2p/x',
    '/custom/bank/x',
  ])
    raw(path, Uint8Array.of(1));
  for (const height of [0n, 1n, s.height, s.height - 1n, s.height + 1n, -1n]) {
    raw('/store/bank/key', Uint8Array.of(0), height);
    raw('/store/acc/key', Uint8Array.of(0), height);
    raw('/store/acc/key', new Uint8Array(0), height);
    raw('/store/bank/subspace', utf8('\u0000'), height);
    raw('/store/bank/subspace', new Uint8Array(0), height);
  }
  return out;
}
