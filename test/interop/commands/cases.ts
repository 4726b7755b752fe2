// Command lines that both programs take.
import { bech32Decode, bech32Encode } from '../../../chain/crypto/bech32.ts';

export interface Case {
  /** After `tx`. */
  readonly words: readonly string[];
  readonly about?: string;
}

const CONSENSUS_KEY = { '@type': '/cosmos.crypto.ed25519.PubKey', key: 'oWg2ISpLF405Jcm2vXV+2v4fnjodh6aafuIdeoW+rUw=' };

export function cases(a: Readonly<Record<'alice' | 'bob' | 'carol', string>>, file: (name: string, json: unknown) => string): Case[] {
  const operator = (address: string): string => bech32Encode('cosmosvaloper', bech32Decode(address).bytes);
  const [val, val2] = [operator(a.bob), operator(a.carol)];
  const by = ['--from', a.alice];
  const send = { '@type': '/cosmos.bank.v1beta1.MsgSend', from_address: a.alice, to_address: a.bob, amount: [{ denom: 'stake', amount: '10' }] };
  const validator = file('validator.json', {
    pubkey: CONSENSUS_KEY,
    amount: '1000000stake',
    moniker: 'mine',
    identity: 'id',
    website: 'https://w',
    security: 's@w',
    details: 'd',
    'commission-rate': '0.1',
    'commission-max-rate': '0.2',
    'commission-max-change-rate': '0.015',
    'min-self-delegation': '1',
  });
  const proposal = file('proposal.json', { messages: [send], metadata: 'm', deposit: '10stake,3photon', title: 'T', summary: 'S', expedited: true });
  const legacy = file('legacy.json', { title: 'T', description: 'D', type: 'Text', deposit: '7stake' });
  const tx = file('tx.json', {
    body: { messages: [send], memo: '', timeout_height: '0', extension_options: [], non_critical_extension_options: [] },
    auth_info: { signer_infos: [], fee: { amount: [], gas_limit: '200000', payer: '', granter: '' } },
    signatures: [],
  });
  const periods = file('periods.json', {
    start_time: 1_800_000_000,
    periods: [
      { coins: '10stake', length_seconds: 60 },
      { coins: '5stake,2photon', length_seconds: 3600 },
    ],
  });
  const prop = ['--title', 'T', '--summary', 'S', '--metadata', 'M', '--deposit', '9stake'];
  return [
    { words: ['bank', 'send', a.alice, a.bob, '5stake,4photon'] },
    { words: ['bank', 'multi-send', a.alice, a.bob, a.carol, '7stake'] },
    { words: ['bank', 'multi-send', a.alice, a.bob, a.carol, '7stake', '--split'], about: 'split' },
    { words: ['staking', 'create-validator', validator, ...by] },
    { words: ['staking', 'create-validator', validator, ...by, '--ip', '10.0.0.1', '--node-id', '0123456789abcdef0123456789abcdef01234567'], about: 'memo' },
    {
      words: ['staking', 'edit-validator', ...by, '--new-moniker', 'new', '--website', 'https://x', '--commission-rate', '0.15', '--min-self-delegation', '3'],
    },
    { words: ['staking', 'edit-validator', ...by, '--details', ''], about: 'nothing else' },
    { words: ['staking', 'delegate', val, '5stake', ...by] },
    { words: ['staking', 'redelegate', val, val2, '5stake', ...by] },
    { words: ['staking', 'unbond', val, '5stake', ...by] },
    { words: ['staking', 'cancel-unbond', val, '5stake', '17', ...by] },
    { words: ['distribution', 'set-withdraw-addr', a.bob, ...by] },
    { words: ['distribution', 'withdraw-rewards', val, ...by] },
    { words: ['distribution', 'withdraw-rewards', val, ...by, '--commission'], about: 'commission' },
    { words: ['distribution', 'fund-community-pool', '5stake,1photon', ...by] },
    { words: ['distribution', 'fund-validator-rewards-pool', val, '5stake', ...by] },
    { words: ['gov', 'submit-proposal', proposal, ...by] },
    { words: ['gov', 'submit-legacy-proposal', '--title', 'T', '--description', 'D', '--type', 'Text', '--deposit', '7stake', ...by] },
    { words: ['gov', 'submit-legacy-proposal', '--proposal', legacy, ...by], about: 'file' },
    { words: ['gov', 'deposit', '3', '5stake', ...by] },
    { words: ['gov', 'vote', '3', 'no_with_veto', ...by, '--metadata', 'why'] },
    { words: ['gov', 'vote', '3', 'Yes', ...by], about: 'capital' },
    { words: ['gov', 'weighted-vote', '3', 'yes=0.6,no=0.3,abstain=0.05,no_with_veto=0.05', ...by] },
    { words: ['gov', 'cancel-proposal', '3', ...by] },
    { words: ['feegrant', 'grant', a.alice, a.bob, '--spend-limit', '5stake', '--expiration', '2099-01-30T15:04:05Z'] },
    { words: ['feegrant', 'grant', a.alice, a.bob], about: 'no limit' },
    { words: ['feegrant', 'grant', a.alice, a.bob, '--spend-limit', '50stake', '--period', '3600', '--period-limit', '5stake'], about: 'periods' },
    { words: ['feegrant', 'grant', a.alice, a.bob, '--allowed-messages', '/cosmos.gov.v1.MsgVote,/cosmos.bank.v1beta1.MsgSend'], about: 'some messages' },
    { words: ['authz', 'grant', a.bob, 'send', '--spend-limit', '5stake', '--allow-list', a.carol, ...by] },
    { words: ['authz', 'grant', a.bob, 'generic', '--msg-type', '/cosmos.gov.v1.MsgVote', '--expiration', '4000000000', ...by], about: 'generic' },
    { words: ['authz', 'grant', a.bob, 'delegate', '--allowed-validators', `${val},${val2}`, ...by], about: 'delegate' },
    { words: ['authz', 'grant', a.bob, 'unbond', '--deny-validators', val, ...by], about: 'unbond' },
    { words: ['authz', 'grant', a.bob, 'redelegate', '--allowed-validators', val, ...by], about: 'redelegate' },
    { words: ['authz', 'revoke', a.bob, '/cosmos.gov.v1.MsgVote', ...by] },
    { words: ['authz', 'exec', tx, ...by] },
    { words: ['upgrade', 'software-upgrade', 'v2', '--upgrade-height', '100', '--upgrade-info', 'i', '--no-validate', ...prop, ...by] },
    { words: ['upgrade', 'cancel-software-upgrade', ...prop, ...by] },
    { words: ['vesting', 'create-vesting-account', a.bob, '5stake', '1900000000', ...by] },
    { words: ['vesting', 'create-vesting-account', a.bob, '5stake', '1900000000', '--delayed', ...by], about: 'delayed' },
    { words: ['vesting', 'create-permanent-locked-account', a.bob, '5stake', ...by] },
    { words: ['vesting', 'create-periodic-vesting-account', a.bob, periods, ...by] },
  ];
}
