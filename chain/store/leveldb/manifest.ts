// LevelDB's manifest (leveldb:db/version_edit.cc): which table files and logs belong to the database. What else lies in the folder is left over
// from a crash, is removed when the database is opened, and may be half written.
import { bytesEqual, utf8 } from '../../encoding/bytes.ts';
import { Fields, FormatError } from './fields.ts';

// Tags of an edit.
const COMPARATOR = 1;
const LOG_NUMBER = 2;
const NEXT_FILE = 3;
const LAST_SEQUENCE = 4;
const COMPACT_POINTER = 5;
const DELETED_FILE = 6;
const NEW_FILE = 7;
const PREVIOUS_LOG = 9;

const LEVELS = 7;
const COMPARATOR_NAME = utf8('leveldb.BytewiseComparator');

export interface LiveFiles {
  /** Number to size in bytes. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs from this number on hold what is in no table yet, */
  readonly logFrom: number;
  /** and this one. */
  readonly previousLog: number;
}

function level(r: Fields): number {
  const n = r.varint();
  if (n >= LEVELS) throw new FormatError(`level ${n}`);
  return n;
}

/** The files after all edits. Throws FormatError. */
export function liveFiles(edits: readonly Uint8Array[]): LiveFiles {
  const files = new Map<string, readonly [number, number]>();
  let logFrom = 0;
  let previousLog = 0;
  for (const edit of edits) {
    const added: [string, readonly [number, number]][] = [];
    for (const r = new Fields(edit); r.left > 0; ) {
      const tag = r.varint();
      if (tag === COMPARATOR) {
        if (!bytesEqual(r.string(), COMPARATOR_NAME)) throw new FormatError('it was written with another order of keys');
      } else if (tag === LOG_NUMBER) logFrom = r.varint();
      else if (tag === PREVIOUS_LOG) previousLog = r.varint();
      else if (tag === NEXT_FILE) r.varint();
      else if (tag === LAST_SEQUENCE) r.skipVarint();
      else if (tag === COMPACT_POINTER) {
        level(r);
        r.string();
      } else if (tag === DELETED_FILE) files.delete(`${level(r)}/${r.varint()}`);
      else if (tag === NEW_FILE) {
        const l = level(r);
        const number = r.varint();
        added.push([`${l}/${number}`, [number, r.varint()]]);
        r.string();
        r.string();
      } else throw new FormatError(`unknown entry ${tag} in an edit`);
    }
    for (const [key, file] of added) files.set(key, file);
  }
  return { tables: new Map(files.values()), logFrom, previousLog };
}
