// The in-memory twin of the checked database, for tests and for chains that keep nothing. Same interface, same conformance suite.
import { compareBytes } from '../encoding/bytes.ts';
import { type CheckedDb, type DbOp, type DbRange, openValue, sealValue } from './db.ts';
import { DatabaseError } from './errors.ts';

interface Entry {
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
}

const latin1 = (b: Uint8Array): string => {
  let s = '';
  for (let i = 0; i < b.length; i++) s += String.fromCharCode(b[i] as number);
  return s;
};

class MemoryDb implements CheckedDb {
  readonly location = '<memory>';
  readonly #entries = new Map<string, Entry>();
  #sorted: Entry[] | undefined;
  #closed = false;

  #open(): void {
    if (this.#closed) throw new DatabaseError(this.location, 'Database is not open');
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#open();
    const e = this.#entries.get(latin1(key));
    return e === undefined ? undefined : openValue(this.location, key, e.sealed).slice();
  }

  has(key: Uint8Array): boolean {
    this.#open();
    return this.#entries.has(latin1(key));
  }

  async batch(ops: readonly DbOp[]): Promise<void> {
    this.#open();
    const sealed = ops.map((op) => (op.type === 'put' ? sealValue(op.key, op.value) : undefined));
    ops.forEach((op, i) => {
      const s = sealed[i];
      if (s === undefined) this.#entries.delete(latin1(op.key));
      else this.#entries.set(latin1(op.key), { key: op.key.slice(), sealed: s });
    });
    this.#sorted = undefined;
  }

  async *iterate(range: DbRange): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
    this.#open();
    this.#sorted ??= [...this.#entries.values()].sort((a, b) => compareBytes(a.key, b.key));
    const within = this.#sorted.filter(
      (e) => (range.start === undefined || compareBytes(e.key, range.start) >= 0) && (range.end === undefined || compareBytes(e.key, range.end) < 0),
    );
    if (range.reverse === true) within.reverse();
    let left = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
    for (const e of within) {
      if (left-- <= 0) return;
      yield [e.key.slice(), openValue(this.location, e.key, e.sealed).slice()];
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

export function memoryDb(): CheckedDb {
  return new MemoryDb();
}
