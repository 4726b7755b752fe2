// A genesis for the random traffic: short times and small sets, so that everything happens within some hundred blocks.
import type { Time } from '../../../chain/encoding/time.ts';
import { circuitGenesis } from './circuit.ts';
import { GOV_PARAMS } from './gov.ts';
import { addVesting } from './vesting.ts';
import { SECOND_DENOM } from './world.ts';

const SECOND_EACH = 10n ** 12n;

// biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
type Json = any;

/** Changes a state whose `accounts` hold `denom`, which is staked; they get a second denom. */
export function prepareGenesis(state: Json, accounts: readonly string[], denom: string, genesisTime: Time): void {
  addVesting(state, accounts, denom, genesisTime);
  state.circuit = circuitGenesis(accounts);
  // Odd rates, and much new money in each block: more digits to be wrong in.
  Object.assign(state.mint.params, { blocks_per_year: '60007', inflation_rate_change: '1.000000000000000000', inflation_max: '0.190000000000000001' });
  state.distribution.params.community_tax = '0.023456789123456789';
  Object.assign(state.staking.params, {
    unbonding_time: '300s',
    max_validators: 5,
    max_entries: 3,
    historical_entries: 12,
    min_commission_rate: '0.050000000000000000',
  });
  const inDenom = (coins: readonly { readonly amount: string }[]): object[] => coins.map(({ amount }) => ({ denom, amount }));
  const { min_deposit, expedited_min_deposit } = GOV_PARAMS;
  Object.assign(state.gov.params, GOV_PARAMS, { min_deposit: inDenom(min_deposit), expedited_min_deposit: inDenom(expedited_min_deposit) });
  Object.assign(state.slashing.params, { signed_blocks_window: '12', downtime_jail_duration: '60s' });
  const holders = state.bank.balances.filter((b: Json) => accounts.includes(b.address));
  for (const b of holders) b.coins = [{ denom: SECOND_DENOM, amount: SECOND_EACH.toString() }, ...b.coins];
  state.bank.supply = [{ denom: SECOND_DENOM, amount: (SECOND_EACH * BigInt(holders.length)).toString() }, ...state.bank.supply];
}
