// Messages that make vesting accounts. Source: sdk:x/auth/vesting/msg_server.go. Order of checks and reads as there.

import { addCoins, areAllPositive, areCoinsValid, type Coin, coinsFromProto, coinsToString, sortCoins } from '../../../chain/core/coins.ts';
import type { Context } from '../../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidCoins, ErrInvalidRequest, ErrUnauthorized, SdkError } from '../../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../../chain/core/module.ts';
import { splitTime } from '../../../chain/encoding/time.ts';
import {
  MsgCreatePeriodicVestingAccount,
  MsgCreatePeriodicVestingAccountResponse,
  MsgCreatePermanentLockedAccount,
  MsgCreatePermanentLockedAccountResponse,
  MsgCreateVestingAccount,
  MsgCreateVestingAccountResponse,
} from '../../../proto/gen/cosmos/vesting/v1beta1.ts';
import type { BankKeeper } from '../expected-keepers.ts';
import type { AccountKeeper } from '../keeper.ts';
import type { Vesting } from '../types.ts';
import { vestingError } from './validate.ts';

function address(k: AccountKeeper, text: string, which: 'from' | 'to'): Uint8Array {
  try {
    return k.addresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid '${which}' address: ${e.message}`) : e;
  }
}

function checkAmount(coins: readonly Coin[]): void {
  if (!areCoinsValid(coins) || !areAllPositive(coins)) throw ErrInvalidCoins.wrap(coinsToString(coins));
}

function checkReceiver(k: AccountKeeper, bank: BankKeeper, ctx: Context, to: Uint8Array, text: string, sendEnabledAfter?: () => void): void {
  if (bank.isBlocked(to)) throw ErrUnauthorized.wrap(`${text} is not allowed to receive funds`);
  if (k.get(ctx, to) !== undefined) throw ErrInvalidRequest.wrap(`account ${text} already exists`);
  sendEnabledAfter?.();
}

// `checked` is the kind whose rules apply: the reference looks only at the base of what becomes a continuous account, so that one whose
// end has passed is made and is fully vested.
function make(k: AccountKeeper, ctx: Context, to: Uint8Array, schedule: Omit<Vesting, 'delegatedFree' | 'delegatedVesting'>, checked = schedule.kind): void {
  const vesting: Vesting = { ...schedule, delegatedFree: [], delegatedVesting: [] };
  const account = k.create(ctx, to);
  const why = vestingError({ ...vesting, kind: checked });
  if (why !== undefined) throw ErrInvalidRequest.wrap(why);
  k.set(ctx, { ...account, vesting });
}

export function registerVestingMessages(registrar: ServiceRegistrar, k: AccountKeeper, bank: BankKeeper): void {
  registrar.msg(MsgCreateVestingAccount, MsgCreateVestingAccountResponse, (ctx, msg) => {
    const [from, to] = [address(k, msg.fromAddress, 'from'), address(k, msg.toAddress, 'to')];
    const amount = coinsFromProto(msg.amount);
    checkAmount(amount);
    if (msg.endTime <= 0n) throw ErrInvalidRequest.wrap('invalid end time');
    bank.assertSendEnabled(ctx, amount);
    checkReceiver(k, bank, ctx, to, msg.toAddress);
    const common = { originalVesting: sortCoins(amount), endTime: msg.endTime, periods: [] };
    if (msg.delayed) make(k, ctx, to, { ...common, kind: 'delayed', startTime: 0n });
    else make(k, ctx, to, { ...common, kind: 'continuous', startTime: splitTime(ctx.time).seconds }, 'delayed');
    bank.send(ctx, from, to, amount);
    return {};
  });

  registrar.msg(MsgCreatePermanentLockedAccount, MsgCreatePermanentLockedAccountResponse, (ctx, msg) => {
    const [from, to] = [address(k, msg.fromAddress, 'from'), address(k, msg.toAddress, 'to')];
    const amount = coinsFromProto(msg.amount);
    checkAmount(amount);
    bank.assertSendEnabled(ctx, amount);
    checkReceiver(k, bank, ctx, to, msg.toAddress);
    make(k, ctx, to, { kind: 'permanent', originalVesting: amount, endTime: 0n, startTime: 0n, periods: [] });
    bank.send(ctx, from, to, amount);
    return {};
  });

  registrar.msg(MsgCreatePeriodicVestingAccount, MsgCreatePeriodicVestingAccountResponse, (ctx, msg) => {
    const [from, to] = [address(k, msg.fromAddress, 'from'), address(k, msg.toAddress, 'to')];
    if (msg.startTime < 1n) throw ErrInvalidRequest.wrap(`invalid start time of ${msg.startTime}, length must be greater than 0`);
    let total: readonly Coin[] = [];
    let endTime = msg.startTime;
    for (const [i, p] of msg.vestingPeriods.entries()) {
      if (p.length < 1n) throw ErrInvalidRequest.wrap(`invalid period length of ${p.length} in period ${i}, length must be greater than 0`);
      const amount = coinsFromProto(p.amount);
      checkAmount(amount);
      total = addCoins(total, amount);
      endTime = BigInt.asIntN(64, endTime + p.length);
    }
    checkReceiver(k, bank, ctx, to, msg.toAddress, () => bank.assertSendEnabled(ctx, total));
    make(k, ctx, to, { kind: 'periodic', originalVesting: total, endTime, startTime: msg.startTime, periods: msg.vestingPeriods });
    bank.send(ctx, from, to, total);
    return {};
  });
}
