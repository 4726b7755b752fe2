// Our application beside Go simd (Cosmos SDK 0.53.4), both driven over ABCI by one hand: the same transactions in CheckTx and FinalizeBlock,
// the same store roots at every height, the same answers to queries. simd has more modules: they are kept still (no inflation, and fees only
// at the end, since distribution moves them on), and what they put into the stores of auth and bank is put into our genesis.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckTxResponse, QueryResponse } from '../../chain/abci/application.ts';
import { connectApplication, type SocketApplication } from '../../chain/abci/socket/client.ts';
import { AddressCodec } from '../../chain/core/address.ts';
import { concatBytes, fromBase64, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { parseTime } from '../../chain/encoding/time.ts';
import { installNative } from '../../chain/native/install.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { initSimdHome } from '../bench/support/simd-home.ts';
import { Checks } from '../checks.ts';
import { blockRequest, difference, ourApp, PARAMS } from '../differential/app/replay.ts';
import { CHAIN_ID } from '../differential/app/sign.ts';
import { countsText, outcome } from './engine/go-chain.ts';
import { queries } from './simd/queries.ts';
import { queryDifference, shown } from './simd/query-difference.ts';
import { genesisOf, pairs, STORES, type StoreName, sameRoot } from './simd/state.ts';
import { cases } from './traffic/cases.ts';
import { type Chain, Fleet } from './traffic/signer.ts';

const CHAIN: Chain = { chainId: CHAIN_ID, prefix: 'cosmos', denom: 'stake', fee: 0n, unordered: false };
const BALANCE = 1_000_000_000n;
const ACCOUNTS = 400;
/** Sets of cases whose transactions share a block, and those with a block a case. */
const ROUNDS = 2;

export default async function simdInterop(): Promise<Checks> {
  const checks = new Checks('simd');
  const simd = await peerProgram('simd');
  installNative();
  const folder = temporaryFolder('simd');
  const home = join(folder, 'home');
  const [port = 0, rpc = 0, p2p = 0, grpc = 0, rest = 0] = await freePorts(5);
  const fleet = new Fleet(ACCOUNTS, CHAIN.prefix, 1n);
  await initSimdHome(simd, home, {
    chainId: CHAIN_ID,
    denom: CHAIN.denom,
    accounts: fleet.accounts,
    ports: { rpc, p2p, grpc, rest },
    timeoutCommit: '1s',
    pruning: 'nothing',
  });
  const file = join(home, 'config/genesis.json');
  const genesis = JSON.parse(readFileSync(file, 'utf8'));
  const zero = '0.000000000000000000';
  genesis.app_state.mint.minter.inflation = zero;
  Object.assign(genesis.app_state.mint.params, { inflation_rate_change: zero, inflation_max: zero, inflation_min: zero });
  writeFileSync(file, JSON.stringify(genesis));
  const address = `tcp://127.0.0.1:${port}`;
  const flags = [
    '--with-comet=false',
    '--transport',
    'socket',
    '--address',
    address,
    '--grpc.enable=false',
    '--api.enable=false',
    '--minimum-gas-prices',
    '0stake',
  ];
  const process = startProcess(simd, ['start', '--home', home, ...flags], { logFile: join(folder, 'simd.log') });
  let peer: SocketApplication | undefined;
  try {
    const go = await waitFor('simd behind its socket', () => connectApplication(address), 30_000, 100);
    peer = go;
    const time = parseTime(genesis.genesis_time);
    const key = genesis.app_state.genutil.gen_txs[0].body.messages[0].pubkey.key as string;
    await go.initChain({
      time,
      chainId: CHAIN_ID,
      consensusParams: PARAMS,
      validators: [{ pubKey: { case: 'ed25519', value: fromBase64(key) }, power: 1000n }],
      appStateBytes: utf8(JSON.stringify(genesis.app_state)),
      initialHeight: 1n,
    });
    let height = 1n;
    await go.finalizeBlock(blockRequest(height, time, []));
    await go.commit();
    const ours = await ourApp(time, await genesisOf(go, genesis.app_state, new AddressCodec(CHAIN.prefix)));
    await ours.finalizeBlock(blockRequest(height, time, []));
    await ours.commit();

    const outcomes = new Map<string, number>();
    let [compared, checked, roots] = [0, 0, 0];
    const wrong: string[] = [];
    const block = async (names: readonly string[], txs: readonly Uint8Array[]): Promise<void> => {
      for (const [i, tx] of txs.entries()) {
        const [a, b]: CheckTxResponse[] = await Promise.all([ours.checkTx({ tx, type: 0 }), go.checkTx({ tx, type: 0 })]);
        const why = difference(a as CheckTxResponse, b as CheckTxResponse);
        if (why !== undefined) wrong.push(`CheckTx of ${names[i]}\n      ${why}`);
        checked++;
      }
      height += 1n;
      const request = blockRequest(height, time, txs);
      const [a, b] = await Promise.all([ours.finalizeBlock(request), go.finalizeBlock(request)]);
      await Promise.all([ours.commit(), go.commit()]);
      for (const [i, r] of b.txResults.entries()) {
        const mine = a.txResults[i];
        const why = mine === undefined ? 'no result' : difference(mine, r);
        if (why !== undefined) wrong.push(`${names[i]}\n      ${why}`);
        compared++;
        outcomes.set(outcome(r), (outcomes.get(outcome(r)) ?? 0) + 1);
      }
      for (const store of Object.keys(STORES) as StoreName[]) {
        const differs = await sameRoot(ours, go, store, height);
        if (differs !== undefined) checks.fail(differs);
        roots++;
      }
    };
    const makeSet = (chain: Chain, round: number): ReturnType<typeof cases> =>
      cases(chain, fleet, { height, time: time + 5_000_000_000n * height, balance: BALANCE }, round);

    const judge = (): void => {
      const differ = wrong.splice(0);
      for (const w of differ) checks.note(w);
      checks.equal(differ.length, 0, 'answers that differ');
    };

    await checks.run('accounts, balances and parameters of the genesis have the same store roots', async () => {
      await block([], []);
    });
    await checks.run('transactions without fees: CheckTx, FinalizeBlock and store roots', async () => {
      for (const c of makeSet(CHAIN, 0))
        await block(
          c.txs.map((_, i) => `${c.name} #${i}`),
          c.txs,
        );
      for (let round = 1; round < ROUNDS; round++) {
        const set = makeSet(CHAIN, round);
        await block(
          set.flatMap((c) => c.txs.map((_, i) => `${c.name} #${i}`)),
          set.flatMap((c) => c.txs),
        );
      }
      checks.note(`${checked} CheckTx and ${compared} executed transactions, ${roots} store roots: ${countsText(outcomes)}`);
      judge();
    });
    await checks.run('queries: every method of auth, bank and consensus, paths, heights and pages', async () => {
      const subjects = { addresses: fleet.accounts.slice(0, 6).map((a) => a.address), denom: CHAIN.denom, height };
      let equal = 0;
      const differ: string[] = [];
      for (const q of queries(subjects)) {
        const request = { path: q.path, data: q.data, height: q.height, prove: false };
        const [a, b] = await Promise.all([ours.query(request), go.query(request)]).catch((e) => checks.fail(`${q.name}: ${e}`));
        const why = queryDifference(a, b);
        if (why === undefined) equal++;
        else differ.push(`${q.name}: ${why}`);
      }
      checks.note(`${equal} answers equal byte by byte, ${differ.length} differ`);
      for (const d of differ) checks.note(d);
      checks.equal(differ.length, 0, 'queries that differ');
    });
    await checks.run('ICS-23 proofs of keys that are there and that are not', async () => {
      let proofs = 0;
      for (const [store, prefixes] of Object.entries(STORES)) {
        for (const prefix of prefixes) {
          const kept = (await pairs(go, store as StoreName, prefix)).map((p) => p.key);
          for (const key of [
            ...kept.slice(0, 40),
            ...kept.slice(0, 40).map((k) => concatBytes(k, Uint8Array.of(7))),
            Uint8Array.of(prefix),
            Uint8Array.of(255, prefix),
          ]) {
            for (const at of [height, height - 20n]) {
              const request = { path: `/store/${store}/key`, data: key, height: at, prove: true };
              const [a, b] = await Promise.all([ours.query(request), go.query(request)]);
              // The second step leads to the root of all stores, of which simd has more.
              const first = (r: QueryResponse): unknown => ({ ...r, proofOps: r.proofOps?.ops.slice(0, 1) });
              if (shown(first(a)) !== shown(first(b))) checks.fail(`${store} ${toHex(key)} at ${at}: ours ${shown(first(a))}, simd ${shown(first(b))}`);
              proofs++;
            }
          }
        }
      }
      checks.note(`${proofs} proofs equal byte by byte`);
    });
    await checks.run('simulation', async () => {
      let equal = 0;
      const differ: string[] = [];
      for (const c of makeSet(CHAIN, ROUNDS + 1)) {
        for (const tx of c.txs) {
          const request = { path: '/app/simulate', data: tx, height: 0n, prove: false };
          const [a, b] = await Promise.all([ours.query(request), go.query(request)]);
          const why = queryDifference(a, b);
          if (why === undefined) equal++;
          else differ.push(`${c.name}: ${why}`);
        }
      }
      checks.note(`${equal} answers equal byte by byte, ${differ.length} differ`);
      for (const d of differ) checks.note(d);
      checks.equal(differ.length, 0, 'simulations that differ');
    });
    await checks.run('transactions with fees, in one block', async () => {
      const set = makeSet({ ...CHAIN, fee: 5000n }, ROUNDS);
      await block(
        set.flatMap((c) => c.txs.map((_, i) => `${c.name} #${i}`)),
        set.flatMap((c) => c.txs),
      );
      judge();
    });
  } finally {
    peer?.close();
    await process.stop();
  }
  if (checks.failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`  home and log: ${folder}`);
  return checks;
}
