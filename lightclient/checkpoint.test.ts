import { describe, expect, test } from 'vitest';
import { currentSigner, signEd25519 } from '../chain/crypto/signatures.ts';
import { installNative } from '../chain/native/install.ts';
import { verifyEach } from '../chain/types/verify-signature.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { checkpointJson, signCheckpoint } from './checkpoint-sign.ts';
import { LightError } from './errors.ts';
import { SECOND, START } from './testing/chain.ts';

installNative(() => {});
const seeds = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
const keys = Object.fromEntries(seeds.map((s, i) => [`key-${i}`, currentSigner().ed25519PublicKey(s)]));
const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const DAY = 86_400n * SECOND;
const body: Checkpoint = {
  chainId: 'light-1',
  height: 77n,
  time: START + 123_456_789n,
  hash: hash(1),
  validatorsHash: hash(2),
  nextValidatorsHash: hash(3),
  logRoot: hash(4),
  logSize: 76n,
  issued: START + SECOND,
  expires: START + 30n * DAY,
  signatures: [],
};
const policy = { keys, threshold: 2, maxAge: 7n * DAY };
const now = { chainId: 'light-1', now: START + DAY, trustingPeriod: 14n * DAY };

async function signed(...by: readonly number[]): Promise<Checkpoint> {
  let c = body;
  for (const i of by) c = await signCheckpoint(c, `key-${i}`, (m) => signEd25519(seeds[i] as Uint8Array, m));
  return c;
}
const refusal = (run: Promise<void>): Promise<string> =>
  run.then(
    () => 'accepted',
    (e: unknown) => (e instanceof LightError ? e.message : `${e}`),
  );

describe('a checkpoint file', () => {
  test('there and back, and accepted', async () => {
    const c = await signed(0, 2);
    expect(parseCheckpoint(checkpointJson(c))).toEqual(c);
    await verifyCheckpoint(c, policy, now, verifyEach);
  });

  test('signing twice with one key is one signature', async () => {
    expect((await signed(0, 0)).signatures).toHaveLength(1);
    const c = await signed(0);
    const twice = { ...c, signatures: [...c.signatures, ...c.signatures.map((s) => ({ ...s, keyId: 'key-0' }))] };
    expect(await refusal(verifyCheckpoint(twice, policy, now, verifyEach))).toMatch(/1 good/);
    const alias = { ...policy, keys: { ...keys, other: keys['key-0'] as Uint8Array } };
    const named = { ...c, signatures: [...c.signatures, ...c.signatures.map((s) => ({ ...s, keyId: 'other' }))] };
    expect(await refusal(verifyCheckpoint(named, alias, now, verifyEach))).toMatch(/1 good/);
  });

  test('every field is signed', async () => {
    const c = await signed(0, 1);
    const others: Partial<Checkpoint>[] = [
      { height: 78n },
      { time: c.time + 1n },
      { hash: hash(9) },
      { validatorsHash: hash(9) },
      { nextValidatorsHash: hash(9) },
      { logRoot: hash(9) },
      { logSize: 1n },
      { issued: c.issued + 1n },
      { expires: c.expires + 1n },
    ];
    for (const o of others) expect(await refusal(verifyCheckpoint({ ...c, ...o }, policy, now, verifyEach)), Object.keys(o)[0]).toMatch(/0 good/);
    expect(await refusal(verifyCheckpoint({ ...c, chainId: 'x' }, policy, { ...now, chainId: 'x' }, verifyEach))).toMatch(/0 good/);
  });

  test('the rules of age and chain', async () => {
    const c = await signed(0, 1);
    const at = (more: Partial<typeof now>, p = policy) => refusal(verifyCheckpoint(c, p, { ...now, ...more }, verifyEach));
    expect(await at({ chainId: 'other' })).toMatch(/of chain/);
    expect(await at({ now: START })).toMatch(/valid from/);
    expect(await at({ now: START + 31n * DAY })).toMatch(/valid from/);
    expect(await at({ now: START + 8n * DAY })).toMatch(/too old/);
    expect(await at({ now: START + 6n * DAY, trustingPeriod: 5n * DAY })).toMatch(/too old/);
    expect(await at({}, { ...policy, threshold: 3 })).toMatch(/2 good/);
  });

  test('the binary form says the same, in at most 364 bytes with two signatures', async () => {
    const c = await signed(0, 1);
    const bytes = encodeCheckpoint(c);
    expect(bytes.length).toBeLessThanOrEqual(364);
    expect(decodeCheckpoint(bytes)).toEqual(c);
    await verifyCheckpoint(decodeCheckpoint(bytes), policy, now, verifyEach);
    for (let n = 0; n < bytes.length; n++) {
      // Without its last signature it is still a checkpoint, of fewer signers.
      try {
        expect(decodeCheckpoint(bytes.subarray(0, n)).signatures.length).toBeLessThan(2);
      } catch (e) {
        expect(e).toBeInstanceOf(LightError);
      }
    }
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 1;
      const good = async (): Promise<void> => verifyCheckpoint(decodeCheckpoint(changed), { ...policy, threshold: 2 }, now, verifyEach);
      await expect(good(), `byte ${i}`).rejects.toBeInstanceOf(LightError);
    }
  });

  test('bytes that are none', () => {
    const good = checkpointJson(body);
    for (const bad of [
      '',
      '[]',
      '{}',
      good.replace('"v":1', '"v":2'),
      good.replace('"77"', '77'),
      good.replace(/"0101/, '"01'),
      `${good}${' '.repeat(5000)}`,
    ]) {
      expect(() => parseCheckpoint(bad), bad.slice(0, 40)).toThrow(LightError);
    }
  });
});
