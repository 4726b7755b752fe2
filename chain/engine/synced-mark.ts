// How much of the log is on the disk for certain: a small file beside it, written after each sync. What lies before the mark must read; what
// lies behind it may be lost to a power cut. The mark itself is not synced: one that is behind only says less.
// Format: file index u32, offset u64, crc32c of these 12 bytes u32, big-endian.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { crc32c } from '../crypto/crc32c.ts';
import { WalCorruptionError } from './wal-errors.ts';

const BYTES = 16;

export interface Mark {
  readonly index: number;
  readonly offset: number;
}

function encode(m: Mark): Uint8Array {
  const b = new Uint8Array(BYTES);
  const view = new DataView(b.buffer);
  view.setUint32(0, m.index);
  view.setBigUint64(4, BigInt(m.offset));
  view.setUint32(12, crc32c(b.subarray(0, 12)));
  return b;
}

export class SyncedMark {
  readonly #fd: number;

  /** Makes the mark where there is none, saying nothing; its name is durable once the folder is synced. */
  constructor(path: string) {
    if (!existsSync(path)) {
      const aside = `${path}.tmp`;
      const fd = openSync(aside, 'w');
      writeSync(fd, encode({ index: 0, offset: 0 }), 0, BYTES, 0);
      fsyncSync(fd);
      closeSync(fd);
      renameSync(aside, path);
    }
    this.#fd = openSync(path, 'r+');
  }

  /** undefined where there is none. Throws WalCorruptionError. */
  static read(path: string): Mark | undefined {
    if (!existsSync(path)) return undefined;
    const b = new Uint8Array(readFileSync(path));
    if (b.length === 0) return undefined;
    const view = new DataView(b.buffer, b.byteOffset);
    if (b.length !== BYTES || view.getUint32(12) !== crc32c(b.subarray(0, 12))) throw new WalCorruptionError(path, 0, 'the mark does not match its checksum');
    return { index: view.getUint32(0), offset: Number(view.getBigUint64(4)) };
  }

  write(m: Mark): void {
    writeSync(this.#fd, encode(m), 0, BYTES, 0);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
