// Queries of auth. Source: sdk:x/auth/keeper/grpc_query.go.

import type { Context } from '../../chain/core/context.ts';
import { plainError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { paginate } from '../../chain/core/pagination.ts';
import { invalidArgument, notFound } from '../../chain/core/query-error.ts';
import {
  AddressBytesToStringRequest,
  AddressBytesToStringResponse,
  AddressStringToBytesRequest,
  AddressStringToBytesResponse,
  Bech32PrefixRequest,
  Bech32PrefixResponse,
  QueryAccountAddressByIDRequest,
  QueryAccountAddressByIDResponse,
  QueryAccountInfoRequest,
  QueryAccountInfoResponse,
  QueryAccountRequest,
  QueryAccountResponse,
  QueryAccountsRequest,
  QueryAccountsResponse,
  QueryModuleAccountByNameRequest,
  QueryModuleAccountByNameResponse,
  QueryModuleAccountsRequest,
  QueryModuleAccountsResponse,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/cosmos/auth/v1beta1.ts';
import type { AccountKeeper } from './keeper.ts';
import { type Account, accountToAny } from './types.ts';

const SERVICE = '/cosmos.auth.v1beta1.Query';

function byAddress(k: AccountKeeper, ctx: Context, text: string, empty: string): Account {
  if (text === '') throw invalidArgument(empty);
  const account = k.get(ctx, k.addresses.toBytes(text));
  if (account === undefined) throw notFound(`account ${text} not found`);
  return account;
}

function moduleAccount(k: AccountKeeper, ctx: Context, name: string): Account {
  const m = k.moduleAccount(ctx, name);
  if (m === undefined) throw notFound(`account ${name} not found`);
  return m.account;
}

export function registerQueries(registrar: ServiceRegistrar, k: AccountKeeper): void {
  registrar.query(`${SERVICE}/Accounts`, QueryAccountsRequest, QueryAccountsResponse, (ctx, req) => {
    const page = paginate(ctx, k.accounts.map, req.pagination, (_, account) => accountToAny(account));
    return { accounts: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/Account`, QueryAccountRequest, QueryAccountResponse, (ctx, req) => ({
    account: accountToAny(byAddress(k, ctx, req.address, 'Address cannot be empty')),
  }));
  registrar.query(`${SERVICE}/AccountAddressByID`, QueryAccountAddressByIDRequest, QueryAccountAddressByIDResponse, (ctx, req) => {
    if (req.id !== 0n) throw invalidArgument("requesting with id isn't supported, try to request using account-id");
    const address = k.byNumber.match(ctx, req.accountId);
    if (address === undefined) throw notFound(`account address not found with account number ${req.accountId}`);
    return { accountAddress: k.addresses.toString(address) };
  });
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  registrar.query(`${SERVICE}/ModuleAccounts`, QueryModuleAccountsRequest, QueryModuleAccountsResponse, (ctx) => ({
    accounts: k.moduleNames.map((name) => accountToAny(moduleAccount(k, ctx, name))),
  }));
  registrar.query(`${SERVICE}/ModuleAccountByName`, QueryModuleAccountByNameRequest, QueryModuleAccountByNameResponse, (ctx, req) => {
    if (req.name === '') throw invalidArgument('module name is empty');
    return { account: accountToAny(moduleAccount(k, ctx, req.name)) };
  });
  registrar.query(`${SERVICE}/Bech32Prefix`, Bech32PrefixRequest, Bech32PrefixResponse, () => ({ bech32Prefix: k.addresses.prefix }));
  registrar.query(`${SERVICE}/AddressBytesToString`, AddressBytesToStringRequest, AddressBytesToStringResponse, (_, req) => {
    if (req.addressBytes.length === 0) throw plainError('empty address bytes is not allowed');
    return { addressString: k.addresses.toString(req.addressBytes) };
  });
  registrar.query(`${SERVICE}/AddressStringToBytes`, AddressStringToBytesRequest, AddressStringToBytesResponse, (_, req) => {
    if (req.addressString.trim() === '') throw plainError('empty address string is not allowed');
    return { addressBytes: k.addresses.toBytes(req.addressString) };
  });
  registrar.query(`${SERVICE}/AccountInfo`, QueryAccountInfoRequest, QueryAccountInfoResponse, (ctx, req) => ({
    info: { ...byAddress(k, ctx, req.address, 'address cannot be empty').base, address: req.address },
  }));
}
