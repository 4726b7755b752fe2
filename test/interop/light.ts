// Go CometBFT's own light client (`cometbft light` v0.40.0) verifies our chain over our RPC, by skipping and sequentially.
import { isDeepStrictEqual } from 'node:util';
import { startDevChain, temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { sendLoad } from './load.ts';

const HEIGHT = 500;

interface Commit {
  readonly signed_header: {
    readonly header: { readonly height: string; readonly app_hash: string };
    readonly commit: { readonly block_id: { readonly hash: string } };
  };
}

async function rpc<T>(base: string, path: string): Promise<T> {
  const r = await fetch(`${base}/${path}`);
  const body = (await r.json()) as { result?: T; error?: { message: string; data?: string } };
  if (body.result === undefined) throw new Error(`${path}: ${body.error?.message} ${body.error?.data ?? ''}`);
  return body.result;
}

/** The proxy reads our JSON and writes it again; on the way an empty list becomes null. */
function withoutEmptyLists(v: object): unknown {
  return JSON.parse(JSON.stringify(v, (_, x: unknown) => (Array.isArray(x) && x.length === 0 ? null : x)));
}

export default async function light(): Promise<Checks> {
  const checks = new Checks('light');
  const cometbft = await peerProgram('cometbft');
  const chain = await startDevChain({ flags: ['--timeout-commit', '20ms'] });
  try {
    const ours = chain.info.rpc;
    await sendLoad(chain.info, 200);
    const tip = async (): Promise<number> => Number((await rpc<{ sync_info: { latest_block_height: string } }>(ours, 'status')).sync_info.latest_block_height);
    await waitFor(`height ${HEIGHT + 2}`, async () => (await tip()) >= HEIGHT + 2 || undefined, 180_000, 200);
    const trusted = (await rpc<Commit>(ours, 'commit?height=1')).signed_header.commit.block_id.hash;
    for (const mode of ['skipping', 'sequential'] as const) {
      const [port] = await freePorts(1);
      const proxy = `http://127.0.0.1:${port}`;
      const args = [
        'light',
        chain.info.chainId,
        '-p',
        ours,
        '-w',
        ours,
        '--height',
        '1',
        '--hash',
        trusted,
        '--home-dir',
        temporaryFolder('light'),
        '--laddr',
        `tcp://127.0.0.1:${port}`,
        '--max-open-connections',
        '50',
      ];
      const p = startProcess(cometbft, mode === 'sequential' ? [...args, '--sequential'] : args);
      try {
        await checks.run(`${mode}: verifies height ${HEIGHT} from height 1`, async () => {
          await waitFor('the light proxy', async () => {
            if (p.exit() !== undefined) throw new Error(`cometbft light ended: ${p.output().slice(-1500)}`);
            return rpc<object>(proxy, 'health');
          });
          const verified = await rpc<Commit>(proxy, `commit?height=${HEIGHT}`);
          checks.equal(verified.signed_header.header.height, String(HEIGHT));
        });
        await checks.run(`${mode}: each of ${HEIGHT} headers through the proxy equals ours`, async () => {
          let same = 0;
          for (let h = 1; h <= HEIGHT; h++) {
            const [theirs, own] = await Promise.all([rpc<Commit>(proxy, `commit?height=${h}`), rpc<Commit>(ours, `commit?height=${h}`)]);
            if (!isDeepStrictEqual(theirs.signed_header, own.signed_header))
              throw new Error(`height ${h} differs: ${JSON.stringify(theirs).slice(0, 300)} / ${JSON.stringify(own).slice(0, 300)}`);
            same++;
          }
          checks.note(`${same} of ${HEIGHT} headers and commits equal`);
        });
        await checks.run(`${mode}: block, block_results and validators through the proxy`, async () => {
          for (const path of ['block?height=77', 'block_results?height=77', 'validators?height=77', 'header?height=77', 'consensus_params?height=77']) {
            checks.equal(withoutEmptyLists(await rpc<object>(proxy, path)), withoutEmptyLists(await rpc<object>(ours, path)), path);
          }
        });
      } finally {
        await p.stop();
      }
    }
  } finally {
    await chain.process.stop();
  }
  return checks;
}
