// A chain with many validators and delegators, as data: 100 validators, 10,000 delegations of as many accounts, 500 open unbondings. Modules make
// the rest of their state from it when a chain begins (rewards' periods, signing records), in both applications by their own code.
import { createHash } from 'node:crypto';
import { moduleAddress } from '../../../chain/crypto/address.ts';
import { bech32Decode, bech32Encode } from '../../../chain/crypto/bech32.ts';
import { formatTime, NANOS_PER_SECOND } from '../../../chain/encoding/time.ts';
import type { LoadAccount } from '../support/accounts.ts';

export const VALIDATORS = 100;
export const DELEGATIONS = 10_000;
export const UNBONDINGS = 500;
/** Between blocks, and between the ends of two unbondings. */
export const BLOCK_NANOS = 5n * NANOS_PER_SECOND;

/** Of each delegation. */
const STAKE = 50_000_000n;
const UNBONDING = 3_000_000n;
const DENOM = 'stake';

export interface BenchValidator {
  readonly address: Uint8Array;
  readonly operator: string;
  readonly power: bigint;
}

const sha256 = (s: string): Buffer => createHash('sha256').update(s).digest();
const operatorOf = (a: LoadAccount): string => bech32Encode('cosmosvaloper', bech32Decode(a.address).bytes);
const ONE = '1.000000000000000000';
const NEVER = '1970-01-01T00:00:00Z';

// biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
type Json = any;

/** Completes simd's state, whose accounts and balances are there; gives the validators by falling power, then address. */
export function stakedGenesis(state: Json, accounts: readonly LoadAccount[], genesisTime: bigint): BenchValidator[] {
  const delegations: object[] = [];
  const validators = Array.from({ length: VALIDATORS }, (_, i) => {
    const mine = accounts.slice(0, DELEGATIONS).filter((_, j) => j % VALIDATORS === i);
    const operator = operatorOf(accounts[i] as LoadAccount);
    // Powers differ, so that the order of validators means something.
    const stake = (j: number): bigint => STAKE + BigInt((i * 7 + j) % 50) * 1_000_000n;
    for (const [j, a] of mine.entries())
      delegations.push({ delegator_address: a.address, validator_address: operator, shares: `${stake(j)}.000000000000000000` });
    const tokens = mine.reduce((sum, _, j) => sum + stake(j), 0n);
    const key = sha256(`bench validator ${i}`);
    return { operator, tokens, key, address: sha256Bytes(key).subarray(0, 20) };
  });
  const bonded = validators.reduce((sum, v) => sum + v.tokens, 0n);
  const pool = (name: string, amount: bigint): object => ({
    address: bech32Encode('cosmos', moduleAddress(name)),
    coins: [{ denom: DENOM, amount: String(amount) }],
  });
  state.genutil.gen_txs = [];
  state.auth.accounts.push({
    '@type': '/cosmos.auth.v1beta1.ModuleAccount',
    base_account: { address: bech32Encode('cosmos', moduleAddress('transfer')), pub_key: null, account_number: '0', sequence: '0' },
    name: 'transfer',
    permissions: ['minter', 'burner'],
  });
  state.staking.params.max_validators = VALIDATORS;
  state.staking.params.unbonding_time = `${UNBONDINGS * 10}s`;
  state.staking.validators = validators.map((v) => ({
    operator_address: v.operator,
    consensus_pubkey: { '@type': '/cosmos.crypto.ed25519.PubKey', key: v.key.toString('base64') },
    jailed: false,
    status: 'BOND_STATUS_BONDED',
    tokens: String(v.tokens),
    delegator_shares: `${v.tokens}.000000000000000000`,
    description: { moniker: v.operator.slice(-6), identity: '', website: '', security_contact: '', details: '' },
    unbonding_height: '0',
    unbonding_time: NEVER,
    commission: { commission_rates: { rate: '0.100000000000000000', max_rate: ONE, max_change_rate: '0.010000000000000000' }, update_time: NEVER },
    min_self_delegation: '1',
    unbonding_on_hold_ref_count: '0',
    unbonding_ids: [],
  }));
  state.staking.delegations = delegations;
  state.staking.unbonding_delegations = Array.from({ length: UNBONDINGS }, (_, i) => ({
    delegator_address: (accounts[i * 20] as LoadAccount).address,
    validator_address: (validators[(i * 20) % VALIDATORS] as { operator: string }).operator,
    entries: [
      {
        creation_height: '0',
        completion_time: formatTime(genesisTime + BigInt(i + 1) * BLOCK_NANOS),
        initial_balance: String(UNBONDING),
        balance: String(UNBONDING),
        unbonding_id: String(i + 1),
        unbonding_on_hold_ref_count: '0',
      },
    ],
  }));
  const unbonding = UNBONDING * BigInt(UNBONDINGS);
  state.slashing.signing_infos = validators.map((v) => {
    const address = bech32Encode('cosmosvalcons', v.address);
    const record = { address, start_height: '0', index_offset: '0', jailed_until: NEVER, tombstoned: false, missed_blocks_counter: '0' };
    return { address, validator_signing_info: record };
  });
  state.bank.balances.push(pool('bonded_tokens_pool', bonded), pool('not_bonded_tokens_pool', unbonding));
  const supply = BigInt(state.bank.supply[0].amount) + bonded + unbonding;
  state.bank.supply = [{ denom: DENOM, amount: String(supply) }];
  return validators
    .map(({ address, operator, tokens }) => ({ address, operator, power: tokens / 1_000_000n }))
    .sort((a, b) => (a.power === b.power ? Buffer.compare(a.address, b.address) : a.power > b.power ? -1 : 1));
}

const sha256Bytes = (b: Uint8Array): Buffer => createHash('sha256').update(b).digest();
