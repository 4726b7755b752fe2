// Steps of a round, numbered as CometBFT numbers them on the wire and in its WAL (cmt:consensus/types/round_state.go).

export const STEP_NEW_HEIGHT = 1;
export const STEP_NEW_ROUND = 2;
export const STEP_PROPOSE = 3;
export const STEP_PREVOTE = 4;
export const STEP_PREVOTE_WAIT = 5;
export const STEP_PRECOMMIT = 6;
/** A label of timeouts only: the state stays at STEP_PRECOMMIT with `precommitWait` set. */
export const STEP_PRECOMMIT_WAIT = 7;
export const STEP_COMMIT = 8;

export type Step = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const NAMES: Readonly<Record<Step, string>> = {
  1: 'RoundStepNewHeight',
  2: 'RoundStepNewRound',
  3: 'RoundStepPropose',
  4: 'RoundStepPrevote',
  5: 'RoundStepPrevoteWait',
  6: 'RoundStepPrecommit',
  7: 'RoundStepPrecommitWait',
  8: 'RoundStepCommit',
};

export function stepName(step: number): string {
  return NAMES[step as Step] ?? 'RoundStepUnknown';
}
