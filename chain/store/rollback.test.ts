import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { ErrVersionDoesNotExist } from './query-errors.ts';
import { rollbackState } from './rollback.ts';
import { growTo, reference, TEST_STORES } from './testing.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

test.each(['custom', 'default'] as const)('%s: back to a kept height and on again', async (mode) => {
  const dir = mkdtempSync(join(tmpdir(), 'rollback-'));
  dirs.push(dir);
  const open = (): Promise<TrellisMultiStore> => openCommitMultiStore({ dir, mode, stores: TEST_STORES, keepRecent: 10 });
  const expected = await reference(40);
  let store = await open();
  await growTo(store, 15);
  await store.compact();
  await growTo(store, 30);
  await store.compact();
  await store.close();
  const hash = await rollbackState(dir, 25n);
  store = await open();
  expect(store.last.height).toBe(25n);
  expect(store.last.appHash).toEqual(hash);
  // Heights 16 to 20 were dropped before; they do not come back.
  expect(store.oldest).toBe(21n);
  for (const h of [21n, 25n]) expect(store.query('acc', utf8('acc/3'), h, true)).toEqual(expected.query('acc', utf8('acc/3'), h, true));
  await growTo(store, 40);
  expect(toHex(store.last.appHash)).toBe(toHex(expected.last.appHash));
  expect(store.oldest).toBe(31n);
  expect(store.query('acc', utf8('acc/3'), 31n, true)).toEqual(expected.query('acc', utf8('acc/3'), 31n, true));
  await store.close();
  for (const h of [41n, 20n, 0n]) await expect(rollbackState(dir, h), `height ${h}`).rejects.toSatisfy(ErrVersionDoesNotExist.is);
  store = await open();
  expect(store.last.height).toBe(40n);
  await store.close();
});
