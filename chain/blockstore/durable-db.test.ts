// After a clean stop every batch is missed when it is gone, lazy ones too.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { CorruptionError } from '../store/errors.ts';
import { scanLog } from '../store/leveldb/log-records.ts';
import { ChainDb } from './durable-db.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const tempDir = (): string => {
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'durable-db-'));
  dirs.push(dir);
  return dir;
};

test('a log cut between two records after a clean stop is found', async () => {
  const dir = tempDir();
  const put = (key: string) => [{ type: 'put', key: utf8(key), value: utf8('value') }] as const;
  let db = await ChainDb.open(dir);
  await db.write(put('a'));
  await db.writeLazily(put('b'));
  await db.write(put('c'));
  await db.writeLazily(put('d'));
  await db.close();
  const log = join(dir, readdirSync(dir).find((f) => f.endsWith('.log')) as string);
  const whole = readFileSync(log);
  const { ends } = scanLog(whole);
  expect(ends.length).toBe(5);
  for (const end of [0, ...ends.slice(0, -1)]) {
    const copy = tempDir();
    cpSync(dir, copy, { recursive: true });
    writeFileSync(join(copy, basename(log)), whole.subarray(0, end));
    await expect(ChainDb.open(copy), `cut at ${end}`).rejects.toThrow(CorruptionError);
  }
  db = await ChainDb.open(dir);
  expect(db.get(utf8('d'))).toEqual(utf8('value'));
  await db.close();
});
