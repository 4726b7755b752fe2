// A chain of batches: each batch carries a record with its number, the digest of its operations and the hash of the record before, and a head
// file beside the database witnesses the last. So an opening notices batches that LevelDB lost from its log, in the middle or at the end.
// Records are kept for as long as their batch may still be only in LevelDB's log (two write buffers); what is older is in table files.
// Record: u64 sequence, u64 running total of bytes, 32-byte hash of the previous record, 32-byte digest of the operations. Its hash is sha256.
import { join } from 'node:path';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual, concatBytes, utf8 } from '../encoding/bytes.ts';
import { digestOf, loggedBytes, NO_HASH, OVERHEAD_BYTES, WINDOW_BYTES } from './batch-link.ts';
import type { CheckedDb, DbOp } from './db.ts';
import { CorruptionError } from './errors.ts';
import { type Head, HeadFile } from './head-file.ts';

export const HEAD_FILE_NAME = 'HEAD';
const RECORD_BYTES = 80;

interface Link {
  readonly sequence: number;
  /** Bytes of this batch and all before. */
  readonly total: number;
  readonly previous: Uint8Array;
  readonly digest: Uint8Array;
}

function encodeLink(l: Link): Uint8Array {
  const b = new Uint8Array(RECORD_BYTES);
  const view = new DataView(b.buffer);
  view.setBigUint64(0, BigInt(l.sequence));
  view.setBigUint64(8, BigInt(l.total));
  b.set(l.previous, 16);
  b.set(l.digest, 48);
  return b;
}

function decodeLink(location: string, key: Uint8Array, b: Uint8Array): Link {
  if (b.length !== RECORD_BYTES) throw new CorruptionError(location, 'a batch record has the wrong size', key);
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  return { sequence: Number(view.getBigUint64(0)), total: Number(view.getBigUint64(8)), previous: b.slice(16, 48), digest: b.slice(48, 80) };
}

export class BatchChain {
  readonly #db: CheckedDb;
  readonly #prefix: Uint8Array;
  readonly #headFile: HeadFile | undefined;
  /** Sequence and running total of the records that are kept, oldest first, from #keptFrom on. */
  #kept: { sequence: number; total: number }[];
  #keptFrom = 0;
  #head: Head;
  #total: number;
  #queue: Promise<void> = Promise.resolve();

  private constructor(db: CheckedDb, prefix: Uint8Array, links: readonly { sequence: number; total: number }[], head: Head, headFile: HeadFile | undefined) {
    this.#db = db;
    this.#prefix = prefix;
    this.#headFile = headFile;
    this.#kept = [...links];
    this.#head = head;
    this.#total = links.at(-1)?.total ?? 0;
  }

  /**
   * Reads and checks the records of `db` against each other and against the head file in its folder (none for a database in memory).
   * Several chains of one folder need different names. Throws CorruptionError where a batch is missing or changed.
   */
  static async open(db: CheckedDb, options: { readonly name?: string } = {}): Promise<BatchChain> {
    const name = options.name ?? '';
    const prefix = concatBytes(new Uint8Array(1), utf8(`batches${name}`), new Uint8Array(1));
    const links: Link[] = [];
    const hashes: Uint8Array[] = [];
    const end = concatBytes(prefix, new Uint8Array(9).fill(255));
    for await (const [key, value] of db.iterate({ start: prefix, end })) {
      const link = decodeLink(db.location, key, value);
      const before = links.at(-1);
      if (before !== undefined && (link.sequence !== before.sequence + 1 || !bytesEqual(link.previous, hashes.at(-1) as Uint8Array))) {
        throw new CorruptionError(db.location, `batches between ${before.sequence} and ${link.sequence} were lost`);
      }
      links.push(link);
      hashes.push(sha256(encodeLink(link)));
    }
    const last = links.at(-1);
    const head: Head = last === undefined ? { sequence: 0, hash: NO_HASH } : { sequence: last.sequence, hash: hashes.at(-1) as Uint8Array };
    const onDisk = !db.location.startsWith('<');
    let witness: Head | undefined;
    const path = join(db.location, name === '' ? HEAD_FILE_NAME : `${HEAD_FILE_NAME}-${name}`);
    if (onDisk) {
      witness = HeadFile.read(path);
      if (witness === undefined && last !== undefined) throw new CorruptionError(path, 'it is missing, so the end of the database has no witness');
      if (witness !== undefined) checkWitness(db.location, witness, links, hashes);
    }
    const chain = new BatchChain(db, prefix, links, head, onDisk ? HeadFile.open(path, head, witness) : undefined);
    chain.#headFile?.write(head);
    return chain;
  }

  /** The last batch. */
  get head(): Head {
    return this.#head;
  }

  #key(sequence: number): Uint8Array {
    const key = new Uint8Array(this.#prefix.length + 8);
    key.set(this.#prefix);
    new DataView(key.buffer).setBigUint64(this.#prefix.length, BigInt(sequence));
    return key;
  }

  /** Writes the operations as the next batch of the chain and waits until it is on the disk. Calls take effect one after the other. */
  append(ops: readonly DbOp[]): Promise<void> {
    const written = this.#queue.then(() => this.#append(ops));
    // A failure is its caller's; the next call finds the chain as it was.
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async #append(ops: readonly DbOp[]): Promise<void> {
    const total = this.#total + loggedBytes(ops) + RECORD_BYTES + 2 * OVERHEAD_BYTES;
    const link: Link = { sequence: this.#head.sequence + 1, total, previous: this.#head.hash, digest: digestOf(ops) };
    const record = encodeLink(link);
    const all: DbOp[] = [...ops, { type: 'put', key: this.#key(link.sequence), value: record }];
    let from = this.#keptFrom;
    for (; from < this.#kept.length && total - (this.#kept[from]?.total ?? 0) > WINDOW_BYTES; from++) {
      all.push({ type: 'del', key: this.#key(this.#kept[from]?.sequence ?? 0) });
    }
    await this.#db.batch(all, { sync: true });
    this.#kept.push({ sequence: link.sequence, total });
    this.#keptFrom = from;
    if (from > 4096) {
      this.#kept = this.#kept.slice(from);
      this.#keptFrom = 0;
    }
    this.#total = total;
    this.#head = { sequence: link.sequence, hash: sha256(record) };
    this.#headFile?.write(this.#head);
  }

  /** Closes the head file, not the database. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#headFile?.close();
  }
}

function checkWitness(location: string, witness: Head, links: readonly Link[], hashes: readonly Uint8Array[]): void {
  const first = links[0];
  if (witness.sequence === 0 && (first === undefined || first.sequence === 1)) return;
  const last = links.at(-1)?.sequence ?? 0;
  if (last < witness.sequence) throw new CorruptionError(location, `its last ${witness.sequence - last} batches were lost`);
  const at = first === undefined ? -1 : witness.sequence - first.sequence;
  const hash = hashes[at];
  if (hash === undefined || !bytesEqual(hash, witness.hash)) throw new CorruptionError(location, `batch ${witness.sequence} is not the one that was written`);
}
