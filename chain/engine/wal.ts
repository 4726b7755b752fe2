// The write-ahead log of consensus (cmt:consensus/wal.go, libs/autofile/group.go): every input before it is processed, our own signed
// messages durably. A group of files: `wal` is the head, `wal.000`, `wal.001`, … are older. The head is moved away at the end of a height
// once it is large, and the oldest files go: only the running height is ever replayed.
// Invariants: a record is written by one call, so the death of the process leaves whole records; at open, all that was synced reads.
import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WalMessage } from '../consensus/effects.ts';
import type { Time } from '../encoding/time.ts';
import { type Mark, SyncedMark } from './synced-mark.ts';
import { WalCorruptionError } from './wal-errors.ts';
import { readMessages, scanRecords } from './wal-reader.ts';
import { encodeRecord } from './wal-record.ts';

export { readWalFile, type WalRecord } from './wal-reader.ts';

export interface WalOptions {
  /** The head is moved away above this size. */
  readonly headBytesMax?: number;
  /** Older files are deleted above this size of all. */
  readonly totalBytesMax?: number;
  readonly now: () => Time;
  /** Told when the end of the log was cut off. */
  readonly onRepair: (file: string, offset: number, bytes: number) => void;
}

const HEAD_BYTES_MAX = 10 << 20;
const TOTAL_BYTES_MAX = 20 << 20;

function indexed(path: string, index: number): string {
  return `${path}.${index.toString().padStart(3, '0')}`;
}

/** Indexes of the older files, ascending. */
function olderFiles(path: string): readonly number[] {
  const name = basename(path);
  const pattern = /^\.(\d{3,})$/;
  const found: number[] = [];
  for (const f of readdirSync(dirname(path))) {
    const m = f.startsWith(name) ? pattern.exec(f.slice(name.length)) : null;
    if (m !== null) found.push(Number(m[1]));
  }
  return found.sort((a, b) => a - b);
}

export class Wal {
  readonly path: string;
  readonly #options: WalOptions;
  readonly #mark: SyncedMark;
  #fd: number;
  /** Index that the head will get. */
  #index: number;
  #offset: number;
  #synced: number;
  #syncing: Promise<void> | undefined;
  #failure: Error | undefined;

  private constructor(path: string, options: WalOptions, index: number, offset: number) {
    this.path = path;
    this.#options = options;
    const isNew = !existsSync(path) || !existsSync(`${path}.synced`);
    this.#fd = openSync(path, 'a');
    this.#mark = new SyncedMark(`${path}.synced`);
    // A log whose name a power cut takes away is lost with all that was synced in it.
    if (isNew) syncFolder(dirname(path));
    this.#index = index;
    this.#offset = offset;
    this.#synced = 0;
  }

  /**
   * Opens the log with this head file, makes it if it is missing, and checks all of it. A torn end behind the synced part is cut off and told;
   * throws WalCorruptionError on any other damage.
   */
  static async open(path: string, options: WalOptions): Promise<Wal> {
    if (mkdirSync(dirname(path), { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(dirname(path)));
    const older = olderFiles(path);
    const mark = SyncedMark.read(`${path}.synced`);
    const index = (older.at(-1) ?? -1) + 1;
    for (const i of older) {
      const file = indexed(path, i);
      const scan = scanRecords(new Uint8Array(readFileSync(file)));
      if (scan.rest !== undefined) throw new WalCorruptionError(file, scan.end, 'a record does not match its checksum or length');
    }
    const offset = existsSync(path) ? checkHead(path, index, mark, options) : 0;
    if (mark !== undefined && (mark.index > index || (mark.index === index && mark.offset > offset))) {
      throw new WalCorruptionError(path, offset, `it ends before byte ${mark.offset}, which was written to disk`);
    }
    const wal = new Wal(path, options, index, offset);
    if (offset === 0 && older.length === 0) wal.append({ type: 'endHeight', height: 0n });
    await wal.sync();
    return wal;
  }

  /** Writes a record; it survives the end of the process, and a power cut after the next `sync`. */
  append(message: WalMessage): void {
    if (this.#failure !== undefined) throw this.#failure;
    const record = encodeRecord(this.#options.now(), message);
    try {
      for (let at = 0; at < record.length; ) at += writeSync(this.#fd, record, at);
    } catch (e) {
      // What follows would stand behind half a record.
      this.#failure = new Error(`${this.path}: ${(e as Error).message}`, { cause: e });
      throw this.#failure;
    }
    this.#offset += record.length;
  }

  get isSynced(): boolean {
    return this.#synced === this.#offset;
  }

  /** Resolves when all that was appended before is on the disk. */
  async sync(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
    if (this.#synced === this.#offset) return;
    if (this.#failure !== undefined) throw this.#failure;
    const { path } = this;
    const to = this.#offset;
    this.#syncing = new Promise<void>((resolve, reject) => {
      fdatasync(this.#fd, (e) => {
        this.#syncing = undefined;
        let error: Error | null = e;
        try {
          if (e === null) this.#mark.write({ index: this.#index, offset: to });
        } catch (markError) {
          error = markError as Error;
        }
        if (error === null) {
          this.#synced = to;
          resolve();
        } else {
          this.#failure = new Error(`${path}: ${error.message}`, { cause: error });
          reject(this.#failure);
        }
      });
    });
    await this.#syncing;
  }

  /** Ends a height durably; then is the time to change files. */
  async endHeight(height: bigint): Promise<void> {
    this.append({ type: 'endHeight', height });
    await this.sync();
    if (this.#offset >= (this.#options.headBytesMax ?? HEAD_BYTES_MAX)) this.#rotate();
  }

  #rotate(): void {
    closeSync(this.#fd);
    renameSync(this.path, indexed(this.path, this.#index));
    this.#fd = openSync(this.path, 'a');
    syncFolder(dirname(this.path));
    this.#index++;
    this.#offset = 0;
    this.#synced = 0;
    this.#mark.write({ index: this.#index, offset: 0 });
    const older = olderFiles(this.path);
    let total = older.reduce((sum, i) => sum + statSync(indexed(this.path, i)).size, 0);
    for (const i of older) {
      if (total <= (this.#options.totalBytesMax ?? TOTAL_BYTES_MAX)) break;
      // The newest of them holds the end of the last height.
      if (i === older.at(-1)) break;
      total -= statSync(indexed(this.path, i)).size;
      unlinkSync(indexed(this.path, i));
    }
  }

  /** What was logged after the end of `height`; undefined if its end is not in the log. */
  messagesAfter(height: bigint): readonly WalMessage[] | undefined {
    const files = [...olderFiles(this.path).map((i) => indexed(this.path, i)), this.path];
    let found: WalMessage[] | undefined;
    // The end of a height is searched from the newest file backwards, then everything from there on is read.
    for (let i = files.length - 1; i >= 0 && found === undefined; i--) {
      for (const m of readMessages(files[i] as string)) {
        if (m.type === 'endHeight' && m.height === height) found = [];
        else found?.push(m);
      }
      if (found !== undefined) for (const f of files.slice(i + 1)) found.push(...readMessages(f));
    }
    return found;
  }

  async close(): Promise<void> {
    await this.sync();
    closeSync(this.#fd);
    this.#mark.close();
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** Where the good records of the head end; cuts off a torn end. */
function checkHead(path: string, index: number, mark: Mark | undefined, options: WalOptions): number {
  const b = new Uint8Array(readFileSync(path));
  const scan = scanRecords(b);
  if (scan.rest === undefined) return scan.end;
  const synced = mark !== undefined && mark.index === index ? mark.offset : 0;
  // Behind the mark even a damaged record can be the work of a power cut.
  if (scan.end < synced || (scan.rest === 'damaged' && mark === undefined)) {
    throw new WalCorruptionError(path, scan.end, 'a record does not match its checksum or length');
  }
  const fd = openSync(path, 'r+');
  ftruncateSync(fd, scan.end);
  fsyncSync(fd);
  closeSync(fd);
  options.onRepair(path, scan.end, b.length - scan.end);
  return scan.end;
}

/** The head file in a folder, as CometBFT names it. */
export function walPath(dataFolder: string): string {
  return join(dataFolder, 'cs.wal', 'wal');
}
