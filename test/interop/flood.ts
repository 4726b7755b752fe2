// Many small transactions at once into a network of both kinds of validators: all reach a block, rounds stay at 0, and no stream is lost to
// a limit. `--txs N` (4000) to each of a TypeScript and a Go node.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { genesisEntries, loadAccounts, signedTransfers } from '../bench/support/accounts.ts';
import { Checks } from '../checks.ts';
import { broadcastBatch } from './load.ts';

const CHAIN_ID = 'trellis-flood-1';
const DENOM = 'utrel';
const ACCOUNTS = 300;

interface BlockReply {
  readonly block: {
    readonly header: { readonly time: string };
    readonly data: { readonly txs: readonly string[] };
    readonly last_commit: { readonly round: number };
  };
}

/** Messages that Go nodes could not read. */
function lostStreams(net: TestNetwork): number {
  return net.nodes.reduce((sum, n) => sum + (readFileSync(n.logFile, 'utf8').match(/Failed to read payload/g) ?? []).length, 0);
}

async function flood(checks: Checks, net: TestNetwork, target: TestNode, txs: readonly Uint8Array[]): Promise<void> {
  let height = (await target.height()) + 1;
  const start = performance.now();
  for (let i = 0; i < txs.length; i += 10) {
    for (const r of await broadcastBatch(target.rpc, txs.slice(i, i + 10))) checks.that(r.code === 0, `accepted: ${r.log}`);
  }
  const sent = performance.now();
  const rounds: number[] = [];
  const times: number[] = [];
  let committed = 0;
  await waitFor(
    'all transactions in blocks',
    async () => {
      for (const tip = await target.height(); height <= tip; height++) {
        const { block } = await target.result<BlockReply>(`block?height=${height}`);
        committed += block.data.txs.length;
        rounds.push(block.last_commit.round);
        times.push(Date.parse(block.header.time));
      }
      return committed >= txs.length || undefined;
    },
    120_000,
    100,
  );
  const intervals = times.slice(1).map((t, i) => t - (times[i] as number));
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  checks.note(`sent in ${seconds(sent - start)} s, committed after ${seconds(performance.now() - start)} s in ${times.length} blocks`);
  checks.note(`longest block interval ${Math.max(...intervals)} ms, rounds above 0: ${rounds.filter((r) => r > 0).length}`);
  checks.equal(committed, txs.length);
  checks.that(rounds.filter((r) => r > 0).length <= rounds.length / 20, 'rounds above 0 are rare');
  checks.equal(lostStreams(net), 0, 'streams lost');
}

export default async function run(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({ args: [...args], options: { txs: { type: 'string', default: '4000' } } });
  const count = Number(values.txs);
  const checks = new Checks('flood');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const accounts = loadAccounts(2 * ACCOUNTS, 'trellis');
  const entries = genesisEntries(accounts, DENOM, '1000000000');
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: (['ts', 'ts', 'go', 'go'] as const).map((kind, i) => ({ name: `${kind}${i}`, kind, power: 10 })),
      consensus: { timeout_commit: '"500ms"' },
      genesis: (doc) => {
        const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
        state.auth.accounts = entries.auth;
        state.bank.balances = entries.balances;
        state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
      },
    },
    { cometbft },
  );
  try {
    await net.start();
    await Promise.all(net.nodes.map((n) => n.waitHeight(3)));
    for (const [i, name] of ['ts0', 'go2'].entries()) {
      const plan = { chainId: CHAIN_ID, denom: DENOM, firstNumber: BigInt(i * ACCOUNTS), firstSequence: 0n, count, fee: '5000' };
      const txs = signedTransfers({ ...plan, accounts: accounts.slice(i * ACCOUNTS, (i + 1) * ACCOUNTS) });
      await checks.run(`${count} transfers to ${name}`, () => flood(checks, net, net.node(name), txs));
    }
  } finally {
    await net.stop();
  }
  return checks;
}
