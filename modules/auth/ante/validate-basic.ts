// What can be said of a transaction without state; not repeated on recheck. Source: sdk:types/tx/types.go ValidateBasic, x/auth/tx/builder.go.
import { coinsToString, isAnyNegative } from '../../../chain/core/coins.ts';
import { ErrInsufficientFee, ErrInvalidAddress, ErrInvalidRequest, ErrNoSignatures, ErrUnauthorized, SdkError } from '../../../chain/core/errors.ts';
import type { AnteDecorator } from './decorator.ts';

/** Largest gas limit, so that it fits int64 in results. */
export const GAS_WANTED_MAX = 9_223_372_036_854_775_807n;

export const validateBasic: AnteDecorator = (ctx, tx) => {
  if (ctx.mode === 'recheck') return;
  const { gasLimit, payer, amount } = tx.assertFee();
  if (gasLimit > GAS_WANTED_MAX) throw ErrInvalidRequest.wrap(`invalid gas supplied; ${gasLimit} > ${GAS_WANTED_MAX}`);
  if (amount.some((c) => c.amount === '')) throw ErrInsufficientFee.wrap('invalid fee provided: null');
  if (isAnyNegative(tx.fee)) throw ErrInsufficientFee.wrap(`invalid fee provided: ${coinsToString(tx.fee)}`);
  if (payer !== '') {
    try {
      tx.addresses.toBytes(payer);
    } catch (e) {
      throw e instanceof SdkError ? ErrInvalidAddress.wrap(`Invalid fee payer address (${e.message})`) : e;
    }
  }
  const got = tx.decoded.signatures.length;
  if (got === 0) throw ErrNoSignatures.error();
  const expected = tx.signers.length;
  if (got !== expected) throw ErrUnauthorized.wrap(`wrong number of signers; expected ${expected}, got ${got}`);
};
