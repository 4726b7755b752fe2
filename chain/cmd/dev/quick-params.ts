// Parameters of a dev network that differ from a public chain's, so that what takes days there is seen within minutes.
import { CHAIN } from '../cli.ts';
import type { AppState } from '../genesis/app-state.ts';

/** How long is voted on a proposal. */
export const VOTING_SECONDS = 60;
/** With a block each second. */
const BLOCKS_OF_A_YEAR = 31_557_600;

/** Changes the genesis state of modules with default parameters. */
export function setQuickParams(state: AppState): void {
  Object.assign(state.gov.params, {
    voting_period: `${VOTING_SECONDS}s`,
    expedited_voting_period: `${VOTING_SECONDS / 2}s`,
    max_deposit_period: `${VOTING_SECONDS}s`,
    min_deposit: [{ denom: CHAIN.denom, amount: '1000000' }],
    expedited_min_deposit: [{ denom: CHAIN.denom, amount: '5000000' }],
  });
  state.mint.params.blocks_per_year = String(BLOCKS_OF_A_YEAR);
  state.staking.params.unbonding_time = '600s';
}
