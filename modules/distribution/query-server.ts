// Queries of distribution. Those of rewards end the current period on a state that is thrown away. Source: sdk:x/distribution/keeper/grpc_query.go.
import type { Context } from '../../chain/core/context.ts';
import { addDecCoins, type DecCoins, decCoinsToProto } from '../../chain/core/dec-coin-sums.ts';
import { SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { invalidArgument } from '../../chain/core/query-error.ts';
import { filterStore } from '../../chain/core/store-pagination.ts';
import {
  type DelegationDelegatorReward,
  QueryCommunityPoolRequest,
  QueryCommunityPoolResponse,
  QueryDelegationRewardsRequest,
  QueryDelegationRewardsResponse,
  QueryDelegationTotalRewardsRequest,
  QueryDelegationTotalRewardsResponse,
  QueryDelegatorValidatorsRequest,
  QueryDelegatorValidatorsResponse,
  QueryDelegatorWithdrawAddressRequest,
  QueryDelegatorWithdrawAddressResponse,
  QueryParamsRequest,
  QueryParamsResponse,
  QueryValidatorCommissionRequest,
  QueryValidatorCommissionResponse,
  QueryValidatorDistributionInfoRequest,
  QueryValidatorDistributionInfoResponse,
  QueryValidatorOutstandingRewardsRequest,
  QueryValidatorOutstandingRewardsResponse,
  QueryValidatorSlashesRequest,
  QueryValidatorSlashesResponse,
} from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import type { DistributionKeeper } from './keeper.ts';
import { slashEventKey } from './keys.ts';
import { incrementPeriod } from './periods.ts';
import { delegationRewards, readStake, type Stake } from './rewards.ts';
import { slashEventToProto } from './types.ts';

const SERVICE = '/cosmos.distribution.v1beta1.Query';

function operatorOf(k: DistributionKeeper, text: string): Uint8Array {
  if (text === '') throw invalidArgument('empty validator address');
  return k.staking.validatorAddresses.toBytes(text);
}

function delegatorOf(k: DistributionKeeper, text: string): Uint8Array {
  if (text === '') throw invalidArgument('empty delegator address');
  return k.addresses.toBytes(text);
}

/** The rewards of now: the current period ends here. */
function earned(k: DistributionKeeper, ctx: Context, d: Stake): DecCoins {
  return delegationRewards(k, ctx, d, incrementPeriod(k, ctx, d.operator, d.validator));
}

function registerValidators(registrar: ServiceRegistrar, k: DistributionKeeper): void {
  registrar.query(`${SERVICE}/ValidatorDistributionInfo`, QueryValidatorDistributionInfoRequest, QueryValidatorDistributionInfoResponse, (ctx, req) => {
    const operator = operatorOf(k, req.validatorAddress);
    const rewards = earned(k, ctx, readStake(k, ctx, operator, operator));
    return {
      operatorAddress: k.addresses.toString(operator),
      selfBondRewards: decCoinsToProto(rewards),
      commission: decCoinsToProto(k.commission(ctx, operator)),
    };
  });
  registrar.query(`${SERVICE}/ValidatorOutstandingRewards`, QueryValidatorOutstandingRewardsRequest, QueryValidatorOutstandingRewardsResponse, (ctx, req) => {
    const operator = operatorOf(k, req.validatorAddress);
    k.staking.existingValidator(ctx, operator);
    return { rewards: { rewards: decCoinsToProto(k.outstanding(ctx, operator)) } };
  });
  registrar.query(`${SERVICE}/ValidatorCommission`, QueryValidatorCommissionRequest, QueryValidatorCommissionResponse, (ctx, req) => {
    const operator = operatorOf(k, req.validatorAddress);
    k.staking.existingValidator(ctx, operator);
    return { commission: { commission: decCoinsToProto(k.commission(ctx, operator)) } };
  });
  registrar.query(`${SERVICE}/ValidatorSlashes`, QueryValidatorSlashesRequest, QueryValidatorSlashesResponse, (ctx, req) => validatorSlashes(k, ctx, req));
}

// The heights of the request are compared with periods, as in the reference.
function validatorSlashes(k: DistributionKeeper, ctx: Context, req: QueryValidatorSlashesRequest): QueryValidatorSlashesResponse {
  const { validatorAddress, startingHeight, endingHeight, pagination } = req;
  if (validatorAddress === '') throw invalidArgument('empty validator address');
  if (endingHeight < startingHeight) throw invalidArgument(`starting height greater than ending height (${startingHeight} > ${endingHeight})`);
  let operator: Uint8Array;
  try {
    operator = k.staking.validatorAddresses.toBytes(validatorAddress);
  } catch (e) {
    throw e instanceof SdkError ? invalidArgument('invalid validator address') : e;
  }
  const within = (period: bigint): boolean => period >= startingHeight && period <= endingHeight;
  const page = filterStore(
    ctx,
    k.slashEvents,
    pagination,
    (_, e) => (within(e.validatorPeriod) ? slashEventToProto(e) : undefined),
    slashEventKey.prefix(operator),
  );
  return { slashes: page.results, pagination: page.pagination };
}

function registerDelegators(registrar: ServiceRegistrar, k: DistributionKeeper): void {
  registrar.query(`${SERVICE}/DelegationRewards`, QueryDelegationRewardsRequest, QueryDelegationRewardsResponse, (ctx, req) => {
    if (req.delegatorAddress === '') throw invalidArgument('empty delegator address');
    const operator = operatorOf(k, req.validatorAddress);
    const validator = k.staking.existingValidator(ctx, operator);
    const delegator = k.addresses.toBytes(req.delegatorAddress);
    const delegation = k.staking.existingDelegation(ctx, delegator, operator);
    return { rewards: decCoinsToProto(earned(k, ctx, { validator, operator, delegation, delegator })) };
  });
  registrar.query(`${SERVICE}/DelegationTotalRewards`, QueryDelegationTotalRewardsRequest, QueryDelegationTotalRewardsResponse, (ctx, req) => {
    const delegator = delegatorOf(k, req.delegatorAddress);
    const rewards: DelegationDelegatorReward[] = [];
    let total: DecCoins = [];
    for (const delegation of k.staking.delegationsOf(ctx, delegator)) {
      const operator = k.staking.validatorAddresses.toBytes(delegation.validatorAddress);
      const reward = earned(k, ctx, { validator: k.staking.existingValidator(ctx, operator), operator, delegation, delegator });
      rewards.push({ validatorAddress: delegation.validatorAddress, reward: decCoinsToProto(reward) });
      total = addDecCoins(total, reward);
    }
    return { rewards, total: decCoinsToProto(total) };
  });
  registrar.query(`${SERVICE}/DelegatorValidators`, QueryDelegatorValidatorsRequest, QueryDelegatorValidatorsResponse, (ctx, req) => ({
    validators: [...k.staking.delegationsOf(ctx, delegatorOf(k, req.delegatorAddress))].map((d) => d.validatorAddress),
  }));
  registrar.query(`${SERVICE}/DelegatorWithdrawAddress`, QueryDelegatorWithdrawAddressRequest, QueryDelegatorWithdrawAddressResponse, (ctx, req) => ({
    withdrawAddress: k.addresses.toString(k.withdrawAddress(ctx, delegatorOf(k, req.delegatorAddress))),
  }));
}

export function registerQueries(registrar: ServiceRegistrar, k: DistributionKeeper): void {
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx) => ({ params: k.getParams(ctx) }));
  registrar.query(`${SERVICE}/CommunityPool`, QueryCommunityPoolRequest, QueryCommunityPoolResponse, (ctx) => ({
    pool: decCoinsToProto(k.communityPool(ctx)),
  }));
  registerValidators(registrar, k);
  registerDelegators(registrar, k);
}
