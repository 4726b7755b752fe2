// Failures of the store. Corruption and I/O failures stop the node: they name the folder or file and the key, and are never repaired in silence.
import { toHex } from '../encoding/bytes.ts';

const KEY_BYTES_SHOWN_MAX = 40;

/** Stored bytes that are not what was written, or written bytes that are gone. */
export class CorruptionError extends Error {
  /** The damaged file, or the folder of the database whose files are damaged. */
  readonly file: string;
  readonly key: Uint8Array | undefined;

  constructor(file: string, what: string, key?: Uint8Array) {
    const shown = key === undefined ? '' : ` (key ${toHex(key.subarray(0, KEY_BYTES_SHOWN_MAX))})`;
    super(`${file} is corrupt: ${what}${shown}. Restore it from a backup, or remove the node's data and sync again`);
    this.name = 'CorruptionError';
    this.file = file;
    this.key = key;
  }
}

/** The database could not be opened, read or written: permissions, a full disk, another process holding it. */
export class DatabaseError extends Error {
  readonly file: string;

  constructor(file: string, what: string, options?: { cause?: unknown }) {
    super(`${file}: ${what}`, options);
    this.name = 'DatabaseError';
    this.file = file;
  }
}
