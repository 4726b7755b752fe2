// kill -9 at random moments under load, and now and then in the start itself.
import { type DevChain, startDevChain, trellisd } from '../../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../../testnet/launcher/wait.ts';
import type { Checks } from '../../checks.ts';
import { broadcastBatch } from '../../interop/load.ts';
import { signBatch } from './load.ts';
import { get, tip, type Witness } from './witness.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends until told to stop, or until the chain is gone. */
async function load(chain: DevChain, witness: Witness, rand: () => number, stop: { readonly now: boolean }): Promise<void> {
  const { rpc } = chain.info;
  while (!stop.now) {
    const txs = await signBatch(chain.info, rand);
    for (let i = 0; i < txs.length && !stop.now; i += 10) {
      for (const reply of await broadcastBatch(rpc, txs.slice(i, i + 10))) if (reply.code === 0) witness.accept(reply.hash);
    }
    const empty = async (): Promise<true | undefined> =>
      stop.now || Number((await get<{ total: string }>(rpc, 'num_unconfirmed_txs')).total) === 0 || undefined;
    await waitFor('the mempool to drain', empty, 20_000);
  }
}

async function watch(chain: DevChain, witness: Witness, stop: { readonly now: boolean }): Promise<void> {
  while (!stop.now) {
    await witness.watch(chain.info.rpc);
    await sleep(5);
  }
}

export interface KillRun {
  readonly home: string;
  readonly flags: readonly string[];
  readonly kills: number;
  readonly rand: () => number;
  readonly witness: Witness;
  /** So many past heights are answered in the run's pruning mode, at least. */
  readonly past: number;
}

/** Of five kills one falls into the start, after 50 to 950 ms. */
export async function killUnderLoad({ home, flags, kills, rand, witness, past }: KillRun, checks: Checks): Promise<void> {
  let inStart = 0;
  let proven = 0;
  for (let k = 1; k <= kills; k++) {
    const before = witness.last;
    if (k % 5 === 0) {
      const p = trellisd(['dev', '--home', home, ...flags]);
      await sleep(50 + rand() * 900);
      const ended = p.exit();
      await p.kill();
      if (ended !== undefined) throw new Error(`start ${k} ended by itself: ${p.output().slice(-2000)}`);
      inStart++;
    } else {
      const chain = await startDevChain({ home, flags });
      try {
        await witness.compare(chain.info.rpc, checks, 20, `after kill ${k - 1}`);
        await witness.findTransactions(chain.info.rpc, checks, 20, `after kill ${k - 1}`);
        proven += await witness.provePast(chain.info.rpc, chain.info.denom, past, 20);
        const stop = { now: false };
        const work = [load(chain, witness, rand, stop), watch(chain, witness, stop)].map((w) => w.catch(() => undefined));
        await waitFor('new heights after the restart', async () => (await tip(chain.info.rpc)) > before + 1 || undefined);
        await sleep(100 + rand() * 1000);
        await chain.process.kill();
        stop.now = true;
        await Promise.all(work);
      } finally {
        await chain.process.kill();
      }
    }
    witness.readVotes(home);
  }
  checks.note(
    `${kills} kills, ${inStart} of them in the start; ${witness.heights} heights observed, ${witness.accepted} transactions accepted; ${proven} past heights answered with proof`,
  );
}

/** Newer heights are answered from memory in any mode. */
const IN_MEMORY = 100;

/** All that was ever observed is there at the end, and the chain stops cleanly. */
export async function compareAll({ home, flags, witness, past }: KillRun, checks: Checks): Promise<void> {
  const chain = await startDevChain({ home, flags });
  let proven = 0;
  try {
    if (past > IN_MEMORY) await waitFor('heights that are in stored nodes only', async () => (await tip(chain.info.rpc)) > IN_MEMORY + 30 || undefined, 60_000);
    await witness.watch(chain.info.rpc);
    await witness.compare(chain.info.rpc, checks, Number.POSITIVE_INFINITY, 'at the end');
    await witness.findTransactions(chain.info.rpc, checks, Number.POSITIVE_INFINITY, 'at the end');
    proven = await witness.provePast(chain.info.rpc, chain.info.denom, past, 200);
  } finally {
    const exit = await chain.process.stop();
    checks.equal(exit.code, 0);
  }
  witness.readVotes(home);
  checks.that(witness.votes > witness.heights, 'the log holds the votes');
  checks.note(
    `${witness.heights} heights and ${witness.committed} transactions in blocks are as observed; ${witness.votes} heights, rounds and kinds were signed once each; ${proven} past heights answered with proof`,
  );
}
