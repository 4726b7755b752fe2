// One validator set of this repository's engine and Go CometBFT v0.40.0 over its libp2p network: they make blocks together, and each
// validator in turn is killed, paused and restarted while the others go on. `--blocks N` (200), `--ts N` (2), `--go N` (2).
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { genesisEntries, loadAccounts, signedTransfers } from '../bench/support/accounts.ts';
import { Checks } from '../checks.ts';
import { type ChainBlock, chainOf, proposerNames, readChain } from './mixed/chain.ts';

const CHAIN_ID = 'trellis-mixed-1';
const DENOM = 'utrel';
const ACCOUNTS = 60;
const WHILE_AWAY = 8;

/** Power that decides needs more than two thirds: one of four may be away. */
async function goOn(net: TestNetwork, without: TestNode, blocks: number): Promise<void> {
  const others = net.nodes.filter((n) => n !== without && n.isRunning);
  const from = Math.max(...(await Promise.all(others.map((n) => n.height()))));
  await Promise.all(others.map((n) => n.waitHeight(from + blocks, 120_000)));
}

async function caughtUp(net: TestNetwork, node: TestNode): Promise<void> {
  const target = Math.max(...(await Promise.all(net.nodes.filter((n) => n !== node).map((n) => n.height())))) + 2;
  await node.waitHeight(target, 180_000);
}

/** Sends each transfer to another node and waits until every node has it in a block. */
async function transfers(net: TestNetwork): Promise<number> {
  const txs = signedTransfers({
    chainId: CHAIN_ID,
    denom: DENOM,
    accounts: loadAccounts(ACCOUNTS, 'trellis'),
    firstNumber: 0n,
    firstSequence: 0n,
    count: ACCOUNTS,
    fee: '5000',
  });
  const hashes: string[] = [];
  for (const [i, tx] of txs.entries()) {
    const node = net.nodes[i % net.nodes.length] as TestNode;
    const r = await node.result<{ code: number; log: string; hash: string }>(`broadcast_tx_sync?tx=0x${Buffer.from(tx).toString('hex')}`);
    if (r.code !== 0) throw new Error(`${node.name} refuses transaction ${i}: ${r.log}`);
    hashes.push(r.hash);
  }
  for (const node of net.nodes) {
    for (const hash of hashes) {
      await waitFor(`transaction ${hash} on ${node.name}`, () => node.result<object>(`tx?hash=0x${hash}`), 60_000, 100);
    }
  }
  return hashes.length;
}

export default async function mixed(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({
    args: [...args],
    options: { blocks: { type: 'string', default: '200' }, ts: { type: 'string', default: '2' }, go: { type: 'string', default: '2' } },
  });
  const blocks = Number(values.blocks);
  const kinds = [...Array<'ts'>(Number(values.ts)).fill('ts'), ...Array<'go'>(Number(values.go)).fill('go')];
  const checks = new Checks('mixed');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const entries = genesisEntries(loadAccounts(ACCOUNTS, 'trellis'), DENOM, '1000000000');
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: kinds.map((kind, i) => ({ name: `${kind}${i}`, kind, power: 10 })),
      consensus: { timeout_commit: '"200ms"' },
      genesis: (doc) => {
        const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
        state.auth.accounts = entries.auth;
        state.bank.balances = entries.balances;
        state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
      },
    },
    { cometbft },
  );
  console.log(`  ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  try {
    await checks.run('start together and make 20 blocks', async () => {
      await net.start();
      await Promise.all(net.nodes.map((n) => n.waitHeight(20, 120_000)));
      const chain = await readChain(net.nodes[0] as TestNode, 1, 19);
      const late = chain.filter((b) => b.round > 0).length;
      checks.note(`rounds above 0: ${late} of ${chain.length}`);
      checks.that(late <= 4, 'nearly all blocks are decided in round 0');
    });
    await checks.run('transactions sent to each node are in a block on all', async () => {
      checks.note(`${await transfers(net)} transfers`);
    });
    for (const node of net.nodes) {
      await checks.run(`${node.name} is killed and started again`, async () => {
        await node.kill();
        await goOn(net, node, WHILE_AWAY);
        await node.start();
        await caughtUp(net, node);
      });
      await checks.run(`${node.name} is killed and started again at once`, async () => {
        await node.kill();
        await node.start();
        await caughtUp(net, node);
      });
      await checks.run(`${node.name} is paused`, async () => {
        node.pause();
        await goOn(net, node, WHILE_AWAY);
        node.resume();
        await caughtUp(net, node);
      });
      await checks.run(`${node.name} is stopped and started again`, async () => {
        await node.stop();
        await goOn(net, node, WHILE_AWAY);
        await node.start();
        await caughtUp(net, node);
      });
    }
    // Without two thirds the chain stands still; what was under way when it lost them must not keep it from going on.
    const groups = [
      { what: 'all TypeScript validators', nodes: net.nodes.filter((n) => n.spec.kind === 'ts') },
      { what: 'all Go validators', nodes: net.nodes.filter((n) => n.spec.kind === 'go') },
      { what: 'all validators', nodes: net.nodes },
    ];
    for (const { what, nodes } of groups) {
      await checks.run(`${what} are killed at the same time and started again`, async () => {
        const before = await Promise.all(net.nodes.map((n) => n.height()));
        await Promise.all(nodes.map((n) => n.kill()));
        await Promise.all(nodes.map((n) => n.start()));
        await Promise.all(net.nodes.map((n) => n.waitHeight(Math.max(...before) + WHILE_AWAY, 120_000)));
      });
      await checks.run(`${what} are paused for 12 s`, async () => {
        const before = await Promise.all(net.nodes.map((n) => n.height()));
        for (const n of nodes) n.pause();
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        for (const n of nodes) n.resume();
        await Promise.all(net.nodes.map((n) => n.waitHeight(Math.max(...before) + WHILE_AWAY, 120_000)));
      });
    }
    let chains: ReadonlyMap<string, readonly ChainBlock[]> = new Map();
    await checks.run(`${blocks} blocks, all nodes agree on each block id and app hash`, async () => {
      await Promise.all(net.nodes.map((n) => n.waitHeight(blocks + 1, 120_000 + 2000 * blocks)));
      chains = new Map(await Promise.all(net.nodes.map(async (n) => [n.name, await chainOf(n, blocks)] as const)));
      const [first] = chains.values();
      for (const [name, chain] of chains) checks.equal(chain, first, name);
    });
    await checks.run('validators of both kinds proposed', async () => {
      const names = await proposerNames(net.nodes, [...chains.values()][0] ?? []);
      checks.note([...names].map(([name, count]) => `${name}: ${count}`).join(', '));
      checks.equal(names.size, net.nodes.length);
      const chain = [...chains.values()][0] ?? [];
      checks.note(`rounds above 0: ${chain.filter((b) => b.round > 0).length} of ${chain.length}`);
    });
  } finally {
    await net.stop();
  }
  return checks;
}
