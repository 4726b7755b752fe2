// Queries of feegrant. Source: cosmossdk.io/x/feegrant v0.2.0 keeper/grpc_query.go.
import { SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { internalError } from '../../chain/core/query-error.ts';
import { filterStore, paginateStore } from '../../chain/core/store-pagination.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import {
  QueryAllowanceRequest,
  QueryAllowanceResponse,
  QueryAllowancesByGranterRequest,
  QueryAllowancesByGranterResponse,
  QueryAllowancesRequest,
  QueryAllowancesResponse,
} from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { packAllowance } from './allowance.ts';
import type { FeegrantKeeper } from './keeper.ts';
import { allowanceKey } from './keys.ts';

const SERVICE = '/cosmos.feegrant.v1beta1.Query';

/** Whatever goes wrong inside is gRPC's Internal. */
function internally<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError ? internalError(e.message) : e;
  }
}

export function registerQueries(registrar: ServiceRegistrar, k: FeegrantKeeper): void {
  registrar.query(`${SERVICE}/Allowance`, QueryAllowanceRequest, QueryAllowanceResponse, (ctx, { granter, grantee }) => {
    const [from, to] = [k.addresses.toBytes(granter), k.addresses.toBytes(grantee)];
    const allowance = internally(() => k.existing(ctx, from, to));
    return { allowance: { granter, grantee, allowance: packAllowance(allowance) } };
  });
  registrar.query(`${SERVICE}/Allowances`, QueryAllowancesRequest, QueryAllowancesResponse, (ctx, req) => {
    const prefix = allowanceKey.prefix(k.addresses.toBytes(req.grantee));
    const page = internally(() => paginateStore(ctx, k.grants, req.pagination, (_, grant) => grant, prefix));
    return { allowances: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/AllowancesByGranter`, QueryAllowancesByGranterRequest, QueryAllowancesByGranterResponse, (ctx, req) => {
    const wanted = k.addresses.toBytes(req.granter);
    const page = internally(() => filterStore(ctx, k.grants, req.pagination, ([, granter], grant) => (bytesEqual(granter, wanted) ? grant : undefined)));
    return { allowances: page.results, pagination: page.pagination };
  });
}
