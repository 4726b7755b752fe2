// A copy of a database folder that another process is writing, as of some moment: a node need not stop to be looked at. Tables and tree files
// never change once they have their names, so they are linked; logs, manifests and heads are copied, heads first: a head that is behind the
// database is allowed, one that is ahead is damage. A copy into which a compaction fell does not open; the next one may.
import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const UNCHANGING = /\.(ldb|sst|trees)$/;
const LEFT_OUT = /^(LOCK|LOG(\.old)?|.*\.new)$/;

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or one without links.
    copyFileSync(from, to);
  }
}

/** Heads, then what the database names its files by, then logs, then tables. */
function rank(name: string): number {
  if (/head/i.test(name)) return 0;
  if (/^(CURRENT|MANIFEST)/.test(name)) return 1;
  return UNCHANGING.test(name) ? 3 : 2;
}

export function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const entries = readdirSync(from, { withFileTypes: true }).filter((e) => !LEFT_OUT.test(e.name));
  for (const e of entries.filter((x) => !x.isDirectory()).sort((a, b) => rank(a.name) - rank(b.name))) {
    const [source, target] = [join(from, e.name), join(to, e.name)];
    if (UNCHANGING.test(e.name)) link(source, target);
    else copyFileSync(source, target);
  }
  // Nodes of past heights may be missing where the state has gone on: they are made again from the change sets.
  for (const e of entries.filter((x) => x.isDirectory())) copyFolder(join(from, e.name), join(to, e.name));
}

const ATTEMPTS = 8;

/** Runs `use` on copies, `name` in the temporary folder `beside`, until one opens; throws the last failure. The copy is removed after. */
export async function withLiveCopy<T>(folder: string, beside: string, name: string, use: () => Promise<T>): Promise<T> {
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      copyFolder(folder, join(beside, name));
      return await use();
    } catch (e) {
      failure = e;
    } finally {
      rmSync(beside, { recursive: true, force: true });
    }
  }
  throw failure;
}
