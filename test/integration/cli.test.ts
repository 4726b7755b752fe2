// Commands that need no node: homes, keys, genesis, configuration, documents, help and errors.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installNative } from '../../chain/native/install.ts';
import { parseGenesis } from '../../chain/types/json/genesis.ts';
import { cli } from './cli-run.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const TEST_KEYS = ['--keyring-backend', 'test'];
let folder: string;
let home: string;

beforeAll(async () => {
  installNative(() => {});
  folder = mkdtempSync(join(tmpdir(), 'trellis-cli-'));
  home = join(folder, 'home');
  expect((await cli(['init', 'moon', '--home', home])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...args: string[]) => cli(['--home', home, ...args]);

test("init writes CometBFT's layout, keys for the owner only, and a genesis of CometBFT's form", () => {
  expect(readdirSync(join(home, 'config')).sort()).toEqual([
    'app.toml',
    'client.toml',
    'config.toml',
    'genesis.json',
    'node_key.json',
    'priv_validator_key.json',
  ]);
  expect(readFileSync(join(home, 'data', 'priv_validator_state.json'), 'utf8')).toBe('{\n  "height": "0",\n  "round": 0,\n  "step": 0\n}');
  for (const file of ['config/node_key.json', 'config/priv_validator_key.json', 'data/priv_validator_state.json']) {
    expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
  }
  const text = readFileSync(join(home, 'config', 'genesis.json'), 'utf8');
  const json = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(json)).toEqual(['genesis_time', 'chain_id', 'initial_height', 'consensus_params', 'validators', 'app_hash', 'app_state']);
  expect(json.initial_height).toBe('1');
  expect(json.chain_id).toBe('trellis-local-1');
  const { validators } = parseGenesis(text);
  expect(validators).toHaveLength(1);
  const key = JSON.parse(readFileSync(join(home, 'config', 'priv_validator_key.json'), 'utf8')) as { address: string };
  expect(
    Buffer.from((validators[0] as { address: Uint8Array }).address)
      .toString('hex')
      .toUpperCase(),
  ).toBe(key.address);
});

test('init does not replace a genesis unless told, and never a key', async () => {
  const key = readFileSync(join(home, 'config', 'priv_validator_key.json'), 'utf8');
  const again = await at('init');
  expect(again).toMatchObject({ code: 1, out: '' });
  expect(again.err).toMatch(/genesis\.json exists already; --overwrite/);
  expect((await at('init', '--overwrite')).code).toBe(0);
  expect(readFileSync(join(home, 'config', 'priv_validator_key.json'), 'utf8')).toBe(key);
});

test('init --recover makes the consensus key that simd makes of the same words', async () => {
  const other = join(folder, 'recovered');
  expect((await cli(['init', 'x', '--recover', '--home', other], { stdin: [WORDS] })).code).toBe(0);
  const { out } = await cli(['comet', 'show-validator', '--home', other]);
  expect(out).toBe('{"@type":"/cosmos.crypto.ed25519.PubKey","key":"k6XyYZhJMeDfXHQ0sW1GjvsZUwmNPK1PoVBrngUuf8c="}');
});

test('accounts go into the genesis with their sum as supply; validate finds a wrong one', async () => {
  await at('init', '--overwrite');
  await cli(['keys', 'add', 'gina', '--recover', ...TEST_KEYS, '--home', home], { stdin: [WORDS] });
  const address = (await at('keys', 'show', 'gina', '-a', ...TEST_KEYS)).out;
  expect(address).toBe('trellis19rl4cm2hmr8afy4kldpxz3fka4jguq0aq37gt8');
  expect((await at('genesis', 'add-genesis-account', 'gina', '500utrel,7uatom', ...TEST_KEYS)).code).toBe(0);
  expect((await at('genesis', 'add-genesis-account', address, '5utrel')).err).toMatch(/--append/);
  expect((await at('genesis', 'add-genesis-account', address, '5utrel', '--append')).code).toBe(0);
  const vesting = ['--vesting-amount', '4utrel', '--vesting-start-time', '10', '--vesting-end-time', '20'];
  expect((await at('genesis', 'add-genesis-account', 'trellis1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5rnltjw', '4utrel', ...vesting)).code).toBe(0);
  const file = join(home, 'config', 'genesis.json');
  const state = (JSON.parse(readFileSync(file, 'utf8')) as { app_state: Record<string, never> }).app_state as never as {
    auth: { accounts: Record<string, unknown>[] };
    bank: { supply: unknown; balances: unknown[] };
  };
  expect(state.bank.supply).toEqual([
    { denom: 'uatom', amount: '7' },
    { denom: 'utrel', amount: '509' },
  ]);
  expect(state.bank.balances).toHaveLength(2);
  expect(state.auth.accounts[0]).toMatchObject({ '@type': '/cosmos.auth.v1beta1.BaseAccount', address, account_number: '0' });
  expect(state.auth.accounts[1]).toMatchObject({ '@type': '/cosmos.vesting.v1beta1.ContinuousVestingAccount', start_time: '10' });
  expect((await at('genesis', 'validate')).code).toBe(0);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"amount": "509"', '"amount": "510"'));
  expect(await at('genesis', 'validate')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/supply is 7uatom,510utrel, but the balances sum up to 7uatom,509utrel/),
  });
  await at('init', '--overwrite');
});

test.each(['1.5utrel', 'utrel', '0utrel', '1utrel,2utrel', '-1utrel', `${'9'.repeat(79)}utrel`])('genesis coins %j are refused', async (coins) => {
  expect((await at('genesis', 'add-genesis-account', 'trellis19rl4cm2hmr8afy4kldpxz3fka4jguq0aq37gt8', '--', coins)).code).toBe(1);
});

test('keys: output, names, deletion, export and import', async () => {
  const added = await at('keys', 'add', 'bob', '--output', 'json', ...TEST_KEYS);
  const bob = JSON.parse(added.out) as { name: string; type: string; address: string; pubkey: string; mnemonic: string };
  expect(bob).toMatchObject({ name: 'bob', type: 'local', address: expect.stringMatching(/^trellis1[a-z0-9]{38}$/) });
  expect(bob.mnemonic.split(' ')).toHaveLength(24);
  expect((await at('keys', 'add', 'quiet', '--no-backup', '--output', 'json', ...TEST_KEYS)).out).not.toContain('mnemonic');
  expect((await at('keys', 'list', '-n', ...TEST_KEYS)).out.split('\n')).toEqual(['bob', 'gina', 'quiet']);
  expect((await at('keys', 'show', bob.address, '--bech', 'val', ...TEST_KEYS)).out).toContain('address: trellisvaloper1');
  expect((await at('keys', 'add', 'ms', '--multisig', 'bob,quiet', '--multisig-threshold', '2', '--output', 'json', ...TEST_KEYS)).out).toContain(
    'LegacyAminoPubKey',
  );
  const { out: armor } = await cli(['keys', 'export', 'bob', ...TEST_KEYS, '--home', home], { stdin: ['a long passphrase'] });
  writeFileSync(join(folder, 'bob.armor'), armor);
  expect((await at('keys', 'delete', 'bob', '-y', ...TEST_KEYS)).code).toBe(0);
  const wrong = await cli(['keys', 'import', 'bob2', join(folder, 'bob.armor'), ...TEST_KEYS, '--home', home], { stdin: ['another passphrase'] });
  expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/passphrase is wrong/) });
  expect((await cli(['keys', 'import', 'bob2', join(folder, 'bob.armor'), ...TEST_KEYS, '--home', home], { stdin: ['a long passphrase'] })).code).toBe(0);
  expect((await at('keys', 'show', 'bob2', '-a', ...TEST_KEYS)).out).toBe(bob.address);
  expect((await at('keys', 'rename', 'bob2', 'rob', '-y', ...TEST_KEYS)).code).toBe(0);
  const hex = (await at('keys', 'export', 'rob', '--unarmored-hex', '--unsafe', '-y', ...TEST_KEYS)).out;
  expect(hex).toMatch(/^[0-9a-f]{64}$/);
  await at('keys', 'delete', 'rob', '-y', ...TEST_KEYS);
  expect((await at('keys', 'import-hex', 'rob', hex, ...TEST_KEYS)).code).toBe(0);
  expect((await at('keys', 'show', 'rob', '-a', ...TEST_KEYS)).out).toBe(bob.address);
  expect(await at('keys', 'show', 'nobody', ...TEST_KEYS)).toMatchObject({ code: 1, err: expect.stringMatching(/no key is named nobody/) });
  expect((await at('keys', 'parse', bob.address)).out).toMatch(/^bytes: "?[0-9A-F]{40}"?\nhuman: trellis$/);
});

test('a file keyring takes its passphrase from the environment', async () => {
  const environment = { TRELLISD_KEYRING_PASSPHRASE: 'correct horse', TRELLISD_HOME: home };
  const args = ['keys', 'add', 'safe', '--keyring-backend', 'file', '--output', 'json'];
  expect((await cli(args, { environment })).code).toBe(0);
  const list = await cli(['keys', 'list', '-n', '--keyring-backend', 'file'], { environment: { ...environment, TRELLISD_KEYRING_PASSPHRASE: 'wrong horse' } });
  expect(list).toMatchObject({ code: 1, err: expect.stringMatching(/passphrase of the keyring is wrong/) });
});

test('a transaction made and signed offline is the same by both sign modes but for its signature', async () => {
  const to = 'trellis19rl4cm2hmr8afy4kldpxz3fka4jguq0aq37gt8';
  const offline = ['--offline', '-a', '3', '-s', '7', '--chain-id', 'c-1', '--fees', '5utrel', '--note', 'hi', '-y', ...TEST_KEYS];
  const direct = JSON.parse((await at('tx', 'bank', 'send', 'gina', to, '9utrel', ...offline)).out);
  const amino = JSON.parse((await at('tx', 'bank', 'send', 'gina', to, '9utrel', ...offline, '--sign-mode', 'amino-json')).out);
  expect(direct.body).toEqual(amino.body);
  expect(direct.auth_info.signer_infos[0].mode_info.single.mode).toBe('SIGN_MODE_DIRECT');
  expect(amino.auth_info.signer_infos[0].mode_info.single.mode).toBe('SIGN_MODE_LEGACY_AMINO_JSON');
  const file = join(folder, 'unsigned.json');
  writeFileSync(file, (await at('tx', 'bank', 'send', 'gina', to, '9utrel', '--generate-only', '--fees', '5utrel', '--note', 'hi', ...TEST_KEYS)).out);
  expect(JSON.parse((await at('tx', 'sign', file, '--from', 'gina', ...offline)).out)).toEqual(direct);
  writeFileSync(file, JSON.stringify(direct));
  const bytes = (await at('tx', 'encode', file)).out;
  expect(JSON.parse((await at('tx', 'decode', bytes)).out)).toEqual(direct);
});

test('config: get, set, view and diff', async () => {
  expect((await at('config', 'get', 'config', 'consensus.timeout_commit')).out).toBe('1s');
  expect((await at('config', 'set', 'config', 'consensus.timeout_commit', '300ms')).code).toBe(0);
  expect((await at('config', 'get', 'config', 'consensus.timeout_commit')).out).toBe('300ms');
  expect((await at('config', 'diff', 'config')).out).toContain('consensus.timeout_commit:\n    default: 1s\n    value: 300ms');
  expect(await at('config', 'set', 'config', 'consensus.timeout_commit', 'soon')).toMatchObject({ code: 1, err: expect.stringMatching(/must be a duration/) });
  expect(await at('config', 'get', 'app', 'api.enabled')).toMatchObject({ code: 2, err: expect.stringMatching(/did you mean api\.enable\?/) });
  expect((await at('config', 'view', 'app', '--output', 'json')).out).toContain('"pruning":"default"');
});

test('doctor finds what is wrong', async () => {
  expect(await at('doctor')).toMatchObject({ code: 0 });
  const state = join(home, 'data', 'priv_validator_state.json');
  const before = readFileSync(state, 'utf8');
  writeFileSync(state, before.replace('"0"', '"5"'));
  expect(await at('doctor')).toMatchObject({ code: 1, out: expect.stringMatching(/sign-state/) });
  writeFileSync(state, before);
});

test('exit codes: 0 done, 1 failed, 2 wrong usage; one clear line', async () => {
  expect(await cli(['version'])).toMatchObject({ code: 0, err: '' });
  expect(await cli(['kyes'])).toMatchObject({ code: 2, err: expect.stringMatching(/unknown command 'kyes'\n\(Did you mean keys\?\)/) });
  expect(await at('keys', 'show')).toMatchObject({ code: 2 });
  expect(await at('start', '--rpc.ladr', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/unknown option '--rpc\.ladr'/) });
  expect(await at('status', '--node', 'tcp://127.0.0.1:1')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Error: cannot reach the node at tcp:\/\/127\.0\.0\.1:1: [^\n]+$/),
  });
  expect(await at('query', 'tx', 'zz')).toMatchObject({ code: 2 });
  expect(await cli(['start', '--home', join(folder, 'none')])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Error: there is no genesis file at [^\n]+$/),
  });
  expect(existsSync(join(folder, 'none', 'data', 'chain.db'))).toBe(false);
});

test('the launcher runs the program and keeps its exit code', () => {
  const launcher = fileURLToPath(new URL('../../bin/trellisd.mjs', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });
  expect(run('version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
  expect(run('nonsense')).toMatchObject({ status: 2, stdout: '' });
});

test('help names the commands of simd', async () => {
  const { code, out } = await cli(['--help']);
  expect(code).toBe(0);
  for (const name of ['init', 'start', 'status', 'keys', 'genesis', 'query|q', 'tx', 'export', 'version', 'comet|cometbft', 'config', 'dev']) {
    expect(out).toMatch(new RegExp(`^  ${name.replace('|', '\\|')}\\b`, 'm'));
  }
  const start = (await cli(['start', '--help'])).out;
  for (const flag of [
    '--with-comet',
    '--address',
    '--transport',
    '--pruning',
    '--minimum-gas-prices',
    '--rpc.laddr',
    '--grpc.address',
    '--api.enable',
    '--halt-height',
  ]) {
    expect(start).toContain(flag);
  }
  expect(start).not.toContain('--consensus.timeout_commit');
  const balances = (await cli(['query', 'bank', 'balances', '--help'])).out;
  expect(balances).toContain('Usage: trellisd query bank balances [options] <address>');
});

test('every query command is well formed', async () => {
  const { out } = await cli(['query', '--help']);
  for (const module of ['auth', 'bank', 'consensus', 'staking', 'gov', 'distribution', 'slashing', 'mint']) {
    expect(out).toContain(`  ${module} `);
    expect((await cli(['query', module, '--help'])).code).toBe(0);
  }
});
