// `trellisd light proxy` beside `cometbft light` on the same chain: the same questions, the same answers. Then the other commands of `light`.

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StargateClient } from '@cosmjs/stargate';
import { launcherProgram, startDevChain, temporaryFolder, trellisd } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { runProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { sendLoad } from './load.ts';

const HEIGHT = 60;
/**
 * What the reference cannot do in v0.40.0: it knows no proofs of ics23, calls block_search and genesis_chunked with too few arguments, and
 * verifies of a range of headers only those that it has.
 */
const NOT_IN_GO = ['abci_query', 'block_search', 'genesis_chunked', 'blockchain'];

async function raw(base: string, path: string): Promise<{ result?: unknown; error?: unknown }> {
  return (await (await fetch(`${base}/${path}`)).json()) as { result?: unknown; error?: unknown };
}
async function rpc<T>(base: string, path: string): Promise<T> {
  const { result, error } = await raw(base, path);
  if (result === undefined) throw new Error(`${path}: ${JSON.stringify(error)}`);
  return result as T;
}

/** Go writes an empty list as null and leaves out what is empty in places. */
function normal(v: unknown): unknown {
  if (Array.isArray(v)) return v.length === 0 ? null : v.map(normal);
  if (typeof v !== 'object' || v === null) return v;
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, normal(x)]));
}

export default async function lightProxy(): Promise<Checks> {
  const checks = new Checks('light-proxy');
  const cometbft = await peerProgram('cometbft');
  const chain = await startDevChain({ flags: ['--timeout-commit', '50ms'] });
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const { rpc: node, chainId, accounts, denom } = chain.info;
    const hashes = await sendLoad(chain.info, 20);
    const tip = async (): Promise<number> => Number((await rpc<{ sync_info: { latest_block_height: string } }>(node, 'status')).sync_info.latest_block_height);
    await waitFor(`height ${HEIGHT + 2}`, async () => (await tip()) >= HEIGHT + 2 || undefined, 60_000, 100);
    const commit = await rpc<{ signed_header: { commit: { block_id: { hash: string } } } }>(node, 'commit?height=1');
    const { hash } = commit.signed_header.commit.block_id;
    const [a = 0, b = 0] = await freePorts(2);
    const flags = (port: number, dir: string): string[] => [
      chainId,
      '-p',
      node,
      '-w',
      node,
      '--height',
      '1',
      '--hash',
      hash,
      '--home-dir',
      dir,
      '--laddr',
      `tcp://127.0.0.1:${port}`,
    ];
    const theirs = startProcess(cometbft, ['light', ...flags(a, temporaryFolder('light-go'))]);
    const home = temporaryFolder('light-ours');
    const own = trellisd(['light', 'proxy', ...flags(b, home)]);
    stops.push(
      () => theirs.stop(),
      () => own.stop(),
    );
    const [go, ours] = [`http://127.0.0.1:${a}`, `http://127.0.0.1:${b}`];
    for (const base of [go, ours]) await waitFor('the proxies', () => rpc<object>(base, 'health'), 20_000);
    const txHash = hashes[3] as string;
    const block = await rpc<{ block_id: { hash: string } }>(node, 'block?height=7');
    const key = Buffer.concat([Buffer.of(0), Buffer.from(denom)]).toString('hex');
    const store = encodeURIComponent('"/store/bank/key"');
    const questions = [
      ...['block', 'header', 'commit', 'validators', 'block_results', 'consensus_params'].map((m) => `${m}?height=${HEIGHT - 20}`),
      `validators?height=9&page=1&per_page=1`,
      `block_by_hash?hash=0x${block.block_id.hash}`,
      `header_by_hash?hash=0x${block.block_id.hash}`,
      `blockchain?minHeight=3&maxHeight=9`,
      `tx?hash=0x${txHash}&prove=true`,
      `tx?hash=0x${txHash}`,
      `tx_search?query=${encodeURIComponent(`"tx.height>1"`)}&per_page=3`,
      `block_search?query=${encodeURIComponent(`"block.height<5"`)}`,
      `abci_query?path=${store}&data=0x${key}&height=${HEIGHT - 5}&prove=true`,
      `abci_query?path=${store}&data=0x00ffff&height=${HEIGHT - 5}&prove=true`,
      'abci_info',
      'genesis',
      'genesis_chunked?chunk=0',
    ];
    await checks.run(`${questions.length} questions: the answers of cometbft light`, async () => {
      const wrong: string[] = [];
      let [equal, alone] = [0, 0];
      for (const q of questions) {
        const [x, y] = [await raw(go, q), await raw(ours, q)];
        // The head moves between two questions.
        if (q === 'abci_info' ? x.result !== undefined && y.result !== undefined : isDeepStrictEqual(normal(x.result), normal(y.result))) equal++;
        else if (y.result !== undefined && NOT_IN_GO.some((p) => q.startsWith(p)) && x.error !== undefined) alone++;
        else wrong.push(`${q}\n  Go   ${JSON.stringify(x).slice(0, 400)}\n  ours ${JSON.stringify(y).slice(0, 400)}`);
      }
      checks.note(`${equal} of ${questions.length} equal; ${alone} that cometbft light fails to answer, for reasons of its own`);
      for (const w of wrong) checks.note(w);
      checks.equal(wrong.length, 0, 'questions that differ');
    });
    await checks.run('what no proof can say is refused, as there', async () => {
      for (const q of [`abci_query?path=${encodeURIComponent('"/cosmos.bank.v1beta1.Query/TotalSupply"')}`, 'block?height=99999999']) {
        const [x, y] = [await raw(go, q), await raw(ours, q)];
        checks.that(x.error !== undefined && y.error !== undefined, `${q}: ${JSON.stringify(x).slice(0, 200)} ${JSON.stringify(y).slice(0, 200)}`);
      }
    });
    await checks.run('a stock CosmJS client works through it', async () => {
      const client = await StargateClient.connect(ours);
      checks.equal(await client.getChainId(), chainId);
      checks.that((await client.getHeight()) > HEIGHT, 'height');
      checks.equal((await client.getBlock(7)).header.height, 7);
      client.disconnect();
    });
    const light = async (...args: string[]): Promise<Record<string, unknown>> => {
      const common = ['-p', node, '-w', node, '--height', '1', '--hash', hash, '--home-dir', join(home, 'cli'), '-o', 'json'];
      return JSON.parse(await runProcess(process.execPath, [launcherProgram, 'light', ...args, ...common])) as Record<string, unknown>;
    };
    await checks.run('light sync, get, tx', async () => {
      checks.that(Number((await light('sync', chainId)).height) > HEIGHT, 'sync');
      const { amount, proven } = (await light('get', chainId, 'balance', accounts[1]?.address as string, denom)) as { amount: string; proven: boolean };
      checks.that(BigInt(amount) > 0n && proven, `balance ${amount}`);
      checks.equal((await light('get', chainId, 'account', accounts[0]?.address as string)).exists, true);
      checks.equal(((await light('tx', chainId, txHash)).result as { code: number }).code, 0);
    });
  } finally {
    for (const stop of stops) await stop();
    await chain.process.stop();
  }
  return checks;
}
