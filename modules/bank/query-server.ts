// Queries of bank. Source: sdk:x/bank/keeper/grpc_query.go.

import { amountOf, coinToProto, denomError } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { type Page, paginate } from '../../chain/core/pagination.ts';
import { internalError, invalidArgument, notFound, type QueryError } from '../../chain/core/query-error.ts';
import {
  type DenomOwner,
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
  QueryDenomMetadataByQueryStringRequest,
  QueryDenomMetadataByQueryStringResponse,
  QueryDenomMetadataRequest,
  type QueryDenomMetadataResponse,
  QueryDenomMetadataResponse as QueryDenomMetadataResponseCodec,
  QueryDenomOwnersByQueryRequest,
  QueryDenomOwnersByQueryResponse,
  QueryDenomOwnersRequest,
  QueryDenomOwnersResponse,
  QueryDenomsMetadataRequest,
  QueryDenomsMetadataResponse,
  QueryParamsRequest,
  QueryParamsResponse,
  QuerySendEnabledRequest,
  QuerySendEnabledResponse,
  QuerySpendableBalanceByDenomRequest,
  QuerySpendableBalanceByDenomResponse,
  QuerySpendableBalancesRequest,
  QuerySpendableBalancesResponse,
  QuerySupplyOfRequest,
  QuerySupplyOfResponse,
  QueryTotalSupplyRequest,
  QueryTotalSupplyResponse,
} from '../../proto/gen/cosmos/bank/v1beta1.ts';
import type { PageRequest } from '../../proto/gen/cosmos/base/query/v1beta1.ts';
import type { BankKeeper } from './keeper.ts';

const SERVICE = '/cosmos.bank.v1beta1.Query';

function address(k: BankKeeper, text: string): Uint8Array {
  try {
    return k.addresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? invalidArgument(`invalid address: ${e.message}`) : e;
  }
}

function assertDenom(denom: string): void {
  const why = denomError(denom);
  if (why !== undefined) throw invalidArgument(why);
}

// A page's plain errors (key and offset at once) get a status of their own in some methods.
function paged<T>(page: () => Page<T>, as: (text: string) => QueryError): Page<T> {
  try {
    return page();
  } catch (e) {
    throw e instanceof SdkError ? as(e.message) : e;
  }
}

function metadata(k: BankKeeper, ctx: Context, denom: string): QueryDenomMetadataResponse {
  assertDenom(denom);
  const found = k.denomMetadata.get(ctx, denom);
  if (found === undefined) throw notFound(`client metadata for denom ${denom}`);
  return { metadata: found };
}

function denomOwners(k: BankKeeper, ctx: Context, denom: string, pagination: PageRequest | undefined): QueryDenomOwnersResponse {
  assertDenom(denom);
  const owner = (holder: Uint8Array): DenomOwner => ({
    address: k.addresses.toString(holder),
    balance: coinToProto({ denom, amount: k.balance(ctx, holder, denom) }),
  });
  const page = paginate(ctx, k.byDenom.refs.map, pagination, ([, holder]) => owner(holder), k.byDenom.prefix(denom));
  return { denomOwners: page.results, pagination: page.pagination };
}

export function registerQueries(registrar: ServiceRegistrar, k: BankKeeper): void {
  registerBalances(registrar, k);
  registrar.query(`${SERVICE}/TotalSupply`, QueryTotalSupplyRequest, QueryTotalSupplyResponse, (ctx, req) => {
    const page = paged(() => paginate(ctx, k.supply, req.pagination, (denom, amount) => coinToProto({ denom, amount })), internalError);
    return { supply: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/SupplyOf`, QuerySupplyOfRequest, QuerySupplyOfResponse, (ctx, req) => {
    assertDenom(req.denom);
    return { amount: coinToProto({ denom: req.denom, amount: k.supply.get(ctx, req.denom) ?? 0n }) };
  });
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  registrar.query(`${SERVICE}/DenomsMetadata`, QueryDenomsMetadataRequest, QueryDenomsMetadataResponse, (ctx, req) => {
    const page = paged(() => paginate(ctx, k.denomMetadata, req.pagination, (_, m) => m), internalError);
    return { metadatas: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/DenomMetadata`, QueryDenomMetadataRequest, QueryDenomMetadataResponseCodec, (ctx, req) => metadata(k, ctx, req.denom));
  registrar.query(`${SERVICE}/DenomMetadataByQueryString`, QueryDenomMetadataByQueryStringRequest, QueryDenomMetadataByQueryStringResponse, (ctx, req) =>
    metadata(k, ctx, req.denom),
  );
  registrar.query(`${SERVICE}/DenomOwners`, QueryDenomOwnersRequest, QueryDenomOwnersResponse, (ctx, req) => denomOwners(k, ctx, req.denom, req.pagination));
  registrar.query(`${SERVICE}/DenomOwnersByQuery`, QueryDenomOwnersByQueryRequest, QueryDenomOwnersByQueryResponse, (ctx, req) =>
    denomOwners(k, ctx, req.denom, req.pagination),
  );
  registrar.query(`${SERVICE}/SendEnabled`, QuerySendEnabledRequest, QuerySendEnabledResponse, (ctx, req) => {
    if (req.denoms.length > 0) {
      const sendEnabled = req.denoms.flatMap((denom) => {
        const enabled = k.sendEnabledOf(ctx, denom);
        return enabled === undefined ? [] : [{ denom, enabled }];
      });
      return { sendEnabled, pagination: undefined };
    }
    const page = paged(() => paginate(ctx, k.sendEnabled, req.pagination, (denom, enabled) => ({ denom, enabled })), internalError);
    return { sendEnabled: page.results, pagination: page.pagination };
  });
}

function registerBalances(registrar: ServiceRegistrar, k: BankKeeper): void {
  registrar.query(`${SERVICE}/Balance`, QueryBalanceRequest, QueryBalanceResponse, (ctx, req) => {
    assertDenom(req.denom);
    return { balance: coinToProto({ denom: req.denom, amount: k.balance(ctx, address(k, req.address), req.denom) }) };
  });
  registrar.query(`${SERVICE}/AllBalances`, QueryAllBalancesRequest, QueryAllBalancesResponse, (ctx, req) => {
    const holder = address(k, req.address);
    const shown = (denom: string): string => (req.resolveDenom ? (k.denomMetadata.get(ctx, denom)?.display ?? denom) : denom);
    const page = paged(
      () => paginate(ctx, k.balances.map, req.pagination, ([, denom], amount) => coinToProto({ denom: shown(denom), amount }), k.balancesPrefix(holder)),
      (text) => invalidArgument(`paginate: ${text}`),
    );
    return { balances: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/SpendableBalances`, QuerySpendableBalancesRequest, QuerySpendableBalancesResponse, (ctx, req) => {
    const holder = address(k, req.address);
    const page = paged(
      () => paginate(ctx, k.balances.map, req.pagination, ([, denom]) => denom, k.balancesPrefix(holder)),
      (text) => invalidArgument(`paginate: ${text}`),
    );
    const spendable = k.spendableCoins(ctx, holder);
    return { balances: page.results.map((denom) => coinToProto({ denom, amount: amountOf(spendable, denom) })), pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/SpendableBalanceByDenom`, QuerySpendableBalanceByDenomRequest, QuerySpendableBalanceByDenomResponse, (ctx, req) => {
    const holder = address(k, req.address);
    assertDenom(req.denom);
    return { balance: coinToProto({ denom: req.denom, amount: k.spendableCoin(ctx, holder, req.denom) }) };
  });
}
