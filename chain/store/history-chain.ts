// The chain of batches of the nodes' database (history.ts), and what a head file beside it witnesses of them. LevelDB drops what it cannot read
// of its log without a word, so each batch carries a link: its number and the hash of the link before.
// Most batches are not synced; the head file (head-file.ts) is written only after one that is, so it never knows more than the disk holds.
// What an opening makes of a batch that is missing or unreadable:
//   up to the witness: damage, an error that names the folder (or the file, where leveldb/ found it first);
//   behind it: not yet synced, it may be what a crash left. That batch and all after it are dropped; their heights are made again.
// A clean stop syncs and writes the witness, so after it every bit of the log is covered. After kill -9 the batches since the last sync are not:
// there a changed bit in the last record is taken for a torn write, and no harm comes of it. A record that others follow is always checked.
// A link stands among its height's keys, because the database's keys must only grow. Key: height in 8 bytes, fffd, number within the height in 4.
// Link: u64 sequence, u64 running total of bytes, u64 oldest height that is answered (0: none), 32-byte hash of the previous link. The
// values themselves need no digest here: db.ts checks each.
import { join } from 'node:path';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { HEAD_FILE_NAME } from './batch-chain.ts';
import { loggedBytes, NO_HASH, OVERHEAD_BYTES, WINDOW_BYTES } from './batch-link.ts';
import type { CheckedDb, DbOp } from './db.ts';
import { CorruptionError } from './errors.ts';
import { type Head, HeadFile } from './head-file.ts';
import { syncOlderLogs } from './leveldb/sync-older-logs.ts';

const LINKS = 0xfffd;
const LINK_BYTES = 56;

interface Link {
  readonly version: number;
  /** Of the links of this version. */
  readonly index: number;
  readonly sequence: number;
  readonly total: number;
  readonly oldest: number;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

function linkKey(version: number, index: number): Uint8Array {
  const key = new Uint8Array(14);
  const view = new DataView(key.buffer);
  view.setBigUint64(0, BigInt(version));
  view.setUint16(8, LINKS);
  view.setUint32(10, index);
  return key;
}

export const keyVersion = (key: Uint8Array): number => Number(new DataView(key.buffer, key.byteOffset, key.length).getBigUint64(0));

function encodeLink(l: Omit<Link, 'version' | 'index' | 'hash'>): Uint8Array {
  const b = new Uint8Array(LINK_BYTES);
  const view = new DataView(b.buffer);
  view.setBigUint64(0, BigInt(l.sequence));
  view.setBigUint64(8, BigInt(l.total));
  view.setBigUint64(16, BigInt(l.oldest));
  b.set(l.previous, 24);
  return b;
}

function readLink(db: CheckedDb, version: number, index: number): Link | undefined {
  const key = linkKey(version, index);
  const b = db.get(key);
  if (b === undefined) return undefined;
  if (b.length !== LINK_BYTES) throw new CorruptionError(db.location, 'a batch record has the wrong size', key);
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  return {
    version,
    index,
    sequence: Number(view.getBigUint64(0)),
    total: Number(view.getBigUint64(8)),
    oldest: Number(view.getBigUint64(16)),
    previous: b.slice(24, 56),
    hash: sha256(b),
  };
}

function linksOf(db: CheckedDb, version: number): Link[] {
  const links: Link[] = [];
  for (let link = readLink(db, version, 0); link !== undefined; link = readLink(db, version, links.length)) links.push(link);
  return links;
}

/** Links in order: those that may still be only in LevelDB's logs, and at least back to the witness. */
function readLinks(db: CheckedDb, newestVersion: number, witnessed: number): Link[] {
  const backwards: Link[] = [];
  for (let version = newestVersion; version >= (backwards[0]?.oldest ?? 0); version--) {
    backwards.push(...linksOf(db, version).reverse());
    const [last, first] = [backwards[0], backwards.at(-1)];
    if (first === undefined || last === undefined) {
      // Written before there were links, or nothing at all.
      if (witnessed === 0) break;
      continue;
    }
    if (first.sequence === 1 || (isWindow(first, last) && first.sequence <= witnessed)) break;
  }
  return backwards.reverse();
}

const isWindow = (first: Link, last: Link): boolean => last.total - first.total > WINDOW_BYTES;

/** How many of the links follow one another without a gap. */
function unbroken(links: readonly Link[]): number {
  const [first, last] = [links[0], links.at(-1)];
  // Links of heights that are no longer answered are gone.
  const beginsRight = first === undefined || last === undefined || first.sequence === 1 || first.version <= last.oldest || isWindow(first, last);
  if (!beginsRight) return 0;
  const broken = links.findIndex((l, i) => i > 0 && !bytesEqual(l.previous, (links[i - 1] as Link).hash));
  return broken < 0 ? links.length : broken;
}

function checkWitness(location: string, witness: Head, links: readonly Link[]): void {
  if (witness.sequence === 0) return;
  const newest = links.at(-1);
  if (newest === undefined || newest.sequence < witness.sequence) {
    throw new CorruptionError(location, `what was stored after the nodes of height ${newest?.version ?? 0} was lost`);
  }
  // It may have been dropped with a height that was never committed: then a link that says so follows the one before it.
  const link = links.find((l) => l.sequence === witness.sequence);
  if (link !== undefined && !bytesEqual(link.hash, witness.hash))
    throw new CorruptionError(location, `batch ${witness.sequence} is not the one that was written`);
}

export class HistoryChain {
  readonly #db: CheckedDb;
  readonly #headFile: HeadFile;
  /** The newest. */
  #version: number;
  #index: number;
  #head: Head;
  #sequence: number;
  #total: number;
  #unsynced = false;
  #queue: Promise<void> = Promise.resolve();

  private constructor(db: CheckedDb, headFile: HeadFile, newest: Link | undefined, sequence: number) {
    this.#db = db;
    this.#headFile = headFile;
    this.#version = newest?.version ?? 0;
    this.#index = newest?.index ?? -1;
    this.#head = { sequence: newest?.sequence ?? 0, hash: newest?.hash ?? NO_HASH };
    this.#sequence = sequence;
    this.#total = newest?.total ?? 0;
  }

  /**
   * Checks the links against each other and against the witness, and drops heights above `last` and those behind a gap. Throws CorruptionError
   * where a batch up to the witness is missing or changed.
   */
  static async open(db: CheckedDb, last: number): Promise<HistoryChain> {
    const path = join(db.location, HEAD_FILE_NAME);
    const witness = HeadFile.read(path);
    let stored = 0;
    for await (const [key] of db.iterate({ reverse: true, limit: 1 })) stored = keyVersion(key);
    const links = readLinks(db, stored, witness?.sequence ?? 0);
    if (witness === undefined && links.length > 0) throw new CorruptionError(path, 'it is missing, so the end of the database has no witness');
    const whole = links.slice(0, unbroken(links));
    if (witness !== undefined) checkWitness(db.location, witness, whole);
    const to = Math.min(last, whole.length === links.length ? last : (whole.at(-1)?.version ?? 0));
    const newest = whole.findLast((l) => l.version <= to);
    const head: Head = { sequence: newest?.sequence ?? 0, hash: newest?.hash ?? NO_HASH };
    const sequence = Math.max(links.at(-1)?.sequence ?? 0, witness?.sequence ?? 0);
    const chain = new HistoryChain(db, HeadFile.open(path, head, witness), newest, sequence);
    try {
      const ops: DbOp[] = [];
      for await (const [key] of db.iterate({ start: linkKeyFloor(to + 1) })) ops.push({ type: 'del', key });
      // The heights that are dropped here had already removed the links of those that they no longer answered.
      const oldest = links.at(-1)?.oldest ?? 0;
      // LevelDB has put all that it found into tables and synced them.
      if (ops.length > 0) await chain.append(to, oldest, ops, { sync: true });
      else chain.#headFile.write(head);
    } catch (e) {
      await chain.close();
      throw e;
    }
    return chain;
  }

  /** Writes the operations as the next batch, of a height not below the last. Calls take effect one after the other. */
  append(version: number, oldest: number, ops: readonly DbOp[], options: { readonly sync: boolean }): Promise<void> {
    const written = this.#queue.then(() => this.#append(version, oldest, ops, options.sync));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async #append(version: number, oldest: number, ops: readonly DbOp[], sync: boolean): Promise<void> {
    const total = this.#total + loggedBytes(ops) + LINK_BYTES + OVERHEAD_BYTES;
    const sequence = this.#sequence + 1;
    const index = version === this.#version ? this.#index + 1 : 0;
    const value = encodeLink({ sequence, total, oldest, previous: this.#head.hash });
    await this.#db.batch([...ops, { type: 'put', key: linkKey(version, index), value }], { sync });
    this.#version = version;
    this.#index = index;
    this.#sequence = sequence;
    this.#total = total;
    this.#head = { sequence, hash: sha256(value) };
    this.#unsynced = !sync;
    if (!sync) return;
    await syncOlderLogs(this.#db.location);
    this.#headFile.write(this.#head);
  }

  /** Makes sure that all that was appended is on the disk, and witnessed. */
  async sync(oldest: number): Promise<void> {
    await this.#queue;
    if (this.#unsynced) await this.append(this.#version, oldest, [], { sync: true });
  }

  /** Operations that remove the links of a height. */
  removal(version: number): DbOp[] {
    const ops: DbOp[] = [{ type: 'del', key: linkKey(version, 0) }];
    for (let index = 1; this.#db.has(linkKey(version, index)); index++) ops.push({ type: 'del', key: linkKey(version, index) });
    return ops;
  }

  /** Closes the head file, not the database. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#headFile.close();
  }
}

/** Before all keys of a version. */
function linkKeyFloor(version: number): Uint8Array {
  const key = new Uint8Array(14);
  new DataView(key.buffer).setBigUint64(0, BigInt(version));
  return key;
}
