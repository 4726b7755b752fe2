import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { currentSigner, signEd25519, verifySignature } from '../chain/crypto/signatures.ts';
import { fromHex } from '../chain/encoding/bytes.ts';
import { installNative } from '../chain/native/install.ts';
import { LightError } from './errors.ts';
import { type Subtle, webCrypto } from './webcrypto.ts';
import { zip215 } from './zip215/index.ts';

installNative(() => {});
const subtle = webcrypto.subtle as unknown as Subtle;
const seed = new Uint8Array(32).fill(5);
const value = currentSigner().ed25519PublicKey(seed);
const message = Uint8Array.of(1, 2, 3);
const signature = signEd25519(seed, message);
const check = { index: 0, pubKey: { case: 'ed25519' as const, value }, message, signature };

test('a good signature counts, a bad one only where ZIP-215 says so', async () => {
  expect(await webCrypto(subtle)([check, check])).toEqual([true, true]);
  const bad = { ...check, message: Uint8Array.of(9) };
  await expect((async () => webCrypto(subtle)([check, bad]))()).rejects.toMatchObject({ code: 'undecided' });
  expect(await webCrypto(subtle, zip215)([check, bad])).toEqual([true, false]);
});

test('other keys are undecided', async () => {
  const other = { ...check, pubKey: { case: 'secp256k1' as const, value: new Uint8Array(33) } };
  await expect((async () => webCrypto(subtle, zip215)([other]))()).rejects.toBeInstanceOf(LightError);
});

test('a host without Ed25519 verifies by the fallback', async () => {
  const without: Subtle = { importKey: () => Promise.reject(new Error('no such algorithm')), verify: () => Promise.resolve(false) };
  expect(await webCrypto(without, zip215)([check])).toEqual([true]);
});

test('the rules of ZIP-215, on the vectors, as the node has them', async () => {
  const folder = process.env.TRELLIS_VECTORS ?? new URL('../../shared/vectors', import.meta.url).pathname;
  let count = 0;
  for (const file of ['ed25519vectors', 'speccheck_cases', 'zip215']) {
    const { cases } = JSON.parse(readFileSync(`${folder}/ed25519-zip215/${file}.json`, 'utf8')) as { cases: { msg: string; pub: string; sig: string }[] };
    for (const c of cases) {
      const [m, k, s] = [fromHex(c.msg), fromHex(c.pub), fromHex(c.sig)];
      const [ours] = await webCrypto(subtle, zip215)([{ index: 0, pubKey: { case: 'ed25519', value: k }, message: m, signature: s }]);
      expect(ours, `${file} ${c.sig}`).toBe(verifySignature('ed25519', k, m, s));
      count++;
    }
  }
  expect(count).toBeGreaterThan(100);
});
