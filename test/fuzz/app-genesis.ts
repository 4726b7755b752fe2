// The application's genesis: any text is read, or refused with the module and the reason; what validates also starts a chain.
import { composeModules } from '../../chain/app/app.ts';
import { defaultAppState, parseAppState, validateAppState } from '../../chain/app/genesis.ts';
import { addGenesisStakes } from '../../chain/app/genesis-stake.ts';
import { GenesisError } from '../../chain/core/genesis-json.ts';
import { utf8 } from '../../chain/encoding/bytes.ts';
import { readRecording } from '../differential/app/recording.ts';
import type { FuzzTarget } from './target.ts';

const { modules } = composeModules('cosmos');

/** Stake in all its forms, and a genesis transaction. */
function staked(): string {
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = { ...defaultAppState(modules) } as any;
  const pubKey = { case: 'ed25519' as const, value: new Uint8Array(32).fill(7) };
  addGenesisStakes(state, 'cosmos', [{ operator: new Uint8Array(20).fill(5), pubKey, moniker: 'm', tokens: 5_000_000n }]);
  const message = { '@type': '/cosmos.staking.v1beta1.MsgCreateValidator', min_self_delegation: '1', value: { denom: 'stake', amount: '5' } };
  state.genutil.gen_txs = [{ body: { messages: [message], memo: '' }, auth_info: { signer_infos: [] }, signatures: ['AQ=='] }];
  state.slashing.missed_blocks = [{ address: 'cosmosvalcons1', missed_blocks: [{ index: '5', missed: true }] }];
  return JSON.stringify({ staking: state.staking, slashing: state.slashing, genutil: state.genutil });
}

/** Grants of both kinds and a breaker. */
function granted(): string {
  const [granter, grantee] = ['cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a', 'cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du'];
  const coins = [{ denom: 'stake', amount: '5' }];
  const basic = { '@type': '/cosmos.feegrant.v1beta1.BasicAllowance', spend_limit: coins, expiration: '2040-01-01T00:00:00Z' };
  const allowance = { '@type': '/cosmos.feegrant.v1beta1.AllowedMsgAllowance', allowance: basic, allowed_messages: ['/a'] };
  const authorization = { '@type': '/cosmos.staking.v1beta1.StakeAuthorization', authorization_type: 'AUTHORIZATION_TYPE_DELEGATE', max_tokens: coins[0] };
  return JSON.stringify({
    feegrant: { allowances: [{ granter, grantee, allowance }] },
    authz: { authorization: [{ granter, grantee, authorization, expiration: '2040-01-01T00:00:00Z' }] },
    circuit: { account_permissions: [{ address: granter, permissions: { level: 'LEVEL_SOME_MSGS', limit_type_urls: ['/a'] } }], disabled_type_urls: ['/a'] },
  });
}

/** Rewards of every kind, and inflation. */
function rewarded(): string {
  const state = defaultAppState(modules);
  const operator = 'cosmosvaloper1pqqsyqcyq5rqwzqfpg9scrgwpugpzysnmj2p7p';
  const coins = [{ denom: 'stake', amount: '1.500000000000000001' }];
  const distribution = {
    ...(state.distribution as object),
    fee_pool: { community_pool: coins },
    delegator_withdraw_infos: [{ delegator_address: 'cosmos1', withdraw_address: 'cosmos1' }],
    outstanding_rewards: [{ validator_address: operator, outstanding_rewards: coins }],
    validator_accumulated_commissions: [{ validator_address: operator, accumulated: { commission: coins } }],
    validator_historical_rewards: [{ validator_address: operator, period: '1', rewards: { cumulative_reward_ratio: coins, reference_count: 2 } }],
    validator_current_rewards: [{ validator_address: operator, rewards: { rewards: coins, period: '2' } }],
    delegator_starting_infos: [
      { delegator_address: 'cosmos1', validator_address: operator, starting_info: { previous_period: '1', stake: '5.0', height: '3' } },
    ],
    validator_slash_events: [{ validator_address: operator, height: '7', period: '1', validator_slash_event: { validator_period: '1', fraction: '0.01' } }],
  };
  return JSON.stringify({ distribution, mint: state.mint });
}

export const target: FuzzTarget = {
  name: 'app-genesis',
  corpus: () => {
    const { appState } = readRecording();
    return [
      utf8(JSON.stringify(appState)),
      utf8(JSON.stringify({ auth: appState.auth })),
      utf8(JSON.stringify({ bank: appState.bank })),
      utf8('{}'),
      utf8(staked()),
      utf8(rewarded()),
      utf8(granted()),
    ];
  },
  inputBytesMax: 1 << 13,
  run: (input) => {
    try {
      validateAppState(modules, parseAppState(input));
    } catch (e) {
      if (e instanceof GenesisError) return;
      throw e;
    }
  },
};
