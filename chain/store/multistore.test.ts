import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { commitmentRoot, decodeCommitmentProof, IAVL_SPEC, TENDERMINT_SPEC, verifyMembership, verifyNonMembership } from '../crypto/ics23/index.ts';
import { toHex, utf8 } from '../encoding/bytes.ts';
import type { StoreMode } from './modes.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { ErrStoreMismatch, ErrStoreUnknownRequest, ErrVersionDoesNotExist } from './query-errors.ts';
import { growTo, reference, TEST_STORES, writeBlock } from './testing.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'multistore-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const LAST = 40;
let expected: TrellisMultiStore;
beforeAll(async () => {
  expected = await reference(LAST);
});

const open = (dir: string | undefined, mode: StoreMode, keepRecent?: number): Promise<TrellisMultiStore> =>
  openCommitMultiStore({ mode, stores: TEST_STORES, ...(dir === undefined ? {} : { dir }), ...(keepRecent === undefined ? {} : { keepRecent }) });

/** Everything a height answers, as text: pairs both ways, proofs of a present and an absent key. */
function answers(store: TrellisMultiStore, height: bigint): string {
  const out: string[] = [];
  for (const name of ['acc', 'bank']) {
    const kv = store.at(height).kvStore(name);
    const pairs = [...kv.iterate(undefined, undefined)];
    out.push(...pairs.map(([k, v]) => `${toHex(k)}=${toHex(v)}`));
    out.push(...[...kv.iterateReverse(utf8(`${name}/2`), utf8(`${name}/4`))].map(([k]) => toHex(k)));
    for (const [k, v] of pairs.slice(0, 5)) expect(kv.get(k)).toEqual(v);
    for (const key of [`${name}/1`, `${name}/17`, `${name}/zzz`, 'aaa']) {
      out.push(JSON.stringify(store.query(name, utf8(key), height, true).ops.map((o) => toHex(o.data))));
    }
  }
  return out.join('\n');
}

describe.each<[string, StoreMode, boolean, number | undefined, number]>([
  ['custom in memory', 'custom', false, 10, LAST - 9],
  ['everything', 'everything', true, undefined, LAST - 1],
  ['custom', 'custom', true, 10, LAST - 9],
  ['default, pruned', 'default', true, 15, LAST - 14],
  ['nothing', 'nothing', true, undefined, 1],
])('%s', (_name, mode, onDisk, keepRecent, oldest) => {
  test('gives the roots, pairs and proofs of every kept height, also after reopening', async () => {
    const dir = onDisk ? tempDir() : undefined;
    let store = await open(dir, mode, keepRecent);
    for (const stop of onDisk ? [1, 5, 17, 29, LAST] : [LAST]) {
      await growTo(store, stop);
      expect(toHex(store.last.appHash)).toBe(toHex(expected.query('acc', utf8('x'), BigInt(stop), true) && appHashAt(expected, BigInt(stop))));
      if (!onDisk) continue;
      if (stop === 5 || stop === 17) await store.compact();
      await store.close();
      store = await open(dir, mode, keepRecent);
      expect(store.last.height).toBe(BigInt(stop));
    }
    expect(store.oldest).toBe(BigInt(oldest));
    for (let h = store.oldest; h <= LAST; h++) expect(answers(store, h), `height ${h}`).toBe(answers(expected, h));
    for (const h of [BigInt(oldest) - 1n, BigInt(LAST) + 1n, -1n]) {
      expect(() => store.at(h)).toThrow(/version does not exist/);
      if (h !== 0n) expect(() => store.query('acc', utf8('k'), h, true)).toThrow(/version does not exist/);
    }
    await store.close();
  });
});

/** The app hash that the proofs of a height lead to. */
function appHashAt(store: TrellisMultiStore, height: bigint): Uint8Array {
  const op = store.query('acc', utf8('x'), height, true).ops[1];
  return commitmentRoot(decodeCommitmentProof((op as { data: Uint8Array }).data));
}

test('proofs lead from value to app hash in two steps', () => {
  const height = BigInt(LAST);
  for (const [key] of [...expected.at(height).kvStore('bank').iterate(undefined, undefined), [utf8('absent'), utf8('')] as const]) {
    const { value, ops } = expected.query('bank', key, height, true);
    const [iavl, simple] = ops.map((o) => decodeCommitmentProof(o.data));
    if (iavl === undefined || simple === undefined) throw new Error('two ops are expected');
    const root = commitmentRoot(iavl);
    expect(value === undefined ? verifyNonMembership(IAVL_SPEC, root, iavl, key) : verifyMembership(IAVL_SPEC, root, iavl, key, value)).toBe(true);
    expect(verifyMembership(TENDERMINT_SPEC, expected.last.appHash, simple, utf8('bank'), root)).toBe(true);
  }
});

test('old change sets, commit infos and tree files go', async () => {
  const dir = tempDir();
  const store = await open(dir, 'custom', 5);
  await growTo(store, 10);
  await store.compact();
  await growTo(store, 20);
  await store.compact();
  await growTo(store, 30);
  expect(readdirSync(join(dir, 'trees'))).toEqual(['000000000020.trees']);
  await store.close();
  const again = await open(dir, 'custom', 5);
  expect(again.oldest).toBe(26n);
  expect(toHex(again.last.appHash)).toBe(toHex(appHashAt(expected, 30n)));
  await again.close();
});

test('a young tree file does not shorten what is answered after a restart', async () => {
  const dir = tempDir();
  let store = await open(dir, 'custom', 10);
  await growTo(store, 18);
  await store.compact();
  await growTo(store, 20);
  await store.close();
  store = await open(dir, 'custom', 10);
  expect(store.oldest).toBe(11n);
  expect(answers(store, 11n)).toBe(answers(expected, 11n));
  await store.close();
});

test('what was written is thrown away by discard', async () => {
  const store = await open(tempDir(), 'custom');
  await growTo(store, 5);
  const hash = store.workingHash();
  writeBlock(store, 6);
  expect(store.workingHash()).not.toEqual(hash);
  store.discard();
  expect(store.workingHash()).toEqual(hash);
  await growTo(store, LAST);
  expect(toHex(store.last.appHash)).toBe(toHex(expected.last.appHash));
  await store.close();
});

test('a transient store is emptied by a commit, a memory store is not, and neither is queried', async () => {
  const store = await open(undefined, 'custom');
  store.kvStore('transient_params').set(utf8('k'), utf8('v'));
  store.kvStore('mem_capability').set(utf8('k'), utf8('v'));
  const before = store.workingHash();
  await store.commit();
  expect(store.last.appHash).toEqual(before);
  expect(store.kvStore('transient_params').get(utf8('k'))).toBeUndefined();
  expect(store.kvStore('mem_capability').get(utf8('k'))).toEqual(utf8('v'));
  expect(() => store.query('mem_capability', utf8('k'), 1n, false)).toThrow(ErrStoreUnknownRequest.text);
  expect(() => store.query('gov', utf8('k'), 1n, false)).toThrow('no such store: gov: unknown request');
});

test('a fresh store has height 0 and the hash of nothing', async () => {
  const store = await open(undefined, 'custom');
  expect(store.last.height).toBe(0n);
  expect(toHex(store.last.appHash)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(() => store.at(0n)).toThrow(ErrVersionDoesNotExist.text);
});

test('a store without committed stores still counts heights', async () => {
  const store = await openCommitMultiStore({ mode: 'custom', stores: ['mem_x'] });
  await store.commit();
  expect((await store.commit()).height).toBe(2n);
});

test('the state opens only with its stores; an upgrade may add a store', async () => {
  const dir = tempDir();
  const store = await open(dir, 'custom');
  await growTo(store, 5);
  await store.close();
  const other = (stores: readonly string[], mode: StoreMode = 'custom', added?: readonly string[]): Promise<TrellisMultiStore> =>
    openCommitMultiStore({ dir, mode, stores, ...(added === undefined ? {} : { added }) });
  await expect(other(['acc'])).rejects.toThrow(ErrStoreMismatch.text);
  await expect(other(['acc', 'bank', 'gov'])).rejects.toThrow('lacks the stores gov');
  let upgraded = await other(['acc', 'bank', 'gov'], 'custom', ['gov']);
  expect(() => upgraded.query('gov', utf8('k'), 5n, true)).toThrow('did not exist');
  upgraded.kvStore('gov').set(utf8('k'), utf8('v'));
  const hash = upgraded.workingHash();
  await upgraded.commit();
  await upgraded.close();
  upgraded = await other(['acc', 'bank', 'gov']);
  expect(upgraded.last).toEqual({ height: 6n, appHash: hash });
  expect(upgraded.query('gov', utf8('k'), 6n, true).value).toEqual(utf8('v'));
  await upgraded.close();
});

test('the mode may change between starts', async () => {
  const dir = tempDir();
  const check = async (mode: StoreMode, to: number, oldest: bigint): Promise<void> => {
    for (let round = 0; round < 2; round++) {
      const store = await open(dir, mode, mode === 'custom' ? 5 : undefined);
      await growTo(store, to);
      expect(store.oldest).toBe(oldest);
      expect(toHex(store.last.appHash)).toBe(toHex(appHashAt(expected, BigInt(to))));
      for (const h of [oldest, BigInt(to)]) expect(answers(store, h), `${mode} at ${h}`).toBe(answers(expected, h));
      await store.close();
    }
  };
  await check('custom', 8, 4n);
  await check('nothing', 14, 8n);
  await check('custom', 20, 16n);
  await check('default', 26, 20n);
  await check('nothing', 32, 20n);
  await check('everything', 36, 35n);
  await check('nothing', LAST, 36n);
});

test('the initial height', async () => {
  const dir = tempDir();
  let store = await open(dir, 'custom');
  store.setInitialHeight(50n);
  writeBlock(store, 50);
  expect((await store.commit()).height).toBe(50n);
  expect(store.oldest).toBe(50n);
  await store.close();
  store = await open(dir, 'custom');
  expect(store.last.height).toBe(50n);
  expect(() => store.setInitialHeight(60n)).toThrow();
  await store.close();
});

test.each<[string, StoreMode, boolean]>([
  ['memory', 'nothing', false],
  ['custom', 'custom', true],
  ['default', 'default', true],
])('%s: the block time of each kept height, which is in no hash', async (_, mode, onDisk) => {
  const dir = onDisk ? tempDir() : undefined;
  let store = await open(dir, mode, 5);
  const timeOf = (h: bigint): bigint => 1_700_000_000_000_000_001n + h;
  for (let h = 1n; h <= 8n; h++) {
    writeBlock(store, Number(h));
    await store.commit(timeOf(h));
  }
  for (const reopen of [false, onDisk]) {
    if (reopen) {
      await store.close();
      store = await open(dir, mode, 5);
    }
    for (let h = store.oldest; h <= 8n; h++) expect(store.timeAt?.(h)).toBe(timeOf(h));
    expect([store.timeAt?.(0n), store.timeAt?.(9n)]).toEqual([undefined, undefined]);
  }
  expect(toHex(store.last.appHash)).toBe(toHex((await reference(8)).last.appHash));
  await store.commit();
  expect(store.timeAt?.(9n)).toBeUndefined();
  await store.close();
});
