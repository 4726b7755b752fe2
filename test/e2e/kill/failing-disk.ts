// Writes and syncs of single files that fail while the node runs (F-37), LevelDB's own among them: strace puts the error into the system call.
// Each ends the node with an exit code and the file's name, and it goes on with a good disk. Where there is no strace, or no permission to
// trace, one line says that this did not run.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../testnet/launcher/dev-chain.ts';
import { startProcess } from '../../../testnet/launcher/process.ts';
import type { Checks } from '../../checks.ts';
import { goOn, requireEnd } from './disk.ts';
import { canTrace } from './strace.ts';
import { Witness } from './witness.ts';

interface Fault {
  readonly calls: string;
  readonly error: 'EIO' | 'ENOSPC' | 'EROFS';
  readonly file: (home: string) => string;
  readonly said: RegExp;
}

const newestLog = (home: string, db: string): string => {
  const folder = join(home, 'data', db);
  const logs = readdirSync(folder).filter((f) => f.endsWith('.log'));
  return join(folder, logs.sort().at(-1) as string);
};

const FAULTS: readonly Fault[] = [
  { calls: 'fdatasync,fsync', error: 'EIO', file: (home) => newestLog(home, 'chain.db'), said: /chain\.db.*Input\/output error/ },
  { calls: 'write', error: 'ENOSPC', file: (home) => newestLog(home, 'application.db'), said: /application\.db.*No space left/ },
  { calls: 'fdatasync,fsync', error: 'EIO', file: (home) => join(home, 'data/cs.wal/wal'), said: /cs\.wal\/wal.*EIO/ },
  { calls: 'write,pwrite64', error: 'EROFS', file: (home) => join(home, 'data/cs.wal/wal'), said: /cs\.wal\/wal.*EROFS/ },
  { calls: 'fdatasync,fsync', error: 'EIO', file: (home) => join(home, 'data/priv_validator_state.json.tmp'), said: /priv_validator_state\.json.*EIO/ },
  { calls: 'write,pwrite64', error: 'ENOSPC', file: (home) => join(home, 'data/chain.db/HEAD'), said: /chain\.db\/HEAD.*ENOSPC/ },
];

export async function failingDisk(checks: Checks): Promise<void> {
  if (!canTrace('failing disk')) return;
  const home = temporaryFolder('failing-disk');
  const witness = new Witness();
  for (const { calls, error, file, said } of FAULTS) {
    await checks.run(`${error} of ${calls} on ${said.source.split('.*')[0]?.replaceAll('\\', '')} ends the node, which goes on with a good disk`, async () => {
      const node = await goOn(home, witness, checks);
      const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`];
      const strace = startProcess('strace', ['-f', '-qq', '-o', '/dev/null', '-p', String(node.pid), '-P', file(home), ...inject]);
      try {
        await requireEnd(node, said, checks);
      } finally {
        await strace.stop();
        await node.kill();
      }
      witness.readVotes(home);
    });
  }
  await checks.run('after all failures the chain goes on', async () => {
    const node = await goOn(home, witness, checks);
    checks.equal((await node.stop()).code, 0);
    witness.readVotes(home);
    checks.note(`${witness.heights} heights as observed, ${witness.votes} heights, rounds and kinds signed once each`);
  });
  if (checks.failed === 0) for (const f of [home, `${home}.log`]) rmSync(f, { recursive: true, force: true });
}
