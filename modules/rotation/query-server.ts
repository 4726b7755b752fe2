// Queries of rotation.
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { QueryParamsRequest, QueryParamsResponse, QueryRotationsRequest, QueryRotationsResponse } from '../../proto/gen/trellis/rotation/v1.ts';
import { pendingOf, rotationsOf } from './genesis.ts';
import type { RotationKeeper } from './keeper.ts';

const SERVICE = '/trellis.rotation.v1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: RotationKeeper): void {
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  // At most one of a validator within the unbonding time: the list is no longer than that of validators.
  registrar.query(`${SERVICE}/Rotations`, QueryRotationsRequest, QueryRotationsResponse, (ctx, { validatorAddress }) => {
    const wanted = (x: { readonly validatorAddress: string }): boolean => validatorAddress === '' || x.validatorAddress === validatorAddress;
    return { rotations: rotationsOf(k, ctx).filter(wanted), pending: pendingOf(k, ctx).filter(wanted) };
  });
}
