// A disk without space, and one that may not be written (F-37): the node stops signing, ends with an exit code and the file; with the disk as
// it was, it goes on. The disk is a small tmpfs, which only root may mount; elsewhere one line says that this did not run. Failures of single
// writes and syncs are in failing-disk.ts and chain/engine/disk-errors.test.ts.
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, trellisd } from '../../../testnet/launcher/dev-chain.ts';
import type { Checks } from '../../checks.ts';
import { goOn, NODE_FLAGS, requireEnd } from './disk.ts';
import { Witness } from './witness.ts';

/** Left when the disk is filled: the node takes the rest by itself. */
const FREE_BYTES = 200_000;

function mount(...args: string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fill(disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), new Uint8Array(Math.max(0, bavail * bsize - FREE_BYTES)));
}

export async function fullDisk(checks: Checks): Promise<void> {
  const disk = temporaryFolder('disk');
  if (!mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk)) {
    console.log('       full disk: not run, this user may not mount a tmpfs');
    return;
  }
  const home = join(disk, 'home');
  const witness = new Witness();
  try {
    await checks.run('a full disk ends the node, which goes on when there is space', async () => {
      const running = await goOn(home, witness, checks);
      fill(disk);
      await requireEnd(running, /^trellisd: .*home\/data\/.*(ENOSPC|No space left)/, checks);
      witness.readVotes(home);
      rmSync(join(disk, 'filler'));
      checks.equal((await (await goOn(home, witness, checks)).stop()).code, 0);
      witness.readVotes(home);
    });
    await checks.run('a read-only disk is refused, and the node goes on when it can write', async () => {
      checks.that(mount('-o', 'remount,ro', disk), 'the disk is read-only');
      await requireEnd(trellisd(['dev', '--home', home, ...NODE_FLAGS]), /(EROFS|[Rr]ead-only).*home\/|home\/.*(EROFS|[Rr]ead-only)/, checks);
      checks.that(mount('-o', 'remount,rw', disk), 'the disk can be written');
      checks.equal((await (await goOn(home, witness, checks)).stop()).code, 0);
      witness.readVotes(home);
    });
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}
