import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { type CheckedDb, type DbOp, openDb, openValue, sealValue } from './db.ts';
import { CorruptionError, DatabaseError } from './errors.ts';
import { memoryDb } from './memory-db.ts';
import { namespace, prefixEnd } from './namespace.ts';

const dirs: string[] = [];
const tempDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'store-db-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const d of dirs.splice(0)) rmSync(d, { recursive: true, force: true });
});

const put = (key: string, value: string): DbOp => ({ type: 'put', key: utf8(key), value: utf8(value) });
const del = (key: string): DbOp => ({ type: 'del', key: utf8(key) });

async function keys(db: CheckedDb, range: Parameters<CheckedDb['iterate']>[0]): Promise<string[]> {
  const out: string[] = [];
  for await (const [k, v] of db.iterate(range)) out.push(`${Buffer.from(k)}=${Buffer.from(v)}`);
  return out;
}

const kinds: [string, () => Promise<CheckedDb>][] = [
  ['memory', async () => memoryDb()],
  ['disk', () => openDb(tempDir())],
  ['namespace', async () => namespace(memoryDb(), 'part')],
];

describe.each(kinds)('checked database: %s', (_name, open) => {
  test('gives what was put, in order, both ways', async () => {
    const db = await open();
    await db.batch([put('b', '2'), put('a', '1'), put('c', ''), put('d', '4'), del('d')], { sync: true });
    expect(db.get(utf8('a'))).toEqual(utf8('1'));
    expect(db.get(utf8('c'))).toEqual(new Uint8Array(0));
    expect(db.get(utf8('d'))).toBeUndefined();
    expect(db.has(utf8('b'))).toBe(true);
    expect(db.has(utf8('x'))).toBe(false);
    expect(await keys(db, {})).toEqual(['a=1', 'b=2', 'c=']);
    expect(await keys(db, { reverse: true, limit: 2 })).toEqual(['c=', 'b=2']);
    expect(await keys(db, { start: utf8('b') })).toEqual(['b=2', 'c=']);
    expect(await keys(db, { start: utf8('a'), end: utf8('c') })).toEqual(['a=1', 'b=2']);
    await db.close();
  });

  test('gives plain bytes whose slice is a copy', async () => {
    const db = await open();
    await db.batch([put('k', 'abc')], { sync: false });
    const v = db.get(utf8('k')) as Uint8Array;
    v.slice()[0] = 0;
    expect(v).toEqual(utf8('abc'));
    await db.close();
  });

  test('refuses an empty key and writes nothing of that batch', async () => {
    const db = await open();
    await expect(db.batch([put('a', '1'), { type: 'put', key: new Uint8Array(0), value: utf8('x') }], { sync: false })).rejects.toThrow(RangeError);
    expect(db.has(utf8('a'))).toBe(false);
    await db.close();
  });
});

test('namespaces of one database do not see each other', async () => {
  const db = memoryDb();
  const a = namespace(db, 'a');
  const b = namespace(db, 'b');
  await a.batch([put('k', '1')], { sync: false });
  await b.batch([put('k', '2'), put('l', '3')], { sync: false });
  expect(await keys(a, {})).toEqual(['k=1']);
  expect(await keys(b, { reverse: true })).toEqual(['l=3', 'k=2']);
});

test('any flipped bit of a sealed value is found, and so is a value under another key', () => {
  const key = utf8('key');
  const sealed = sealValue(key, utf8('some value'));
  expect(openValue('db', key, sealed)).toEqual(utf8('some value'));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const bad = sealed.slice();
    bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(() => openValue('db', key, bad)).toThrow(CorruptionError);
  }
  expect(() => openValue('db', utf8('kez'), sealed)).toThrow(/db is corrupt.*6b657a/);
  expect(() => openValue('db', key, sealed.subarray(0, 3))).toThrow(CorruptionError);
});

test('a second opener is told that the folder is in use', async () => {
  const dir = tempDir();
  const db = await openDb(dir);
  await expect(openDb(dir)).rejects.toThrow(DatabaseError);
  await db.close();
});

test('prefixEnd', () => {
  expect(prefixEnd(new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 3]));
  expect(prefixEnd(new Uint8Array([1, 255]))).toEqual(new Uint8Array([2]));
  expect(prefixEnd(new Uint8Array([255, 255]))).toBeUndefined();
});
