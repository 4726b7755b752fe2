// The nodes' database beside the state's: behind it after a power cut, ahead of it after a crash, or damaged.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { CorruptionError } from './errors.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { growTo, reference, TEST_STORES } from './testing.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'history-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const open = (dir: string): Promise<TrellisMultiStore> => openCommitMultiStore({ dir, mode: 'nothing', stores: TEST_STORES });

async function grow(dir: string, height: number, compact = false): Promise<void> {
  const store = await open(dir);
  await growTo(store, height);
  if (compact) await store.compact();
  await store.close();
}

function swapNodes(dir: string, from: string): void {
  rmSync(join(dir, 'nodes'), { recursive: true });
  cpSync(from, join(dir, 'nodes'), { recursive: true });
}

/** Memory keeps the newest 100 heights; what is older comes from stored nodes. */
async function expectAnswers(dir: string, heights: readonly bigint[]): Promise<void> {
  const expected = await reference(160);
  const store = await open(dir);
  await growTo(store, 160);
  for (const h of heights) {
    for (const key of ['acc/1', 'acc/22', 'acc/99']) expect(store.query('acc', utf8(key), h, true)).toEqual(expected.query('acc', utf8(key), h, true));
  }
  await store.close();
}

test('nodes that a power cut took are made again from the change sets', async () => {
  const dir = tempDir();
  await grow(dir, 20);
  const before = tempDir();
  cpSync(join(dir, 'nodes'), before, { recursive: true });
  await grow(dir, 40);
  swapNodes(dir, before);
  await expectAnswers(dir, [1n, 19n, 21n, 33n, 40n, 41n, 55n]);
});

test('nodes of a height that was never committed are dropped', async () => {
  const dir = tempDir();
  await grow(dir, 30);
  const ahead = tempDir();
  cpSync(dir, ahead, { recursive: true });
  await grow(ahead, 45);
  swapNodes(dir, join(ahead, 'nodes'));
  await expectAnswers(dir, [1n, 30n, 31n, 45n, 46n]);
});

test('nodes that cannot be made again are missed', async () => {
  const dir = tempDir();
  await grow(dir, 20);
  const before = tempDir();
  cpSync(join(dir, 'nodes'), before, { recursive: true });
  await grow(dir, 40, true);
  swapNodes(dir, before);
  await expect(open(dir)).rejects.toThrow(/nodes is corrupt: the nodes of heights 21 to 40 were lost/);
});

test('a flipped bit in a table of nodes is found, and the file is named', async () => {
  const dir = tempDir();
  await grow(dir, 30);
  // Opening moves the log into a table.
  await grow(dir, 31);
  const table = readdirSync(join(dir, 'nodes')).find((f) => f.endsWith('.ldb')) as string;
  const file = join(dir, 'nodes', table);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 4;
  writeFileSync(file, bytes);
  await expect(open(dir)).rejects.toThrow(CorruptionError);
  await expect(open(dir)).rejects.toThrow(table);
});
