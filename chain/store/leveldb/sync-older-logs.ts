// LevelDB syncs only the log that it writes. When a log is full it begins the next, and puts the old one into a table, which it syncs; between
// the two, what was written to the old log without a sync is in no file that is on the disk for certain, though later batches are.
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { isMissing } from './file-check.ts';

/** Syncs the logs before the last. One that is gone meanwhile has become a table. Throws DatabaseError. */
export async function syncOlderLogs(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => /^\d+\.log$/.test(name)).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  for (const name of logs.slice(0, -1)) {
    const path = join(folder, name);
    try {
      const file = await open(path, 'r');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (e) {
      if (!isMissing(e)) throw new DatabaseError(path, `cannot be written: ${(e as Error).message}`, { cause: e });
    }
  }
}
