// The database of the engine: blocks, state, results, evidence and index share one LevelDB folder, each behind its own prefix, so that a
// block costs few synced writes and little memory. Every durable write is a link of the batch chain (chain/store/batch-chain.ts), by
// which an opening notices writes that LevelDB lost. Writes take effect in the order of the calls; those that wait at the same time are
// written together.
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { BatchChain } from '../store/batch-chain.ts';
import { type CheckedDb, type DbOp, type DbRange, openDb } from '../store/db.ts';
import { memoryDb } from '../store/memory-db.ts';
import { prefixEnd } from '../store/namespace.ts';

export interface DurableDb {
  readonly location: string;
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  iterate(range: DbRange): AsyncIterable<readonly [Uint8Array, Uint8Array]>;
  /** Atomic, and on the disk when it resolves. */
  write(ops: readonly DbOp[]): Promise<void>;
  /** Atomic, but a power cut may lose it: for what can be derived again. */
  writeLazily(ops: readonly DbOp[]): Promise<void>;
}

interface Waiting {
  readonly ops: readonly DbOp[];
  readonly durable: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class ChainDb implements DurableDb {
  readonly #db: CheckedDb;
  readonly #chain: BatchChain;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;
  /** The last batch in the log is not a link of the chain. */
  #endsLazily = false;

  private constructor(db: CheckedDb, chain: BatchChain) {
    this.#db = db;
    this.#chain = chain;
  }

  /** Throws CorruptionError where writes are missing or changed, DatabaseError where the folder cannot be opened. */
  static async open(folder: string): Promise<ChainDb> {
    const db = await openDb(folder);
    try {
      return new ChainDb(db, await BatchChain.open(db));
    } catch (e) {
      await db.close();
      throw e;
    }
  }

  static async memory(): Promise<ChainDb> {
    const db = memoryDb();
    return new ChainDb(db, await BatchChain.open(db));
  }

  get location(): string {
    return this.#db.location;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#db.get(key);
  }

  has(key: Uint8Array): boolean {
    return this.#db.has(key);
  }

  iterate(range: DbRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    return this.#db.iterate(range);
  }

  write(ops: readonly DbOp[]): Promise<void> {
    return this.#queue(ops, true);
  }

  writeLazily(ops: readonly DbOp[]): Promise<void> {
    return this.#queue(ops, false);
  }

  #queue(ops: readonly DbOp[], durable: boolean): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ops, durable, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    // Calls of the same turn are written together.
    await null;
    while (this.#waiting.length > 0) {
      const { durable } = this.#waiting[0] as Waiting;
      const end = this.#waiting.findIndex((w) => w.durable !== durable);
      const group = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
      const ops = group.length === 1 ? (group[0] as Waiting).ops : group.flatMap((w) => w.ops);
      try {
        await (durable ? this.#chain.append(ops) : this.#db.batch(ops, { sync: false }));
        this.#endsLazily = !durable;
        for (const w of group) w.resolve();
      } catch (e) {
        // A failed write is its callers' to handle; later writes still run and fail by themselves.
        for (const w of group) w.reject(e);
      }
    }
    this.#writing = undefined;
  }

  async close(): Promise<void> {
    await this.#writing;
    if (this.#closed) return;
    this.#closed = true;
    try {
      // After a clean stop the loss of any batch is noticed.
      if (this.#endsLazily) await this.#chain.append([]);
    } finally {
      await this.#chain.close().finally(() => this.#db.close());
    }
  }
}

/** A part of the database behind a prefix of its own. */
export function section(db: DurableDb, name: string): DurableDb {
  const prefix = concatBytes(utf8(name), new Uint8Array(1));
  const inner = (key: Uint8Array): Uint8Array => concatBytes(prefix, key);
  const innerOps = (ops: readonly DbOp[]): readonly DbOp[] => ops.map((op): DbOp => ({ ...op, key: inner(op.key) }));
  return {
    location: db.location,
    get: (key) => db.get(inner(key)),
    has: (key) => db.has(inner(key)),
    async *iterate(range) {
      const start = range.start === undefined ? prefix : inner(range.start);
      const end = range.end === undefined ? prefixEnd(prefix) : inner(range.end);
      for await (const [key, value] of db.iterate({ ...range, start, end })) yield [key.slice(prefix.length), value] as const;
    },
    write: (ops) => db.write(innerOps(ops)),
    writeLazily: (ops) => db.writeLazily(innerOps(ops)),
  };
}
