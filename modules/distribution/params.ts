// Parameters of distribution. Source: sdk:x/distribution/types/params.go.
import { plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { Params } from '../../proto/gen/cosmos/distribution/v1beta1.ts';

/** Proposers' rewards are of old times and must be zero. */
export const DEFAULT_PARAMS: Params = {
  communityTax: Dec.toWire(Dec.withPrecision(2n, 2)),
  baseProposerReward: '0',
  bonusProposerReward: '0',
  withdrawAddrEnabled: true,
};

/** Throws a plain error with the first thing that is wrong. */
export function validateParams(p: Params): void {
  if (p.communityTax === '') throw plainError('community tax must be not nil');
  const tax = Dec.fromWire(p.communityTax);
  if (tax < 0n) throw plainError(`community tax must be positive: ${Dec.format(tax)}`);
  if (tax > Dec.one) throw plainError(`community tax too large: ${Dec.format(tax)}`);
}
