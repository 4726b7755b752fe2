// LevelDB's files as the checks before its opening read them: tables, logs, edits of a manifest, packed indexes. Any bytes are accepted or
// refused by the error of their kind. The first byte chooses the reader.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { crc32c } from '../../chain/crypto/crc32c.ts';
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { CorruptionError } from '../../chain/store/errors.ts';
import { FormatError, fixed32, maskCrc } from '../../chain/store/leveldb/fields.ts';
import { type FolderFiles, folderFiles } from '../../chain/store/leveldb/folder-check.ts';
import { scanLog } from '../../chain/store/leveldb/log-records.ts';
import { liveFiles } from '../../chain/store/leveldb/manifest.ts';
import { unpackSnappy } from '../../chain/store/leveldb/snappy.ts';
import { checkTable, readIndex } from '../../chain/store/leveldb/table-check.ts';
import type { FuzzTarget } from './target.ts';

const UNPACKED_MAX = 1 << 16;

function checkWhole(b: Uint8Array): void {
  const check = checkTable('table', b.length);
  for (let next = check.next(); !next.done; ) {
    const { offset, length } = next.value;
    if (offset < 0 || offset + length > b.length) throw new Error('a piece outside of the file was asked for');
    next = check.next(b.subarray(offset, offset + length));
  }
}

/** With a checksum that matches, so that what is behind it is reached. */
function sealed(block: Uint8Array): Uint8Array {
  const crc = maskCrc(crc32c(block));
  return concatBytes(block, new Uint8Array([crc, crc >>> 8, crc >>> 16, crc >>> 24]));
}

const READERS: readonly ((b: Uint8Array) => void)[] = [
  checkWhole,
  (b) => {
    const { records, end } = scanLog(b);
    if (end > b.length || records.reduce((n, r) => n + r.length, 0) > b.length) throw new Error('more was read than there is');
  },
  (b) => void liveFiles([b]),
  (b) => {
    if (unpackSnappy(b, UNPACKED_MAX).length > UNPACKED_MAX) throw new Error('the limit was passed');
  },
  (b) => {
    if (b.length > 0) readIndex(sealed(b));
  },
];

/** A small database of two openings. */
async function database(folder: string): Promise<FolderFiles> {
  for (let o = 0; o < 2; o++) {
    const level = new Level<string, string>(folder);
    await level.open();
    for (let i = 0; i < 30; i++) await level.put(`key${i}`, `value ${o} ${i * 7919}`);
    await level.close();
  }
  return folderFiles(folder) as FolderFiles;
}

export const target: FuzzTarget = {
  name: 'store-leveldb',
  async corpus() {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-leveldb-'));
    const { tables, logs, manifest } = await database(folder);
    const [table, log, edits] = [tables[0]?.path, logs[0], manifest].map((path) => new Uint8Array(readFileSync(path as string))) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    rmSync(folder, { recursive: true });
    const index = table.subarray(-200, -53);
    const inputs: (readonly [number, Uint8Array])[] = [
      [0, table],
      [1, log],
      [1, edits],
      ...scanLog(edits).records.map((r) => [2, r] as const),
      [3, new Uint8Array([11, 8, 97, 98, 99, 5, 3, 10, 1, 0])],
      [4, index],
      [4, new Uint8Array([0, 1, 2, 0x61, 0, 9, 0, 0, 0, 0, 1, 0, 0, 0, fixed32(new Uint8Array(4), 0)])],
    ];
    return inputs.map(([reader, b]) => concatBytes(new Uint8Array([reader]), b));
  },
  inputBytesMax: 8192,
  run(input) {
    try {
      READERS[(input[0] ?? 0) % READERS.length]?.(input.subarray(1));
    } catch (e) {
      if (!(e instanceof FormatError || e instanceof CorruptionError)) throw e;
    }
  },
};
