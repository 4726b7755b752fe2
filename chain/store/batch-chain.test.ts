import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { BatchChain, HEAD_FILE_NAME } from './batch-chain.ts';
import { openDb } from './db.ts';
import { CorruptionError } from './errors.ts';
import { memoryDb } from './memory-db.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'store-chain-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const op = (i: number) => [{ type: 'put' as const, key: utf8(`k${i}`), value: utf8(`value ${i} ${'x'.repeat(200)}`) }];

async function write(dir: string, from: number, to: number): Promise<void> {
  const db = await openDb(dir);
  const chain = await BatchChain.open(db);
  for (let i = from; i <= to; i++) await chain.append(op(i));
  await chain.close();
  await db.close();
}

/** Sequence of the head, or the error. */
async function reopen(dir: string): Promise<number | Error> {
  let db: Awaited<ReturnType<typeof openDb>> | undefined;
  try {
    db = await openDb(dir);
    const chain = await BatchChain.open(db);
    await chain.close();
    return chain.head.sequence;
  } catch (e) {
    return e as Error;
  } finally {
    await db?.close();
  }
}

const logOf = (dir: string): string => join(dir, readdirSync(dir).find((f) => /^\d+\.log$/.test(f)) as string);

test('continues where it ended', async () => {
  const dir = tempDir();
  await write(dir, 1, 5);
  await write(dir, 6, 9);
  expect(await reopen(dir)).toBe(9);
});

test('works in memory without a head file, and several chains share a database', async () => {
  const db = memoryDb();
  const a = await BatchChain.open(db, { name: 'a' });
  const b = await BatchChain.open(db, { name: 'b' });
  await a.append(op(1));
  await a.append(op(2));
  await b.append(op(3));
  expect((await BatchChain.open(db, { name: 'a' })).head).toEqual(a.head);
  expect((await BatchChain.open(db, { name: 'b' })).head.sequence).toBe(1);
});

test('a log cut at any byte by a crash opens at the last whole batch', async () => {
  const dir = tempDir();
  // The process dies while batch 4 is being written: the log may end anywhere within it, the head file still names batch 3.
  const db = await openDb(dir);
  const chain = await BatchChain.open(db);
  for (let i = 1; i <= 3; i++) await chain.append(op(i));
  const before = readFileSync(logOf(dir)).length;
  const headBefore = join(tempDir(), 'head');
  copyFileSync(join(dir, HEAD_FILE_NAME), headBefore);
  await chain.append(op(4));
  const after = readFileSync(logOf(dir)).length;
  const crashed = tempDir();
  cpSync(dir, crashed, { recursive: true });
  await chain.close();
  await db.close();
  for (let length = before; length <= after; length += Math.min(23, Math.max(after - length, 1))) {
    const copy = tempDir();
    cpSync(crashed, copy, { recursive: true });
    copyFileSync(headBefore, join(copy, HEAD_FILE_NAME));
    truncateSync(logOf(copy), length);
    expect(await reopen(copy), `log of ${length} bytes`).toBe(length === after ? 4 : 3);
  }
});

test('lost batches at the end are found', async () => {
  const dir = tempDir();
  const db = await openDb(dir);
  const chain = await BatchChain.open(db);
  for (let i = 1; i <= 6; i++) await chain.append(op(i));
  const copy = tempDir();
  cpSync(dir, copy, { recursive: true });
  await chain.close();
  await db.close();
  truncateSync(logOf(copy), readFileSync(logOf(copy)).length - 700);
  const e = await reopen(copy);
  expect(e).toBeInstanceOf(CorruptionError);
  expect((e as Error).message).toMatch(/its last \d batches were lost/);
});

test('one flipped bit anywhere in the log or the head file is found', async () => {
  const dir = tempDir();
  const db = await openDb(dir);
  const chain = await BatchChain.open(db);
  for (let i = 1; i <= 6; i++) await chain.append(op(i));
  const crashed = tempDir();
  cpSync(dir, crashed, { recursive: true });
  await chain.close();
  await db.close();
  const head = join(crashed, HEAD_FILE_NAME);
  for (const [file, step] of [
    [logOf(crashed), 1201],
    [head, 661],
  ] as const) {
    const whole = readFileSync(file);
    for (let bit = 5; bit < whole.length * 8; bit += step) {
      const bad = Buffer.from(whole);
      bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
      const copy = tempDir();
      cpSync(crashed, copy, { recursive: true });
      writeFileSync(join(copy, file.slice(crashed.length + 1)), bad);
      const e = await reopen(copy);
      expect(e, `${file} bit ${bit}`).toBeInstanceOf(CorruptionError);
      expect((e as Error).message).toContain(copy);
    }
  }
});

test('a missing head file and a missing database are found', async () => {
  const dir = tempDir();
  await write(dir, 1, 3);
  const copy = tempDir();
  cpSync(dir, copy, { recursive: true });
  rmSync(join(copy, HEAD_FILE_NAME));
  expect(await reopen(copy)).toBeInstanceOf(CorruptionError);
  for (const f of readdirSync(dir)) if (f !== HEAD_FILE_NAME) rmSync(join(dir, f));
  expect(await reopen(dir)).toBeInstanceOf(CorruptionError);
});
