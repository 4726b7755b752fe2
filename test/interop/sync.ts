// Catching up between this repository's engine and Go CometBFT v0.40.0, both ways: two validators of one kind make a chain with transfers; of
// the other kind one validator fetches all blocks and another restores a snapshot; then all four follow the chain and validate.
// `--heights N` (150): how long the chain is before anybody joins.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installNative } from '../../chain/native/install.ts';
import { setTomlKeys } from '../../testnet/launcher/comet-node.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import type { RpcStatus } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { genesisEntries, loadAccounts, signedTransfers } from '../bench/support/accounts.ts';
import { Checks } from '../checks.ts';
import { readChain } from './mixed/chain.ts';

const DENOM = 'utrel';
const ACCOUNTS = 200;
const TRANSFERS = 600;
const SNAPSHOT_INTERVAL = 50;
const TRUST_HEIGHT = 5;
/** Heights that all nodes follow together at the end. */
const TOGETHER = 30;
type Kind = 'ts' | 'go';

async function create(chainId: string, source: Kind, joins: Kind, cometbft: string): Promise<TestNetwork> {
  const entries = genesisEntries(loadAccounts(ACCOUNTS, 'trellis'), DENOM, '1000000000');
  const net = await createNetwork(
    {
      chainId,
      consensus: { timeout_commit: '"200ms"', timeout_propose: '"1s"' },
      // The two that make the chain have more than two thirds of the power.
      nodes: [
        { name: 'source0', kind: source, power: 20 },
        { name: 'source1', kind: source, power: 20 },
        { name: 'blocks', kind: joins, power: 4, late: true },
        { name: 'snapshot', kind: joins, power: 4, late: true },
      ],
      genesis: (doc) => {
        const state = doc.app_state as { auth: { accounts: unknown }; bank: { balances: unknown; supply: unknown } };
        state.auth.accounts = entries.auth;
        state.bank.balances = entries.balances;
        state.bank.supply = [{ denom: DENOM, amount: String(entries.total) }];
      },
    },
    { cometbft },
  );
  for (const n of net.nodes) setTomlKeys(join(n.home, 'config/app.toml'), 'state-sync', { 'snapshot-interval': String(SNAPSHOT_INTERVAL) });
  return net;
}

async function send(node: TestNode, chainId: string): Promise<void> {
  const plan = { chainId, denom: DENOM, accounts: loadAccounts(ACCOUNTS, 'trellis'), firstNumber: 0n, firstSequence: 0n, count: TRANSFERS, fee: '5000' };
  for (const tx of signedTransfers(plan)) await node.result(`broadcast_tx_sync?tx=0x${Buffer.from(tx).toString('hex')}`);
}

const status = (
  n: TestNode,
): Promise<RpcStatus & { readonly validator_info: { readonly address: string }; readonly sync_info: { readonly earliest_block_height: string } }> =>
  n.result('status');

async function caughtUp(n: TestNode, height: number): Promise<void> {
  await n.waitHeight(height, 120_000);
  await waitFor(`the end of catching up of ${n.name}`, async () => !(await status(n)).sync_info.catching_up || undefined, 120_000, 100);
}

/** Heights up to now in whose commit the validator's signature for the block is. */
async function signed(by: TestNode, seenBy: TestNode, from: number, to: number): Promise<number> {
  const { address } = (await status(by)).validator_info;
  let n = 0;
  for (let h = from; h <= to; h++) {
    const { signed_header } = await seenBy.result<{
      signed_header: { commit: { signatures: readonly { block_id_flag: number; validator_address: string }[] } };
    }>(`commit?height=${h}`);
    if (signed_header.commit.signatures.some((s) => s.block_id_flag === 2 && s.validator_address === address)) n++;
  }
  return n;
}

async function oneWay(checks: Checks, source: Kind, joins: Kind, heights: number, cometbft: string): Promise<void> {
  const chainId = `trellis-sync-${source}-${joins}`;
  const net = await create(chainId, source, joins, cometbft);
  const [source0, source1, blocks, snapshot] = net.nodes as [TestNode, TestNode, TestNode, TestNode];
  const what = `${joins} from ${source}`;
  console.log(`  ${what}: ${net.folder}`);
  try {
    await checks.run(`${what}: the chain`, async () => {
      await net.start();
      await source0.waitHeight(2);
      await send(source0, chainId);
      await source0.waitHeight(heights, 300_000);
    });
    await checks.run(`${what}: a fresh node fetches all blocks`, async () => {
      const start = performance.now();
      await blocks.start();
      const refused = await blocks.result('broadcast_tx_sync?tx=0x00').then(
        () => 'accepted',
        (e: Error) => e.message,
      );
      if (joins === 'ts')
        checks.that(refused.includes('catching up') || !(await status(blocks)).sync_info.catching_up, `a transaction while catching up: ${refused}`);
      const tip = await source0.height();
      await caughtUp(blocks, tip);
      checks.note(`${tip} heights in ${((performance.now() - start) / 1000).toFixed(1)} s with the start`);
      checks.equal((await status(blocks)).sync_info.earliest_block_height, '1');
    });
    await checks.run(`${what}: a fresh node restores a snapshot`, async () => {
      const { block_id } = await source0.result<{ block_id: { hash: string } }>(`block?height=${TRUST_HEIGHT}`);
      setTomlKeys(join(snapshot.home, 'config/config.toml'), 'statesync', {
        enable: 'true',
        rpc_servers: `"${source0.rpc},${source1.rpc}"`,
        trust_height: String(TRUST_HEIGHT),
        trust_hash: `"${block_id.hash}"`,
        discovery_time: '"5s"',
      });
      const start = performance.now();
      await snapshot.start();
      await caughtUp(snapshot, await source0.height());
      const first = Number((await status(snapshot)).sync_info.earliest_block_height);
      checks.note(`first block ${first}, ${((performance.now() - start) / 1000).toFixed(1)} s with the start`);
      checks.that(first % SNAPSHOT_INTERVAL === 1 && first > SNAPSHOT_INTERVAL, `its blocks begin after a snapshot, at ${first}`);
    });
    await checks.run(`${what}: all four follow the chain and validate`, async () => {
      const from = await source0.height();
      const to = from + TOGETHER;
      await Promise.all(net.nodes.map((n) => n.waitHeight(to + 1, 180_000)));
      const want = await readChain(source0, from, to);
      for (const n of net.nodes.slice(1)) checks.equal(await readChain(n, from, to), want, n.name);
      // A block that came by sync is the same as everybody's.
      checks.equal(await readChain(blocks, 1, 20), await readChain(source0, 1, 20), 'the first blocks');
      for (const n of [blocks, snapshot]) {
        // The sources alone are a majority and need not wait for a slow machine's other votes: the last heights are looked at until they carry them.
        const count = await waitFor(
          `${n.name} signing more than half of ${TOGETHER} heights`,
          async () => {
            const last = await source0.height();
            const c = await signed(n, source0, last - TOGETHER, last - 1);
            return c > TOGETHER / 2 ? c : undefined;
          },
          180_000,
          500,
        );
        checks.note(`${n.name} signed ${count} of ${TOGETHER} heights`);
      }
    });
    await checks.run(`${what}: both that joined are killed and come back`, async () => {
      for (const n of [blocks, snapshot]) {
        await n.kill();
        await n.start();
      }
      const to = (await source0.height()) + 10;
      await Promise.all([blocks, snapshot].map((n) => caughtUp(n, to)));
      await Promise.all(net.nodes.map((n) => n.waitHeight(to, 60_000)));
      const want = await readChain(source0, to - 5, to - 1);
      for (const n of [blocks, snapshot]) checks.equal(await readChain(n, to - 5, to - 1), want, n.name);
    });
  } finally {
    await net.stop();
  }
}

export default async function sync(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({ args: [...args], options: { heights: { type: 'string', default: '150' }, only: { type: 'string' } } });
  const checks = new Checks('sync');
  const cometbft = await peerProgram('cometbft');
  installNative();
  if (values.only !== 'go') await oneWay(checks, 'go', 'ts', Number(values.heights), cometbft);
  if (values.only !== 'ts') await oneWay(checks, 'ts', 'go', Number(values.heights), cometbft);
  return checks;
}
