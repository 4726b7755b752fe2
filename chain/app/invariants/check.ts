// All invariants of the application.
import type { Context } from '../../core/context.ts';
import type { Keepers } from '../app.ts';
import { deposits } from './deposits.ts';
import type { Invariant } from './invariant.ts';
import { pools } from './pools.ts';
import { rewards } from './rewards.ts';
import { shares } from './shares.ts';
import { supply } from './supply.ts';

export const INVARIANTS: readonly Invariant[] = [supply, pools, shares, rewards, deposits];

/** Sentences about what is broken, each with the invariant's name before it. */
export function checkInvariants(k: Keepers, ctx: Context): string[] {
  return INVARIANTS.flatMap((i) => i.broken(k, ctx).map((text) => `${i.name}: ${text}`));
}
