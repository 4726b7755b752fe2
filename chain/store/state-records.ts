// The records of the state database that say what is there: metadata, tree files, first heights; and the names of its files.
import type { CheckedDb } from './db.ts';
import { decodeJson, heightKey, KIND, type Kind, keyHeight, kindKey } from './height-keys.ts';
import { ErrStoreMismatch } from './query-errors.ts';

export const STATE_FORMAT = 1;
export const TREES_FOLDER = 'trees';
export const NODES_FOLDER = 'nodes';

export interface StateMeta {
  readonly format: number;
  /** Whether nodes are kept. */
  readonly nodes: boolean;
  /** Committed stores, their first heights and the last one of those that ended; the place is the store's number in keys of nodes. Never reordered. */
  readonly stores: readonly { readonly name: string; readonly since: number; readonly until?: number }[];
}

export interface TreeFileRecord {
  readonly height: number;
  readonly bytes: number;
}

export const treeFileName = (height: number): string => `${String(height).padStart(12, '0')}.trees`;

/** The metadata of a state database, undefined in a fresh one. */
export function readMeta(db: CheckedDb): StateMeta | undefined {
  const bytes = db.get(kindKey(KIND.meta));
  if (bytes === undefined) return undefined;
  const meta = decodeJson(bytes) as StateMeta;
  if (meta.format !== STATE_FORMAT) throw ErrStoreMismatch.wrap(`${db.location} has format ${meta.format}, this version reads format ${STATE_FORMAT}`);
  return meta;
}

/** Tree files that were recorded, ascending. */
export async function treeFiles(db: CheckedDb): Promise<TreeFileRecord[]> {
  const files: TreeFileRecord[] = [];
  for await (const [key, value] of db.iterate({ start: kindKey(KIND.treeFile), end: heightKey(KIND.treeFile, Number.MAX_SAFE_INTEGER) })) {
    files.push({ height: keyHeight(key), bytes: (decodeJson(value) as { bytes: number }).bytes });
  }
  return files;
}

/** The newest file from which all kept heights can be replayed, else the oldest. */
export function baseFor(files: readonly TreeFileRecord[], last: number, keep: number): TreeFileRecord | undefined {
  return files.findLast((f) => f.height <= last - keep) ?? files[0];
}

/** The first height that has a record of a kind. */
export async function firstHeight(db: CheckedDb, kind: Kind): Promise<number | undefined> {
  for await (const [key] of db.iterate({ start: kindKey(kind), end: heightKey(kind, Number.MAX_SAFE_INTEGER), limit: 1 })) return keyHeight(key);
  return undefined;
}
