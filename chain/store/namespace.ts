// A part of a database under a key prefix, so that several users share one folder.
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import type { CheckedDb, DbOp, DbRange } from './db.ts';

/** The smallest key above all keys that begin with `prefix`; undefined where there is none (all bytes ff). */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const b = prefix[i] as number;
    if (b === 255) continue;
    const end = new Uint8Array(prefix.subarray(0, i + 1));
    end[i] = b + 1;
    return end;
  }
  return undefined;
}

/** Keys of the view are stored behind `name` and a zero byte; no name may be a prefix of another with a zero byte. Closing it closes nothing. */
export function namespace(db: CheckedDb, name: string): CheckedDb {
  const prefix = concatBytes(utf8(name), new Uint8Array(1));
  const inner = (key: Uint8Array): Uint8Array => concatBytes(prefix, key);
  return {
    location: db.location,
    get: (key) => db.get(inner(key)),
    has: (key) => db.has(inner(key)),
    batch: async (ops, options) =>
      db.batch(
        ops.map((op): DbOp => {
          if (op.key.length === 0) throw new RangeError('database key of 0 bytes');
          return { ...op, key: inner(op.key) };
        }),
        options,
      ),
    async *iterate(range: DbRange) {
      const start = range.start === undefined ? prefix : inner(range.start);
      const end = range.end === undefined ? prefixEnd(prefix) : inner(range.end);
      for await (const [key, value] of db.iterate({ ...range, start, end })) yield [key.slice(prefix.length), value] as const;
    },
    close: async () => undefined,
  };
}
