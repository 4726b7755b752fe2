// What is wrong with an allowance by itself. Source: cosmossdk.io/x/feegrant v0.2.0, the ValidateBasic of each kind.
import { amountOf, areAllPositive, areCoinsValid, coinsFromProto, coinsToString, isAnyNegative } from '../../chain/core/coins.ts';
import { ErrInvalidCoins } from '../../chain/core/errors.ts';
import { splitTime } from '../../chain/encoding/time.ts';
import type { BasicAllowance, PeriodicAllowance } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { type Allowance, openAllowance } from './allowance.ts';
import { ErrInvalidDuration, ErrNoAllowance, ErrNoMessages } from './errors.ts';

function validateBasic(b: BasicAllowance): void {
  if (b.spendLimit.length > 0) {
    const limit = coinsFromProto(b.spendLimit);
    if (!areCoinsValid(limit)) throw ErrInvalidCoins.wrap(`send amount is invalid: ${coinsToString(limit)}`);
    if (!areAllPositive(limit)) throw ErrInvalidCoins.wrap('spend limit must be positive');
  }
  if (b.expiration !== undefined && splitTime(b.expiration).seconds < 0n) throw ErrInvalidDuration.wrap('expiration time cannot be negative');
}

function validatePeriodic(p: PeriodicAllowance): void {
  validateBasic(p.basic);
  const limit = coinsFromProto(p.periodSpendLimit);
  if (!areCoinsValid(limit)) throw ErrInvalidCoins.wrap(`spend amount is invalid: ${coinsToString(limit)}`);
  if (!areAllPositive(limit)) throw ErrInvalidCoins.wrap('spend limit must be positive');
  const canSpend = coinsFromProto(p.periodCanSpend);
  if (!areCoinsValid(canSpend)) throw ErrInvalidCoins.wrap(`can spend amount is invalid: ${coinsToString(canSpend)}`);
  if (isAnyNegative(canSpend)) throw ErrInvalidCoins.wrap('can spend must not be negative');
  const whole = coinsFromProto(p.basic.spendLimit);
  if (whole.length > 0 && (limit.length > whole.length || limit.some((c) => amountOf(whole, c.denom) === 0n))) {
    throw ErrInvalidCoins.wrap('period spend limit has different currency than basic spend limit');
  }
  if (p.period < 0n) throw ErrInvalidDuration.wrap('negative clock step');
}

/** Throws a registered error with the first thing that is wrong. */
export function validateAllowance(a: Allowance): void {
  if (a.kind === 'basic') validateBasic(a.value);
  else if (a.kind === 'periodic') validatePeriodic(a.value);
  else {
    if (a.value.allowance === undefined) throw ErrNoAllowance.wrap('allowance should not be empty');
    if (a.value.allowedMessages.length === 0) throw ErrNoMessages.wrap("allowed messages shouldn't be empty");
    validateAllowance(openAllowance(a.value.allowance));
  }
}
