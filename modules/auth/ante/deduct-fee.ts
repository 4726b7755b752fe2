// Takes the fee, whole and first: it is kept whatever becomes of the messages. In CheckTx it must also meet this node's minimum.
// Source: sdk:x/auth/ante/fee.go, validator_tx_fee.go.
import { areCoinsValid, areCoinsZero, type Coin, coinsToString, isAnyGte } from '../../../chain/core/coins.ts';
import type { Context } from '../../../chain/core/context.ts';
import { ceilTimes } from '../../../chain/core/dec-coins.ts';
import { ErrInsufficientFee, ErrInsufficientFunds, ErrInvalidGasLimit, ErrInvalidRequest, ErrUnknownAddress, SdkError } from '../../../chain/core/errors.ts';
import { event } from '../../../chain/core/events.ts';
import { bytesEqual } from '../../../chain/encoding/bytes.ts';
import type { BankKeeper, FeegrantKeeper } from '../expected-keepers.ts';
import type { AccountKeeper } from '../keeper.ts';
import { FEE_COLLECTOR_NAME } from '../keys.ts';
import type { AnteTx } from './ante-tx.ts';
import type { AnteDecorator } from './decorator.ts';

const INT64_MAX = 9_223_372_036_854_775_807n;

function checkMinimum(ctx: Context, fee: readonly Coin[], gas: bigint): void {
  if (!ctx.isCheck || ctx.minGasPrices.length === 0) return;
  const required = ctx.minGasPrices.map((p) => ({ denom: p.denom, amount: ceilTimes(p.amount, gas) }));
  if (!isAnyGte(fee, required)) throw ErrInsufficientFee.wrap(`insufficient fees; got: ${coinsToString(fee)} required: ${coinsToString(required)}`);
}

/** The smallest gas price over the fee's denoms, in whole units. */
function priorityOf(fee: readonly Coin[], gas: bigint): bigint {
  let priority = 0n;
  for (const c of fee) {
    const price = c.amount / gas;
    const p = price > INT64_MAX ? INT64_MAX : price;
    if (priority === 0n || p < priority) priority = p;
  }
  return priority;
}

function payerOf(ctx: Context, tx: AnteTx, fee: readonly Coin[], feegrant: FeegrantKeeper | undefined): Uint8Array {
  const payer = tx.feePayer;
  const granter = tx.feeGranter;
  if (granter === undefined) return payer;
  if (feegrant === undefined) throw ErrInvalidRequest.wrap('fee grants are not enabled');
  if (!bytesEqual(granter, payer)) {
    try {
      feegrant.useGrantedFees(
        ctx,
        granter,
        payer,
        fee,
        tx.messages.map((m) => m.typeUrl),
      );
    } catch (e) {
      throw e instanceof SdkError ? e.wrap(`${tx.addresses.toString(granter)} does not allow to pay fees for ${tx.addresses.toString(payer)}`) : e;
    }
  }
  return granter;
}

export function deductFee(k: AccountKeeper, bank: BankKeeper, feegrant?: FeegrantKeeper): AnteDecorator {
  return (ctx, tx, simulate) => {
    if (!simulate && ctx.height > 0n && tx.gasLimit === 0n) throw ErrInvalidGasLimit.wrap('must provide positive gas');
    const { fee } = tx;
    if (!simulate) {
      checkMinimum(ctx, fee, tx.gasLimit);
      ctx.priority = tx.gasLimit === 0n ? 0n : priorityOf(fee, tx.gasLimit);
    }
    const payer = payerOf(ctx, tx, fee, feegrant);
    const payerText = k.addresses.toString(payer);
    if (!k.exists(ctx, payer)) throw ErrUnknownAddress.wrap(`fee payer address: ${payerText} does not exist`);
    if (!areCoinsZero(fee)) takeFee(ctx, bank, payer, fee);
    ctx.events.emit(event('tx', 'fee', coinsToString(fee), 'fee_payer', payerText));
  };
}

function takeFee(ctx: Context, bank: BankKeeper, payer: Uint8Array, fee: readonly Coin[]): void {
  if (!areCoinsValid(fee)) throw ErrInsufficientFee.wrap(`invalid fee amount: ${coinsToString(fee)}`);
  try {
    bank.sendFromAccountToModule(ctx, payer, FEE_COLLECTOR_NAME, fee);
  } catch (e) {
    // Whatever bank says becomes this code.
    throw e instanceof SdkError ? ErrInsufficientFunds.wrap(e.message) : e;
  }
}
