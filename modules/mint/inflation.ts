// The inflation curve: up while less than the goal is bonded, down while more is, within its bounds. Pure. Source: sdk:x/mint/types/minter.go.
import { Dec } from '../../chain/core/math/dec.ts';
import type { Int } from '../../chain/core/math/int.ts';
import type { Params } from '../../proto/gen/cosmos/mint/v1beta1.ts';

/** Go turns the uint64 into an int64. */
const blocksPerYear = (p: Params): bigint => BigInt.asIntN(64, p.blocksPerYear);

/** Inflation of a year, for the next block. */
export function nextInflation(inflation: Dec, p: Params, bondedRatio: Dec): Dec {
  const distance = Dec.sub(Dec.one, Dec.quo(bondedRatio, Dec.fromWire(p.goalBonded)));
  const perYear = Dec.mul(distance, Dec.fromWire(p.inflationRateChange));
  const next = Dec.add(inflation, Dec.quo(perYear, Dec.fromInt(blocksPerYear(p))));
  return Dec.max(Dec.min(next, Dec.fromWire(p.inflationMax)), Dec.fromWire(p.inflationMin));
}

/** Tokens of a year at this inflation. */
export const annualProvisions = (inflation: Dec, supply: Int): Dec => Dec.mulInt(inflation, supply);

/** Tokens of one block, truncated. */
export const blockProvision = (annual: Dec, p: Params): Int => Dec.truncateInt(Dec.quoInt(annual, blocksPerYear(p)));
