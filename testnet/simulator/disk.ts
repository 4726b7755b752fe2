// The disk of one simulated node: files, folders and a database, with what survives a crash kept apart from what only looks written.
// After a crash: of bytes appended since the last sync a prefix of any length is there, with zeros at its end or without; of an overwrite
// since then the old or the new; a name made or changed since its folder was synced may be the old one; a database batch in flight is there
// whole or not at all, lazy batches from some point on are not.
// Invariant: what a dead process still does has no effect.
import type { Random } from './random.ts';

export class SimFile {
  bytes: Uint8Array = new Uint8Array(256);
  length = 0;
  /** Of the start of the file, on the disk for certain. */
  synced = 0;
  /** What was on the disk before it was overwritten. */
  before: Uint8Array | undefined;

  get content(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  write(data: Uint8Array, at: number): void {
    if (at < this.synced && this.before === undefined) this.before = this.bytes.slice(0, this.synced);
    const end = at + data.length;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.content);
      this.bytes = grown;
    }
    this.bytes.set(data, at);
    this.length = Math.max(this.length, end);
  }

  truncate(length: number): void {
    if (length < this.synced && this.before === undefined) this.before = this.bytes.slice(0, this.synced);
    this.bytes.fill(0, Math.min(length, this.length), this.length);
    this.length = Math.min(this.length, length);
    this.synced = Math.min(this.synced, length);
  }

  /** Everything up to `length` is on the disk. */
  sync(length = this.length): void {
    this.before = undefined;
    this.synced = Math.max(this.synced, Math.min(length, this.length));
  }

  crash(random: Random): void {
    if (this.before !== undefined && random.chance(0.5)) {
      this.bytes = this.before.slice();
      this.length = this.bytes.length;
    } else if (this.before === undefined) {
      const kept = this.synced + random.between(0, this.length - this.synced + 1);
      // The file grew before its data came.
      if (random.chance(0.2)) this.bytes.fill(0, random.between(this.synced, kept + 1), kept);
      this.bytes.fill(0, kept, this.length);
      this.length = kept;
    }
    this.sync();
  }
}

/** The application's section of the node's database. */
export const APPLICATION_SECTION = 'a';

interface Undo {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

export class SimDisk {
  readonly random: Random;
  files = new Map<string, SimFile>();
  readonly folders = new Set<string>();
  readonly table = new Map<string, Uint8Array>();
  /** Names as the disk has them for certain, and what was done to them since. */
  #names = new Map<string, SimFile>();
  #changes: ((names: Map<string, SimFile>) => void)[] = [];
  /** Lazy batches since the last synced one, as what undoes them. */
  #lazy: Undo[][] = [];
  /** Changes whenever the keys of the table do. */
  keysVersion = 0;
  isFull = false;
  /** Says that it synced and did not. */
  lies = false;
  /** Writes and syncs so far. */
  operations = 0;
  /** Called before each write or sync: the moment for a crash. */
  onOperation: () => void = () => undefined;

  constructor(random: Random) {
    this.random = random;
  }

  operation(): void {
    this.operations++;
    this.onOperation();
  }

  rename(change: (names: Map<string, SimFile>) => void): void {
    change(this.files);
    this.#changes.push(change);
  }

  syncFile(file: SimFile, length = file.length): void {
    if (!this.lies) file.sync(length);
  }

  syncNames(): void {
    if (this.lies) return;
    this.#keepNames();
  }

  #keepNames(): void {
    this.#names = new Map(this.files);
    this.#changes = [];
  }

  #set(key: string, value: Uint8Array | undefined): Undo {
    const old = this.table.get(key);
    if (value === undefined) this.table.delete(key);
    else this.table.set(key, value);
    if ((old === undefined) !== (value === undefined)) this.keysVersion++;
    return { key, value: old };
  }

  batch(ops: readonly (readonly [string, Uint8Array | undefined])[], sync: boolean): void {
    const undo = ops.map(([key, value]) => this.#set(key, value));
    // One log: what is synced takes along what lies before it.
    if (sync && !this.lies) this.#lazy = [];
    else this.#lazy.push(undo);
  }

  /** The application's part of the database is gone; nobody has it open. */
  forgetApplication(): void {
    for (const key of [...this.table.keys()]) if (key.startsWith(`${APPLICATION_SECTION}\0`)) this.#set(key, undefined);
  }

  crash(): void {
    const { random } = this;
    const kept = random.between(0, this.#changes.length + 1);
    for (const change of this.#changes.slice(0, kept)) change(this.#names);
    this.files = this.#names;
    for (const file of new Set(this.files.values())) file.crash(random);
    this.#keepNames();
    const batches = random.between(0, this.#lazy.length + 1);
    for (const undo of this.#lazy.slice(batches).reverse()) for (const { key, value } of undo.reverse()) this.#set(key, value);
    this.#lazy = [];
  }
}
