// Files that are either whole or not there.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Written beside, synced and renamed: a crash leaves the old file or the new one. */
export function writeFileWhole(file: string, content: string | Uint8Array, mode = 0o644): void {
  const next = `${file}.new-${process.pid}`;
  const fd = openSync(next, 'w', mode);
  try {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, file);
}
