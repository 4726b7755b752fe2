import { expect, test } from 'vitest';
import type { SignatureItem } from '../core/signature.ts';
import { SignatureCache } from './signature-cache.ts';

const item = (signature: number, message = 1, key = 1): SignatureItem => ({
  algorithm: 'secp256k1',
  publicKey: new Uint8Array(33).fill(key),
  message: Uint8Array.of(message),
  signature: new Uint8Array(64).fill(signature),
});

test('a signature is checked once, ahead or when it is asked for', async () => {
  let [one, many] = [0, 0];
  const cache = new SignatureCache(
    () => {
      one++;
      return true;
    },
    async (items) => {
      many += items.length;
      return items.map((i) => i.signature[0] !== 9);
    },
  );
  await cache.prefetch([item(1), item(9)]);
  expect([cache.verify(item(1)), cache.verify(item(9)), one, many]).toEqual([true, false, 0, 2]);
  await cache.prefetch([item(1), item(2)]);
  expect(many).toBe(3);
  expect([cache.verify(item(3)), cache.verify(item(3)), one]).toEqual([true, true, 1]);
});

test('a verdict counts only for the same key, message and signature', async () => {
  const asked: SignatureItem[] = [];
  const cache = new SignatureCache(
    (i) => {
      asked.push(i);
      return false;
    },
    async (items) => items.map(() => true),
  );
  await cache.prefetch([item(1, 1, 1)]);
  expect([cache.verify(item(1, 2, 1)), cache.verify(item(1, 1, 2)), cache.verify({ ...item(1), algorithm: 'ed25519' })]).toEqual([false, false, false]);
  expect(asked.length).toBe(3);
});

test('what comes in during one turn is one batch', async () => {
  const sizes: number[] = [];
  const cache = new SignatureCache(
    () => false,
    async (items) => {
      sizes.push(items.length);
      return items.map(() => true);
    },
    () => new Promise((resolve) => setImmediate(resolve)),
  );
  await Promise.all([cache.gather([item(1)]), cache.gather([item(2)]), cache.gather([item(3)])]);
  await cache.gather([item(4)]);
  expect(sizes).toEqual([3, 1]);
});

test('it holds a limited number, and forgets what was committed', async () => {
  const cache = new SignatureCache(
    () => true,
    async (items) => items.map(() => true),
    undefined,
    4,
  );
  await cache.prefetch([1, 2, 3, 4, 5, 6].map((n) => item(n)));
  expect(cache.size).toBe(4);
  cache.forget([item(6).signature]);
  expect(cache.size).toBe(3);
});
