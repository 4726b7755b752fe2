// F-36: any flipped bit of a file that LevelDB keeps is noticed before LevelDB opens it, or in the background; what a crash leaves is not.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Level } from 'level';
import { afterEach, describe, expect, test } from 'vitest';
import { openDb } from '../db.ts';
import { CorruptionError, type DatabaseError } from '../errors.ts';
import { BackgroundCheck } from './background-check.ts';
import { Fields, FormatError } from './fields.ts';
import { checkFolder, folderFiles } from './folder-check.ts';
import { scanLog } from './log-records.ts';
import { unpackSnappy } from './snappy.ts';
import { checkTable } from './table-check.ts';

/** In memory where the system offers it: what is asked here does not depend on the disk. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(BASE, 'store-leveldb-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

/** A folder with a table per opening, and a log; the last values are only in the log. */
async function fill(options: { openings?: number; valueBytes?: number; values?: number } = {}): Promise<string> {
  const dir = tempDir();
  for (let o = 0; o < (options.openings ?? 2); o++) {
    const level = new Level<string, Uint8Array>(dir, { valueEncoding: 'view' });
    await level.open();
    for (let i = 0; i < (options.values ?? 40); i++) {
      const value = new Uint8Array(options.valueBytes ?? 50).map((_, j) => (i % 2 === 0 ? i : (i * 7919 + j * j * 31 + o) >> 3));
      await level.put(`key${o}/${String(i).padStart(5, '0')}`, value, { sync: i % 10 === 0 });
    }
    await level.close();
  }
  return dir;
}

function flipped(whole: Uint8Array, bit: number): Uint8Array {
  const bad = whole.slice();
  bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
  return bad;
}

function run(check: ReturnType<typeof checkTable>, bytes: Uint8Array): void {
  for (let next = check.next(); !next.done; ) {
    const { offset, length } = next.value;
    next = check.next(bytes.subarray(offset, offset + length));
  }
}

describe('a table', () => {
  test('is as it was written; each flipped bit, and each other length, is noticed', async () => {
    const dir = await fill();
    const files = folderFiles(dir);
    expect(files?.tables.length).toBeGreaterThan(0);
    for (const { path, size } of files?.tables ?? []) {
      const bytes = new Uint8Array(readFileSync(path));
      expect(bytes.length).toBe(size);
      run(checkTable(path, bytes.length), bytes);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const bad = flipped(bytes, bit);
        expect(() => run(checkTable(path, bad.length), bad), `bit ${bit}`).toThrow(CorruptionError);
      }
      for (let length = 0; length < bytes.length; length += 7) {
        const cut = bytes.subarray(0, length);
        expect(() => run(checkTable(path, length), cut), `${length} bytes`).toThrow(path);
      }
    }
  });

  test('of many blocks and packed indexes', async () => {
    const dir = await fill({ openings: 2, values: 900, valueBytes: 1500 });
    expect(checkFolder(dir)).toEqual([]);
    const table = folderFiles(dir)?.tables[0];
    const path = table?.path as string;
    const bytes = new Uint8Array(readFileSync(path));
    expect(bytes.length).toBeGreaterThan(500_000);
    for (let bit = 5; bit < bytes.length * 8; bit += Math.floor((bytes.length * 8) / 50)) {
      const bad = flipped(bytes, bit);
      expect(() => run(checkTable(path, bad.length), bad), `bit ${bit}`).toThrow(CorruptionError);
    }
  });
});

/** What the check says about a folder whose file is these bytes. */
function verdict(dir: string, file: string, bytes: Uint8Array): unknown {
  const whole = readFileSync(file);
  writeFileSync(file, bytes);
  try {
    return checkFolder(dir);
  } catch (e) {
    return e;
  } finally {
    writeFileSync(file, whole);
  }
}

test('each flipped bit of the manifest and of CURRENT is noticed, and the file is named', async () => {
  const dir = await fill({ openings: 2, values: 2 });
  for (const file of [folderFiles(dir)?.manifest as string, join(dir, 'CURRENT')]) {
    const bytes = new Uint8Array(readFileSync(file));
    for (let bit = 0; bit < bytes.length * 8; bit += 11) {
      const e = verdict(dir, file, flipped(bytes, bit));
      expect(e, `${file} bit ${bit}`).toBeInstanceOf(CorruptionError);
      expect((e as CorruptionError).file).toBe(file);
    }
  }
});

test('of the log, each flipped bit but those of the last record; an end that a crash cut short is none', async () => {
  const dir = await fill({ openings: 1, values: 12 });
  const log = folderFiles(dir)?.logs.at(-1) as string;
  const bytes = new Uint8Array(readFileSync(log));
  const { records, end, rest } = scanLog(bytes);
  expect([records.length, end, rest]).toEqual([12, bytes.length, undefined]);
  const last = bytes.length - 7 - (records.at(-1)?.length ?? 0);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const found = scanLog(flipped(bytes, bit)).rest;
    if (bit < last * 8) expect(found, `bit ${bit}`).toBe('damaged');
    else expect(found, `bit ${bit}`).toBeDefined();
  }
  const bad = verdict(dir, log, flipped(bytes, 99));
  expect(bad).toBeInstanceOf(CorruptionError);
  expect((bad as CorruptionError).file).toBe(log);
  for (let length = 0; length <= bytes.length; length++) expect(scanLog(bytes.subarray(0, length)).rest, `${length} bytes`).not.toBe('damaged');
  const padded = new Uint8Array(bytes.length + 5000);
  padded.set(bytes);
  expect(verdict(dir, log, padded)).toEqual([]);
});

test('a log of records in pieces, over many blocks', async () => {
  const dir = await fill({ openings: 1, values: 9, valueBytes: 50_000 });
  const log = folderFiles(dir)?.logs.at(-1) as string;
  const bytes = new Uint8Array(readFileSync(log));
  expect(scanLog(bytes)).toMatchObject({ end: bytes.length, rest: undefined });
  for (let bit = 1; bit < 380_000 * 8; bit += 40_009) expect(verdict(dir, log, flipped(bytes, bit)), `bit ${bit}`).toBeInstanceOf(CorruptionError);
  for (let length = 0; length < bytes.length; length += 7919) expect(verdict(dir, log, bytes.subarray(0, length)), `${length} bytes`).toEqual([]);
});

test("left-overs of a crash are nobody's business; a database without CURRENT is", async () => {
  const dir = await fill();
  writeFileSync(join(dir, '900000.ldb'), 'half a table');
  writeFileSync(join(dir, '000000.log'), 'x'.repeat(100));
  expect(checkFolder(dir)).toEqual([]);
  renameSync(join(dir, 'CURRENT'), join(dir, 'gone'));
  await expect(openDb(dir)).rejects.toThrow(/CURRENT is corrupt: it is missing/);
  expect(readdirSync(dir).some((f) => f.endsWith('.ldb'))).toBe(true);
});

test('damage beyond the budget of the opening is found in the background, and then nothing is written any more', async () => {
  const dir = await fill({ openings: 3, values: 200, valueBytes: 1000 });
  const tables = folderFiles(dir)?.tables ?? [];
  expect(tables.length).toBeGreaterThan(1);
  const table = tables.at(-1)?.path as string;
  writeFileSync(table, flipped(new Uint8Array(readFileSync(table)), 77_777));
  await expect(openDb(dir)).rejects.toThrow(table);
  const db = await openDb(dir, { checkBytes: 1 });
  let failure: unknown;
  while (failure === undefined) {
    failure = await db.batch([{ type: 'put', key: new Uint8Array([99]), value: new Uint8Array(1) }], { sync: true }).catch((e: unknown) => e);
  }
  expect(failure).toBeInstanceOf(CorruptionError);
  expect((failure as CorruptionError).file).toBe(table);
  await db.close();
});

test('a background check that is closed before it begins tells nothing', async () => {
  const told: (CorruptionError | DatabaseError)[] = [];
  const check = new BackgroundCheck([{ path: join(tempDir(), 'x'), size: 1, check: checkTable }], (e) => told.push(e));
  await check.close();
  expect(told).toEqual([]);
});

test('whatever bytes a file has, it is refused by CorruptionError or read', async () => {
  const dir = await fill({ openings: 2, values: 30, valueBytes: 200 });
  const files = folderFiles(dir);
  const all = [files?.tables[0]?.path as string, files?.manifest as string, files?.logs[0] as string];
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.nat(60), (file, changes, cut) => {
      const bytes = new Uint8Array(readFileSync(file));
      for (const [at, b] of changes) bytes[at % bytes.length] = b;
      const e = verdict(dir, file, bytes.subarray(0, bytes.length - cut));
      if (!Array.isArray(e)) expect(e).toBeInstanceOf(CorruptionError);
    }),
    { numRuns: 150 },
  );
});

describe('snappy', () => {
  test('literals and copies, which may overlap', () => {
    expect([...unpackSnappy(new Uint8Array([11, 8, 97, 98, 99, ((5 - 4) << 2) | 1, 3, 2 | (2 << 2), 1, 0]), 100)]).toEqual(
      [...'abcabcabbbb'].map((c) => c.charCodeAt(0)),
    );
  });
  test('malformed data gives FormatError only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (b) => {
        try {
          expect(unpackSnappy(b, 1000).length).toBeLessThanOrEqual(1000);
        } catch (e) {
          expect(e).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});

test('a number in a longer form than needed is refused', () => {
  expect(new Fields(new Uint8Array([0x85, 1])).varint()).toBe(133);
  expect(() => new Fields(new Uint8Array([0x85, 0])).varint()).toThrow(FormatError);
  expect(() => new Fields(new Uint8Array(12).fill(0xff)).varint()).toThrow(FormatError);
});

test('a copied folder opens as the original does', async () => {
  const dir = await fill();
  const copy = tempDir();
  cpSync(dir, copy, { recursive: true });
  const db = await openDb(copy);
  await db.close();
});
