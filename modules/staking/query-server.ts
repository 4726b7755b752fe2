// Queries of staking. Source: sdk:x/staking/keeper/grpc_query.go, query_utils.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import type { Page } from '../../chain/core/pagination.ts';
import { internalError, invalidArgument, notFound } from '../../chain/core/query-error.ts';
import { type Delegation, tokensFromShares, type Validator, validatorToProto } from '../../chain/core/staking.ts';
import { filterStore, paginateStore } from '../../chain/core/store-pagination.ts';
import {
  type DelegationResponse,
  QueryDelegationRequest,
  QueryDelegationResponse,
  QueryDelegatorDelegationsRequest,
  QueryDelegatorDelegationsResponse,
  QueryDelegatorUnbondingDelegationsRequest,
  QueryDelegatorUnbondingDelegationsResponse,
  QueryDelegatorValidatorRequest,
  QueryDelegatorValidatorResponse,
  QueryDelegatorValidatorsRequest,
  QueryDelegatorValidatorsResponse,
  QueryHistoricalInfoRequest,
  QueryHistoricalInfoResponse,
  QueryParamsRequest,
  QueryParamsResponse,
  QueryPoolRequest,
  QueryPoolResponse,
  QueryRedelegationsRequest,
  QueryRedelegationsResponse,
  QueryUnbondingDelegationRequest,
  QueryUnbondingDelegationResponse,
  QueryValidatorDelegationsRequest,
  QueryValidatorDelegationsResponse,
  QueryValidatorRequest,
  QueryValidatorResponse,
  QueryValidatorsRequest,
  QueryValidatorsResponse,
  QueryValidatorUnbondingDelegationsRequest,
  QueryValidatorUnbondingDelegationsResponse,
  type RedelegationResponse,
} from '../../proto/gen/cosmos/staking/v1beta1.ts';
import { ErrNoValidatorFound } from './errors.ts';
import type { StakingKeeper } from './keeper.ts';
import { BONDED_POOL, delegatorValidatorKey, NOT_BONDED_POOL, threeAddressesKey, validatorDelegatorKey } from './keys.ts';
import { delegationToProto, type Redelegation, redelegationToProto, type UnbondingDelegation, unbondingToProto } from './types.ts';

const SERVICE = '/cosmos.staking.v1beta1.Query';
const STATUS_NAMES = ['BOND_STATUS_UNSPECIFIED', 'BOND_STATUS_UNBONDED', 'BOND_STATUS_UNBONDING', 'BOND_STATUS_BONDED'];

// Failures inside of a query, whatever they are, have the status Internal.
function internal<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError ? internalError(e.message) : e;
  }
}

function operatorOf(k: StakingKeeper, text: string): Uint8Array {
  if (text === '') throw invalidArgument('validator address cannot be empty');
  return k.validatorAddresses.toBytes(text);
}

function assertDelegator(text: string): void {
  if (text === '') throw invalidArgument('delegator address cannot be empty');
}

function delegatorOf(k: StakingKeeper, text: string): Uint8Array {
  assertDelegator(text);
  return k.addresses.toBytes(text);
}

/** Both are looked at for being there before either is read. */
function pairOf(k: StakingKeeper, delegator: string, validator: string): readonly [Uint8Array, Uint8Array] {
  assertDelegator(delegator);
  if (validator === '') throw invalidArgument('validator address cannot be empty');
  return [k.addresses.toBytes(delegator), k.validatorAddresses.toBytes(validator)];
}

function withBalance(k: StakingKeeper, ctx: Context, d: Delegation): DelegationResponse {
  const v = k.existingValidator(ctx, k.validatorAddresses.toBytes(d.validatorAddress));
  const amount = Dec.truncateInt(tokensFromShares(v, d.shares));
  return { delegation: delegationToProto(d), balance: { denom: k.bondDenom(ctx), amount: amount.toString() } };
}

function validatorOf(k: StakingKeeper, ctx: Context, d: Delegation): Validator {
  const v = k.validator(ctx, k.validatorAddresses.toBytes(d.validatorAddress));
  if (v === undefined) throw ErrNoValidatorFound.error();
  return v;
}

function registerValidators(registrar: ServiceRegistrar, k: StakingKeeper): void {
  registrar.query(`${SERVICE}/Validators`, QueryValidatorsRequest, QueryValidatorsResponse, (ctx, req) => {
    if (req.status !== '' && !STATUS_NAMES.slice(1).includes(req.status)) throw invalidArgument(`invalid validator status ${req.status}`);
    const matches = (v: Validator): boolean => req.status === '' || STATUS_NAMES[v.status] === req.status;
    const page = internal(() => filterStore(ctx, k.validators, req.pagination, (_, v) => (matches(v) ? validatorToProto(v) : undefined)));
    return { validators: page.results, pagination: page.pagination };
  });
  registrar.query(`${SERVICE}/Validator`, QueryValidatorRequest, QueryValidatorResponse, (ctx, req) => {
    const v = k.validator(ctx, operatorOf(k, req.validatorAddr));
    if (v === undefined) throw notFound(`validator ${req.validatorAddr} not found`);
    return { validator: validatorToProto(v) };
  });
  registrar.query(`${SERVICE}/ValidatorDelegations`, QueryValidatorDelegationsRequest, QueryValidatorDelegationsResponse, (ctx, req) => {
    const prefix = validatorDelegatorKey.prefix(operatorOf(k, req.validatorAddr));
    return internal(() => {
      const page = paginateStore(ctx, k.delegationsByValidator.map, req.pagination, ([v, d]) => k.existingDelegation(ctx, d, v), prefix);
      return { delegationResponses: page.results.map((d) => withBalance(k, ctx, d)), pagination: page.pagination };
    });
  });
  registrar.query(
    `${SERVICE}/ValidatorUnbondingDelegations`,
    QueryValidatorUnbondingDelegationsRequest,
    QueryValidatorUnbondingDelegationsResponse,
    (ctx, req) => {
      const prefix = delegatorValidatorKey.prefix(operatorOf(k, req.validatorAddr));
      const unbonding = ([v, d]: readonly [Uint8Array, Uint8Array]): UnbondingDelegation => {
        const u = k.unbondings.get(ctx, [d, v]);
        if (u === undefined) throw new Error('staking: an unbonding is in its index only');
        return u;
      };
      const page = internal(() => paginateStore(ctx, k.unbondingsByValidator.map, req.pagination, (key) => unbondingToProto(unbonding(key)), prefix));
      return { unbondingResponses: page.results, pagination: page.pagination };
    },
  );
}

function registerDelegators(registrar: ServiceRegistrar, k: StakingKeeper): void {
  registrar.query(`${SERVICE}/Delegation`, QueryDelegationRequest, QueryDelegationResponse, (ctx, req) => {
    const [delegator, operator] = pairOf(k, req.delegatorAddr, req.validatorAddr);
    const d = k.delegation(ctx, delegator, operator);
    if (d === undefined) throw notFound(`delegation with delegator ${req.delegatorAddr} not found for validator ${req.validatorAddr}`);
    return { delegationResponse: internal(() => withBalance(k, ctx, d)) };
  });
  registrar.query(`${SERVICE}/UnbondingDelegation`, QueryUnbondingDelegationRequest, QueryUnbondingDelegationResponse, (ctx, req) => {
    const u = k.unbondings.get(ctx, pairOf(k, req.delegatorAddr, req.validatorAddr));
    if (u === undefined) throw notFound(`unbonding delegation with delegator ${req.delegatorAddr} not found for validator ${req.validatorAddr}`);
    return { unbond: unbondingToProto(u) };
  });
  registrar.query(`${SERVICE}/DelegatorDelegations`, QueryDelegatorDelegationsRequest, QueryDelegatorDelegationsResponse, (ctx, req) => {
    const prefix = delegatorValidatorKey.prefix(delegatorOf(k, req.delegatorAddr));
    return internal(() => {
      const page = paginateStore(ctx, k.delegations, req.pagination, (_, d) => d, prefix);
      return { delegationResponses: page.results.map((d) => withBalance(k, ctx, d)), pagination: page.pagination };
    });
  });
  registrar.query(`${SERVICE}/DelegatorValidator`, QueryDelegatorValidatorRequest, QueryDelegatorValidatorResponse, (ctx, req) => {
    const [delegator, operator] = pairOf(k, req.delegatorAddr, req.validatorAddr);
    return internal(() => ({ validator: validatorToProto(validatorOf(k, ctx, k.existingDelegation(ctx, delegator, operator))) }));
  });
  registrar.query(
    `${SERVICE}/DelegatorUnbondingDelegations`,
    QueryDelegatorUnbondingDelegationsRequest,
    QueryDelegatorUnbondingDelegationsResponse,
    (ctx, req) => {
      const prefix = delegatorValidatorKey.prefix(delegatorOf(k, req.delegatorAddr));
      const page = internal(() => paginateStore(ctx, k.unbondings, req.pagination, (_, u) => unbondingToProto(u), prefix));
      return { unbondingResponses: page.results, pagination: page.pagination };
    },
  );
  registrar.query(`${SERVICE}/DelegatorValidators`, QueryDelegatorValidatorsRequest, QueryDelegatorValidatorsResponse, (ctx, req) => {
    const prefix = delegatorValidatorKey.prefix(delegatorOf(k, req.delegatorAddr));
    const page = internal(() => paginateStore(ctx, k.delegations, req.pagination, (_, d) => validatorToProto(validatorOf(k, ctx, d)), prefix));
    return { validators: page.results, pagination: page.pagination };
  });
}

type RedelegationsPage = { readonly results: readonly Redelegation[]; readonly pagination: Page<Redelegation>['pagination'] | undefined };

/** Of one delegator from one validator to another, of all from one validator, or of all of a delegator. */
function redelegations(k: StakingKeeper, ctx: Context, req: QueryRedelegationsRequest): RedelegationsPage {
  const { delegatorAddr, srcValidatorAddr, dstValidatorAddr, pagination } = req;
  if (delegatorAddr !== '' && srcValidatorAddr !== '' && dstValidatorAddr !== '') {
    const delegator = k.addresses.toBytes(delegatorAddr);
    const r = k.redelegations.get(ctx, [delegator, k.validatorAddresses.toBytes(srcValidatorAddr), k.validatorAddresses.toBytes(dstValidatorAddr)]);
    if (r === undefined) {
      const text = `redelegation not found for delegator address ${delegatorAddr} from validator address ${srcValidatorAddr}`;
      throw internalError(`rpc error: code = NotFound desc = ${text}`);
    }
    return { results: [r], pagination: undefined };
  }
  if (delegatorAddr === '' && srcValidatorAddr !== '' && dstValidatorAddr === '') {
    const prefix = threeAddressesKey.prefix(k.validatorAddresses.toBytes(srcValidatorAddr));
    const read = ([source, delegator, destination]: readonly [Uint8Array, Uint8Array, Uint8Array]): Redelegation => {
      const r = k.redelegations.get(ctx, [delegator, source, destination]);
      if (r === undefined) throw new Error('staking: a redelegation is in its index only');
      return r;
    };
    return paginateStore(ctx, k.redelegationsBySource.map, pagination, read, prefix);
  }
  return paginateStore(ctx, k.redelegations, pagination, (_, r) => r, threeAddressesKey.prefix(k.addresses.toBytes(delegatorAddr)));
}

function redelegationResponse(k: StakingKeeper, ctx: Context, r: Redelegation): RedelegationResponse {
  const v = k.existingValidator(ctx, k.validatorAddresses.toBytes(r.validatorDstAddress));
  const proto = redelegationToProto(r);
  return {
    redelegation: { ...proto, entries: [] },
    entries: r.entries.map((e, i) => ({
      redelegationEntry: { ...(proto.entries[i] as (typeof proto.entries)[number]), unbondingOnHoldRefCount: 0n },
      balance: Dec.truncateInt(tokensFromShares(v, e.sharesDst)).toString(),
    })),
  };
}

export function registerQueries(registrar: ServiceRegistrar, k: StakingKeeper): void {
  registerValidators(registrar, k);
  registerDelegators(registrar, k);
  registrar.query(`${SERVICE}/Redelegations`, QueryRedelegationsRequest, QueryRedelegationsResponse, (ctx, req) =>
    internal(() => {
      const page = redelegations(k, ctx, req);
      return { redelegationResponses: page.results.map((r) => redelegationResponse(k, ctx, r)), pagination: page.pagination };
    }),
  );
  registrar.query(`${SERVICE}/HistoricalInfo`, QueryHistoricalInfoRequest, QueryHistoricalInfoResponse, (ctx, req) => {
    if (req.height < 0n) throw invalidArgument('height cannot be negative');
    const hist = k.historicalInfo.get(ctx, req.height);
    if (hist === undefined) throw notFound(`historical info for height ${req.height} not found`);
    return { hist };
  });
  registrar.query(`${SERVICE}/Pool`, QueryPoolRequest, QueryPoolResponse, (ctx) => {
    const denom = k.bondDenom(ctx);
    const [bonded, notBonded] = [k.pool(ctx, BONDED_POOL), k.pool(ctx, NOT_BONDED_POOL)];
    return {
      pool: { notBondedTokens: k.bank.balance(ctx, notBonded, denom).toString(), bondedTokens: k.bank.balance(ctx, bonded, denom).toString() },
    };
  });
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
}
