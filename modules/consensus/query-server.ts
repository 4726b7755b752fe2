// Queries of consensus. Source: sdk:x/consensus/keeper/keeper.go Params.

import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { internalError } from '../../chain/core/query-error.ts';
import { QueryParamsRequest, QueryParamsResponse } from '../../proto/gen/cosmos/consensus/v1.ts';
import type { ConsensusKeeper } from './keeper.ts';

export function registerQueries(registrar: ServiceRegistrar, k: ConsensusKeeper): void {
  registrar.query('/cosmos.consensus.v1.Query/Params', QueryParamsRequest, QueryParamsResponse, (ctx) => {
    const params = k.get(ctx);
    if (params === undefined) throw internalError('collections: not found');
    return { params };
  });
}
