// `trellisd dev --validators 4`: four validators make blocks, a transfer arrives, one of them is killed and the others go on.
import { readdirSync, readFileSync } from 'node:fs';
import { startDevChain } from '../../testnet/launcher/dev-chain.ts';
import { rpcHeight, rpcResult } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Checks } from '../checks.ts';
import { sendLoad } from '../interop/load.ts';

/** The process whose command line names this home. Linux: /proc. */
function processOf(home: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words.includes('start') && words.includes(home)) return Number(pid);
    } catch {
      // it ended meanwhile
    }
  }
  throw new Error(`no process runs on ${home}`);
}

export default async function network(): Promise<Checks> {
  const checks = new Checks('network');
  const chain = await startDevChain({ flags: ['--validators', '4', '--timeout-commit', '200ms'] });
  try {
    const { nodes } = chain.info;
    await checks.run('dev.json names four validators, each of its own', () => {
      checks.equal(nodes.length, 4);
      checks.equal(new Set(nodes.map((n) => n.validatorAddress)).size, 4);
    });
    await checks.run('each of them proposes, all agree', async () => {
      await Promise.all(nodes.map((n) => waitFor(`height 12 of ${n.rpc}`, async () => (await rpcHeight(n.rpc)) >= 12 || undefined, 60_000, 100)));
      const proposers = new Set<string>();
      for (let h = 1; h <= 12; h++) {
        const replies = await Promise.all(
          nodes.map((n) => rpcResult<{ block_id: { hash: string }; block: { header: { proposer_address: string } } }>(n.rpc, `block?height=${h}`)),
        );
        checks.equal(new Set(replies.map((r) => r.block_id.hash)).size, 1, `block ${h}`);
        proposers.add(replies[0]?.block.header.proposer_address ?? '');
      }
      checks.equal([...proposers].sort(), nodes.map((n) => n.validatorAddress).sort());
    });
    await checks.run('20 transfers are committed', async () => {
      checks.equal((await sendLoad(chain.info, 20)).length, 20);
    });
    await checks.run('one is killed: the other three go on', async () => {
      process.kill(processOf(`${chain.home}/val-2`), 'SIGKILL');
      const from = await rpcHeight(chain.info.rpc);
      await waitFor('ten more heights', async () => (await rpcHeight(chain.info.rpc)) >= from + 10 || undefined, 90_000, 100);
      checks.that(chain.process.output().includes('val-2 ended'), 'the network says who ended');
    });
  } finally {
    const exit = await chain.process.stop();
    await checks.run('SIGTERM ends all of them', () => checks.equal(exit.code, 0));
  }
  return checks;
}
