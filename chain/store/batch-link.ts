// What records that link one batch to the batch before have in common.
import { crc32c } from '../crypto/crc32c.ts';
import { sha256 } from '../crypto/sha256.ts';
import { type DbOp, WRITE_BUFFER_BYTES } from './db.ts';

/** Hash before the first link. */
export const NO_HASH: Uint8Array = new Uint8Array(32);
/** Bytes that LevelDB adds to a batch and an operation in its log, at least. */
export const OVERHEAD_BYTES = 12;
/** Of so many bytes the last batches may still be only in LevelDB's logs: its write buffer and the one before. */
export const WINDOW_BYTES: number = 2 * WRITE_BUFFER_BYTES;

/** Bytes that the operations take in LevelDB's log, at least. */
export function loggedBytes(ops: readonly DbOp[]): number {
  let bytes = OVERHEAD_BYTES;
  for (const op of ops) bytes += OVERHEAD_BYTES + op.key.length + (op.type === 'put' ? op.value.length : 0);
  return bytes;
}

/** sha256 over kind, key and checksum of the value of each operation. */
export function digestOf(ops: readonly DbOp[]): Uint8Array {
  let size = 0;
  for (const op of ops) size += 9 + op.key.length;
  const data = new Uint8Array(size);
  const view = new DataView(data.buffer);
  let at = 0;
  for (const op of ops) {
    data[at] = op.type === 'put' ? 1 : 2;
    view.setUint32(at + 1, op.key.length);
    data.set(op.key, at + 5);
    at += 5 + op.key.length;
    view.setUint32(at, op.type === 'put' ? crc32c(op.value) : 0);
    at += 4;
  }
  return sha256(data);
}
