// Commands against a running node of ours: what is sent arrives, and every way of asking tells the same.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevChain, startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { cli } from './cli-run.ts';

let chain: DevChain;
beforeAll(async () => {
  chain = await startDevChain({ flags: ['--timeout-commit', '200ms'] });
  await waitFor('the keys of the test accounts', async () => ((await at('keys', 'list', '-n')).out.split('\n').length === 4 ? true : undefined));
}, 60_000);
afterAll(async () => {
  await chain.process.stop();
  rmSync(chain.home, { recursive: true, force: true });
  rmSync(`${chain.home}.log`, { force: true });
});

const at = (...args: string[]) => cli(['--home', chain.home, ...args]);
const node = () => ['--node', chain.info.rpc];
const ask = async (...args: string[]) => JSON.parse((await at('query', ...args, ...node(), '--output', 'json')).out);
const addressOf = (name: string): string => chain.info.accounts.find((a) => a.name === name)?.address as string;

async function send(...args: string[]): Promise<{ readonly txhash: string; readonly code: number }> {
  const { out, err } = await at('tx', ...args, ...node(), '-y');
  if (out === '') throw new Error(err);
  const response = JSON.parse(out) as { txhash: string; code: number };
  expect((await ask('wait-tx', response.txhash)).code).toBe(0);
  return response;
}

test('send, and find the transaction by hash, by signer and sequence, and by events', async () => {
  const [alice, bob] = [addressOf('alice'), addressOf('bob')];
  const before = BigInt((await ask('bank', 'balance', bob, 'utrel')).balance.amount);
  const { txhash } = await send('bank', 'send', 'alice', bob, '12utrel', '--gas', 'auto', '--gas-adjustment', '1.2', '--note', 'for the test');
  expect(BigInt((await ask('bank', 'balance', bob, 'utrel')).balance.amount) - before).toBe(12n);
  const tx = await ask('tx', txhash);
  expect(tx.tx.body.memo).toBe('for the test');
  expect(tx.tx.body.messages[0]).toMatchObject({ '@type': '/cosmos.bank.v1beta1.MsgSend', from_address: alice, to_address: bob });
  expect(await ask('tx', `${alice}/0`, '--type', 'acc_seq')).toEqual(tx);
  expect((await ask('txs', '--query', `message.sender='${alice}'`)).txs).toContainEqual(tx);
  expect((await ask('auth', 'account', alice)).account.sequence).toBe('1');
  expect((await ask('block', tx.height)).header.height).toBe(tx.height);
  expect((await ask('block-results', tx.height)).height).toBe(tx.height);
});

test('the books of the running node agree', async () => {
  const { code, out } = await at('check', 'invariants');
  expect(out).toMatch(/^height \d+\nsupply: ok\npools: ok\nshares: ok\nrewards: ok\ndeposits: ok$/);
  expect(code).toBe(0);
});

test('amino JSON, several receivers, and an unordered transaction', async () => {
  const to = [addressOf('alice'), addressOf('carol')];
  await send('bank', 'multi-send', 'bob', ...to, '10utrel', '--split', '--sign-mode', 'amino-json');
  await send('bank', 'send', 'carol', addressOf('dave'), '1utrel', '--unordered', '--timeout-duration', '1m', '--gas', '300000');
  expect((await ask('auth', 'account-info', addressOf('carol'))).info.sequence).toBe('0');
});

test('a multisig account spends with the signatures of two of three members', async () => {
  await at('keys', 'add', 'council', '--multisig', 'alice,bob,carol', '--multisig-threshold', '2');
  const council = (await at('keys', 'show', 'council', '-a')).out;
  await send('bank', 'send', 'dave', council, '500utrel');
  const file = (name: string): string => join(chain.home, name);
  writeFileSync(file('spend.json'), (await at('tx', 'bank', 'send', council, addressOf('dave'), '77utrel', '--generate-only', ...node())).out);
  for (const name of ['alice', 'carol']) {
    writeFileSync(file(`${name}.json`), (await at('tx', 'sign', file('spend.json'), '--from', name, '--multisig', 'council', ...node())).out);
  }
  const one = await at('tx', 'multi-sign', file('spend.json'), 'council', file('alice.json'), ...node());
  expect(one).toMatchObject({ code: 1, err: expect.stringMatching(/needs 2 signatures, there are 1/) });
  writeFileSync(file('signed.json'), (await at('tx', 'multi-sign', file('spend.json'), 'council', file('alice.json'), file('carol.json'), ...node())).out);
  const sent = JSON.parse((await at('tx', 'broadcast', file('signed.json'), ...node())).out);
  expect((await ask('wait-tx', sent.txhash)).code).toBe(0);
  expect((await ask('bank', 'balance', council, 'utrel')).balance.amount).toBe('423');
});

test('what the chain refuses is said with its codespace and code, and exit code 1', async () => {
  const poor = await at('tx', 'bank', 'send', 'alice', addressOf('bob'), '5utrel', '-s', '99', '-y', ...node());
  expect(poor.code).toBe(1);
  expect(JSON.parse(poor.out)).toMatchObject({ codespace: 'sdk', code: 32 });
  const simulated = await at('tx', 'bank', 'send', 'alice', addressOf('bob'), '5nosuch', '--gas', 'auto', '-y', ...node());
  expect(simulated).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/insufficient funds/) });
  const unknown = await at('query', 'upgrade', 'module-versions', 'nothing', ...node());
  expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/module version not found/) });
  expect(await at('query', 'tx', '0'.repeat(64), ...node())).toMatchObject({ code: 1, err: expect.stringMatching(/not found/) });
});

test('status, and pages of a list', async () => {
  const status = JSON.parse((await at('status', ...node())).out);
  expect(status.node_info.network).toBe(chain.info.chainId);
  const page = await ask('auth', 'accounts', '--page-limit', '2', '--page-count-total');
  expect(page.accounts).toHaveLength(2);
  expect(BigInt(page.pagination.total)).toBeGreaterThanOrEqual(4n);
  const next = await ask('auth', 'accounts', '--page-limit', '2', '--page-key', page.pagination.next_key);
  expect(next.accounts[0].address).not.toBe(page.accounts[0].address);
});
