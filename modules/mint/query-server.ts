// Queries of mint. Source: sdk:x/mint/keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  QueryAnnualProvisionsRequest,
  QueryAnnualProvisionsResponse,
  QueryInflationRequest,
  QueryInflationResponse,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/cosmos/mint/v1beta1.ts';
import type { MintKeeper } from './keeper.ts';

const SERVICE = '/cosmos.mint.v1beta1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: MintKeeper): void {
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  registrar.query(`${SERVICE}/Inflation`, QueryInflationRequest, QueryInflationResponse, (ctx) => ({ inflation: k.getMinter(ctx).inflation }));
  registrar.query(`${SERVICE}/AnnualProvisions`, QueryAnnualProvisionsRequest, QueryAnnualProvisionsResponse, (ctx) => ({
    annualProvisions: k.getMinter(ctx).annualProvisions,
  }));
}
