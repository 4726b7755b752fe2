// Messages of bank. Source: sdk:x/bank/keeper/msg_server.go, send.go InputOutputCoins. Order of checks, reads and events as there.

import { areAllPositive, areCoinsValid, coinsFromProto, coinsToString, denomError } from '../../chain/core/coins.ts';
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidAuthority, ErrInvalidCoins, ErrInvalidRequest, ErrUnauthorized, SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  type Input,
  MsgMultiSend,
  MsgMultiSendResponse,
  MsgSend,
  MsgSendResponse,
  MsgSetSendEnabled,
  MsgSetSendEnabledResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  type Output,
} from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { ErrMultipleSenders, ErrNoInputs, ErrNoOutputs } from './errors.ts';
import { messageSender, transfer } from './events.ts';
import type { BankKeeper } from './keeper.ts';
import { validateInputOutputs, validateParams } from './types.ts';

export function registerMessages(registrar: ServiceRegistrar, k: BankKeeper): void {
  registrar.msg(MsgSend, MsgSendResponse, (ctx, msg) => send(k, ctx, msg));
  registrar.msg(MsgMultiSend, MsgMultiSendResponse, (ctx, msg) => multiSend(k, ctx, msg));
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    assertAuthority(k, msg.authority);
    validateParams(msg.params);
    k.setParams(ctx, msg.params);
    return {};
  });
  registrar.msg(MsgSetSendEnabled, MsgSetSendEnabledResponse, (ctx, msg) => setSendEnabled(k, ctx, msg));
}

function assertAuthority(k: BankKeeper, got: string): void {
  if (got !== k.authority) throw ErrInvalidAuthority.wrap(`invalid authority; expected ${k.authority}, got ${got}`);
}

function address(k: BankKeeper, text: string, which: 'from' | 'to'): Uint8Array {
  try {
    return k.addresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${which} address: ${e.message}`) : e;
  }
}

function assertNotBlocked(k: BankKeeper, to: Uint8Array, text: string): void {
  if (k.isBlocked(to)) throw ErrUnauthorized.wrap(`${text} is not allowed to receive funds`);
}

function send(k: BankKeeper, ctx: Context, msg: MsgSend): MsgSendResponse {
  const from = address(k, msg.fromAddress, 'from');
  const to = address(k, msg.toAddress, 'to');
  const amount = coinsFromProto(msg.amount);
  if (!areCoinsValid(amount) || !areAllPositive(amount)) throw ErrInvalidCoins.wrap(coinsToString(amount));
  k.assertSendEnabled(ctx, amount);
  assertNotBlocked(k, to, msg.toAddress);
  k.send(ctx, from, to, amount);
  return {};
}

function multiSend(k: BankKeeper, ctx: Context, msg: MsgMultiSend): MsgMultiSendResponse {
  const [input, second] = msg.inputs;
  if (input === undefined) throw ErrNoInputs.error();
  if (second !== undefined) throw ErrMultipleSenders.error();
  if (msg.outputs.length === 0) throw ErrNoOutputs.error();
  validateInputOutputs(k.addresses, input, msg.outputs);
  k.assertSendEnabled(ctx, coinsFromProto(input.coins));
  for (const out of msg.outputs) assertNotBlocked(k, k.addresses.toBytes(out.address), out.address);
  inputOutput(k, ctx, input, msg.outputs);
  return {};
}

// Receivers are checked and made first, then the coins leave once, then each receiver gets its part.
function inputOutput(k: BankKeeper, ctx: Context, input: Input, outputs: readonly Output[]): void {
  const from = k.addresses.toBytes(input.address);
  ctx.events.emit(messageSender(input.address));
  const sending = outputs.map((out) => {
    const coins = coinsFromProto(out.coins);
    const to = k.restrict(ctx, from, k.addresses.toBytes(out.address), coins);
    k.accounts.ensure(ctx, to);
    return { to, text: out.address, coins };
  });
  k.subUnlocked(ctx, from, coinsFromProto(input.coins));
  for (const s of sending) {
    k.add(ctx, s.to, s.coins);
    ctx.events.emit(transfer(s.text, input.address, coinsToString(s.coins)));
  }
}

function setSendEnabled(k: BankKeeper, ctx: Context, msg: MsgSetSendEnabled): MsgSetSendEnabledResponse {
  assertAuthority(k, msg.authority);
  const seen = new Set<string>();
  for (const e of msg.sendEnabled) {
    if (seen.has(e.denom)) throw ErrInvalidRequest.wrap(`duplicate denom entries found for ${JSON.stringify(e.denom)}`);
    seen.add(e.denom);
    const why = denomError(e.denom);
    if (why !== undefined) throw ErrInvalidRequest.wrap(`invalid SendEnabled denom ${JSON.stringify(e.denom)}: ${why}`);
  }
  for (const denom of msg.useDefaultFor) {
    const why = denomError(denom);
    if (why !== undefined) throw ErrInvalidRequest.wrap(`invalid UseDefaultFor denom ${JSON.stringify(denom)}: ${why}`);
  }
  for (const e of msg.sendEnabled) k.sendEnabled.set(ctx, e.denom, e.enabled);
  for (const denom of msg.useDefaultFor) k.sendEnabled.remove(ctx, denom);
  return {};
}
