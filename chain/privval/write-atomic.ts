// A file that is either the old one or the new one after a crash at any point: written aside, synced, renamed, and the folder synced.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Throws the system's error. Only the owner can read the file. A left-over of an interrupted write is overwritten by the next one. */
export function writeFileAtomic(path: string, text: string): void {
  const aside = `${path}.tmp`;
  const fd = openSync(aside, 'w', 0o600);
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(aside, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
