// Queries of params where no subspace is registered. Source: sdk:x/params/keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { invalidArgument } from '../../chain/core/query-error.ts';
import { QueryParamsRequest, QueryParamsResponse, QuerySubspacesRequest, QuerySubspacesResponse } from '../../proto/gen/cosmos/params/v1beta1.ts';
import { ErrUnknownSubspace } from './errors.ts';

export function registerQueries(registrar: ServiceRegistrar): void {
  registrar.query('/cosmos.params.v1beta1.Query/Params', QueryParamsRequest, QueryParamsResponse, (_, { subspace, key }) => {
    if (subspace === '' || key === '') throw invalidArgument('invalid request');
    throw ErrUnknownSubspace.wrap(subspace);
  });
  registrar.query('/cosmos.params.v1beta1.Query/Subspaces', QuerySubspacesRequest, QuerySubspacesResponse, () => ({ subspaces: [] }));
}
