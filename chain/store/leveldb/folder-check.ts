// What a LevelDB folder must be before LevelDB is let near it, because its recovery drops what it cannot read, rewrites files and aborts the
// process on some damage: the manifest and the logs are read whole, the newest tables too; older tables are left to a check in the background.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CorruptionError, DatabaseError } from '../errors.ts';
import { FormatError } from './fields.ts';
import { type CheckedFile, checkNow, isMissing } from './file-check.ts';
import { scanLog } from './log-records.ts';
import { type LiveFiles, liveFiles } from './manifest.ts';
import { checkTable } from './table-check.ts';

/** Bytes of tables checked before opening: some 30 ms. */
export const OPENING_BYTES = 1 << 24;
/** Another process may replace files while they are read; then all is read anew. */
const ATTEMPTS = 5;
const NUMBERED = /^(\d{6,})\.(ldb|sst|log)$/;

export interface FolderFiles {
  /** Newest first. */
  readonly tables: readonly CheckedFile[];
  readonly logs: readonly string[];
  readonly manifest: string;
}

function read(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (e) {
    if (isMissing(e)) throw e;
    throw new DatabaseError(path, `cannot be read: ${(e as Error).message}`, { cause: e });
  }
}

function readManifest(path: string): LiveFiles {
  const { records, end, rest } = scanLog(read(path));
  // Tables are only dropped when the edit that says so is on the disk: a torn last edit was none.
  if (rest === 'bad' || rest === 'damaged') throw new CorruptionError(path, `an edit at byte ${end} does not match its checksum`);
  try {
    return liveFiles(records);
  } catch (e) {
    if (e instanceof FormatError) throw new CorruptionError(path, e.message);
    throw e;
  }
}

/** The files that belong to the database; undefined where there is none. Throws CorruptionError, or ENOENT where files vanish meanwhile. */
export function folderFiles(location: string): FolderFiles | undefined {
  const names = existsSync(location) ? readdirSync(location) : [];
  const current = join(location, 'CURRENT');
  if (!names.includes('CURRENT')) {
    // LevelDB would begin an empty database and delete what is there.
    const left = names.find((n) => NUMBERED.test(n));
    if (left !== undefined) throw new CorruptionError(current, `it is missing, but there are files of a database (${left})`);
    return undefined;
  }
  const text = new TextDecoder().decode(read(current));
  if (!/^MANIFEST-\d{6,}\n$/.test(text)) throw new CorruptionError(current, 'it does not name a manifest');
  const manifest = join(location, text.trimEnd());
  if (!existsSync(manifest)) throw new CorruptionError(current, `it names ${text.trimEnd()}, which is missing`);
  const live = readManifest(manifest);
  const byNumber = new Map<number, string>();
  const logs: number[] = [];
  for (const name of readdirSync(location)) {
    const m = NUMBERED.exec(name);
    if (m === null) continue;
    const number = Number(m[1]);
    if (m[2] !== 'log') byNumber.set(number, name);
    else if (number >= live.logFrom || number === live.previousLog) logs.push(number);
  }
  const tables = [...live.tables]
    .sort(([a], [b]) => b - a)
    .map(([number, size]): CheckedFile => {
      const name = byNumber.get(number) ?? `${String(number).padStart(6, '0')}.ldb`;
      return { path: join(location, name), size, check: checkTable };
    });
  const logNames = logs.sort((a, b) => a - b).map((n) => join(location, `${String(n).padStart(6, '0')}.log`));
  return { tables, logs: logNames, manifest };
}

function checkLog(path: string): void {
  const { end, rest } = scanLog(read(path));
  // A bad or torn end: whether it had been written for good is known to the batch chain.
  if (rest === 'damaged') throw new CorruptionError(path, `a record at byte ${end} does not match its checksum`);
}

/**
 * Checks the folder and gives the tables that were left out. Throws CorruptionError or DatabaseError naming the file. Reads at least the newest
 * table, and of the others as many as `budget` bytes hold.
 */
export function checkFolder(location: string, budget: number = OPENING_BYTES): readonly CheckedFile[] {
  for (let attempt = 1; ; attempt++) {
    try {
      const files = folderFiles(location);
      if (files === undefined) return [];
      for (const log of files.logs) checkLog(log);
      let left = budget;
      for (const [i, table] of files.tables.entries()) {
        if (left <= 0) return files.tables.slice(i);
        checkNow(table);
        left -= table.size ?? 0;
      }
      return [];
    } catch (e) {
      if (!isMissing(e)) throw e;
      if (attempt === ATTEMPTS) throw new CorruptionError(String((e as { path?: unknown }).path ?? location), 'it is missing');
    }
  }
}
