// F-35, the power cut: of each file that grows, what was not synced may be gone, up to any byte, and a witness may be an older one. Images of a
// running node's folder are taken at its fail points, impaired so, and started: the chain goes on with the same blocks from at least the last
// height whose state was durable, and nothing that was signed is signed differently. An image right after a synced write is impaired as if
// that write had not ended.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type DevNetwork, startDevNetwork } from '../../chain/cmd/dev/network.ts';
import { toHex } from '../../chain/encoding/bytes.ts';
import { readWalFile } from '../../chain/engine/wal.ts';

/** In memory where the system offers it: what is asked here does not depend on the disk. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folder = mkdtempSync(join(BASE, 'power-cut-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(home: string, failPoint?: (name: string) => void): Promise<DevNetwork> {
  const common = {
    home,
    chainId: 'trellis-local-1',
    timeoutCommit: '10ms',
    pruning: 'custom',
    logLevel: 'none',
    environment: {},
    out: () => undefined,
  } as const;
  return startDevNetwork({ ...common, ...(failPoint === undefined ? {} : { failPoint }) });
}

interface BlockAnswer {
  readonly block_id: { readonly hash: string };
}

async function ask<T>(network: DevNetwork, path: string): Promise<T> {
  return ((await (await fetch(`${network.info.rpc}/${path}`)).json()) as { result: T }).result;
}
const height = async (n: DevNetwork): Promise<number> =>
  Number((await ask<{ sync_info: { latest_block_height: string } }>(n, 'status')).sync_info.latest_block_height);
const blockHash = async (n: DevNetwork, h: number): Promise<string> => (await ask<BlockAnswer>(n, `block?height=${h}`)).block_id.hash;

async function untilHeight(n: DevNetwork, h: number): Promise<void> {
  while ((await height(n)) < h) await new Promise((resolve) => setTimeout(resolve, 10));
}

const logOf = (home: string, db: string): string => {
  const path = join(home, 'data', db);
  return join(
    path,
    readdirSync(path)
      .filter((f) => f.endsWith('.log'))
      .sort()
      .at(-1) as string,
  );
};

/** Files that grow or are overwritten, with what is certainly on the disk. */
interface Durable {
  readonly sizes: ReadonlyMap<string, number>;
  readonly heads: ReadonlyMap<string, Uint8Array>;
  readonly mark: Uint8Array;
}

function look(home: string): Durable {
  const dbs = ['application.db', 'chain.db'];
  return {
    sizes: new Map(dbs.map((db) => [db, statSync(logOf(home, db)).size])),
    heads: new Map(dbs.map((db) => [db, new Uint8Array(readFileSync(join(home, 'data', db, 'HEAD')))])),
    mark: new Uint8Array(readFileSync(join(home, 'data/cs.wal/wal.synced'))),
  };
}

/** Steps right after a synced write, and the database that was written. */
const SYNCED: Readonly<Record<string, string>> = {
  'block-saved': 'chain.db',
  'results-saved': 'chain.db',
  committed: 'application.db',
  'state-saved': 'chain.db',
};

interface Image {
  readonly home: string;
  readonly point: string;
  /** What was durable at the last synced write before the step, and at the one before that. */
  readonly durable: Durable;
  readonly earlier: Durable;
  /** The last height whose state was saved. */
  readonly height: number;
}

/** Cuts files somewhere between what was synced and what there is; `share` of what is not synced stays. */
function impair({ home, point, durable, earlier }: Image, share: number): void {
  const cut = (file: string, from: number): void => {
    const { size } = statSync(file);
    truncateSync(file, from + Math.floor((size - from) * share));
  };
  const older = (db: string, d: Durable): void => writeFileSync(join(home, 'data', db, 'HEAD'), d.heads.get(db) as Uint8Array);
  const written = SYNCED[point];
  if (written !== undefined) {
    cut(logOf(home, written), durable.sizes.get(written) as number);
    older(written, durable);
    return;
  }
  for (const [db, size] of durable.sizes) cut(logOf(home, db), size);
  const wal = join(home, 'data/cs.wal/wal');
  cut(wal, Number(new DataView(new Uint8Array(readFileSync(`${wal}.synced`)).buffer).getBigUint64(4)));
  if (share > 0.5) return;
  for (const db of durable.sizes.keys()) older(db, earlier);
  writeFileSync(`${wal}.synced`, earlier.mark);
}

function signatures(home: string, into: Map<string, string>): void {
  for (const { msg } of readWalFile(join(home, 'data/cs.wal/wal'))) {
    const m = msg.case === 'msgInfo' ? msg.value.msg.sum : undefined;
    if (m?.case !== 'vote') continue;
    const slot = `${m.value.vote.height}/${m.value.vote.round}/${m.value.vote.type}`;
    const hash = toHex(m.value.vote.blockId.hash);
    expect(into.get(slot) ?? hash, slot).toBe(hash);
    into.set(slot, hash);
  }
}

const IMAGES = 9;
const SHARES = [0, 0.4, 0.9];

test('the chain goes on with what was durable', { timeout: 120_000 }, async () => {
  const home = join(folder, 'home');
  const images: Image[] = [];
  let durable: Durable | undefined;
  let earlier: Durable | undefined;
  let steps = 0;
  let saved = 0;
  const network = await start(home, (point) => {
    // A prime distance gives each point its turn.
    if (durable !== undefined && earlier !== undefined && ++steps % 7 === 0 && images.length < IMAGES) {
      const copy = join(folder, `image-${images.length}`);
      cpSync(home, copy, { recursive: true });
      images.push({ home: copy, point, durable, earlier, height: saved });
    }
    if (SYNCED[point] !== undefined) [earlier, durable] = [durable, look(home)];
    if (point === 'state-saved') saved++;
  });
  while (images.length < IMAGES) await untilHeight(network, (await height(network)) + 1);
  const hashes: string[] = [];
  for (let h = 1; h <= saved; h++) hashes[h] = await blockHash(network, h);
  await network.stop();

  for (const [i, image] of images.entries()) {
    const signed = new Map<string, string>();
    signatures(image.home, signed);
    impair(image, SHARES[i % SHARES.length] as number);
    const again = await start(image.home);
    const at = `${image.point} at height ${image.height + 1}`;
    expect(await height(again), at).toBeGreaterThanOrEqual(image.height);
    for (let h = 1; h <= image.height; h++) expect(await blockHash(again, h), at).toBe(hashes[h]);
    await untilHeight(again, image.height + 3);
    await again.stop();
    signatures(image.home, signed);
  }
  expect(new Set(images.map((i) => i.point)).size).toBeGreaterThan(5);
});
