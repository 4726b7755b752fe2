// The engine's database on a simulated disk, opened by one process (chain/blockstore/durable-db.ts).
import type { DurableDb } from '../../chain/blockstore/durable-db.ts';
import { compareBytes } from '../../chain/encoding/bytes.ts';
import type { DbOp, DbRange } from '../../chain/store/db.ts';
import { DatabaseError } from '../../chain/store/errors.ts';
import type { SimDisk } from './disk.ts';
import type { SimProcess, VirtualTime } from './virtual-time.ts';

const text = (b: Uint8Array): string => Buffer.from(b.buffer, b.byteOffset, b.length).toString('latin1');
const bytes = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'latin1'));

export class SimDb implements DurableDb {
  readonly location: string;
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #time: VirtualTime;
  readonly #syncMicros: (disk: SimDisk) => number;
  #last: Promise<void> = Promise.resolve();
  #sorted: { readonly version: number; readonly keys: readonly string[] } | undefined;

  constructor(location: string, disk: SimDisk, process: SimProcess, time: VirtualTime, syncMicros: (disk: SimDisk) => number) {
    this.location = location;
    this.#disk = disk;
    this.#process = process;
    this.#time = time;
    this.#syncMicros = syncMicros;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#disk.table.get(text(key))?.slice();
  }

  has(key: Uint8Array): boolean {
    return this.#disk.table.has(text(key));
  }

  async *iterate(range: DbRange): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
    const { table, keysVersion } = this.#disk;
    // latin1 in the order of its code units is the order of bytes.
    if (this.#sorted?.version !== keysVersion) this.#sorted = { version: keysVersion, keys: [...table.keys()].sort() };
    const within = this.#sorted.keys
      .map((k) => [bytes(k), table.get(k) as Uint8Array] as const)
      .filter(([k]) => (range.start === undefined || compareBytes(k, range.start) >= 0) && (range.end === undefined || compareBytes(k, range.end) < 0));
    if (range.reverse === true) within.reverse();
    const limit = range.limit === undefined || range.limit < 0 ? within.length : range.limit;
    for (const [k, v] of within.slice(0, limit)) yield [k, v.slice()];
  }

  write(ops: readonly DbOp[]): Promise<void> {
    return this.#inOrder(ops, true);
  }

  writeLazily(ops: readonly DbOp[]): Promise<void> {
    return this.#inOrder(ops, false);
  }

  #inOrder(ops: readonly DbOp[], sync: boolean): Promise<void> {
    const disk = this.#disk;
    const sealed = ops.map((op) => [text(op.key), op.type === 'put' ? op.value.slice() : undefined] as const);
    const mine = this.#last.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#time.after(sync ? this.#syncMicros(disk) : 0, this.#process, () => {
            disk.operation();
            const alive = this.#process.alive;
            // A batch in flight at the crash: whole or not at all.
            if (!alive && (!sync || disk.random.chance(0.5))) return;
            if (disk.isFull) {
              reject(new DatabaseError(this.location, 'ENOSPC: simulated, no space left'));
              return;
            }
            disk.batch(sealed, sync);
            if (alive) resolve();
          });
        }),
    );
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
