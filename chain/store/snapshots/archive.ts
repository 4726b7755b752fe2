// A snapshot as one file, as simd writes it (sdk:client/snapshot/dump.go): a gzipped tar of `_snapshot` (its info) and the chunks "0", "1", ….
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { bytesEqual, concatBytes, fromUtf8, utf8 } from '../../encoding/bytes.ts';
import { ErrSnapshot } from '../query-errors.ts';
import type { SnapshotFolder } from './folder.ts';
import { decodeSnapshotInfo, encodeSnapshotInfo, matchesChunk, type SnapshotInfo } from './metadata.ts';

const INFO_NAME = '_snapshot';
const BLOCK = 512;
/** Chunks have 10 MB; those of others may be larger, but not without end. */
const ENTRY_BYTES_MAX = 1 << 28;

function octal(n: number, length: number): Uint8Array {
  return utf8(`${n.toString(8).padStart(length - 1, '0')}\0`);
}

function header(name: string, size: number): Uint8Array {
  const h = new Uint8Array(BLOCK);
  h.set(utf8(name), 0);
  h.set(octal(0o644, 8), 100);
  h.set(octal(0, 8), 108);
  h.set(octal(0, 8), 116);
  h.set(octal(size, 12), 124);
  h.set(octal(0, 12), 136);
  h.fill(32, 148, 156);
  h[156] = '0'.charCodeAt(0);
  h.set(utf8('ustar\0'), 257);
  h.set(utf8('00'), 263);
  h.set(
    octal(
      h.reduce((a, b) => a + b, 0),
      7,
    ),
    148,
  );
  return h;
}

async function* entries(folder: SnapshotFolder, info: SnapshotInfo): AsyncGenerator<Uint8Array> {
  const entry = (name: string, data: Uint8Array): Uint8Array =>
    concatBytes(header(name, data.length), data, new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK));
  yield entry(INFO_NAME, encodeSnapshotInfo(info));
  let i = 0;
  for await (const chunk of folder.chunks(info)) yield entry(`${i++}`, chunk);
  yield new Uint8Array(2 * BLOCK);
}

/** Writes the file. Throws ErrSnapshot where a chunk is damaged. */
export async function dumpSnapshot(folder: SnapshotFolder, info: SnapshotInfo, file: string): Promise<void> {
  await pipeline(Readable.from(entries(folder, info)), createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(file));
}

/** Exactly so many bytes at a time from pieces cut anywhere. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** undefined at the end. */
  async take(n: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let need = n;
    while (need > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) break;
        this.#rest = next.value;
        continue;
      }
      const part = this.#rest.subarray(0, need);
      parts.push(part);
      need -= part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    if (need === n && n > 0) return undefined;
    if (need > 0) throw ErrSnapshot.wrap('the archive is cut short');
    return concatBytes(...parts);
  }
}

async function* readEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ readonly name: string; readonly data: Uint8Array }> {
  const pieces = new Pieces(source);
  for (;;) {
    const h = await pieces.take(BLOCK);
    if (h === undefined || h.every((b) => b === 0)) return;
    const text = (from: number, length: number): string =>
      fromUtf8(h.subarray(from, from + length))
        .replace(/\0.*$/s, '')
        .trim();
    const size = Number.parseInt(text(124, 12), 8);
    if (!Number.isInteger(size) || size > ENTRY_BYTES_MAX) throw ErrSnapshot.wrap('the archive is malformed');
    const data = (await pieces.take(size)) ?? new Uint8Array(0);
    await pieces.take((BLOCK - (size % BLOCK)) % BLOCK);
    yield { name: text(0, 100), data };
  }
}

/** Puts an archive into the folder. Throws ErrSnapshot where it is not what it says. */
export async function loadSnapshot(folder: SnapshotFolder, file: string): Promise<SnapshotInfo> {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on('error', (e) => gunzip.destroy(e));
  try {
    const archive = readEntries(source.pipe(gunzip));
    const first = await archive.next();
    if (first.done === true || first.value.name !== INFO_NAME) {
      throw ErrSnapshot.wrap(`invalid archive, expect file: ${INFO_NAME}, got: ${first.done === true ? 'nothing' : JSON.stringify(first.value.name)}`);
    }
    const info = decodeSnapshotInfo(first.value.data);
    const saved = await folder.save(info.height, info.format, checked(archive, info));
    if (!bytesEqual(saved.hash, info.hash)) {
      await folder.delete(info.height, info.format);
      throw ErrSnapshot.wrap('invalid archive, the saved snapshot is not equal to the original one');
    }
    return saved;
  } catch (e) {
    const { code } = e as { code?: unknown };
    if (String(code).startsWith('Z_')) throw ErrSnapshot.wrap(`invalid archive: ${(e as Error).message}`);
    throw e;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* checked(archive: AsyncGenerator<{ readonly name: string; readonly data: Uint8Array }>, info: SnapshotInfo): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < info.chunks; i++) {
    const next = await archive.next();
    if (next.done === true) throw ErrSnapshot.wrap(`invalid archive, chunk ${i} is missing`);
    const { name, data } = next.value;
    if (name !== `${i}`) throw ErrSnapshot.wrap(`invalid archive, expect file: ${i}, got: ${JSON.stringify(name)}`);
    if (!matchesChunk(info, i, data)) throw ErrSnapshot.wrap(`invalid archive, chunk ${i} does not match its hash`);
    yield data;
  }
}
