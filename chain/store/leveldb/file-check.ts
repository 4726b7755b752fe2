// A check of a file's bytes, written as a generator that asks for pieces in turn, so that the same check runs at once while a database is
// opened, or slowly beside a running node.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CorruptionError, DatabaseError } from '../errors.ts';

export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** Yields what it wants to read, is given exactly these bytes; throws CorruptionError. */
export type FileCheck = Generator<Piece, void, Uint8Array>;

export interface CheckedFile {
  readonly path: string;
  /** Bytes it must have; undefined where nothing says so. */
  readonly size: number | undefined;
  readonly check: (path: string, size: number) => FileCheck;
}

/** Bytes of a piece: large enough that reading costs little, small enough not to be felt by what runs beside it. */
export const PIECE_BYTES = 1 << 18;

/** Throws CorruptionError where the file does not have the size it should have. */
export function checkSize(path: string, size: number, wanted: number | undefined): void {
  if (wanted !== undefined && size !== wanted) throw new CorruptionError(path, `it has ${size} bytes, not ${wanted}`);
}

export const isMissing = (e: unknown): boolean => (e as { code?: unknown }).code === 'ENOENT';

/** Runs a check at once. Throws CorruptionError, DatabaseError, or the system's ENOENT where there is no such file. */
export function checkNow(file: CheckedFile): void {
  const { path } = file;
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (e) {
    if (isMissing(e)) throw e;
    throw new DatabaseError(path, `cannot be read: ${(e as Error).message}`, { cause: e });
  }
  try {
    const { size } = fstatSync(fd);
    checkSize(path, size, file.size);
    const check = file.check(path, size);
    let next = check.next();
    while (!next.done) {
      const { offset, length } = next.value;
      const bytes = new Uint8Array(length);
      if (readSync(fd, bytes, 0, length, offset) !== length) throw new CorruptionError(path, 'it became shorter while it was read');
      next = check.next(bytes);
    }
  } catch (e) {
    if (e instanceof CorruptionError) throw e;
    throw new DatabaseError(path, `cannot be read: ${(e as Error).message}`, { cause: e });
  } finally {
    closeSync(fd);
  }
}
