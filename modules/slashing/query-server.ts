// Queries of slashing. Source: sdk:x/slashing/keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { invalidArgument, notFound } from '../../chain/core/query-error.ts';
import { paginateStore } from '../../chain/core/store-pagination.ts';
import {
  QueryParamsRequest,
  QueryParamsResponse,
  QuerySigningInfoRequest,
  QuerySigningInfoResponse,
  QuerySigningInfosRequest,
  QuerySigningInfosResponse,
} from '../../proto/gen/cosmos/slashing/v1beta1.ts';
import type { SlashingKeeper } from './keeper.ts';

const SERVICE = '/cosmos.slashing.v1beta1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: SlashingKeeper): void {
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  registrar.query(`${SERVICE}/SigningInfo`, QuerySigningInfoRequest, QuerySigningInfoResponse, (ctx, req) => {
    if (req.consAddress === '') throw invalidArgument('invalid request');
    const info = k.signingInfo(ctx, k.staking.consensusAddresses.toBytes(req.consAddress));
    if (info === undefined) throw notFound(`SigningInfo not found for validator ${req.consAddress}`);
    return { valSigningInfo: info };
  });
  registrar.query(`${SERVICE}/SigningInfos`, QuerySigningInfosRequest, QuerySigningInfosResponse, (ctx, req) => {
    const page = paginateStore(ctx, k.signingInfos, req.pagination, (_, info) => info);
    return { info: page.results, pagination: page.pagination };
  });
}
