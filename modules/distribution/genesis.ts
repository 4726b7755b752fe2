// Genesis of distribution. It runs before staking's, whose validators it is told of by hooks. Source: sdk:x/distribution/keeper/genesis.go.
import { coinsEqual, coinsToString } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import {
  addDecCoins,
  type DecCoins,
  decCoinsFromProto,
  decCoinsToProto,
  decCoinsToString,
  isAnyDecNegative,
  truncateDecCoins,
} from '../../chain/core/dec-coin-sums.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { GenesisError, readGenesis, writeGenesis } from '../../chain/core/genesis-json.ts';
import { MathPanic } from '../../chain/core/math/int.ts';
import type { Json } from '../../chain/core/module.ts';
import { GenesisState } from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import type { DistributionKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { DEFAULT_PARAMS, validateParams } from './params.ts';
import {
  currentFromProto,
  currentToProto,
  historicalFromProto,
  historicalToProto,
  infoFromProto,
  infoToProto,
  slashEventFromProto,
  slashEventToProto,
} from './types.ts';

export function defaultGenesis(): Json {
  return writeGenesis(GenesisState, { ...GenesisState.zero(), params: DEFAULT_PARAMS });
}

const fail = (why: string): never => {
  throw new GenesisError(MODULE_NAME, why);
};

// Errors of input become the module's genesis error; anything else is a bug and passes.
function inGenesis<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof SdkError || e instanceof MathPanic || e instanceof RangeError) return fail(e.message);
    throw e;
  }
}

export function validateGenesis(json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  inGenesis(() => validateParams(state.params));
  const pool = decCoinsFromProto(state.feePool.communityPool);
  if (isAnyDecNegative(pool)) fail(`negative CommunityPool in distribution fee pool, is ${decCoinsToString(pool)}`);
}

export function initGenesis(k: DistributionKeeper, ctx: Context, json: Json): void {
  const state = readGenesis(MODULE_NAME, GenesisState, json);
  inGenesis(() => initState(k, ctx, state));
}

function initState(k: DistributionKeeper, ctx: Context, state: GenesisState): void {
  const operator = (text: string): Uint8Array => k.staking.validatorAddresses.toBytes(text);
  const pool = decCoinsFromProto(state.feePool.communityPool);
  k.feePool.set(ctx, pool);
  k.params.set(ctx, state.params);
  for (const i of state.delegatorWithdrawInfos) k.withdrawAddresses.set(ctx, k.addresses.toBytes(i.delegatorAddress), k.addresses.toBytes(i.withdrawAddress));
  const proposer = state.previousProposer;
  k.previousProposer.set(ctx, proposer === '' ? new Uint8Array(0) : k.staking.consensusAddresses.toBytes(proposer));
  let holdings: DecCoins = [];
  for (const r of state.outstandingRewards) {
    const rewards = decCoinsFromProto(r.outstandingRewards);
    k.outstandingRewards.set(ctx, operator(r.validatorAddress), rewards);
    holdings = addDecCoins(holdings, rewards);
  }
  for (const c of state.validatorAccumulatedCommissions) {
    k.commissions.set(ctx, operator(c.validatorAddress), decCoinsFromProto(c.accumulated.commission));
  }
  for (const h of state.validatorHistoricalRewards) k.historicalRewards.set(ctx, [operator(h.validatorAddress), h.period], historicalFromProto(h.rewards));
  for (const c of state.validatorCurrentRewards) k.currentRewards.set(ctx, operator(c.validatorAddress), currentFromProto(c.rewards));
  for (const i of state.delegatorStartingInfos) {
    k.startingInfos.set(ctx, [operator(i.validatorAddress), k.addresses.toBytes(i.delegatorAddress)], infoFromProto(i.startingInfo));
  }
  for (const e of state.validatorSlashEvents) {
    k.slashEvents.set(ctx, [operator(e.validatorAddress), e.height, e.period], slashEventFromProto(e.validatorSlashEvent));
  }
  checkHoldings(k, ctx, addDecCoins(holdings, pool));
}

function checkHoldings(k: DistributionKeeper, ctx: Context, holdings: DecCoins): void {
  const account = k.accounts.moduleAccount(ctx, MODULE_NAME);
  if (account === undefined) throw new Error(`${MODULE_NAME} module account has not been set`);
  const balances = k.bank.allBalances(ctx, account.address);
  const { whole } = truncateDecCoins(holdings);
  if (!coinsEqual(balances, whole)) {
    fail(`distribution module balance does not match the module holdings: ${coinsToString(balances)} <-> ${coinsToString(whole)}`);
  }
}

export function exportGenesis(k: DistributionKeeper, ctx: Context): Json {
  const validator = (operator: Uint8Array): string => k.staking.validatorAddresses.toString(operator);
  const proposer = k.previousProposer.get(ctx) ?? new Uint8Array(0);
  return writeGenesis(GenesisState, {
    params: k.getParams(ctx),
    feePool: { communityPool: decCoinsToProto(k.communityPool(ctx)) },
    delegatorWithdrawInfos: [...k.withdrawAddresses.walk(ctx)].map(([delegator, to]) => ({
      delegatorAddress: k.addresses.toString(delegator),
      withdrawAddress: k.addresses.toString(to),
    })),
    previousProposer: proposer.length === 0 ? '' : k.staking.consensusAddresses.toString(proposer),
    outstandingRewards: [...k.outstandingRewards.walk(ctx)].map(([v, rewards]) => ({
      validatorAddress: validator(v),
      outstandingRewards: decCoinsToProto(rewards),
    })),
    validatorAccumulatedCommissions: [...k.commissions.walk(ctx)].map(([v, c]) => ({
      validatorAddress: validator(v),
      accumulated: { commission: decCoinsToProto(c) },
    })),
    validatorHistoricalRewards: [...k.historicalRewards.walk(ctx)].map(([[v, period], h]) => ({
      validatorAddress: validator(v),
      period,
      rewards: historicalToProto(h),
    })),
    validatorCurrentRewards: [...k.currentRewards.walk(ctx)].map(([v, c]) => ({ validatorAddress: validator(v), rewards: currentToProto(c) })),
    delegatorStartingInfos: [...k.startingInfos.walk(ctx)].map(([[v, d], i]) => ({
      delegatorAddress: k.addresses.toString(d),
      validatorAddress: validator(v),
      startingInfo: infoToProto(i),
    })),
    validatorSlashEvents: [...k.slashEvents.walk(ctx)].map(([[v, height], e]) => ({
      validatorAddress: validator(v),
      height,
      // The period of the record, as in the reference; the key holds the same.
      period: e.validatorPeriod,
      validatorSlashEvent: slashEventToProto(e),
    })),
  });
}
