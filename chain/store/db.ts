// The one way to LevelDB: every value carries a CRC-32C over its key and itself that is checked on every read, because LevelDB as reached
// from Node returns flipped bits without an error. Its files are checked before it opens them, older ones in the background (leveldb/). A
// batch is atomic. A lost batch is found by BatchChain, not here.
// Invariant: after damage was found anywhere, or a write has failed, nothing more is written.
// Stored value: crc32c(key ‖ value) in 4 bytes little-endian, then the value.
import { mkdirSync } from 'node:fs';
import { Level } from 'level';
import { crc32c } from '../crypto/crc32c.ts';
import { CorruptionError, DatabaseError } from './errors.ts';
import { BackgroundCheck } from './leveldb/background-check.ts';
import type { CheckedFile } from './leveldb/file-check.ts';
import { checkFolder, OPENING_BYTES } from './leveldb/folder-check.ts';

export const DB_KEY_BYTES_MAX = 1 << 17;
/** A value larger than this is a bug of the caller: blocks, parts and change sets are all far below. */
export const DB_VALUE_BYTES_MAX = 1 << 28;

export type DbOp = { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array } | { readonly type: 'del'; readonly key: Uint8Array };

export interface DbRange {
  /** First key, included; undefined is open. */
  readonly start?: Uint8Array | undefined;
  /** Key after the last; undefined is open. */
  readonly end?: Uint8Array | undefined;
  readonly reverse?: boolean;
  /** At most so many entries. */
  readonly limit?: number;
}

/** An ordered map of byte strings. Values given out are fresh; keys and values taken must not change until a batch has ended. */
export interface CheckedDb {
  /** The folder, or a name in angle brackets for one in memory; errors carry it. */
  readonly location: string;
  /** undefined where absent. Throws CorruptionError. */
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  /** All or nothing. With `sync` it is on the disk when the promise resolves. Throws DatabaseError. */
  batch(ops: readonly DbOp[], options: { readonly sync: boolean }): Promise<void>;
  /** Entries in key order, of the moment the first is asked for. Throws CorruptionError. */
  iterate(range: DbRange): AsyncIterable<readonly [Uint8Array, Uint8Array]>;
  close(): Promise<void>;
}

const CRC_BYTES = 4;

export function sealValue(key: Uint8Array, value: Uint8Array): Uint8Array {
  if (key.length === 0 || key.length > DB_KEY_BYTES_MAX) throw new RangeError(`database key of ${key.length} bytes`);
  if (value.length > DB_VALUE_BYTES_MAX) throw new RangeError(`database value of ${value.length} bytes exceeds ${DB_VALUE_BYTES_MAX}`);
  const sealed = new Uint8Array(CRC_BYTES + value.length);
  const c = crc32c(value, crc32c(key));
  sealed[0] = c;
  sealed[1] = c >>> 8;
  sealed[2] = c >>> 16;
  sealed[3] = c >>> 24;
  sealed.set(value, CRC_BYTES);
  return sealed;
}

/** The value inside; a view, never a Buffer (whose slice shares memory). */
export function openValue(location: string, key: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < CRC_BYTES) throw new CorruptionError(location, 'a value is cut short', key);
  const value = new Uint8Array(sealed.buffer, sealed.byteOffset + CRC_BYTES, sealed.length - CRC_BYTES);
  const stored = ((sealed[0] as number) | ((sealed[1] as number) << 8) | ((sealed[2] as number) << 16) | ((sealed[3] as number) << 24)) >>> 0;
  if (crc32c(value, crc32c(key)) !== stored) throw new CorruptionError(location, 'the checksum of a value does not match', key);
  return value;
}

function plain(b: Uint8Array): Uint8Array {
  return new Uint8Array(b.buffer, b.byteOffset, b.length);
}

/** LevelDB says Corruption itself where a table's block or its manifest cannot be parsed. */
function asStoreError(location: string, e: unknown): Error {
  if (e instanceof CorruptionError || e instanceof DatabaseError) return e;
  const error = e as { code?: unknown; message?: unknown; cause?: { code?: unknown; message?: unknown } };
  const code = String(error.cause?.code ?? error.code ?? '');
  const text = String(error.cause?.message ?? error.message ?? e);
  if (code === 'LEVEL_CORRUPTION' || /corruption|bad block|checksum mismatch/i.test(text)) return new CorruptionError(location, text);
  if (code === 'LEVEL_LOCKED') return new DatabaseError(location, 'is in use by another process', { cause: e });
  return new DatabaseError(location, text, { cause: e });
}

class LevelDb implements CheckedDb {
  readonly location: string;
  readonly #level: Level<Uint8Array, Uint8Array>;
  readonly #check: BackgroundCheck;
  #failure: Error | undefined;

  constructor(location: string, level: Level<Uint8Array, Uint8Array>, unchecked: readonly CheckedFile[]) {
    this.location = location;
    this.#level = level;
    this.#check = new BackgroundCheck(unchecked, (e) => this.#fail(e));
  }

  /** The first failure is the one that is told. */
  #fail(e: unknown): Error {
    const error = asStoreError(this.location, e);
    this.#failure ??= error;
    return error;
  }

  /** A read may fail for a passing reason, but not by damage. */
  #failedRead(e: unknown): Error {
    const error = asStoreError(this.location, e);
    return error instanceof CorruptionError ? this.#fail(error) : error;
  }

  #sealed(key: Uint8Array): Uint8Array | undefined {
    try {
      return this.#level.getSync(key);
    } catch (e) {
      throw this.#failedRead(e);
    }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const sealed = this.#sealed(key);
    try {
      return sealed === undefined ? undefined : openValue(this.location, key, sealed);
    } catch (e) {
      throw this.#failedRead(e);
    }
  }

  has(key: Uint8Array): boolean {
    return this.#sealed(key) !== undefined;
  }

  async batch(ops: readonly DbOp[], options: { readonly sync: boolean }): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const chained = this.#level.batch();
    try {
      for (const op of ops) {
        if (op.type === 'put') chained.put(op.key, sealValue(op.key, op.value));
        else chained.del(op.key);
      }
      await chained.write({ sync: options.sync });
    } catch (e) {
      if (e instanceof RangeError) {
        await chained.close();
        throw e;
      }
      // The log may end in half a batch, behind which LevelDB would not find what follows.
      throw this.#fail(e);
    }
  }

  async *iterate(range: DbRange): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
    const iterator = this.#level.iterator({
      ...(range.start === undefined ? {} : { gte: range.start }),
      ...(range.end === undefined ? {} : { lt: range.end }),
      reverse: range.reverse ?? false,
      limit: range.limit ?? -1,
    });
    try {
      for (;;) {
        const entries = await iterator.nextv(1000);
        if (entries.length === 0) return;
        for (const [key, sealed] of entries) {
          const k = plain(key);
          yield [k, openValue(this.location, k, sealed)];
        }
      }
    } catch (e) {
      throw this.#failedRead(e);
    } finally {
      await iterator.close();
    }
  }

  async close(): Promise<void> {
    await this.#check.close();
    await this.#level.close();
  }
}

export interface DbOptions {
  /** Bytes of table blocks kept uncompressed in memory. */
  readonly cacheBytes?: number;
  /** Bytes of recent writes kept in memory and in the log. */
  readonly writeBufferBytes?: number;
  readonly createIfMissing?: boolean;
  /** Bytes of table files that are checked before the database opens; the rest is checked in the background. */
  readonly checkBytes?: number;
  /** Whether table blocks are compressed; they are where not said otherwise. */
  readonly compression?: boolean;
}

/** LevelDB's default; BatchChain's window follows from it. */
export const WRITE_BUFFER_BYTES = 4 << 20;

/** Opens or creates the database folder. Throws CorruptionError or DatabaseError. */
export async function openDb(location: string, options: DbOptions = {}): Promise<CheckedDb> {
  try {
    if (options.createIfMissing ?? true) mkdirSync(location, { recursive: true });
    const unchecked = checkFolder(location, options.checkBytes ?? OPENING_BYTES);
    const level = new Level<Uint8Array, Uint8Array>(location, {
      keyEncoding: 'view',
      valueEncoding: 'view',
      createIfMissing: options.createIfMissing ?? true,
      compression: options.compression ?? true,
      cacheSize: options.cacheBytes ?? 8 << 20,
      writeBufferSize: options.writeBufferBytes ?? WRITE_BUFFER_BYTES,
    });
    await level.open();
    return new LevelDb(location, level, unchecked);
  } catch (e) {
    throw asStoreError(location, e);
  }
}
