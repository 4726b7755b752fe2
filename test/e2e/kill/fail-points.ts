// kill -9 at every step between two writes of consensus and execution, each followed by a restart (F-35).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDevChain } from '../../../testnet/launcher/dev-chain.ts';
import { startProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { broadcastBatch } from '../../interop/load.ts';
import { signBatch } from './load.ts';
import { tip, type Witness } from './witness.ts';

const script = fileURLToPath(new URL('fail-point-node.ts', import.meta.url));
const chainFolder = fileURLToPath(new URL('../../../chain/', import.meta.url));

/** Named in the sources, so that a new one is not forgotten. */
export function failPoints(): readonly string[] {
  const names = new Set<string>();
  for (const folder of ['engine', 'execution']) {
    for (const file of readdirSync(join(chainFolder, folder)).filter((f) => f.endsWith('.ts') && !f.includes('test'))) {
      const text = readFileSync(join(chainFolder, folder, file), 'utf8');
      for (const [, name] of text.matchAll(/failPoint(?:\?\.)?\('([a-z-]+)'\)/g)) names.add(name as string);
      if (text.includes('failPoint(`logged-')) for (const what of ['proposal', 'vote']) names.add(`logged-${what}`);
    }
  }
  return [...names];
}

export async function dieAtFailPoints(home: string, pruning: string, witness: Witness, rand: () => number, checks: Checks): Promise<void> {
  const points = failPoints();
  for (const point of points) {
    const p = startProcess(process.execPath, [script, home, point, String(1 + Math.floor(rand() * 4)), pruning]);
    const exit = await waitFor(`death at ${point}`, () => p.exit(), 30_000).catch(() => undefined);
    await p.kill();
    if (exit?.signal !== 'SIGKILL') throw new Error(`${point}: the node did not come there: ${p.output().slice(-2000)}`);
    witness.readVotes(home);
    const chain = await startDevChain({ home, flags: ['--timeout-commit', '20ms', '--pruning', pruning] });
    const { rpc } = chain.info;
    await witness.compare(rpc, checks, 20, `after death at ${point}`);
    // What waits in the mempool makes the next death one with transactions in the block.
    const txs = await signBatch(chain.info, rand, 3);
    for (const reply of await broadcastBatch(rpc, txs)) if (reply.code === 0) witness.accept(reply.hash);
    const goal = (await tip(rpc)) + 2;
    await waitFor('two more blocks', async () => (await tip(rpc)) >= goal || undefined);
    await witness.watch(rpc);
    await chain.process.kill();
    witness.readVotes(home);
  }
  checks.note(`${points.length} points: ${points.join(', ')}; data folder of ${Math.round(folderBytes(join(home, 'data')) / 1024)} KiB`);
}

export function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .reduce((sum, e) => sum + statSync(join(e.parentPath, e.name)).size, 0);
}
