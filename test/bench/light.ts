// Area `light`: our light client beside Go CometBFT's on the same headers: in process with 100 validators, over loopback with 10; and what it weighs.
// Ratios above 1 mean that ours is better.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { installNative } from '../../chain/native/install.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { lightBlockCodec } from '../../chain/types/light-block-codec.ts';
import { makeHistory } from '../../lightclient/testing/chain.ts';
import { temporaryFolder } from '../../testnet/launcher/dev-chain.ts';
import { freePorts } from '../../testnet/launcher/ports.ts';
import { runProcess, startProcess } from '../../testnet/launcher/process.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { lightPeer } from '../../testnet/peers/light-peer.ts';
import { PeerMissing } from '../../testnet/peers/peers.ts';
import { type BenchRow, benchRow } from './rows.ts';

const CHAIN_ID = 'bench-light';
const HEIGHTS = 1000;
const PEER = 'Go CometBFT v0.40.0 light';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const repository = here('../../');

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

function chainFile(folder: string, validators: number): string {
  const powers = Object.fromEntries(Array.from({ length: validators }, (_, i) => [i, 10n]));
  // One validator in fifty heights is another, as on a living chain.
  const at = (h: number): Record<number, bigint> => {
    const gone = Math.floor(h / 50);
    const { [gone % validators]: _, ...rest } = powers;
    return { ...rest, [1000 + gone]: 10n };
  };
  const parts: Buffer[] = [];
  for (const b of makeHistory(CHAIN_ID, HEIGHTS, at).blocks) {
    const bytes = lightBlockCodec.encode(b satisfies LightBlock);
    const n = Buffer.alloc(4);
    n.writeUInt32BE(bytes.length);
    parts.push(n, Buffer.from(bytes));
  }
  const file = join(folder, `chain-${validators}`);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

const ours = async (source: string, mode: string, threads: number): Promise<Cost> =>
  JSON.parse(await runProcess(process.execPath, [here('light/measure.ts'), source, mode, String(threads)])) as Cost;

/** gzip -9 of what a file exports, bundled and minified by esbuild. */
function bundleBytes(file: string): number {
  const out = execFileSync(join(repository, 'node_modules/.bin/esbuild'), ['--bundle', '--minify', '--format=esm', file], {
    cwd: repository,
    maxBuffer: 1 << 26,
  });
  return gzipSync(out, { level: 9 }).length;
}

export default async function* light(): AsyncGenerator<BenchRow> {
  installNative(() => {});
  const folder = temporaryFolder('bench-light');
  let peer: string | undefined;
  let peerName = PEER;
  try {
    peer = await lightPeer();
  } catch (e) {
    if (!(e instanceof PeerMissing)) throw e;
    peerName = e.message;
  }
  const hundred = chainFile(folder, 100);
  const theirs = new Map<string, Cost>();
  if (peer !== undefined) {
    for (const line of (await runProcess(peer, ['bench', hundred])).trim().split('\n')) {
      const { mode, ...cost } = JSON.parse(line) as Cost & { mode: string };
      theirs.set(mode, cost);
    }
  }
  for (const mode of ['sequential', 'skipping', 'backwards'] as const) {
    const go = theirs.get(mode);
    for (const threads of mode === 'backwards' ? [1] : [1, 2]) {
      const own = await ours(hundred, mode, threads);
      const name = `${mode}, ${HEIGHTS} heights, 100 validators${threads === 2 ? ', two threads' : ''}`;
      yield benchRow(name, 'ms wall', 'lower', own.wall / 1e6, peerName, go === undefined ? null : go.wall / 1e6);
      yield benchRow(name, 'ms CPU', 'lower', own.cpu / 1e6, peerName, go === undefined ? null : go.cpu / 1e6);
    }
  }
  const ten = chainFile(folder, 10);
  const [port = 0] = await freePorts(1);
  const server = startProcess(process.execPath, [here('light/serve.ts'), ten, String(port)]);
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitFor('the server of light blocks', async () => (await fetch(`${url}/commit`)).ok || undefined, 30_000);
    for (const mode of ['sequential', 'skipping'] as const) {
      const go = peer === undefined ? undefined : (JSON.parse(await runProcess(peer, ['http', url, CHAIN_ID, String(HEIGHTS), mode])) as Cost);
      const own = await ours(url, mode, 1);
      const name = `${mode} over loopback, ${HEIGHTS} heights, 10 validators`;
      yield benchRow(name, 'ms wall', 'lower', own.wall / 1e6, peerName, go === undefined ? null : go.wall / 1e6);
      yield benchRow(name, 'ms CPU', 'lower', own.cpu / 1e6, peerName, go === undefined ? null : go.cpu / 1e6);
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const cosmjs = 98_093;
  yield benchRow(
    'all that trellis/lightclient exports',
    'bytes, gzip -9',
    'lower',
    bundleBytes('lightclient/index.ts'),
    '@cosmjs/tendermint-rpc 0.39 (verifies nothing)',
    cosmjs,
  );
  yield benchRow('verification alone', 'bytes, gzip -9', 'lower', bundleBytes('lightclient/verifier/index.ts'), 'tendermint-rs light client verify()', 155_751);
}
