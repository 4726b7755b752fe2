// Messages of distribution. Source: sdk:x/distribution/keeper/msg_server.go.
import type { AddressCodec } from '../../chain/core/address.ts';
import { areCoinsValid, type Coin, coinsFromProto, coinsToProto, coinsToString, type ProtoCoin } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { addDecCoins, areDecCoinsZero, decCoinsFromCoins } from '../../chain/core/dec-coin-sums.ts';
import { ErrInvalidAddress, ErrInvalidAuthority, ErrInvalidCoins, ErrInvalidRequest, ErrUnauthorized, plainError, SdkError } from '../../chain/core/errors.ts';
import { MathPanic } from '../../chain/core/math/int.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  MsgCommunityPoolSpend,
  MsgCommunityPoolSpendResponse,
  MsgDepositValidatorRewardsPool,
  MsgDepositValidatorRewardsPoolResponse,
  MsgFundCommunityPool,
  MsgFundCommunityPoolResponse,
  MsgSetWithdrawAddress,
  MsgSetWithdrawAddressResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  MsgWithdrawDelegatorReward,
  MsgWithdrawDelegatorRewardResponse,
  MsgWithdrawValidatorCommission,
  MsgWithdrawValidatorCommissionResponse,
} from '../../proto/gen/cosmos/distribution/v1beta1.ts';
import { allocateToValidator } from './allocation.ts';
import type { DistributionKeeper } from './keeper.ts';
import { MODULE_NAME } from './keys.ts';
import { validateParams } from './params.ts';
import { periodBefore } from './periods.ts';

export function registerMessages(registrar: ServiceRegistrar, k: DistributionKeeper): void {
  const { validatorAddresses } = k.staking;
  registrar.msg(MsgSetWithdrawAddress, MsgSetWithdrawAddressResponse, (ctx, msg) => {
    const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
    k.setWithdrawAddress(ctx, delegator, address(k.addresses, msg.withdrawAddress, 'withdraw'));
    return {};
  });
  registrar.msg(MsgWithdrawDelegatorReward, MsgWithdrawDelegatorRewardResponse, (ctx, msg) => {
    const operator = address(validatorAddresses, msg.validatorAddress, 'validator');
    const delegator = address(k.addresses, msg.delegatorAddress, 'delegator');
    return { amount: coinsToProto(k.withdrawDelegationRewards(ctx, delegator, operator)) };
  });
  registrar.msg(MsgWithdrawValidatorCommission, MsgWithdrawValidatorCommissionResponse, (ctx, msg) => ({
    amount: coinsToProto(k.withdrawValidatorCommission(ctx, address(validatorAddresses, msg.validatorAddress, 'validator'))),
  }));
  registrar.msg(MsgFundCommunityPool, MsgFundCommunityPoolResponse, (ctx, msg) => {
    const depositor = address(k.addresses, msg.depositor, 'depositor');
    k.fundCommunityPool(ctx, validAmount(msg.amount), depositor);
    return {};
  });
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => updateParams(k, ctx, msg));
  registrar.msg(MsgCommunityPoolSpend, MsgCommunityPoolSpendResponse, (ctx, msg) => communityPoolSpend(k, ctx, msg));
  registrar.msg(MsgDepositValidatorRewardsPool, MsgDepositValidatorRewardsPoolResponse, (ctx, msg) => deposit(k, ctx, msg));
}

function address(codec: AddressCodec, text: string, which: string): Uint8Array {
  try {
    return codec.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${which} address: ${e.message}`) : e;
  }
}

function validAmount(list: readonly ProtoCoin[]): readonly Coin[] {
  if (list.length === 0) throw ErrInvalidCoins.wrap('amount cannot be nil');
  const amount = coinsFromProto(list);
  if (!areCoinsValid(amount)) throw ErrInvalidCoins.wrap(coinsToString(amount));
  return amount;
}

function assertAuthority(k: DistributionKeeper, got: string): void {
  address(k.addresses, got, 'authority');
  if (got !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${got}`);
}

function updateParams(k: DistributionKeeper, ctx: Context, { authority, params }: MsgUpdateParams): MsgUpdateParamsResponse {
  assertAuthority(k, authority);
  const isSet = (text: string): boolean => text !== '' && BigInt(text) !== 0n;
  if (isSet(params.baseProposerReward) || isSet(params.bonusProposerReward)) {
    throw ErrInvalidRequest.wrap('cannot update base or bonus proposer reward because these are deprecated fields');
  }
  validateParams(params);
  k.params.set(ctx, params);
  return {};
}

function communityPoolSpend(k: DistributionKeeper, ctx: Context, msg: MsgCommunityPoolSpend): MsgCommunityPoolSpendResponse {
  assertAuthority(k, msg.authority);
  const amount = validAmount(msg.amount);
  const to = k.addresses.toBytes(msg.recipient);
  if (k.bank.isBlocked(to)) throw ErrUnauthorized.wrap(`${msg.recipient} is not allowed to receive external funds`);
  k.distributeFromCommunityPool(ctx, amount, to);
  return {};
}

/** Coins for the delegators of a validator, given out as fees are. */
function deposit(k: DistributionKeeper, ctx: Context, msg: MsgDepositValidatorRewardsPool): MsgDepositValidatorRewardsPoolResponse {
  const depositor = k.addresses.toBytes(msg.depositor);
  const amount = coinsFromProto(msg.amount);
  k.bank.sendFromAccountToModule(ctx, depositor, MODULE_NAME, amount);
  const operator = k.staking.validatorAddresses.toBytes(msg.validatorAddress);
  const v = k.staking.existingValidator(ctx, operator);
  allocateToValidator(k, ctx, operator, v, decCoinsFromCoins(amount));
  if (v.tokens === 0n) return {};
  // What could no more be added up at the end of the period is refused.
  const { rewards, period } = k.current(ctx, operator);
  const { cumulativeRewardRatio } = k.historical(ctx, operator, periodBefore(period));
  if (areDecCoinsZero(cumulativeRewardRatio)) return {};
  try {
    addDecCoins(cumulativeRewardRatio, rewards);
  } catch (e) {
    throw e instanceof MathPanic ? plainError(`unable to deposit coins: deposit is too large: ${e.message}`) : e;
  }
  return {};
}
