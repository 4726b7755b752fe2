import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { installNoble } from '../crypto/noble.ts';
import { utf8 } from '../encoding/bytes.ts';
import { GO_ZERO_TIME } from '../encoding/time.ts';
import { type Block, blockCodec, blockIdOf, bodyHashes } from '../types/block.ts';
import { type BlockId, ZERO_BLOCK_ID } from '../types/block-id.ts';
import { type Commit, EMPTY_COMMIT } from '../types/commit.ts';
import { PartSet } from '../types/part-set.ts';
import { BlockStore } from './block-store.ts';
import { ChainDb, type DurableDb, section } from './durable-db.ts';

installNoble();
const folders: string[] = [];
afterEach(() => {
  for (const f of folders.splice(0)) rmSync(f, { recursive: true, force: true });
});

const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);

function commitOf(height: bigint, id: BlockId): Commit {
  return { height, round: 0, blockId: id, signatures: [{ blockIdFlag: 2, validatorAddress: hash(1).subarray(0, 20), timestamp: height, signature: hash(9) }] };
}

function block(height: bigint, last: { readonly height: bigint; readonly id: BlockId } | undefined, txs: readonly Uint8Array[]): Block {
  const lastCommit = last === undefined ? EMPTY_COMMIT : commitOf(last.height, last.id);
  const data = { txs };
  return {
    header: {
      version: { block: 11n, app: 0n },
      chainId: 'store-1',
      height,
      time: height * 1_000_000_000n,
      lastBlockId: last?.id ?? ZERO_BLOCK_ID,
      ...bodyHashes(data, [], lastCommit),
      validatorsHash: hash(3),
      nextValidatorsHash: hash(3),
      consensusHash: hash(4),
      appHash: hash(5),
      lastResultsHash: hash(6),
      proposerAddress: hash(7).subarray(0, 20),
    },
    data,
    evidence: [],
    lastCommit,
  };
}

interface Saved {
  readonly block: Block;
  readonly parts: PartSet;
  readonly id: BlockId;
}

async function fill(store: BlockStore, count: number, txsOf: (h: bigint) => readonly Uint8Array[] = () => []): Promise<readonly Saved[]> {
  const saved: Saved[] = [];
  for (let i = 1; i <= count; i++) {
    const height = BigInt(i);
    const last = saved.at(-1);
    const b = block(height, last === undefined ? undefined : { height: height - 1n, id: last.id }, txsOf(height));
    const parts = PartSet.fromData(blockCodec.encode(b));
    const id = blockIdOf(b, parts);
    await store.saveBlock(b, parts, commitOf(height, id));
    saved.push({ block: b, parts, id });
  }
  return saved;
}

async function memory(): Promise<{ readonly db: DurableDb; readonly store: BlockStore }> {
  const db = section(await ChainDb.memory(), 'b');
  return { db, store: BlockStore.open(db) };
}

test('what is saved comes back: block, parts with proofs, meta, commits, by height and by hash', async () => {
  const { db, store } = await memory();
  expect([store.base, store.height, store.size]).toEqual([0n, 0n, 0n]);
  const big = Array.from({ length: 30 }, (_, i) => new Uint8Array(5000).fill(i + 1));
  const saved = await fill(store, 4, (h) => (h === 2n ? big : [utf8(`tx${h}`)]));
  const again = BlockStore.open(db);
  for (const s of [store, again]) {
    expect([s.base, s.height, s.size]).toEqual([1n, 4n, 4n]);
    for (const { block: b, parts, id } of saved) {
      const { height } = b.header;
      expect(s.loadBlock(height)).toEqual(b);
      expect(s.loadBlockByHash(id.hash)).toEqual(b);
      expect(s.loadBlockMeta(height)).toEqual({ blockId: id, blockSize: BigInt(parts.byteSize), header: b.header, numTxs: BigInt(b.data.txs.length) });
      expect(s.loadBlockMetaByHash(id.hash)?.header.height).toBe(height);
      for (let i = 0; i < parts.total; i++) expect(s.loadPart(height, i)).toEqual(parts.getPart(i));
      expect(s.loadSeenCommit(height)).toEqual(commitOf(height, id));
      expect(s.loadCommit(height)).toEqual(height === 4n ? undefined : commitOf(height, id));
    }
    expect(s.loadBlock(5n)).toBeUndefined();
    expect(s.loadPart(2n, 99)).toBeUndefined();
    expect(s.loadBlockByHash(hash(1))).toBeUndefined();
  }
  expect(saved[1]?.parts.total).toBe(3);
});

test('a block that is not encoded canonically keeps its bytes', async () => {
  const { db, store } = await memory();
  const b = block(1n, undefined, [utf8('a')]);
  // The fields in another order: legal protobuf, other bytes, another part set.
  const canonical = blockCodec.encode(b);
  const headerEnd = 2 + ((canonical[1] as number) & 127) + ((canonical[1] as number) > 127 ? 1 + ((canonical[2] as number) << 7) : 0);
  const bytes = new Uint8Array([...canonical.subarray(headerEnd), ...canonical.subarray(0, headerEnd)]);
  const parts = PartSet.fromData(bytes);
  const id = blockIdOf(b, parts);
  await store.saveBlock(b, parts, commitOf(1n, id));
  const again = BlockStore.open(db);
  expect(again.loadBlock(1n)).toEqual(b);
  expect(again.loadBlockMeta(1n)?.header).toEqual(b.header);
  expect(again.loadPart(1n, 0)?.bytes).toEqual(bytes);
});

test('heights come in order', async () => {
  const { store } = await memory();
  const [first] = await fill(store, 1);
  const b = block(3n, undefined, []);
  const parts = PartSet.fromData(blockCodec.encode(b));
  await expect(store.saveBlock(b, parts, commitOf(3n, blockIdOf(b, parts)))).rejects.toThrow(/height 3 after 1/);
  expect(first?.block.header.height).toBe(1n);
});

test('a chain may begin at any height', async () => {
  const { store } = await memory();
  const b = block(1000n, undefined, []);
  const parts = PartSet.fromData(blockCodec.encode(b));
  await store.saveBlock(b, parts, commitOf(1000n, blockIdOf(b, parts)));
  expect([store.base, store.height]).toEqual([1000n, 1000n]);
});

test('pruning removes all of the lower heights and nothing of the others', async () => {
  const { db, store } = await memory();
  const saved = await fill(store, 10, (h) => [utf8(`tx${h}`)]);
  expect(await store.prune(6n)).toBe(5n);
  expect([store.base, store.height]).toEqual([6n, 10n]);
  for (const h of [1n, 5n]) {
    expect(store.loadBlock(h)).toBeUndefined();
    expect(store.loadBlockMetaByHash(saved[Number(h) - 1]?.id.hash ?? hash(0))).toBeUndefined();
  }
  expect(store.loadBlock(6n)).toEqual(saved[5]?.block);
  // The commit of the height below stays in the lowest block.
  expect(store.loadCommit(5n)).toEqual(saved[5]?.block.lastCommit);
  let keys = 0;
  for await (const _ of db.iterate({})) keys++;
  expect(keys).toBe(5 * 3 + 2);
  await expect(store.prune(11n)).rejects.toThrow(RangeError);
  expect(await store.prune(3n)).toBe(0n);
});

test('the newest block can be taken away; its predecessor is then the newest, with its commit', async () => {
  const { db, store } = await memory();
  const saved = await fill(store, 3);
  await store.deleteLatest();
  expect([store.height, store.loadBlock(3n)]).toEqual([2n, undefined]);
  expect(BlockStore.open(db).loadSeenCommit(2n)).toEqual(commitOf(2n, saved[1]?.id ?? ZERO_BLOCK_ID));
  await store.deleteLatest();
  await store.deleteLatest();
  expect([store.base, store.height]).toEqual([0n, 0n]);
});

test('extended commits are kept for every height', async () => {
  const { store } = await memory();
  const b = block(1n, undefined, []);
  const parts = PartSet.fromData(blockCodec.encode(b));
  const id = blockIdOf(b, parts);
  const extendedSignatures = [
    { blockIdFlag: 2, validatorAddress: hash(1).subarray(0, 20), timestamp: 1n, signature: hash(2), extension: utf8('e'), extensionSignature: hash(3) },
    {
      blockIdFlag: 1,
      validatorAddress: new Uint8Array(0),
      timestamp: GO_ZERO_TIME,
      signature: new Uint8Array(0),
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    },
  ];
  const extended = { height: 1n, round: 0, blockId: id, extendedSignatures };
  await store.saveBlock(b, parts, extended);
  expect(store.loadExtendedCommit(1n)).toEqual(extended);
  expect(store.loadSeenCommit(1n)?.signatures).toHaveLength(2);
});

test('F-36: a flipped bit in the newest block stops the opening and names the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-blocks-'));
  folders.push(folder);
  const db = await ChainDb.open(folder);
  await fill(BlockStore.open(section(db, 'b')), 3, () => [utf8('a transaction that can be found in the file')]);
  await db.close();
  // The last block is in the log of LevelDB, uncompressed.
  const name = readdirSync(folder).find((f) => f.endsWith('.log')) ?? '';
  const file = join(folder, name);
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf('that can be found');
  expect(at).toBeGreaterThan(0);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(file, bytes);
  await expect(
    (async () => {
      const again = await ChainDb.open(folder);
      try {
        BlockStore.open(section(again, 'b'));
      } finally {
        await again.close();
      }
    })(),
  ).rejects.toThrow(new RegExp(`${folder}.*corrupt`));
});
