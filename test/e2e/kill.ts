// kill -9 under load at random moments: after each restart the chain goes on, nothing committed is missing, no height has two blocks
// or two signatures. Then one flipped bit in each kind of file: the node refuses to start and names the file.
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readWalFile } from '../../chain/engine/wal.ts';
import { type DevChain, startDevChain, temporaryFolder, trellisd } from '../../testnet/launcher/dev-chain.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { Checks } from '../checks.ts';
import { broadcastBatch, signTransfers } from '../interop/load.ts';

const KILLS = Number(process.env.TRELLIS_KILLS ?? 50);
const FLIPS_PER_KIND = Number(process.env.TRELLIS_FLIPS ?? 3);

/** xorshift32: the run is repeatable from its seed, as far as the machine's timing allows. */
function random(seed: number): () => number {
  let x = seed | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4_294_967_296;
  };
}

interface Seen {
  readonly blockHash: string;
  readonly appHash: string;
  readonly dataHash: string;
  readonly signatures: string;
}

async function get<T>(rpc: string, path: string): Promise<T> {
  const r = await fetch(`${rpc}/${path}`, { signal: AbortSignal.timeout(5000) });
  const body = (await r.json()) as { result?: T; error?: object };
  if (body.result === undefined) throw new Error(`${path}: ${JSON.stringify(body.error)}`);
  return body.result;
}

async function observe(rpc: string, height: number): Promise<Seen> {
  const c = await get<{ signed_header: { header: { app_hash: string; data_hash: string }; commit: { block_id: { hash: string }; signatures: object[] } } }>(
    rpc,
    `commit?height=${height}`,
  );
  const { header, commit } = c.signed_header;
  return { blockHash: commit.block_id.hash, appHash: header.app_hash, dataHash: header.data_hash, signatures: JSON.stringify(commit.signatures) };
}

const tip = async (rpc: string): Promise<number> =>
  Number((await get<{ sync_info: { latest_block_height: string } }>(rpc, 'status')).sync_info.latest_block_height);

/** Sends transfers until the chain is killed, and records every height it is told of. */
async function loadAndObserve(chain: DevChain, seen: Map<number, Seen>, stop: { now: boolean }): Promise<number> {
  const { rpc } = chain.info;
  let sent = 0;
  const load = (async () => {
    while (!stop.now) {
      const txs = await signTransfers(chain.info, 50);
      for (let i = 0; i < txs.length && !stop.now; i += 10) sent += (await broadcastBatch(rpc, txs.slice(i, i + 10))).filter((r) => r.code === 0).length;
      await waitFor(
        'the mempool to drain',
        async () => stop.now || Number((await get<{ total: string }>(rpc, 'num_unconfirmed_txs')).total) === 0 || undefined,
        20_000,
      );
    }
  })().catch(() => undefined);
  let from = Math.max(0, ...seen.keys());
  while (!stop.now) {
    try {
      const h = await tip(rpc);
      // The latest height still has its seen commit; the canonical one of the block before never changes.
      for (; from < h - 1; from++) seen.set(from + 1, await observe(rpc, from + 1));
    } catch {
      break; // killed
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await load;
  return sent;
}

export default async function kill(): Promise<Checks> {
  const checks = new Checks('kill');
  const seed = Number(process.env.TRELLIS_SEED ?? 20_261);
  const rand = random(seed);
  const home = temporaryFolder('kill');
  const seen = new Map<number, Seen>();
  const flags = ['--timeout-commit', '50ms'];
  console.log(`  seed ${seed}, ${KILLS} kills, home ${home}`);
  let sent = 0;
  await checks.run(`${KILLS} kills at random moments under load`, async () => {
    for (let k = 0; k < KILLS; k++) {
      const before = Math.max(0, ...seen.keys());
      if (k % 5 === 4) {
        // Now and then the kill falls into the start itself.
        const p = trellisd(['dev', '--home', home, ...flags]);
        await new Promise((resolve) => setTimeout(resolve, 50 + rand() * 900));
        await p.kill();
        continue;
      }
      const chain = await startDevChain({ home, flags });
      const stop = { now: false };
      for (const [h, was] of [...seen].slice(-30)) {
        checks.equal(await observe(chain.info.rpc, h), was, `height ${h} after kill ${k}`);
      }
      const work = loadAndObserve(chain, seen, stop);
      await waitFor('a new height after the restart', async () => (await tip(chain.info.rpc)) > before + 1 || undefined);
      await new Promise((resolve) => setTimeout(resolve, 100 + rand() * 1200));
      await chain.process.kill();
      stop.now = true;
      sent += await work;
    }
    checks.note(`${seen.size} heights observed, ${sent} transactions accepted`);
  });
  await checks.run('every height observed before any kill is unchanged at the end, and was signed once', async () => {
    const chain = await startDevChain({ home, flags });
    for (const [h, was] of seen) checks.equal(await observe(chain.info.rpc, h), was, `height ${h}`);
    const exit = await chain.process.stop();
    checks.equal(exit.code, 0);
    const wal = join(home, 'data/cs.wal');
    const signed = new Map<string, string>();
    let votes = 0;
    for (const name of readdirSync(wal)
      .filter((f) => f.startsWith('wal'))
      .sort()) {
      for (const vote of ownVotes(join(wal, name))) {
        votes++;
        const old = signed.get(vote.slot);
        if (old !== undefined && old !== vote.block) throw new Error(`two different votes for ${vote.slot}: ${old} and ${vote.block}`);
        signed.set(vote.slot, vote.block);
      }
    }
    checks.that(votes > seen.size, 'the log holds the votes');
    checks.note(`${seen.size} heights compared, ${votes} signed votes read from the log for ${signed.size} slots`);
  });

  for (const kind of fileKinds(home)) {
    await checks.run(`one flipped bit in ${kind.name} is detected`, async () => {
      for (let i = 0; i < FLIPS_PER_KIND; i++) {
        const copy = temporaryFolder('flip');
        cpSync(home, copy, { recursive: true });
        const file = kind.files[Math.floor(rand() * kind.files.length)] as string;
        const bytes = readFileSync(join(copy, file));
        const bit = Math.floor(rand() * bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(join(copy, file), bytes);
        const p = trellisd(['dev', '--home', copy, ...flags]);
        const exit = await Promise.race([p.exited, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 20_000))]);
        await p.kill();
        if (exit === undefined) throw new Error(`bit ${bit} of ${file}: the node runs on (${copy})`);
        if (exit.code === 0) throw new Error(`bit ${bit} of ${file}: exit code 0 (${copy})`);
        if (!p.output().includes(kind.named)) throw new Error(`bit ${bit} of ${file}: the message does not name ${kind.named}: ${p.output().slice(-600)}`);
      }
      checks.note(`${FLIPS_PER_KIND} flips, each refused`);
    });
  }
  return checks;
}

function* ownVotes(file: string): Generator<{ slot: string; block: string }> {
  for (const record of readWalFile(file)) {
    const m = record.msg;
    if (m.case !== 'msgInfo' || m.value.peerId !== '' || m.value.msg.sum?.case !== 'vote') continue;
    const { vote } = m.value.msg.sum.value;
    if (vote === undefined) continue;
    yield { slot: `${vote.height}/${vote.round}/${vote.type}`, block: Buffer.from(vote.blockId.hash).toString('hex') };
  }
}

interface FileKind {
  readonly name: string;
  readonly files: readonly string[];
  /** What the message must contain. */
  readonly named: string;
}

/** Every kind of file that holds state or identity. LevelDB's LOG is its own diary and is not read. */
function fileKinds(home: string): FileKind[] {
  const all = (dir: string): string[] =>
    readdirSync(join(home, dir), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? all(join(dir, e.name)) : [join(dir, e.name)]));
  const files = all('').filter((f) => statSync(join(home, f)).size > 0);
  const kinds: FileKind[] = [];
  for (const name of ['config/genesis.json', 'config/priv_validator_key.json', 'config/node_key.json', 'data/priv_validator_state.json'])
    kinds.push({ name, files: [name], named: name.split('/')[1] as string });
  kinds.push({ name: 'data/cs.wal', files: files.filter((f) => f.startsWith('data/cs.wal/')), named: 'cs.wal' });
  for (const db of ['application.db', 'chain.db']) {
    for (const [what, pattern] of [
      ['tables', /\.ldb$/],
      ['log', /\.log$/],
      ['manifest', /(MANIFEST-\d+|CURRENT)$/],
    ] as const) {
      const of = files.filter((f) => f.startsWith(`data/${db}/`) && pattern.test(f)).map((f) => relative('', f));
      if (of.length > 0) kinds.push({ name: `data/${db} (${what})`, files: of, named: db });
    }
  }
  return kinds;
}
