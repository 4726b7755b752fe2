// Proofs of every leaf at every size, what a cut leaves, and hashes of strangers.
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { merkleProofs, rootFromAunts } from '../crypto/merkle.ts';
import { sha256 } from '../crypto/sha256.ts';
import { concatBytes, utf8 } from '../encoding/bytes.ts';
import { type BlockHashes, BlockLog, leafHash } from './block-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'trellis-block-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hashAt = (h: bigint): Uint8Array => sha256(utf8(`${h}`));
const leadsTo = (root: Uint8Array, size: bigint, index: bigint, leaf: Uint8Array, path: readonly Uint8Array[]): boolean =>
  rootFromAunts(index, size, leaf, path)?.join() === root.join();
const be64 = (n: bigint): Uint8Array => {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, n);
  return b;
};
const rootOf = (base: bigint, size: number): Uint8Array =>
  merkleProofs(Array.from({ length: size }, (_, i) => concatBytes(be64(base + BigInt(i)), hashAt(base + BigInt(i))))).root;
const blocks = (base: bigint, height: bigint): BlockHashes => ({ base, height, hash: (h) => (h < base || h > height ? undefined : hashAt(h)) });

test('every leaf is proven at every size', async () => {
  const log = BlockLog.open(join(folder, 'a'), 3n);
  for (let size = 1; size <= 70; size++) {
    await log.extend(blocks(3n, 2n + BigInt(size)));
    const root = rootOf(3n, size);
    expect(log.root(BigInt(size))).toEqual(root);
    for (let i = 0n; i < BigInt(size); i++) {
      const p = log.proof(3n + i, BigInt(size)) as { index: bigint; path: readonly Uint8Array[] };
      expect(leadsTo(root, BigInt(size), p.index, leafHash(3n + i, hashAt(3n + i)), p.path)).toBe(true);
      expect(leadsTo(root, BigInt(size), p.index, leafHash(4n + i, hashAt(3n + i)), p.path)).toBe(false);
    }
  }
  for (const size of [1n, 33n, 64n, 69n]) expect(log.root(size)).toEqual(rootOf(3n, Number(size)));
  for (const [h, size] of [
    [2n, 70n],
    [73n, 70n],
    [3n, 71n],
  ] as const)
    expect(log.proof(h, size)).toBeUndefined();
  log.close();
});

test('a file that was cut anywhere goes on', async () => {
  const file = join(folder, 'b');
  const whole = BlockLog.open(file, 1n);
  await whole.extend(blocks(1n, 50n));
  whole.close();
  const { size } = statSync(file);
  for (let cut = 0; cut < 300; cut += 7) {
    truncateSync(file, size - cut);
    const log = BlockLog.open(file, 1n);
    expect(log.size).toBeLessThanOrEqual(50n);
    await log.extend(blocks(1n, 50n));
    expect(log.root(50n)).toEqual(rootOf(1n, 50));
    log.close();
  }
});

test('after a state sync the hashes of any peer are taken, if they are right', async () => {
  const log = BlockLog.open(join(folder, 'c'), 1n);
  const here = blocks(5000n, 5010n);
  await log.extend(here);
  expect(log.size).toBe(0n);
  const head = { size: 5005n, root: rootOf(1n, 5005) };
  const range = (from: bigint, to: bigint): Uint8Array[] => Array.from({ length: Number(to - from) + 1 }, (_, i) => hashAt(from + BigInt(i)));
  await expect(log.fill(async (from, to) => range(from, to).map((h, i) => (from === 1n && i === 77 ? sha256(h) : h)), here, head)).rejects.toThrow('not those');
  await expect(log.fill(async (from, to) => range(from, to).slice(1), here, head)).rejects.toThrow('hashes for heights');
  expect(log.size).toBe(0n);
  await log.fill(async (from, to) => range(from, to), here, head);
  expect([log.size, log.root(5010n)]).toEqual([5010n, rootOf(1n, 5010)]);
  log.close();
  const again = BlockLog.open(join(folder, 'c'), 1n);
  expect(again.root(5010n)).toEqual(rootOf(1n, 5010));
  again.reset();
  await again.extend(blocks(1n, 20n));
  expect(again.root(20n)).toEqual(rootOf(1n, 20));
  again.close();
});
