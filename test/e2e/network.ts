// `npm start` as a stranger runs it: four validators make blocks and agree, a transfer arrives, one is killed and the others go on; Ctrl-C ends
// all, a killed parent leaves nobody behind, a restart goes on with the same chain; ports that others hold; Go CometBFT among them.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DevInfo } from '../../chain/node/dev-info.ts';
import { type DevChain, launcherProgram, startDevChain, temporaryFolder, trellisd } from '../../testnet/launcher/dev-chain.ts';
import { rpcHeight, rpcResult } from '../../testnet/launcher/rpc.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { PeerMissing, peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';
import { sendLoad } from '../interop/load.ts';

const FLAGS = ['--timeout-commit', '200ms'];

/** Processes whose command line names a folder under this one: not the parent's, whose --home is the folder itself. Linux: /proc. */
function processesUnder(home: string): { readonly pid: number; readonly words: readonly string[] }[] {
  const found: { readonly pid: number; readonly words: readonly string[] }[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words.some((w) => w.startsWith(`${home}/`))) found.push({ pid: Number(pid), words });
    } catch {
      // it ended meanwhile
    }
  }
  return found;
}

function processOf(home: string): number {
  const found = processesUnder(join(home, '..')).find(({ words }) => words.includes(home));
  if (found === undefined) throw new Error(`no process runs on ${home}`);
  return found.pid;
}

const heights = (info: DevInfo, height: number, but = -1): Promise<unknown> =>
  Promise.all(
    info.nodes
      .filter((_, i) => i !== but)
      .map((n) => waitFor(`height ${height} of ${n.rpc}`, async () => (await rpcHeight(n.rpc)) >= height || undefined, 120_000, 100)),
  );

interface BlockReply {
  readonly block_id: { readonly hash: string };
  readonly block: { readonly header: { readonly proposer_address: string } };
}

const blocks = (info: DevInfo, height: number): Promise<BlockReply[]> =>
  Promise.all(info.nodes.map((n) => rpcResult<BlockReply>(n.rpc, `block?height=${height}`)));

async function runs(chain: DevChain, checks: Checks): Promise<void> {
  const { info } = chain;
  await checks.run('by default four validators: dev.json and the first lines name them', () => {
    checks.equal(
      info.nodes.map((n) => n.kind),
      ['ts', 'ts', 'ts', 'ts'],
    );
    checks.equal(new Set(info.nodes.map((n) => n.validatorAddress)).size, 4);
    checks.equal(info.rpc, info.nodes[0]?.rpc);
    const said = chain.process.output();
    for (const text of [info.rpc, info.rest, info.grpc, ...info.nodes.map((n) => n.rpc), ...info.accounts.flatMap((a) => [a.address, a.mnemonic])])
      checks.that(said.includes(text), `the output has ${text}`);
    checks.that(/^#1 +round \d+ +val-\d +0 txs +app [0-9A-F]{8}… .* (\d+ ms|[\d.]+ s)$/m.test(said), 'a line tells of block 1');
    console.log(`       first block after ${/^#1 .* ([\d.]+ m?s)$/m.exec(said)?.[1]} (not asserted)`);
  });
  await checks.run('each of them proposes, all agree', async () => {
    await heights(info, 12);
    const proposers = new Set<string>();
    for (let h = 1; h <= 12; h++) {
      const replies = await blocks(info, h);
      checks.equal(new Set(replies.map((r) => r.block_id.hash)).size, 1, `block ${h}`);
      proposers.add(replies[0]?.block.header.proposer_address ?? '');
    }
    checks.equal([...proposers].sort(), info.nodes.map((n) => n.validatorAddress).sort());
  });
  await checks.run('20 transfers are committed', async () => {
    checks.equal((await sendLoad(info, 20)).length, 20);
  });
  await checks.run('the command line finds the network and its keys by --home alone', async () => {
    const [alice, bob] = info.accounts;
    const sent = trellisd(['tx', 'bank', 'send', 'alice', bob?.address ?? '', '7utrel', '--home', chain.home, '--fees', '1utrel', '-y', '--output', 'json']);
    checks.equal((await sent.exited).code, 0, sent.output());
    const asked = trellisd(['query', 'bank', 'balances', alice?.address ?? '', '--home', chain.home]);
    checks.equal((await asked.exited).code, 0, asked.output());
    const rest = await fetch(`${info.rest}/cosmos/bank/v1beta1/supply`);
    checks.equal(rest.status, 200);
  });
  await checks.run('one is killed: the other three go on, one line says so', async () => {
    process.kill(processOf(join(chain.home, 'val-2')), 'SIGKILL');
    const from = await rpcHeight(info.rpc);
    await waitFor('ten more heights', async () => (await rpcHeight(info.rpc)) >= from + 10 || undefined, 120_000, 100);
    const lines = chain.process
      .output()
      .split('\n')
      .filter((l) => l.includes('val-2 has ended'));
    checks.equal(lines.length, 1);
    checks.that(/killed by SIGKILL.*3 of 4 validators are left, the chain goes on/.test(lines[0] ?? ''), lines[0] ?? '');
  });
}

/** Of the network that still runs, in a terminal of its own. */
async function bringBack(chain: DevChain, checks: Checks): Promise<void> {
  await checks.run('trellisd start --home brings it back', async () => {
    const p = trellisd(['start', '--home', join(chain.home, 'val-2')]);
    try {
      const node = chain.info.nodes[2] as DevInfo['nodes'][number];
      const target = (await rpcHeight(chain.info.rpc)) + 4;
      await waitFor(`height ${target} of val-2`, async () => (await rpcHeight(node.rpc)) >= target || undefined, 120_000, 100);
    } finally {
      checks.equal((await p.stop()).code, 0, p.output());
    }
  });
}

async function isGone(home: string): Promise<void> {
  await waitFor('the end of all its processes', () => processesUnder(home).length === 0 || undefined, 60_000, 100);
}

/** Holds the ports that a dev network prefers, for TCP and UDP; those that are held already stay so. */
async function holdPorts(): Promise<() => Promise<void>> {
  const closers: (() => Promise<void>)[] = [];
  for (const port of [26657, 9090, 1317, 26667, 26687]) {
    const s = createServer();
    const isHeld = await new Promise((resolve) => {
      s.once('error', () => resolve(false));
      s.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isHeld) closers.push(() => new Promise((done) => s.close(() => done())));
  }
  for (const port of [26656, 26676]) {
    const s = createSocket('udp4');
    const isHeld = await new Promise((resolve) => {
      s.once('error', () => resolve(false));
      s.bind(port, '127.0.0.1', () => resolve(true));
    });
    if (isHeld) closers.push(() => new Promise((done) => s.close(() => done())));
  }
  return async () => {
    for (const c of closers) await c();
  };
}

async function withGo(checks: Checks): Promise<void> {
  await checks.run('--go without CometBFT: one clear line', async () => {
    const nowhere = { TRELLIS_PEERS: '/nowhere', PATH: '/nowhere' };
    const p = trellisd(['dev', '--home', temporaryFolder('no-go'), '--validators', '2', '--go', '2'], { env: nowhere });
    checks.equal((await p.exited).code, 1);
    checks.that(/^Error: --go needs CometBFT v0\.40\.0: [^\n]*\n$/.test(p.output()), p.output());
  });
  try {
    await peerProgram('cometbft');
  } catch (e) {
    if (!(e instanceof PeerMissing)) throw e;
    console.log(`       Go validators: not run, ${e.message}`);
    return;
  }
  const chain = await startDevChain({ isNetwork: true, flags: ['--validators', '2', '--go', '2', ...FLAGS] });
  try {
    await checks.run('two of ours and two Go CometBFT make blocks and agree', async () => {
      checks.equal(
        chain.info.nodes.map((n) => n.kind),
        ['ts', 'ts', 'go', 'go'],
      );
      await heights(chain.info, 10);
      for (let h = 1; h <= 10; h++) checks.equal(new Set((await blocks(chain.info, h)).map((r) => r.block_id.hash)).size, 1, `block ${h}`);
    });
  } finally {
    chain.process.signal('SIGKILL');
    await checks.run('its parent is killed: Go CometBFT ends too', () => isGone(chain.home));
  }
  const again = await startDevChain({ isNetwork: true, home: chain.home });
  await checks.run('restarted without flags it is the same mixed network, and goes on', async () => {
    checks.equal(
      again.info.nodes.map((n) => n.kind),
      ['ts', 'ts', 'go', 'go'],
    );
    await heights(again.info, 13);
  });
  checks.equal((await again.process.stop()).code, 0);
  await isGone(chain.home);
  rmSync(chain.home, { recursive: true, force: true });
}

export default async function network(): Promise<Checks> {
  const checks = new Checks('network');
  const home = temporaryFolder('network');
  const chain = await startDevChain({ home, isNetwork: true, flags: FLAGS });
  let last = 0;
  let hashes: string[] = [];
  try {
    await runs(chain, checks);
    await bringBack(chain, checks);
    last = await rpcHeight(chain.info.rpc);
    hashes = await Promise.all([1, last].map(async (h) => (await rpcResult<BlockReply>(chain.info.rpc, `block?height=${h}`)).block_id.hash));
  } finally {
    chain.process.signal('SIGINT');
    await checks.run('Ctrl-C ends all of them', async () => {
      checks.equal((await chain.process.exited).code, 0);
      checks.equal(processesUnder(home).length, 0);
    });
  }
  const again = await startDevChain({ home, isNetwork: true });
  try {
    await checks.run('a restart with --home goes on with the same chain, all four of it', async () => {
      await heights(again.info, last + 3);
      for (const [i, h] of [1, last].entries())
        checks.equal(
          (await blocks(again.info, h)).map((r) => r.block_id.hash),
          Array(4).fill(hashes[i]),
        );
      checks.that(!/^#1 /m.test(again.process.output()), 'no first block again');
    });
  } finally {
    await again.process.kill();
    await checks.run('a killed parent leaves nobody behind', () => isGone(home));
  }
  await checks.run('another number of validators than the home holds is refused in one line', async () => {
    const p = trellisd(['dev', '--home', home, '--validators', '3']);
    checks.equal((await p.exited).code, 1);
    checks.that(/^Error: [^\n]*holds a network of --validators 4[^\n]*\n$/.test(p.output()), p.output());
  });
  await checks.run('Ctrl-C while it starts ends all of them', async () => {
    const p = spawn(process.execPath, [launcherProgram, 'dev', '--home', home], { stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => p.once('exit', (code) => resolve(code)));
    await waitFor('its first process', () => processesUnder(home).length > 0 || undefined, 60_000, 20);
    p.kill('SIGINT');
    await ended;
    await isGone(home);
  });
  const release = await holdPorts();
  await checks.run('where ports are taken others are used', async () => {
    const third = await startDevChain({ home, isNetwork: true });
    checks.that(!third.info.nodes.some((n) => /:266[568]7$/.test(n.rpc)), 'none of the held ports');
    await heights(third.info, last + 6);
    checks.equal((await third.process.stop()).code, 0);
  });
  await release();
  rmSync(home, { recursive: true, force: true });
  checks.that(!existsSync(home), 'the home is removed');
  await withGo(checks);
  return checks;
}
