// Parameters of mint. Source: sdk:x/mint/types/params.go.
import { denomError } from '../../chain/core/coins.ts';
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Params } from '../../proto/gen/cosmos/mint/v1beta1.ts';

/** Blocks of five seconds in a year of 8766 hours. */
const BLOCKS_PER_YEAR = (60n * 60n * 8766n) / 5n;

export function defaultParams(mintDenom: string): Params {
  return {
    mintDenom,
    inflationRateChange: Dec.toWire(Dec.withPrecision(13n, 2)),
    inflationMax: Dec.toWire(Dec.withPrecision(20n, 2)),
    inflationMin: Dec.toWire(Dec.withPrecision(7n, 2)),
    goalBonded: Dec.toWire(Dec.withPrecision(67n, 2)),
    blocksPerYear: BLOCKS_PER_YEAR,
  };
}

function checkRate(text: string, name: string): Dec {
  if (text === '') throw plainError(`${name} cannot be nil: <nil>`);
  const d = Dec.fromWire(text);
  if (d < 0n) throw plainError(`${name} cannot be negative: ${Dec.format(d)}`);
  if (d > Dec.one) throw plainError(`${name} too large: ${Dec.format(d)}`);
  return d;
}

function checkGoal(text: string): void {
  if (text === '') throw plainError('goal bonded cannot be nil: <nil>');
  const d = Dec.fromWire(text);
  if (d <= 0n) throw plainError(`goal bonded must be positive: ${Dec.format(d)}`);
  if (d > Dec.one) throw plainError(`goal bonded too large: ${Dec.format(d)}`);
}

/** Throws a plain error with the first thing that is wrong. */
export function validateParams(p: Params): void {
  if (p.mintDenom.trim() === '') throw plainError('mint denom cannot be blank');
  const why = denomError(p.mintDenom);
  if (why !== undefined) throw plainError(why);
  checkRate(p.inflationRateChange, 'inflation rate change');
  const max = checkRate(p.inflationMax, 'max inflation');
  const min = checkRate(p.inflationMin, 'min inflation');
  checkGoal(p.goalBonded);
  if (p.blocksPerYear === 0n) throw plainError('blocks per year must be positive: 0');
  if (max < min) throw plainError(`max inflation (${Dec.format(max)}) must be greater than or equal to min inflation (${Dec.format(min)})`);
}
