// Queries of authz. Source: sdk:x/authz/keeper/grpc_query.go.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { filterStore } from '../../chain/core/store-pagination.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import {
  type Grant,
  type GrantAuthorization,
  QueryGranteeGrantsRequest,
  QueryGranteeGrantsResponse,
  QueryGranterGrantsRequest,
  QueryGranterGrantsResponse,
  QueryGrantsRequest,
  QueryGrantsResponse,
} from '../../proto/gen/cosmos/authz/v1beta1.ts';
import { ErrNoAuthorizationFound } from './errors.ts';
import type { AuthzKeeper } from './keeper.ts';
import { grantKey } from './keys.ts';

const SERVICE = '/cosmos.authz.v1beta1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: AuthzKeeper): void {
  /** Encoded anew, as the reference answers. */
  const shown = (g: Grant): Grant => ({ authorization: k.open(g.authorization).pack(), expiration: g.expiration });
  const named = (g: Grant, granter: string, grantee: string): GrantAuthorization => ({ granter, grantee, ...shown(g) });

  registrar.query(`${SERVICE}/Grants`, QueryGrantsRequest, QueryGrantsResponse, (ctx, req) => {
    const granter = k.addresses.toBytes(req.granter);
    const grantee = k.addresses.toBytes(req.grantee);
    if (req.msgTypeUrl !== '') {
      const grant = k.grants.get(ctx, [granter, grantee, req.msgTypeUrl]);
      if (grant === undefined) throw ErrNoAuthorizationFound.wrap(`authorization not found for ${req.msgTypeUrl} type`);
      return { grants: [shown(grant)], pagination: undefined };
    }
    const page = filterStore(ctx, k.grants, req.pagination, (_, g) => shown(g), grantKey.prefix(granter, grantee));
    return { grants: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/GranterGrants`, QueryGranterGrantsRequest, QueryGranterGrantsResponse, (ctx, req) => {
    const prefix = grantKey.prefix(k.addresses.toBytes(req.granter));
    const page = filterStore(ctx, k.grants, req.pagination, ([, grantee], g) => named(g, req.granter, k.addresses.toString(grantee)), prefix);
    return { grants: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/GranteeGrants`, QueryGranteeGrantsRequest, QueryGranteeGrantsResponse, (ctx, req) => {
    const wanted = k.addresses.toBytes(req.grantee);
    const page = filterStore(ctx, k.grants, req.pagination, ([granter, grantee], g) =>
      bytesEqual(grantee, wanted) ? named(g, k.addresses.toString(granter), req.grantee) : undefined,
    );
    return { grants: page.results, pagination: page.pagination };
  });
}
