import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WalMessage } from '../consensus/effects.ts';
import { fromHex, toHex } from '../encoding/bytes.ts';
import { readWalFile, Wal } from './wal.ts';
import { scanRecords } from './wal-reader.ts';
import { encodeRecord, fromWire } from './wal-record.ts';

let folder: string;
let path: string;
let repairs: number[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-wal-'));
  path = join(folder, 'cs.wal', 'wal');
  repairs = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (more: Partial<Parameters<typeof Wal.open>[1]> = {}): Promise<Wal> =>
  Wal.open(path, { now: () => 1_700_000_000_123_456_789n, onRepair: (_, offset) => repairs.push(offset), ...more });
const step = (height: bigint, round = 0): WalMessage => ({ type: 'roundState', height, round, step: 'RoundStepPropose' });

/** Written by `cometbft start` v0.40.0 with its kvstore: an end of height, a timeout, a step, a proposal and a vote. */
const COMETBFT_RECORDS = [
  '69aff3d6000000120a0c08dbd59dd8061086ded49e0312022200',
  '8a033b790000001d0a0c08dbd59dd80610f6bccbca03120d1a0b0a0510d8dbf32910012001',
  '7aad5db2000000260a0c08dbd59dd80610b7d2aecf0312160a1408011a10526f756e645374657050726f706f7365',
  '4554bc60000000c60a0c08dbd59dd80610c790b2cf0312b50112b2010aaf011aac010aa9010820100120ffffffffffffffffff012a480a208591b6eae1944c991328923dbe98fb06a0c476fb742dbb334037f97a4e7e4f8e1224080112201ca411c200fd872f0d992bda420fe9c7bbc6b9b46393bc1cde8cb86b4655ac40320c08dbd59dd80610b5dab8cd033a40eabb6ef1d097d532231941f0fd53aac57a81650b3db8c040c94d9d9259c4122b7bc56553e9463b635980dc30c657326f3e77ec03ad0508d47b7bbb9e31550508',
  '1a4250d3000000d10a0c08dbd59dd806108494e3dc0312c00112bd010aba0132b7010ab4010801100122480a208591b6eae1944c991328923dbe98fb06a0c476fb742dbb334037f97a4e7e4f8e1224080112201ca411c200fd872f0d992bda420fe9c7bbc6b9b46393bc1cde8cb86b4655ac402a0c08dbd59dd80610bac2ead5033214012e82f0557eb6d7f008793d904a2979d875975f4240e9acd5560b4c149ecdae2e42d63765cadbe03b68bc1d738c5da5a941bfb11ef23cbb46358b578a0ae081ad75370c78f0e799775bf845fb2b911e36d1cb57090d',
];

test('records of CometBFT are read, and written again byte for byte', () => {
  const file = join(folder, 'cometbft');
  writeFileSync(file, fromHex(COMETBFT_RECORDS.join('')));
  const records = [...readWalFile(file)];
  expect(records.map((r) => r.msg.case)).toEqual(['endHeight', 'timeoutInfo', 'eventDataRoundState', 'msgInfo', 'msgInfo']);
  for (const [i, r] of records.entries()) {
    const message = fromWire(r.msg);
    if (message === undefined) throw new Error('a record that is not replayed');
    expect(toHex(encodeRecord(r.time, message))).toBe(COMETBFT_RECORDS[i]);
  }
});

test('a new log begins with the end of height 0; messages come back after the end of a height', async () => {
  const wal = await open();
  expect(wal.messagesAfter(0n)).toEqual([]);
  wal.append(step(1n));
  const timeout: WalMessage = { type: 'timeout', timeout: { duration: 5n, height: 1n, round: 2, step: 3 } };
  wal.append(timeout);
  await wal.endHeight(1n);
  wal.append(step(2n));
  expect(wal.messagesAfter(0n)).toHaveLength(4);
  expect(wal.messagesAfter(1n)).toEqual([step(2n)]);
  expect(wal.messagesAfter(2n)).toBeUndefined();
  await wal.close();
  const again = await open();
  expect(again.messagesAfter(1n)).toEqual([step(2n)]);
  await again.close();
  expect(repairs).toEqual([]);
});

test('a large head is moved away at the end of a height, the oldest files go, the last height can be replayed', async () => {
  const wal = await open({ headBytesMax: 200, totalBytesMax: 500 });
  for (let h = 1n; h <= 40n; h++) {
    wal.append(step(h));
    await wal.endHeight(h);
  }
  wal.append(step(41n));
  expect(wal.messagesAfter(40n)).toEqual([step(41n)]);
  await wal.close();
  expect(existsSync(`${path}.000`)).toBe(false);
  const again = await open();
  expect(again.messagesAfter(40n)).toEqual([step(41n)]);
  await again.close();
});

test('a record above the size limit is refused and nothing is written', async () => {
  const wal = await open();
  const size = readFileSync(path).length;
  expect(() => wal.append({ type: 'roundState', height: 1n, round: 0, step: 'x'.repeat(1_048_600) })).toThrow(/msg is too big/);
  expect(readFileSync(path)).toHaveLength(size);
  await wal.close();
});

describe('the end of the log after a crash', () => {
  /** Ten synced records, then five that were not. */
  async function withTail(): Promise<{ readonly synced: number; readonly all: Uint8Array }> {
    const wal = await open();
    for (let i = 0; i < 10; i++) wal.append(step(1n, i));
    await wal.sync();
    const synced = readFileSync(path).length;
    for (let i = 10; i < 15; i++) wal.append(step(1n, i));
    const all = new Uint8Array(readFileSync(path));
    return { synced, all };
  }

  test('a mark that was being made is made anew, the one that stands is never half written', async () => {
    await (await open()).close();
    rmSync(`${path}.synced`);
    writeFileSync(`${path}.synced.tmp`, new Uint8Array(5));
    await (await open()).close();
    expect(existsSync(`${path}.synced.tmp`)).toBe(false);
    expect(readFileSync(`${path}.synced`).length).toBe(16);
  });

  test('cut at any byte of the unsynced part, it opens with the whole records', async () => {
    const { synced, all } = await withTail();
    for (let cut = synced; cut < all.length; cut += 7) {
      writeFileSync(path, all.subarray(0, cut));
      const wal = await open();
      const kept = wal.messagesAfter(0n)?.length ?? 0;
      expect(kept).toBeGreaterThanOrEqual(10);
      expect(kept).toBeLessThan(15);
      await wal.close();
      writeFileSync(`${path}.synced`, new Uint8Array(0));
      writeFileSync(path, all.subarray(0, synced));
      await (await open()).close();
    }
  });

  test('zeros behind the records are cut off', async () => {
    const { all } = await withTail();
    appendFileSync(path, new Uint8Array(100));
    const wal = await open();
    expect(wal.messagesAfter(0n)).toHaveLength(15);
    expect(repairs).toEqual([all.length]);
    await wal.close();
  });

  test('property: a flipped bit before the mark is never repaired, and names file and offset', async () => {
    const { synced, all } = await withTail();
    const mark = readFileSync(`${path}.synced`);
    await fc.assert(
      fc.asyncProperty(fc.nat(synced - 1), fc.nat(7), async (at, bit) => {
        writeFileSync(
          path,
          all.map((b, i) => (i === at ? b ^ (1 << bit) : b)),
        );
        writeFileSync(`${path}.synced`, mark);
        await expect(open()).rejects.toThrow(/wal is corrupt at byte \d+/);
      }),
      { numRuns: 60 },
    );
  });

  test('an end before the mark is an error', async () => {
    const { synced } = await withTail();
    truncateSync(path, synced - 20);
    await expect(open()).rejects.toThrow(/is corrupt/);
  });

  test('a damaged mark is an error that names it', async () => {
    await withTail();
    const mark = new Uint8Array(readFileSync(`${path}.synced`));
    mark[3] = (mark[3] as number) ^ 1;
    writeFileSync(`${path}.synced`, mark);
    await expect(open()).rejects.toThrow(/wal\.synced is corrupt/);
  });

  test('damage in an older file is an error that names it', async () => {
    const wal = await open({ headBytesMax: 100 });
    for (let h = 1n; h <= 4n; h++) {
      wal.append(step(h));
      await wal.endHeight(h);
    }
    await wal.close();
    const file = `${path}.001`;
    const b = new Uint8Array(readFileSync(file));
    b[20] = (b[20] as number) ^ 1;
    writeFileSync(file, b);
    await expect(open()).rejects.toThrow(/wal\.001 is corrupt at byte 0/);
  });
});

test('property: scanning any bytes ends, and good records before them stay good', () => {
  const good = encodeRecord(0n, step(1n));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
      const b = new Uint8Array(good.length + junk.length);
      b.set(good);
      b.set(junk, good.length);
      expect(scanRecords(b).end).toBeGreaterThanOrEqual(good.length);
    }),
  );
});

test('reading a damaged file throws at the record', () => {
  const bad = encodeRecord(0n, step(1n));
  bad[12] = (bad[12] as number) ^ 1;
  const file = join(folder, 'x');
  writeFileSync(file, bad);
  expect(() => [...readWalFile(file)]).toThrow(/corrupt at byte 0/);
});
