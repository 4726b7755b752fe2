// Queries of transfers. Source: ibc-go v10 modules/apps/transfer/keeper/grpc_query.go.

import { denomError } from '../../../../chain/core/coins.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import { paginate } from '../../../../chain/core/pagination.ts';
import { QueryError } from '../../../../chain/core/query-error.ts';
import { fromHex, toHexUpper } from '../../../../chain/encoding/bytes.ts';
import {
  QueryDenomHashRequest,
  QueryDenomHashResponse,
  QueryDenomRequest,
  QueryDenomResponse,
  QueryDenomsRequest,
  QueryDenomsResponse,
  QueryEscrowAddressRequest,
  QueryEscrowAddressResponse,
  QueryParamsRequest,
  QueryParamsResponse,
  QueryTotalEscrowForDenomRequest,
  QueryTotalEscrowForDenomResponse,
} from '../../../../proto/gen/ibc/applications/transfer/v1.ts';
import { denomOf, hashOf, VOUCHER_PREFIX } from './denom.ts';
import { ErrDenomNotFound } from './errors.ts';
import type { TransferKeeper } from './keeper.ts';
import { escrowAddress } from './keys.ts';

const SERVICE = '/ibc.applications.transfer.v1.Query';

export function registerTransferQueries(registrar: ServiceRegistrar, k: TransferKeeper): void {
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.params(ctx) }));
  registrar.query(`${SERVICE}/Denom`, QueryDenomRequest, QueryDenomResponse, (ctx, { hash }) => {
    const text = hash.startsWith(VOUCHER_PREFIX) ? hash.slice(VOUCHER_PREFIX.length) : hash;
    if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new QueryError('InvalidArgument', `invalid denom trace hash: ${text}, error: it has not 32 bytes of hex`);
    const denom = k.denoms.get(ctx, fromHex(text));
    if (denom === undefined) throw new QueryError('NotFound', ErrDenomNotFound.wrap(hash).message);
    return { denom };
  });
  registrar.query(`${SERVICE}/Denoms`, QueryDenomsRequest, QueryDenomsResponse, (ctx, req) => {
    const page = paginate(ctx, k.denoms, req.pagination, (_, denom) => denom);
    return { denoms: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/DenomHash`, QueryDenomHashRequest, QueryDenomHashResponse, (ctx, { trace }) => {
    const hash = hashOf(denomOf(trace));
    if (!k.denoms.has(ctx, hash)) throw new QueryError('NotFound', ErrDenomNotFound.wrap(trace).message);
    return { hash: toHexUpper(hash) };
  });
  registrar.query(`${SERVICE}/EscrowAddress`, QueryEscrowAddressRequest, QueryEscrowAddressResponse, (_, { portId, channelId }) => ({
    escrowAddress: k.addresses.toString(escrowAddress(portId, channelId)),
  }));
  registrar.query(`${SERVICE}/TotalEscrowForDenom`, QueryTotalEscrowForDenomRequest, QueryTotalEscrowForDenomResponse, (ctx, { denom }) => {
    const wrong = denomError(denom);
    if (wrong !== undefined) throw new QueryError('InvalidArgument', wrong);
    return { amount: { denom, amount: k.totalEscrow(ctx, denom).toString() } };
  });
}
