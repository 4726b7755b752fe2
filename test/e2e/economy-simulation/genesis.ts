// The genesis of a simulated economy: funded accounts, some of which are validators, and the short times of the random traffic.
import { composeModules } from '../../../chain/app/app.ts';
import { defaultAppState, validateAppState } from '../../../chain/app/genesis.ts';
import { addGenesisStakes } from '../../../chain/app/genesis-stake.ts';
import type { Time } from '../../../chain/encoding/time.ts';
import type { Random } from '../../../testnet/simulator/random.ts';
import { prepareGenesis } from '../../interop/economy/genesis.ts';
import type { Chain, FundedAccount } from '../../interop/traffic/signer.ts';

export const CHAIN: Chain = { chainId: 'economy-simulation-1', prefix: 'trellis', denom: 'utrel', fee: 0n, unordered: true };
const EACH = '1000000000000';
const VALIDATORS = 7;

/** As JSON text. */
export function simulationGenesis(accounts: readonly FundedAccount[], time: Time, random: Random): string {
  const { modules, addresses } = composeModules(CHAIN.prefix);
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = structuredClone(defaultAppState(modules)) as any;
  for (const [i, a] of accounts.entries()) {
    const account = { address: a.address, pub_key: null, account_number: String(i), sequence: '0' };
    state.auth.accounts.push({ '@type': '/cosmos.auth.v1beta1.BaseAccount', ...account });
    state.bank.balances.push({ address: a.address, coins: [{ denom: CHAIN.denom, amount: EACH }] });
  }
  state.bank.supply = [{ denom: CHAIN.denom, amount: (BigInt(EACH) * BigInt(accounts.length)).toString() }];
  const address = accounts.map((a) => a.address);
  prepareGenesis(state, address, CHAIN.denom, time);
  addGenesisStakes(
    state,
    CHAIN.prefix,
    address.slice(-VALIDATORS).map((a, i) => ({
      operator: addresses.toBytes(a),
      pubKey: { case: 'ed25519', value: random.bytes(32) },
      moniker: `v${i}`,
      tokens: BigInt(random.between(50_000_000, 150_000_000)),
    })),
  );
  state.rotation.params.key_rotation_fee.amount = '12345';
  validateAppState(modules, state);
  return JSON.stringify(state);
}
