// `light` on the command line against a running node: what is verified from files, the doctor, checkpoints.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bech32Decode } from '../../chain/crypto/bech32.ts';
import { toHex } from '../../chain/encoding/bytes.ts';
import { readKeyFile } from '../../chain/privval/key-file.ts';
import { publicKeyOf } from '../../chain/privval/private-key.ts';
import { balance } from '../../lightclient/readers/index.ts';
import { type DevChain, startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { cli } from './cli-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'trellis-cli-light-'));
const file = (name: string): string => join(folder, name);
let chain: DevChain;
let hash: string;

interface Header {
  readonly signed_header: { readonly commit: { readonly block_id: { readonly hash: string } } };
}
const rpc = async <T>(path: string): Promise<T> => ((await (await fetch(`${chain.info.rpc}/${path}`)).json()) as { result: T }).result;

beforeAll(async () => {
  chain = await startDevChain({ flags: ['--timeout-commit', '100ms'] });
  hash = (await rpc<Header>('commit?height=1')).signed_header.commit.block_id.hash;
  await waitFor(
    'height 8',
    async () => Number((await rpc<{ sync_info: { latest_block_height: string } }>('status')).sync_info.latest_block_height) > 8 || undefined,
  );
}, 60_000);
afterAll(async () => {
  await chain.process.stop();
  for (const f of [folder, chain.home, `${chain.home}.log`]) rmSync(f, { recursive: true, force: true });
});

const light = (command: readonly string[], ...more: string[]) =>
  cli(['light', ...command, chain.info.chainId, '-p', chain.info.rpc, '-w', chain.info.rpc, '--hash', hash, '--home-dir', file('home'), ...more]);

test('a step and an answer are verified from files', async () => {
  expect((await light(['sync'], '--to', '3', '--save', file('3'))).code).toBe(0);
  expect((await light(['sync'], '--to', '7', '--save', file('7'))).code).toBe(0);
  const key = toHex(balance.key(bech32Decode(chain.info.accounts[0]?.address ?? '').bytes, 'utrel'));
  const answer = await (await fetch(`${chain.info.rpc}/abci_query?path=${encodeURIComponent('"/store/bank/key"')}&data=0x${key}&height=6&prove=true`)).text();
  writeFileSync(file('answer'), answer);
  const ask = (...more: string[]) => cli(['light', 'verify', ...more, '-o', 'json']);
  const good = await ask(file('3'), file('7'), '--answer', file('answer'), '--store', 'bank', '--key', key);
  expect(good.err).toBe('');
  expect(JSON.parse(good.out)).toMatchObject({ height: '7', value: toHex(new TextEncoder().encode('1000000000000')) });
  const refused = async (wanted: RegExp, ...more: string[]): Promise<void> => {
    const { code, err } = await ask(...more);
    expect([code, err]).toEqual([1, expect.stringMatching(wanted)]);
  };
  await refused(/height 3 is not above/, file('7'), file('3'));
  await refused(/expired/, file('3'), file('7'), '--at', '4000000000');
  await refused(/ahead of the clock/, file('3'), file('7'), '--at', '1700000000');
  await refused(/proof/, file('3'), file('7'), '--answer', file('answer'), '--store', 'staking', '--key', key);
  writeFileSync(file('forged'), readFileSync(file('7'), 'utf8').replace(/"app_hash": "../, '"app_hash": "00'));
  await refused(/commit signs block|invalid/, file('3'), file('forged'));
  writeFileSync(file('bad'), '{"signed_header": 1}');
  await refused(/no light block/, file('3'), file('bad'));
  await refused(/ENOENT/, file('3'), file('nothing'));
});

test('the doctor names what is in order and what is not', async () => {
  const { code, out } = await light(['doctor'], '--trusting-period', '300s');
  expect(out).toMatch(/^ok {6}http.*height \d+/m);
  expect(out).toMatch(/verified: height \d+, and a witness has the same/);
  expect(out).toMatch(/unbonding period 600 s, proven/);
  expect(out).toMatch(/warning rollback: /);
  expect(code).toBe(0);
  const between = await light(['doctor'], '--trusting-period', '500s');
  expect([between.code, between.out]).toEqual([0, expect.stringMatching(/warning period: .*evidence age/)]);
  const long = await light(['doctor'], '--trusting-period', '1h');
  expect([long.code, long.out]).toEqual([1, expect.stringMatching(/error {3}period: .*unbonding period/)]);
});

test('a signed checkpoint, packed, is where another client begins', async () => {
  const made = await light(['checkpoint', 'make']);
  writeFileSync(file('checkpoint.json'), made.out);
  const keyFile = join(chain.home, 'config/priv_validator_key.json');
  expect(existsSync(keyFile)).toBe(true);
  expect((await cli(['light', 'checkpoint', 'sign', file('checkpoint.json'), '--key', keyFile, '--key-id', 'owner'])).code).toBe(0);
  expect((await cli(['light', 'checkpoint', 'pack', file('checkpoint.json'), file('checkpoint.bin')])).err).toMatch(/^\d+ bytes$/);
  const key = `owner=${toHex(publicKeyOf(readKeyFile(keyFile)).value)}`;
  for (const [i, f] of ['checkpoint.json', 'checkpoint.bin'].entries()) {
    const start = ['light', 'sync', chain.info.chainId, '-p', chain.info.rpc, '-w', chain.info.rpc, '--home-dir', file(`home-${i}`), '--checkpoint', file(f)];
    const { code, out } = await cli([...start, '--checkpoint-keys', key]);
    expect([code, out]).toEqual([0, expect.stringMatching(/height/)]);
    expect(
      (await cli([...start.slice(0, -2), '--home-dir', file(`other-${i}`), '--checkpoint', file(f), '--checkpoint-keys', `x=${'00'.repeat(32)}`])).code,
    ).toBe(1);
  }
});
