import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../encoding/bytes.ts';
import type { StoreMode } from './modes.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { ErrStoreMismatch } from './query-errors.ts';
import { rollbackState } from './rollback.ts';
import type { StoreChanges } from './store-changes.ts';
import { growTo, TEST_STORES, writeBlock } from './testing.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'store-changes-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const BEFORE = 8;
const OLD = [...TEST_STORES, 'gone', 'old'];
const NEW = [...TEST_STORES, 'fresh', 'new'];
const CHANGES: StoreChanges = { added: ['fresh'], renamed: [{ from: 'old', to: 'new' }], deleted: ['gone'] };
const MODES: readonly StoreMode[] = ['custom', 'default', 'nothing'];

async function open(dir: string, mode: StoreMode, stores: readonly string[], changes?: StoreChanges, keepRecent = 6): Promise<TrellisMultiStore> {
  const upgrade = changes === undefined ? {} : { upgrade: { height: BigInt(BEFORE + 1), ...changes } };
  return openCommitMultiStore({ dir, mode, stores, ...(mode === 'nothing' ? {} : { keepRecent }), ...upgrade });
}

function write(store: TrellisMultiStore, height: number, names: readonly string[]): void {
  writeBlock(store, height);
  for (const name of names)
    for (let i = 0; i < 5; i++) store.kvStore(name).set(utf8(`${name === 'new' ? 'old' : name}/${(height * 3 + i) % 11}`), utf8(`${height}`));
}

/** A state before the upgrade; gives its last app hash. */
async function before(dir: string, mode: StoreMode): Promise<string> {
  const store = await open(dir, mode, OLD);
  for (let h = 1; h <= BEFORE; h++) {
    write(store, h, ['gone', 'old']);
    await store.commit();
  }
  const hash = toHex(store.last.appHash);
  await store.close();
  return hash;
}

const rootOf = (s: TrellisMultiStore, name: string): string => toHex(s.trees.stores.get(name)?.tree.workingHash() ?? new Uint8Array(0));

describe.each(MODES)('stores come, go and change names at a height, mode %s', (mode) => {
  test('the app hash is that of the new stores alone, and the past stays as it was', async () => {
    const dir = tempDir();
    await before(dir, mode);
    let store = await open(dir, mode, NEW, CHANGES);
    const old = [...store.at(BigInt(BEFORE)).kvStore('acc').iterate(undefined, undefined)].length;
    // The renamed store: its pairs in order, written at the first height, as the reference moves them.
    const alone = await openCommitMultiStore({ mode: 'custom', stores: ['new'] });
    alone.setInitialHeight(BigInt(BEFORE + 1));
    const pairs = [...store.kvStore('new').iterate(undefined, undefined)];
    expect(pairs).toHaveLength(11);
    for (const [k, v] of pairs) alone.kvStore('new').set(k, v);
    expect(rootOf(store, 'new')).toBe(rootOf(alone, 'new'));
    // A block that is executed and not committed is executed again.
    store.kvStore('new').set(utf8('x'), utf8('y'));
    store.discard();
    expect(rootOf(store, 'new')).toBe(rootOf(alone, 'new'));
    // A crash before the commit changes nothing.
    await store.close();
    store = await open(dir, mode, NEW, CHANGES);
    expect(store.last.height).toBe(BigInt(BEFORE));
    expect(rootOf(store, 'new')).toBe(rootOf(alone, 'new'));
    const hashes: string[] = [];
    for (let h = BEFORE + 1; h <= BEFORE + 12; h++) {
      write(store, h, ['fresh', 'new']);
      hashes.push(toHex(store.workingHash()));
      await store.commit();
      if (h % 3 !== 0) continue;
      if (h % 2 === 0) await store.compact();
      await store.close();
      // The program goes on saying how it came to its stores.
      store = await open(dir, mode, NEW, h % 2 === 0 ? CHANGES : undefined);
      expect(toHex(store.last.appHash)).toBe(hashes.at(-1));
      const proven = store.query('new', utf8('old/3'), store.last.height, true);
      expect(proven.ops).toHaveLength(2);
    }
    expect([...store.trees.stores.keys()].filter((n) => store.trees.stores.get(n)?.tree.isEnded === true)).toEqual(['gone', 'old']);
    if (mode === 'nothing') {
      expect([...store.at(BigInt(BEFORE)).kvStore('acc').iterate(undefined, undefined)]).toHaveLength(old);
      expect(() => store.query('fresh', utf8('k'), BigInt(BEFORE), true)).toThrow('did not exist');
    }
    await store.close();
  });

  test('a rollback before the height gives the state to the program before', async () => {
    const dir = tempDir();
    const hash = await before(dir, mode);
    let store = await open(dir, mode, NEW, CHANGES);
    for (let h = BEFORE + 1; h <= BEFORE + 2; h++) {
      write(store, h, ['fresh', 'new']);
      await store.commit();
    }
    const wanted = toHex(store.last.appHash);
    await store.close();
    expect(toHex(await rollbackState(dir, BigInt(BEFORE)))).toBe(hash);
    store = await open(dir, mode, OLD);
    expect(toHex(store.last.appHash)).toBe(hash);
    expect([...store.kvStore('old').iterate(undefined, undefined)]).toHaveLength(11);
    await store.close();
    store = await open(dir, mode, NEW, CHANGES);
    for (let h = BEFORE + 1; h <= BEFORE + 2; h++) {
      write(store, h, ['fresh', 'new']);
      await store.commit();
    }
    expect(toHex(store.last.appHash)).toBe(wanted);
    await store.close();
  });
});

test('changes that do not fit the state or the program are refused, and those of another height have no effect', async () => {
  const dir = tempDir();
  await before(dir, 'custom');
  await expect(open(dir, 'custom', NEW)).rejects.toThrow(ErrStoreMismatch.text);
  const refused: readonly [StoreChanges, readonly string[], string][] = [
    [{ ...CHANGES, deleted: ['gone', 'never'] }, NEW, 'takes the stores never away'],
    [{ deleted: ['gone'] }, OLD, 'and this program opens them'],
    [{ deleted: ['gone'] }, NEW, 'does not know: old'],
    [{ added: ['fresh'], deleted: ['gone', 'old'] }, NEW, 'lacks the stores new'],
  ];
  for (const [changes, stores, text] of refused) await expect(open(dir, 'custom', stores, changes)).rejects.toThrow(text);
  await expect(openCommitMultiStore({ dir, mode: 'custom', stores: NEW, upgrade: { height: BigInt(BEFORE + 2), ...CHANGES } })).rejects.toThrow(
    'does not know',
  );
  const store = await open(dir, 'custom', NEW, CHANGES);
  await growTo(store, BEFORE + 1);
  await store.close();
  await expect(open(dir, 'custom', [...NEW, 'gone'])).rejects.toThrow('cannot come again');
});
