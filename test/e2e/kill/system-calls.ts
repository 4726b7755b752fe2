// kill -9 in the very system call that makes something durable (F-35): syncs, renames and deletions, LevelDB's own among them. strace counts
// the calls and puts the signal into one of them. Where there is no strace, one line says that this did not run.
import { rmSync } from 'node:fs';
import { launcherProgram, temporaryFolder } from '../../../testnet/launcher/dev-chain.ts';
import { startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { goOn, NODE_FLAGS } from './disk.ts';
import { canTrace } from './strace.ts';
import { Witness } from './witness.ts';

const CALLS = 'fdatasync,fsync,rename,unlink,ftruncate';
/** A start alone makes some 15 of them, a height some 20, on several threads. */
const COUNT_MAX = 60;

export async function dieInSystemCalls(deaths: number, rand: () => number, checks: Checks): Promise<void> {
  if (deaths === 0 || !canTrace('death in system calls')) return;
  const home = temporaryFolder('system-calls');
  await checks.run(`death in ${deaths} syncs, renames and deletions, each followed by a start`, async () => {
    const witness = new Witness();
    const counts: number[] = [];
    for (let k = 0; k < deaths; k++) {
      const count = 1 + Math.floor(rand() ** 2 * COUNT_MAX);
      const inject = ['-e', `trace=${CALLS}`, '-e', `inject=${CALLS}:signal=KILL:when=${count}`];
      const p = startProcess('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, launcherProgram, 'dev', '--home', home, ...NODE_FLAGS]);
      try {
        await waitFor(`death in call ${count}`, () => p.exit(), 60_000);
      } finally {
        await p.kill();
      }
      if (p.exit()?.signal !== 'SIGKILL') throw new Error(`call ${count}: it ended by itself: ${p.output().slice(-1000)}`);
      counts.push(count);
      witness.readVotes(home);
      const node = await goOn(home, witness, checks);
      await node.kill();
      witness.readVotes(home);
    }
    checks.note(`calls number ${counts.join(', ')}; ${witness.heights} heights as observed, ${witness.votes} heights, rounds and kinds signed once each`);
  });
  if (checks.failed === 0) for (const f of [home, `${home}.log`]) rmSync(f, { recursive: true, force: true });
}
