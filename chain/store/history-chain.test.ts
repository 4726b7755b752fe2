// The log of stored nodes after a kill and after a clean stop: what was synced is missed when it is gone, what was not is made again.
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { openDb } from './db.ts';
import { CorruptionError } from './errors.ts';
import { scanLog } from './leveldb/log-records.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { growTo, reference, TEST_STORES } from './testing.ts';

/** In memory where the system offers it: what is asked here does not depend on the disk. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(BASE, 'history-chain-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const open = (dir: string): Promise<TrellisMultiStore> => openCommitMultiStore({ dir, mode: 'nothing', stores: TEST_STORES });

async function grow(dir: string, height: number): Promise<void> {
  const store = await open(dir);
  await growTo(store, height);
  await store.close();
}

const nodesLog = (dir: string): string => {
  const nodes = join(dir, 'nodes');
  return join(nodes, readdirSync(nodes).find((f) => /^\d+\.log$/.test(f)) as string);
};

function copyOf(dir: string): string {
  const copy = tempDir();
  cpSync(dir, copy, { recursive: true });
  return copy;
}

const LAST = 37;
const SYNCED = 32;

/** What a process that was killed at height LAST leaves; nodes are synced up to SYNCED, where the log has `synced` bytes. */
async function killed(): Promise<{ readonly dir: string; readonly synced: number }> {
  const dir = tempDir();
  const store = await open(dir);
  await growTo(store, SYNCED);
  const synced = statSync(nodesLog(dir)).size;
  await growTo(store, LAST);
  const copy = copyOf(dir);
  await store.close();
  return { dir: copy, synced };
}

/** Memory alone does not hold heights below LAST + 13. */
async function expectWhole(dir: string): Promise<void> {
  const expected = await reference(LAST + 1);
  let store = await open(dir);
  await growTo(store, LAST + 1);
  await store.close();
  store = await open(dir);
  expect(store.last.appHash).toEqual(expected.last.appHash);
  await growTo(store, LAST + 105);
  for (const h of [1n, BigInt(SYNCED), BigInt(SYNCED + 1), BigInt(LAST - 1), BigInt(LAST), BigInt(LAST + 1)]) {
    for (const key of ['acc/1', 'acc/22', 'acc/99']) expect(store.query('acc', utf8(key), h, true)).toEqual(expected.query('acc', utf8(key), h, true));
  }
  await store.close();
}

async function expectLost(dir: string, what: string): Promise<void> {
  const result = await open(dir).then(
    async (store) => {
      await store.close();
      return 'it opened';
    },
    (e: unknown) => e,
  );
  expect(result, what).toBeInstanceOf(CorruptionError);
  expect((result as CorruptionError).file, what).toContain(join(dir, 'nodes'));
}

describe('the log of nodes', () => {
  test('of a killed process, cut within what was not synced: the nodes are made again', async () => {
    const { dir, synced } = await killed();
    const whole = statSync(nodesLog(dir)).size;
    const { ends } = scanLog(readFileSync(nodesLog(dir)));
    for (const length of new Set([synced, ...ends.filter((e) => e > synced), synced + 1, synced + 8, Math.floor((synced + whole) / 2), whole - 1])) {
      const copy = copyOf(dir);
      truncateSync(nodesLog(copy), length);
      await expectWhole(copy);
    }
  });

  test('of a killed process, cut within what was synced: the loss is found', async () => {
    const { dir, synced } = await killed();
    const { ends } = scanLog(readFileSync(nodesLog(dir)));
    for (const length of [0, 5, ...ends.filter((e) => e < synced), synced - 1]) {
      const copy = copyOf(dir);
      truncateSync(nodesLog(copy), length);
      await expectLost(copy, `log of ${length} bytes`);
    }
  });

  test('of a killed process, with a changed bit: found where it was synced, and harmless behind', async () => {
    const { dir, synced } = await killed();
    const whole = readFileSync(nodesLog(dir));
    const lastRecord = scanLog(whole).ends.at(-2) as number;
    expect(lastRecord).toBeGreaterThan(synced);
    for (const at of [3, synced >> 1, synced - 9, synced + 20, lastRecord - 1]) {
      const copy = copyOf(dir);
      writeFileSync(nodesLog(copy), whole.with(at, (whole[at] as number) ^ 16));
      await expectLost(copy, `byte ${at}`);
    }
    for (const at of [lastRecord, lastRecord + 11, whole.length - 1]) {
      const copy = copyOf(dir);
      writeFileSync(nodesLog(copy), whole.with(at, (whole[at] as number) ^ 16));
      await expectWhole(copy);
    }
  });

  test('of a stopped process: every changed bit and every cut is found', async () => {
    const dir = tempDir();
    await grow(dir, LAST);
    const whole = readFileSync(nodesLog(dir));
    const { ends } = scanLog(whole);
    const last = ends.at(-2) as number;
    const bits = Array.from({ length: 24 }, (_, i) => Math.floor(((whole.length * 8 - 1) * i) / 23));
    for (let bit = last * 8; bit < whole.length * 8; bit += 53) bits.push(bit);
    for (const bit of bits) {
      const copy = copyOf(dir);
      writeFileSync(nodesLog(copy), whole.with(bit >> 3, (whole[bit >> 3] as number) ^ (1 << (bit & 7))));
      await expectLost(copy, `bit ${bit} of ${whole.length * 8}`);
    }
    for (const length of [0, ...ends.slice(0, -1), whole.length - 1]) {
      const copy = copyOf(dir);
      truncateSync(nodesLog(copy), length);
      await expectLost(copy, `log of ${length} bytes`);
    }
  });
});

/** As when one of two logs was lost. */
async function removeNodesOf(dir: string, height: number): Promise<void> {
  const db = await openDb(join(dir, 'nodes'));
  const bound = (h: number): Uint8Array => {
    const key = new Uint8Array(14);
    new DataView(key.buffer).setBigUint64(0, BigInt(h));
    return key;
  };
  const keys: Uint8Array[] = [];
  for await (const [key] of db.iterate({ start: bound(height), end: bound(height + 1) })) keys.push(key);
  expect(keys.length).toBeGreaterThan(2);
  await db.batch(
    keys.map((key) => ({ type: 'del', key })),
    { sync: true },
  );
  await db.close();
}

describe('batches missing in the middle', () => {
  test('of what was synced are found', async () => {
    for (const height of [1, 20, SYNCED, LAST - 1]) {
      const dir = tempDir();
      await grow(dir, LAST);
      await removeNodesOf(dir, height);
      await expectLost(dir, `height ${height}`);
    }
  });

  test('of what was not synced are made again, and all after them', async () => {
    const { dir } = await killed();
    for (const height of [SYNCED + 1, LAST - 2, LAST]) {
      const copy = copyOf(dir);
      await removeNodesOf(copy, height);
      await expectWhole(copy);
    }
  });
});

test('the head file of nodes is missed, and damage of it is found', async () => {
  const dir = tempDir();
  await grow(dir, LAST);
  const head = join(dir, 'nodes/HEAD');
  const whole = readFileSync(head);
  rmSync(head);
  await expectLost(dir, 'no head file');
  for (const at of [0, 20, 300, 530, 1023]) {
    writeFileSync(head, whole.with(at, (whole[at] as number) ^ 1));
    await expectLost(dir, `byte ${at}`);
  }
  writeFileSync(head, whole);
  await expectWhole(dir);
});

test('a head file behind the nodes is a weaker witness, not damage', async () => {
  const dir = tempDir();
  await grow(dir, 20);
  const old = join(tempDir(), 'HEAD');
  copyFileSync(join(dir, 'nodes/HEAD'), old);
  await grow(dir, LAST);
  copyFileSync(old, join(dir, 'nodes/HEAD'));
  await expectWhole(dir);
});
