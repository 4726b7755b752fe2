// Nobody can be owed more rewards than there are (modules/distribution/invariants.ts).
import { brokenInvariants } from '../../../modules/distribution/invariants.ts';
import type { Invariant } from './invariant.ts';

export const rewards: Invariant = {
  name: 'rewards',
  // No genesis has named distribution.
  broken: ({ distribution }, ctx) => (distribution.params.has(ctx) ? brokenInvariants(distribution, ctx) : []),
};
