// What the checks of bad disks share.
import { startDevChain } from '../../../testnet/launcher/dev-chain.ts';
import type { RunningProcess } from '../../../testnet/launcher/process.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { tip, type Witness } from './witness.ts';

export const NODE_FLAGS = ['--validators', '1', '--timeout-commit', '20ms'];

/** The node ends by itself, with an exit code and a line that names a file of its home and the reason. */
export async function requireEnd(p: RunningProcess, named: RegExp, checks: Checks): Promise<void> {
  const exit = await waitFor('the node to end', () => p.exit(), 60_000);
  const said = p.output();
  if (exit.code === 0 || exit.code === null) throw new Error(`exit code ${exit.code}, signal ${exit.signal}: ${said.slice(-1000)}`);
  const line = said.split('\n').findLast((l) => named.test(l));
  if (line === undefined) throw new Error(`no line names the file and the reason: ${said.slice(-1000)}`);
  checks.note(line.slice(0, 200));
}

/** Starts, compares with what was seen, waits for new blocks. */
export async function goOn(home: string, witness: Witness, checks: Checks): Promise<RunningProcess> {
  const chain = await startDevChain({ home, flags: NODE_FLAGS });
  const { rpc } = chain.info;
  await waitFor('new blocks', async () => (await tip(rpc)) > witness.last + 3 || undefined);
  await witness.watch(rpc);
  await witness.compare(rpc, checks, Number.POSITIVE_INFINITY, 'before the disk fails');
  return chain.process;
}
