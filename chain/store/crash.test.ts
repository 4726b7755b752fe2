// Crashes and damage: a process killed at any moment leaves the last committed height, whole; a changed bit in any file that matters is named.
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import { CorruptionError } from './errors.ts';
import { openCommitMultiStore, type TrellisMultiStore } from './multistore.ts';
import { growTo, numbers, reference, TEST_STORES } from './testing.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'store-crash-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const open = (dir: string): Promise<TrellisMultiStore> => openCommitMultiStore({ dir, mode: 'custom', stores: TEST_STORES, keepRecent: 10 });

/** Hash of each height, from a store in memory. */
const hashes: string[] = [];
const HEIGHTS = 260;
beforeAll(async () => {
  const store = await reference(0);
  for (let h = 1; h <= HEIGHTS; h++) {
    await growTo(store, h);
    hashes[h] = toHex(store.last.appHash);
  }
});

/** Opens a copy; the height, or the error. Whatever opens must have the right hash. */
async function reopen(dir: string): Promise<number | Error> {
  try {
    const store = await open(dir);
    const height = Number(store.last.height);
    expect(toHex(store.last.appHash)).toBe(hashes[height]);
    await growTo(store, height + 1);
    expect(toHex(store.last.appHash)).toBe(hashes[height + 1]);
    await store.close();
    return height;
  } catch (e) {
    if ((e as Error).name === 'AssertionError') throw e;
    return e as Error;
  }
}

const logOf = (dir: string): string => join(dir, readdirSync(dir).find((f) => /^\d+\.log$/.test(f)) as string);

test('the log cut anywhere within the last commit opens at the commit before', async () => {
  const dir = tempDir();
  const store = await open(dir);
  await growTo(store, 12);
  const before = statSync(logOf(dir)).size;
  const head = join(tempDir(), 'HEAD');
  copyFileSync(join(dir, 'HEAD'), head);
  await growTo(store, 13);
  const after = statSync(logOf(dir)).size;
  const crashed = tempDir();
  cpSync(dir, crashed, { recursive: true });
  await store.close();
  for (let length = before; length <= after; length += Math.min(61, Math.max(after - length, 1))) {
    const copy = tempDir();
    cpSync(crashed, copy, { recursive: true });
    copyFileSync(head, join(copy, 'HEAD'));
    truncateSync(logOf(copy), length);
    expect(await reopen(copy), `log of ${length} bytes`).toBe(length === after ? 13 : 12);
  }
});

test('a process killed while it commits leaves a whole height, not below the last that it reported', async () => {
  const dir = tempDir();
  const script = fileURLToPath(new URL('crash-writer.ts', import.meta.url));
  const next = numbers(1);
  let reached = 0;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let reported = 0;
    const stopAt = reached + 5 + next(30);
    for await (const line of createInterface({ input: child.stdout })) {
      reported = Number(line);
      if (reported >= stopAt) child.kill('SIGKILL');
    }
    await exited;
    const store = await open(dir);
    reached = Number(store.last.height);
    expect(reached).toBeGreaterThanOrEqual(reported);
    expect(toHex(store.last.appHash)).toBe(hashes[reached]);
    await store.close();
  }
});

describe('one flipped bit', () => {
  test('in the log, the head file, a tree file or the manifest is found, and the file is named', async () => {
    const dir = tempDir();
    const store = await open(dir);
    await growTo(store, 15);
    await store.compact();
    await growTo(store, 30);
    const crashed = tempDir();
    cpSync(dir, crashed, { recursive: true });
    await store.close();
    const files = [logOf(crashed), join(crashed, 'HEAD'), join(crashed, 'trees', readdirSync(join(crashed, 'trees'))[0] as string), join(crashed, 'CURRENT')];
    for (const file of files) {
      const whole = readFileSync(file);
      const step = Math.ceil((whole.length * 8) / 12);
      for (let bit = 3; bit < whole.length * 8; bit += step) {
        const bad = Buffer.from(whole);
        bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
        const copy = tempDir();
        cpSync(crashed, copy, { recursive: true });
        writeFileSync(join(copy, file.slice(crashed.length + 1)), bad);
        const result = await reopen(copy);
        expect(result, `${file} bit ${bit}`).toBeInstanceOf(Error);
        if (!file.endsWith('CURRENT')) expect(result).toBeInstanceOf(CorruptionError);
        expect((result as Error).message).toContain(copy);
      }
    }
  });

  test('in a table file is found, and the file is named', async () => {
    const dir = tempDir();
    let store = await open(dir);
    await growTo(store, 40);
    await store.close();
    // Opening moves the log into a table.
    store = await open(dir);
    await store.close();
    const table = readdirSync(dir).find((f) => f.endsWith('.ldb')) as string;
    const whole = readFileSync(join(dir, table));
    const step = Math.ceil((whole.length * 8) / 24);
    for (let bit = 7; bit < whole.length * 8; bit += step) {
      const bad = Buffer.from(whole);
      bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
      const copy = tempDir();
      cpSync(dir, copy, { recursive: true });
      writeFileSync(join(copy, table), bad);
      const result = await reopen(copy);
      expect(result, `bit ${bit}`).toBeInstanceOf(CorruptionError);
      expect((result as CorruptionError).file).toBe(join(copy, table));
    }
  });

  test('in a tree file that the opening does not read ends the next commit after it was found', async () => {
    const dir = tempDir();
    let store = await open(dir);
    for (const height of [15, 30, 45]) {
      await growTo(store, height);
      await store.compact();
    }
    await growTo(store, 50);
    await store.close();
    const newest = join(dir, 'trees/000000000045.trees');
    const whole = readFileSync(newest);
    whole[whole.length >> 1] = (whole[whole.length >> 1] as number) ^ 4;
    writeFileSync(newest, whole);
    store = await open(dir);
    let failure: unknown;
    for (let h = 51; failure === undefined && h < 9000; h++) failure = await growTo(store, h).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(CorruptionError);
    expect((failure as CorruptionError).file).toBe(newest);
    await store.close();
  });

  test('a missing tree file is found', async () => {
    const dir = tempDir();
    const store = await open(dir);
    await growTo(store, 15);
    await store.compact();
    await growTo(store, 30);
    await store.close();
    rmSync(join(dir, 'trees'), { recursive: true });
    const result = await reopen(dir);
    expect(result).toBeInstanceOf(CorruptionError);
    expect((result as Error).message).toContain('000000000015.trees is corrupt: it is missing');
  });
});
