// The economy of a dev network by the command line alone, as a person does it: stake, watch rewards, vote on a proposal that changes a parameter
// and on one that spends from the community pool, all within minutes of real time.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { bech32Encode } from '../../chain/crypto/bech32.ts';
import { type DevChain, startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Checks } from '../checks.ts';
import { cli } from '../integration/cli-run.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON whose shape the check knows
type Json = any;

/** The issue asks for less, of a proposal from its submission to its effect. */
const PROPOSAL_MS_MAX = 120_000;

export default async function economy(): Promise<Checks> {
  const checks = new Checks('economy');
  const chain: DevChain = await startDevChain();
  const at = (...args: string[]) => cli(['--home', chain.home, ...args]);
  const ask = async (...args: string[]): Promise<Json> => {
    const { code, out, err } = await at('query', ...args, '--node', chain.info.rpc, '--output', 'json');
    if (code !== 0) throw new Error(`query ${args.join(' ')}: ${err}`);
    return JSON.parse(out);
  };
  const send = async (...args: string[]): Promise<Json> => {
    const { out, err } = await at('tx', ...args, '--node', chain.info.rpc, '--gas', '1000000', '-y');
    if (out === '') throw new Error(`tx ${args.join(' ')}: ${err}`);
    const tx = await ask('wait-tx', (JSON.parse(out) as Json).txhash);
    if (tx.code !== 0) throw new Error(`tx ${args.join(' ')}: ${tx.raw_log}`);
    return tx;
  };
  const addressOf = (name: string): string => chain.info.accounts.find((a) => a.name === name)?.address as string;
  const passed = (id: string): Promise<Json> =>
    waitFor(
      `proposal ${id}`,
      async () => {
        const { proposal } = await ask('gov', 'proposal', id);
        return proposal.status === 'PROPOSAL_STATUS_VOTING_PERIOD' ? undefined : proposal;
      },
      PROPOSAL_MS_MAX,
      500,
    );
  try {
    await waitFor('the keys of the test accounts', async () => ((await at('keys', 'list', '-n')).out.split('\n').length === 4 ? true : undefined));

    await checks.run('stake moves: delegate, unbond, and rewards grow', async () => {
      const before = BigInt((await ask('staking', 'pool')).pool.bonded_tokens);
      await send('staking', 'delegate', 'alice', '5000000utrel', '--from', 'bob');
      await send('staking', 'unbond', 'alice', '1000000utrel', '--from', 'bob');
      checks.equal(BigInt((await ask('staking', 'pool')).pool.bonded_tokens) - before, 4_000_000n);
      checks.equal((await ask('staking', 'unbonding-delegations', 'bob')).unbonding_responses.length, 1);
      const rewards = async (): Promise<bigint> => BigInt((await ask('distribution', 'rewards', 'alice')).total[0]?.amount.split('.')[0] ?? '0');
      const first = await rewards();
      const later = await waitFor('more rewards', async () => ((await rewards()) > first ? rewards() : undefined), 20_000, 300);
      checks.note(`rewards of alice ${first} → ${later} utrel`);
      await send('distribution', 'withdraw-rewards', 'alice', '--commission', '--from', 'alice');
      await send('distribution', 'withdraw-all-rewards', '--from', 'bob');
    });

    await checks.run('a proposal made from flags passes and changes a parameter', async () => {
      const start = performance.now();
      const { params } = await ask('staking', 'params');
      const wanted = JSON.stringify({ ...params, max_validators: 33 });
      await send('staking', 'update-params-proposal', wanted, '--title', 'Fewer', '--summary', 'of them', '--deposit', '1000000utrel', '--from', 'carol');
      await send('gov', 'vote', '1', 'yes', '--from', 'alice');
      await send('gov', 'weighted-vote', '1', 'yes=0.7,abstain=0.3', '--from', 'bob');
      const proposal = await passed('1');
      checks.equal(proposal.status, 'PROPOSAL_STATUS_PASSED');
      checks.equal((await ask('staking', 'params')).params.max_validators, 33);
      const ms = performance.now() - start;
      checks.note(`${(ms / 1000).toFixed(0)} s from the command line to the effect; tally ${JSON.stringify(proposal.final_tally_result)}`);
      checks.that(ms < PROPOSAL_MS_MAX, 'under two minutes');
    });

    await checks.run('an expedited proposal from a file spends from the community pool', async () => {
      const start = performance.now();
      await send('distribution', 'fund-community-pool', '2000000utrel', '--from', 'dave');
      const file = join(chain.home, 'proposal.json');
      const authority = bech32Encode('trellis', moduleAddress('gov'));
      const spend = { '@type': '/cosmos.distribution.v1beta1.MsgCommunityPoolSpend', authority, recipient: addressOf('carol') };
      const messages = [{ ...spend, amount: [{ denom: 'utrel', amount: '1500000' }] }];
      writeFileSync(file, JSON.stringify({ messages, title: 'Spend', summary: 'for carol', metadata: '', deposit: '5000000utrel', expedited: true }));
      await send('gov', 'submit-proposal', file, '--from', 'dave');
      await send('gov', 'vote', '2', 'yes', '--from', 'alice');
      const before = BigInt((await ask('bank', 'balance', 'carol', 'utrel')).balance.amount);
      checks.equal((await passed('2')).status, 'PROPOSAL_STATUS_PASSED');
      checks.equal(BigInt((await ask('bank', 'balance', 'carol', 'utrel')).balance.amount) - before, 1_500_000n);
      checks.note(`${((performance.now() - start) / 1000).toFixed(0)} s`);
    });

    await checks.run('grants: fees and messages in others’ names', async () => {
      await send('feegrant', 'grant', 'alice', 'dave', '--spend-limit', '1000000utrel');
      await send('bank', 'send', 'dave', addressOf('bob'), '1utrel', '--fees', '100utrel', '--fee-granter', addressOf('alice'));
      checks.equal((await ask('feegrant', 'grant', 'alice', 'dave')).allowance.allowance.spend_limit[0].amount, '999900');
      await send('authz', 'grant', 'dave', 'send', '--spend-limit', '10utrel', '--from', 'carol');
      const file = join(chain.home, 'send.json');
      writeFileSync(file, (await at('tx', 'bank', 'send', addressOf('carol'), addressOf('bob'), '3utrel', '--generate-only', '--node', chain.info.rpc)).out);
      await send('authz', 'exec', file, '--from', 'dave');
      const [grant] = (await ask('authz', 'grants', 'carol', 'dave')).grants;
      checks.equal(grant.authorization.spend_limit, [{ denom: 'utrel', amount: '7' }]);
    });

    await checks.run('the network tells of it', () => {
      const line = chain.process
        .output()
        .split('\n')
        .filter((l) => /^ +stake .* rewards of alice .* inflation /.test(l));
      checks.that(line.length > 0, 'a line of stake and rewards');
      checks.note(line.at(-1)?.trim() ?? '');
    });
  } finally {
    await chain.process.stop();
    if (checks.failed === 0) rmSync(chain.home, { recursive: true, force: true });
    rmSync(`${chain.home}.log`, { force: true });
  }
  return checks;
}
