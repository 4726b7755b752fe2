import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCommitMultiStore, type TrellisMultiStore } from '../multistore.ts';
import { ErrSnapshot } from '../query-errors.ts';
import { SNAPSHOT_FORMAT } from '../snapshot.ts';
import { reference, TEST_STORES, writeBlock } from '../testing.ts';
import { dumpSnapshot, loadSnapshot } from './archive.ts';
import { SnapshotFolder } from './folder.ts';
import { SnapshotManager, type SnapshotManagerOptions } from './manager.ts';
import type { OfferedSnapshot } from './metadata.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const empty = (): Promise<TrellisMultiStore> => openCommitMultiStore({ mode: 'custom', stores: TEST_STORES });

async function grow(store: TrellisMultiStore, manager: SnapshotManager, height: number): Promise<void> {
  for (let h = Number(store.last.height) + 1; h <= height; h++) {
    writeBlock(store, h);
    await store.commit();
    manager.afterCommit(BigInt(h));
    // A snapshot of these few nodes is ready within a moment; the chain does not wait for it.
    if (h % 5 === 0) await manager.settled();
  }
}

const create = (store: TrellisMultiStore, more: Partial<SnapshotManagerOptions> = {}): SnapshotManager =>
  new SnapshotManager({ store, folder: new SnapshotFolder(join(dir, 'snapshots')), interval: 5, keepRecent: 2, ...more });

async function take(): Promise<{ manager: SnapshotManager; snapshot: OfferedSnapshot; appHash: Uint8Array; chunk: Uint8Array; store: TrellisMultiStore }> {
  const store = await empty();
  const manager = create(store);
  await grow(store, manager, 10);
  const snapshot = (await manager.listSnapshots())[0] as OfferedSnapshot;
  const { chunk } = await manager.loadSnapshotChunk({ height: 10n, format: SNAPSHOT_FORMAT, chunk: 0 });
  return { manager, snapshot, appHash: store.last.appHash, chunk, store };
}

test('snapshots are taken at the interval, the newest are kept, and are there after a restart', async () => {
  const store = await empty();
  const errors: unknown[] = [];
  const manager = create(store, { onError: (_h, e) => errors.push(e) });
  await grow(store, manager, 23);
  expect(errors).toEqual([]);
  expect((await manager.listSnapshots()).map((s) => s.height)).toEqual([20n, 15n]);
  expect(readdirSync(join(dir, 'snapshots')).sort()).toEqual(['15', '20']);
  expect(manager.retentionHeights).toBe(10n);
  // What a crash left of one that was being taken is removed; what is damaged is not offered.
  mkdirSync(join(dir, 'snapshots/25/3'), { recursive: true });
  writeFileSync(join(dir, 'snapshots/25/3/0'), 'half');
  writeFileSync(join(dir, 'snapshots/15/3/info'), 'damaged');
  const again = create(store);
  expect((await again.listSnapshots()).map((s) => s.height)).toEqual([20n]);
  expect(readdirSync(join(dir, 'snapshots'))).toEqual(['20']);
  await again.close();
});

test('a snapshot is restored and the state is that of its height', async () => {
  const { snapshot, appHash, chunk } = await take();
  const store = await empty();
  let restored = 0;
  const manager = create(store, { folder: new SnapshotFolder(join(dir, 'other')), onRestored: () => restored++ });
  expect(await manager.offerSnapshot({ snapshot, appHash })).toEqual({ result: 1 });
  expect(await manager.applySnapshotChunk({ index: 0, chunk, sender: 'a' })).toEqual({ result: 1, refetchChunks: [], rejectSenders: [] });
  expect(store.last).toEqual({ height: 10n, appHash });
  expect(restored).toBe(1);
  // With a state there is nothing to restore.
  expect(await manager.offerSnapshot({ snapshot, appHash })).toEqual({ result: 2 });
  expect((await manager.applySnapshotChunk({ index: 0, chunk, sender: 'a' })).result).toBe(2);
});

describe('F-10: what is not good is refused, and the next one is taken', () => {
  test('offers', async () => {
    const { snapshot, appHash } = await take();
    const manager = create(await empty(), { folder: new SnapshotFolder(join(dir, 'other')) });
    const offer = async (s: OfferedSnapshot | undefined): Promise<number> => (await manager.offerSnapshot({ snapshot: s, appHash })).result;
    expect(await offer(undefined)).toBe(3);
    expect(await offer({ ...snapshot, format: 2 })).toBe(4);
    expect(await offer({ ...snapshot, chunks: 4_294_967_295 })).toBe(3);
    expect(await offer({ ...snapshot, chunks: 0 })).toBe(3);
    expect(await offer({ ...snapshot, metadata: new Uint8Array([10, 200]) })).toBe(3);
    expect(await offer({ ...snapshot, height: 0n })).toBe(3);
    expect(await offer({ ...snapshot, hash: new Uint8Array(3) })).toBe(3);
  });

  test('chunks', async () => {
    const { snapshot, appHash, chunk } = await take();
    const store = await empty();
    const manager = create(store, { folder: new SnapshotFolder(join(dir, 'other')) });
    expect((await manager.applySnapshotChunk({ index: 0, chunk, sender: '' })).result).toBe(2);
    await manager.offerSnapshot({ snapshot, appHash });
    const wrong = chunk.map((b) => b ^ 1);
    expect(await manager.applySnapshotChunk({ index: 0, chunk: wrong, sender: 'liar' })).toEqual({ result: 3, refetchChunks: [0], rejectSenders: ['liar'] });
    expect((await manager.applySnapshotChunk({ index: 0, chunk, sender: 'honest' })).result).toBe(1);
    expect(store.last.height).toBe(10n);
  });

  test('a state of another app hash, then the good one', async () => {
    const { snapshot, appHash, chunk } = await take();
    const store = await empty();
    const manager = create(store, { folder: new SnapshotFolder(join(dir, 'other')) });
    expect((await manager.offerSnapshot({ snapshot, appHash: new Uint8Array(32) })).result).toBe(1);
    expect((await manager.applySnapshotChunk({ index: 0, chunk, sender: 'liar' })).result).toBe(5);
    expect(store.last.height).toBe(0n);
    expect((await manager.offerSnapshot({ snapshot, appHash })).result).toBe(1);
    // Offered anew before a chunk came.
    expect((await manager.offerSnapshot({ snapshot, appHash })).result).toBe(1);
    expect((await manager.applySnapshotChunk({ index: 0, chunk, sender: 'honest' })).result).toBe(1);
    expect(store.last).toEqual({ height: 10n, appHash });
  });

  test('a damaged chunk is not served', async () => {
    const { manager, chunk } = await take();
    writeFileSync(join(dir, 'snapshots/10/3/0'), chunk.slice(1));
    expect((await manager.loadSnapshotChunk({ height: 10n, format: 3, chunk: 0 })).chunk).toHaveLength(0);
    expect((await manager.loadSnapshotChunk({ height: 10n, format: 3, chunk: 1 })).chunk).toHaveLength(0);
    expect((await manager.loadSnapshotChunk({ height: 11n, format: 3, chunk: 0 })).chunk).toHaveLength(0);
  });
});

test('closing does not wait for a whole snapshot, and leaves nothing of it', async () => {
  const store = await reference(4);
  const errors: unknown[] = [];
  const manager = create(store, { onError: (_h, e) => errors.push(e) });
  writeBlock(store, 5);
  await store.commit();
  manager.afterCommit(5n);
  await manager.close();
  expect(errors).toEqual([]);
  expect((await manager.listSnapshots()).length).toBe(0);
  expect(readdirSync(join(dir, 'snapshots'))).toEqual([]);
});

test('an archive holds the whole snapshot, and one that does not is refused', async () => {
  const { manager, chunk } = await take();
  const folder = new SnapshotFolder(join(dir, 'snapshots'));
  const info = folder.get(10n, 3);
  if (info === undefined) throw new Error('no snapshot');
  const file = join(dir, 'one.tar.gz');
  await dumpSnapshot(folder, info, file);
  const other = new SnapshotFolder(join(dir, 'loaded'));
  expect(await loadSnapshot(other, file)).toEqual(info);
  expect(await other.loadChunk(10n, 3, 0)).toEqual(chunk);
  await expect(loadSnapshot(other, file)).rejects.toSatisfy(ErrSnapshot.is);
  await other.delete(10n, 3);
  await expect(other.delete(10n, 3)).rejects.toSatisfy(ErrSnapshot.is);
  const tar = gunzipSync(readFileSync(file));
  const bad: Record<string, Uint8Array> = {
    'no archive': new TextEncoder().encode('hello'),
    'cut short': gzipSync(tar.subarray(0, 1500)),
    'a changed chunk': gzipSync(tar.map((b, i) => (i === 1600 ? b ^ 1 : b))),
    nothing: gzipSync(new Uint8Array(1024)),
    'another first file': gzipSync(tar.map((b, i) => (i === 1 ? 120 : b))),
    'a size that is none': gzipSync(tar.map((b, i) => (i >= 124 && i < 135 ? 55 : b))),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    writeFileSync(file, bytes);
    await expect(loadSnapshot(other, file), what).rejects.toSatisfy(ErrSnapshot.is);
    expect(other.list(), what).toEqual([]);
  }
  await manager.close();
});
