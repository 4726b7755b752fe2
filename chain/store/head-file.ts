// A witness outside LevelDB of the last batch that was made durable. LevelDB drops what it cannot read of its log without a word; a head
// file that knows more than the database shows it. Two slots are written in turn, each with a checksum, each within one disk sector, so a
// crash while writing one leaves the other. It is written after the batch: it may be behind the database, never ahead of it.
// Slot: magic 'TRHD', u32 1, u64 sequence, 32-byte hash, crc32c of these 48 bytes; integers little-endian. Slots at bytes 0 and 512 of 1024.
import { closeSync, existsSync, fdatasync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32c } from '../crypto/crc32c.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { CorruptionError, DatabaseError } from './errors.ts';

export interface Head {
  /** Number of batches written so far. */
  readonly sequence: number;
  readonly hash: Uint8Array;
}

const FILE_BYTES = 1024;
const SLOT_OFFSETS = [0, 512] as const;
const SLOT_BYTES = 52;
const MAGIC = new Uint8Array([0x54, 0x52, 0x48, 0x44]);
const FORMAT = 1;

export function encodeSlot(head: Head): Uint8Array {
  const slot = new Uint8Array(SLOT_BYTES);
  const view = new DataView(slot.buffer);
  slot.set(MAGIC);
  view.setUint32(4, FORMAT, true);
  view.setBigUint64(8, BigInt(head.sequence), true);
  slot.set(head.hash, 16);
  view.setUint32(48, crc32c(slot.subarray(0, 48)), true);
  return slot;
}

function decodeSlot(file: string, slot: Uint8Array): Head {
  const view = new DataView(slot.buffer, slot.byteOffset, slot.length);
  if (view.getUint32(48, true) !== crc32c(slot.subarray(0, 48))) throw new CorruptionError(file, 'the checksum of a slot does not match');
  if (!bytesEqual(slot.subarray(0, 4), MAGIC)) throw new CorruptionError(file, 'it is not a head file');
  if (view.getUint32(4, true) !== FORMAT) throw new DatabaseError(file, `has format ${view.getUint32(4, true)}; this version reads format ${FORMAT}`);
  return { sequence: Number(view.getBigUint64(8, true)), hash: slot.slice(16, 48) };
}

/** The later of the two slots; after a power cut the other may be much older. Throws CorruptionError on any byte that is not as written, padding included. */
export function decodeHeadFile(file: string, bytes: Uint8Array): Head {
  if (bytes.length !== FILE_BYTES) throw new CorruptionError(file, `it has ${bytes.length} bytes, not ${FILE_BYTES}`);
  const heads = SLOT_OFFSETS.map((at) => decodeSlot(file, bytes.subarray(at, at + SLOT_BYTES)));
  const [a, b] = heads as [Head, Head];
  for (const at of SLOT_OFFSETS) {
    if (bytes.subarray(at + SLOT_BYTES, at + 512).some((x) => x !== 0)) throw new CorruptionError(file, 'bytes beside the slots are not zero');
  }
  return a.sequence >= b.sequence ? a : b;
}

function writeAnew(path: string, head: Head): void {
  const bytes = new Uint8Array(FILE_BYTES);
  for (const at of SLOT_OFFSETS) bytes.set(encodeSlot(head), at);
  const fd = openSync(`${path}.new`, 'w');
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export class HeadFile {
  readonly path: string;
  readonly #fd: number;
  /** Slot that is written next. */
  #next: 0 | 1 = 0;
  #syncing = false;
  #dirty = false;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /** undefined where there is no file. */
  static read(path: string): Head | undefined {
    return existsSync(path) ? decodeHeadFile(path, new Uint8Array(readFileSync(path))) : undefined;
  }

  /**
   * Opens the file for writing. Where it is missing or knows less than the batch before `head` (a power cut), it is made anew with `head` in
   * both slots, whole under another name first.
   */
  static open(path: string, head: Head, known: Head | undefined): HeadFile {
    try {
      if (known === undefined || known.sequence < head.sequence - 1) writeAnew(path, head);
      return new HeadFile(path, openSync(path, 'r+'));
    } catch (e) {
      throw new DatabaseError(path, `cannot be written: ${(e as Error).message}`, { cause: e });
    }
  }

  /**
   * Survives the end of the process at once; the disk follows in the background, since a head that is behind is only a weaker witness. Throws
   * DatabaseError, also where an earlier sync has failed.
   */
  write(head: Head): void {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      writeSync(this.#fd, encodeSlot(head), 0, SLOT_BYTES, SLOT_OFFSETS[this.#next]);
      this.#next = this.#next === 0 ? 1 : 0;
    } catch (e) {
      throw this.#failed(e as Error);
    }
    this.#dirty = true;
    if (!this.#syncing) this.#sync();
  }

  #sync(): void {
    this.#syncing = true;
    this.#dirty = false;
    fdatasync(this.#fd, (e) => {
      this.#syncing = false;
      if (e !== null) this.#failed(e);
      if (this.#closing !== undefined) this.#closing();
      else if (this.#dirty) this.#sync();
    });
  }

  #failed(e: Error): DatabaseError {
    this.#failure ??= new DatabaseError(this.path, `cannot be written: ${e.message}`, { cause: e });
    return this.#failure;
  }

  #failure: DatabaseError | undefined;
  #closing: (() => void) | undefined;

  async close(): Promise<void> {
    if (this.#syncing) {
      await new Promise<void>((resolve) => {
        this.#closing = resolve;
      });
    }
    try {
      fsyncSync(this.#fd);
    } catch (e) {
      throw this.#failed(e as Error);
    } finally {
      closeSync(this.#fd);
    }
  }
}
