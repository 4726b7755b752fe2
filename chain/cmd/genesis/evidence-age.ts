// The period rule (light-client.md §10): who may be shown a forged header must be able to prove it while the forgers' stake can still be taken, so
// evidence is taken for at most the unbonding time; a new chain takes it for two thirds of that.
import { parseGoDuration } from '../../../proto/go-duration.ts';
import type { Duration } from '../../encoding/time.ts';
import { DEFAULT_CONSENSUS_PARAMS, type FullConsensusParams } from '../../types/consensus-params.ts';
import type { AppState } from './app-state.ts';

/** Of the genesis state of x/staking; undefined where it says none. */
export function unbondingTimeOf(state: AppState): Duration | undefined {
  const text: unknown = state.staking?.params?.unbonding_time;
  return typeof text === 'string' ? parseGoDuration(text) : undefined;
}

/** The default parameters with the evidence age of a state. */
export function paramsFor(state: AppState): FullConsensusParams {
  const unbonding = unbondingTimeOf(state);
  if (unbonding === undefined) return DEFAULT_CONSENSUS_PARAMS;
  return { ...DEFAULT_CONSENSUS_PARAMS, evidence: { ...DEFAULT_CONSENSUS_PARAMS.evidence, maxAgeDuration: (unbonding * 2n) / 3n } };
}

/** What breaks the rule; undefined where nothing does. */
export function brokenPeriodRule(params: FullConsensusParams, state: AppState): string | undefined {
  const unbonding = unbondingTimeOf(state);
  const age = params.evidence.maxAgeDuration;
  if (unbonding === undefined || age <= unbonding) return undefined;
  const seconds = (d: Duration): string => `${d / 1_000_000_000n}s`;
  return `evidence is taken for ${seconds(age)}, longer than stake is bonded (${seconds(unbonding)}): attacks would be proven that nobody can be punished for; set consensus.params.evidence.max_age_duration to ${seconds((unbonding * 2n) / 3n)}`;
}
