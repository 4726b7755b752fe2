// kill -9 under load at random moments, in the start, and at every step between two writes: after each restart the chain goes on, nothing
// committed is missing, no height has two blocks or two signatures, past heights are answered with proof. Then one flipped bit in each kind of
// file, logs cut between two records, and disks that are full or fail.
// TRELLIS_KILLS, TRELLIS_FLIPS and TRELLIS_SEED change the numbers.
import { rmSync } from 'node:fs';
import { startDevChain, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { Checks } from '../checks.ts';
import { dieAtFailPoints } from './kill/fail-points.ts';
import { failingDisk } from './kill/failing-disk.ts';
import { flipEachKind } from './kill/flips.ts';
import { fullDisk } from './kill/full-disk.ts';
import { random } from './kill/random.ts';
import { dieInSystemCalls } from './kill/system-calls.ts';
import { compareAll, type KillRun, killUnderLoad } from './kill/under-load.ts';
import { Witness } from './kill/witness.ts';

const KILLS = Number(process.env.TRELLIS_KILLS ?? 50);
const FLIPS_PER_KIND = Number(process.env.TRELLIS_FLIPS ?? 3);

export default async function kill(): Promise<Checks> {
  const checks = new Checks('kill');
  const seed = Number(process.env.TRELLIS_SEED ?? 20_261);
  const rand = random(seed);
  console.log(`  seed ${seed}, ${KILLS} kills, ${FLIPS_PER_KIND} flips of each kind`);
  const homes = { custom: temporaryFolder('kill'), default: temporaryFolder('kill-default') };
  let flags: readonly string[] = [];
  for (const [pruning, kills, folders, past] of [
    ['custom', KILLS, ['engine', 'execution'], 80],
    // The mode changes what the application writes, not what consensus does.
    ['default', Math.ceil(KILLS / 5), ['execution'], Number.POSITIVE_INFINITY],
  ] as const) {
    const home = homes[pruning];
    flags = ['--validators', '1', '--timeout-commit', '50ms', '--pruning', pruning];
    const run: KillRun = { home, flags, kills, rand, witness: new Witness(), past };
    await checks.run(`pruning ${pruning}: ${kills} kills at random moments under load`, () => killUnderLoad(run, checks));
    await checks.run(`pruning ${pruning}: death at every fail point of ${folders.join(' and ')}`, () =>
      dieAtFailPoints({ home, pruning, witness: run.witness, rand, folders }, checks),
    );
    await checks.run(`pruning ${pruning}: all that was ever observed is unchanged at the end`, () => compareAll(run, checks));
  }
  await flipEachKind({ home: homes.default, flags, perKind: FLIPS_PER_KIND, rand, only: 'nodes' }, checks);
  await checks.run('the chain goes on in another pruning mode', async () => {
    const chain = await startDevChain({ home: homes.custom, flags });
    checks.equal((await chain.process.stop()).code, 0);
    const back = await startDevChain({ home: homes.custom, flags: ['--validators', '1', '--timeout-commit', '50ms', '--pruning', 'custom'] });
    checks.equal((await back.process.stop()).code, 0);
  });
  await flipEachKind({ home: homes.custom, flags: ['--validators', '1', '--timeout-commit', '50ms'], perKind: FLIPS_PER_KIND, rand }, checks);
  await dieInSystemCalls(Math.ceil(KILLS / 10), rand, checks);
  await fullDisk(checks);
  await failingDisk(checks);
  if (checks.failed === 0) for (const home of Object.values(homes)) for (const f of [home, `${home}.log`]) rmSync(f, { recursive: true, force: true });
  return checks;
}
