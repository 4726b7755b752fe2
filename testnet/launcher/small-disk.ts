// Disks that fill up. A home on a tmpfs of its own where this user may mount one; elsewhere strace puts the error into the writes of the node's
// log; where there is neither, the fault cannot be done.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from './process.ts';

/** Left when a disk is filled: the node takes the rest by itself. */
const FREE_BYTES = 100_000;
const FILLER = 'filler';
const mounted = new Set<string>();

function unmount(folder: string): void {
  mounted.delete(folder);
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  } catch {
    // Unmounted by somebody else.
  }
}

process.once('exit', () => {
  for (const folder of mounted) unmount(folder);
});

export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A tmpfs of so many megabytes at the folder, which is made; undefined where this user may not mount one. */
  static mount(folder: string, megabytes: number): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    mounted.add(folder);
    return new SmallDisk(folder);
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    writeFileSync(join(this.#folder, FILLER), new Uint8Array(Math.max(0, bavail * bsize - FREE_BYTES)));
  }

  empty(): void {
    rmSync(join(this.#folder, FILLER), { force: true });
  }

  /** What is on it is gone. */
  unmount(): void {
    unmount(this.#folder);
  }
}

export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** From now on writes of the process to the file fail as on a full disk. */
export function failWrites(pid: number, file: string): RunningProcess {
  const calls = 'write,pwrite64,writev';
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=ENOSPC`];
  return startProcess('strace', ['-f', '-qq', '-o', '/dev/null', '-p', String(pid), '-P', file, ...inject]);
}
