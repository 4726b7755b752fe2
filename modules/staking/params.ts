// Parameters of staking. Source: sdk:x/staking/types/params.go.
import { denomError } from '../../chain/core/coins.ts';
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import type { Params } from '../../proto/gen/cosmos/staking/v1beta1.ts';

/** Three weeks. */
const UNBONDING_TIME = 21n * 24n * 3600n * NANOS_PER_SECOND;

export function defaultParams(bondDenom: string): Params {
  return { unbondingTime: UNBONDING_TIME, maxValidators: 100, maxEntries: 7, historicalEntries: 10_000, bondDenom, minCommissionRate: '0' };
}

/** What is read before any were set. */
export const NO_PARAMS: Params = { unbondingTime: 0n, maxValidators: 0, maxEntries: 0, historicalEntries: 0, bondDenom: '', minCommissionRate: '0' };

/** Throws a plain error with the first thing that is wrong. */
export function validateParams(p: Params): void {
  if (p.unbondingTime <= 0n) throw plainError(`unbonding time must be positive: ${p.unbondingTime}`);
  if (p.maxValidators === 0) throw plainError('max validators must be positive: 0');
  if (p.maxEntries === 0) throw plainError('max entries must be positive: 0');
  if (p.bondDenom.trim() === '') throw plainError('bond denom cannot be blank');
  const why = denomError(p.bondDenom);
  if (why !== undefined) throw plainError(why);
  if (p.minCommissionRate === '') throw plainError('minimum commission rate cannot be nil: <nil>');
  const rate = Dec.fromWire(p.minCommissionRate);
  if (rate < 0n) throw plainError(`minimum commission rate cannot be negative: ${Dec.format(rate)}`);
  if (rate > Dec.one) throw plainError(`minimum commission rate cannot be greater than 100%: ${Dec.format(rate)}`);
}
