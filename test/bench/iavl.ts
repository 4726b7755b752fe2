// Updates of the state tree at 1,000,000 keys with persistence, ours beside Go's IAVL v1 (test/bench/go-iavl): the same keys are changed in
// the same blocks, so the root hashes of both must be equal. 32-byte keys, 100-byte values, 1,000 updates a block.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNative } from '../../chain/native/install.ts';
import type { StoreMode } from '../../chain/store/modes.ts';
import { openCommitMultiStore } from '../../chain/store/multistore.ts';
import { runProcess } from '../../testnet/launcher/process.ts';
import { type BenchRow, benchRow } from './rows.ts';

const KEYS = 1_000_000;
const BLOCKS = 40;
const UPDATES = 1_000;
const LOADED_PER_VERSION = 250_000;
/** Of one update in a change set: key, value and their lengths. */
const CHANGE_BYTES = 135;
const PEER = 'Go iavl v1.2.2, goleveldb';

interface Figures {
  readonly wallMicros: number;
  readonly cpuMicros: number;
  readonly hash: string;
}

function key(i: number): Uint8Array {
  const b = Buffer.alloc(8);
  b.writeUInt32BE(i, 4);
  return new Uint8Array(createHash('sha256').update(b).digest());
}

function value(i: number, version: number): Uint8Array {
  const v = new Uint8Array(100);
  const view = new DataView(v.buffer);
  view.setUint32(4, i);
  view.setUint32(12, version);
  return v;
}

function treeFileBytes(dir: string): number {
  const folder = join(dir, 'trees');
  return Math.max(...readdirSync(folder).map((f) => statSync(join(folder, f)).size));
}

/** Runs in a process of its own, so that the CPU of others is not counted. */
async function measure(mode: StoreMode, dir: string, keys: number, blocks: number, updates: number): Promise<Figures & { readonly rssMegabytes: number }> {
  installNative();
  const store = await openCommitMultiStore({ dir, mode, stores: ['bench'] });
  const load = store.kvStore('bench');
  for (let i = 0; i < keys; i++) {
    load.set(key(i), value(i, 0));
    if ((i + 1) % LOADED_PER_VERSION === 0 || i + 1 === keys) await store.commit();
  }
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 4) % keys;
  };
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  for (let b = 0; b < blocks; b++) {
    const branch = store.branch();
    const kv = branch.kvStore('bench');
    for (let u = 0; u < updates; u++) {
      const i = next();
      kv.set(key(i), value(i, b + 1));
    }
    branch.write();
    store.workingHash();
    await store.commit();
  }
  const total = blocks * updates;
  const cpu = process.cpuUsage(cpuBefore);
  const wall = performance.now() - start;
  // The trees are written whole when the change sets have grown to half of the file: each update bears its share of that.
  const cpuBeforeFile = process.cpuUsage();
  const startFile = performance.now();
  await store.compact();
  const cpuFile = process.cpuUsage(cpuBeforeFile);
  const share = CHANGE_BYTES / (treeFileBytes(dir) / 2);
  const figures = {
    wallMicros: (wall * 1000) / total + (performance.now() - startFile) * 1000 * share,
    cpuMicros: (cpu.user + cpu.system) / total + (cpuFile.user + cpuFile.system) * share,
    hash: Buffer.from(store.trees.stores.get('bench')?.tree.workingHash() ?? []).toString('hex'),
    rssMegabytes: process.memoryUsage().rss / 2 ** 20,
  };
  await store.close();
  return figures;
}

async function inFolder<T>(run: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-iavl-'));
  try {
    return await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runOurs(mode: StoreMode, sizes: readonly string[]): Promise<Figures & { readonly rssMegabytes: number }> {
  return inFolder(async (dir) => JSON.parse(await runProcess(process.execPath, [fileURLToPath(import.meta.url), mode, dir, ...sizes])));
}

/** undefined with the reason where Go is missing. */
async function runGo(sizes: readonly string[]): Promise<Figures | string> {
  const source = fileURLToPath(new URL('go-iavl/', import.meta.url));
  return inFolder(async (dir) => {
    const program = join(dir, 'go-iavl');
    try {
      await runProcess('go', ['build', '-C', source, '-o', program, '.']);
    } catch (e) {
      return `${PEER} (not built: ${(e as Error).message.trim().split('\n').at(-1)})`;
    }
    return JSON.parse(await runProcess(program, [join(dir, 'data'), ...sizes])) as Figures;
  });
}

/** With arguments: keys, blocks, updates per block. */
export default async function* iavl(args: readonly string[] = []): AsyncGenerator<BenchRow> {
  const sizes = [args[0] ?? KEYS, args[1] ?? BLOCKS, args[2] ?? UPDATES].map(String);
  const go = await runGo(sizes);
  const peer = typeof go === 'string' ? undefined : go;
  const peerName = typeof go === 'string' ? go : PEER;
  for (const mode of ['custom', 'default'] as const) {
    const ours = await runOurs(mode, sizes);
    if (peer !== undefined && peer.hash !== ours.hash) throw new Error(`roots differ: ours ${ours.hash}, Go ${peer.hash}`);
    yield benchRow(`iavl-updates-${mode}`, '1/s', 'higher', 1e6 / ours.wallMicros, peerName, peer === undefined ? null : 1e6 / peer.wallMicros);
    yield benchRow(`iavl-update-cpu-${mode}`, 'us CPU per update', 'lower', ours.cpuMicros, peerName, peer?.cpuMicros ?? null);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [mode, dir, keys, blocks, updates] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(mode as StoreMode, dir as string, Number(keys), Number(blocks), Number(updates))));
}
