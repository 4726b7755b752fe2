// kill -9 at every step between two writes of consensus and execution, each followed by a restart (F-35).
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DevInfo } from '../../../chain/node/dev-info.ts';
import { startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { broadcastBatch } from '../../interop/load.ts';
import { signBatch } from './load.ts';
import { tip, type Witness } from './witness.ts';

const script = fileURLToPath(new URL('fail-point-node.ts', import.meta.url));
const chainFolder = fileURLToPath(new URL('../../../chain/', import.meta.url));

/** Named in the sources of these folders, so that a new one is not forgotten. */
function failPoints(folders: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const file of readdirSync(join(chainFolder, folder)).filter((f) => f.endsWith('.ts') && !f.includes('test'))) {
      const text = readFileSync(join(chainFolder, folder, file), 'utf8');
      for (const [, name] of text.matchAll(/failPoint(?:\?\.)?\('([a-z-]+)'\)/g)) names.add(name as string);
      if (text.includes('failPoint(`logged-')) for (const what of ['proposal', 'vote']) names.add(`logged-${what}`);
    }
  }
  return [...names];
}

export interface FailPointRun {
  readonly home: string;
  readonly pruning: string;
  readonly witness: Witness;
  readonly rand: () => number;
  /** Of chain/: whose fail points. */
  readonly folders: readonly string[];
}

/** One node for each point: it starts after the death at the point before, shows that nothing is lost, and dies at its own. */
export async function dieAtFailPoints({ home, pruning, witness, rand, folders }: FailPointRun, checks: Checks): Promise<void> {
  const points = failPoints(folders);
  let after = 'the kills';
  for (const point of points) {
    const infoFile = join(home, 'dev.json');
    rmSync(infoFile, { force: true });
    const p = startProcess(process.execPath, [script, home, point, String(1 + Math.floor(rand() * 4)), pruning]);
    try {
      const { rpc, ...info } = await waitFor('the first block', () => JSON.parse(readFileSync(infoFile, 'utf8')) as DevInfo);
      await witness.compare(rpc, checks, 20, `after ${after}`);
      await witness.findTransactions(rpc, checks, 20, `after ${after}`);
      const goal = (await tip(rpc)) + 2;
      await waitFor('two more blocks', async () => (await tip(rpc)) >= goal || undefined);
      await witness.watch(rpc);
      // Death comes with transactions in the block.
      for (const reply of await broadcastBatch(rpc, await signBatch({ rpc, ...info }, rand, 3))) if (reply.code === 0) witness.accept(reply.hash);
      p.signal('SIGUSR2');
      const exit = await waitFor(`death at ${point}`, () => p.exit(), 30_000);
      checks.equal(exit.signal, 'SIGKILL', point);
    } catch (e) {
      await p.kill();
      throw new Error(`${point}: ${(e as Error).message}\n${p.output().slice(-2000)}`);
    }
    witness.readVotes(home);
    after = `death at ${point}`;
  }
  checks.note(`${points.length} points: ${points.join(', ')}; data folder of ${Math.round(folderBytes(join(home, 'data')) / 1024)} KiB`);
}

export function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .reduce((sum, e) => sum + statSync(join(e.parentPath, e.name)).size, 0);
}
