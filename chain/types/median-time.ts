// Block time: the power-weighted median of the counted votes' timestamps (cmt v0.40.0 state/state.go MedianTime; nil votes do not count).
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';
import type { Commit } from './commit.ts';
import { countedVotes } from './counted-votes.ts';
import type { ValidatorSet } from './validator-set.ts';

/** `validators` made the commit. GO_ZERO_TIME where no vote counts. Throws TypesError where a counted entry is not of the set. */
export function medianTime(commit: Commit, validators: ValidatorSet): Time {
  const votes = countedVotes(commit, validators).map((v) => ({ time: v.signature.timestamp, weight: v.validator.votingPower }));
  votes.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  let median = votes.reduce((sum, v) => sum + v.weight, 0n) / 2n;
  for (const v of votes) {
    if (median <= v.weight) return v.time;
    median -= v.weight;
  }
  return GO_ZERO_TIME;
}
