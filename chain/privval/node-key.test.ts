import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installNoble } from '../crypto/noble.ts';
import { loadNodeKey, loadOrGenerateNodeKey } from './node-key.ts';

installNoble();
let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'node-key-'));
  path = join(dir, 'node_key.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a key is made once and keeps its id', () => {
  expect(() => loadNodeKey(path)).toThrow(/node_key.json: the node key file is missing/);
  const key = loadOrGenerateNodeKey(path);
  expect(key.id).toMatch(/^[0-9a-f]{40}$/);
  expect(loadOrGenerateNodeKey(path).id).toBe(key.id);
  expect(loadNodeKey(path)).toEqual(key);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a flipped bit is found', () => {
  loadOrGenerateNodeKey(path);
  const good = readFileSync(path);
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] as number) ^ (1 << (at % 8));
    writeFileSync(path, bad);
    expect(() => loadNodeKey(path), `byte ${at}`).toThrow(expect.objectContaining({ name: 'KeyFileError', path }));
  }
});
