// F-35: the node dies at every step between two writes, with and without the end of its log; it goes on with the same chain and never
// signs two values for one height, round and step.
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { ChainDb, type DurableDb } from '../blockstore/durable-db.ts';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { Engine } from './engine.ts';
import { TestNode, untilHeight } from './test-node.ts';
import { readWalFile } from './wal.ts';

const FAIL_POINTS = [
  'logged-proposal',
  'logged-vote',
  'before-save',
  'block-saved',
  'height-ended',
  'finalized',
  'results-saved',
  'committed',
  'state-saved',
  'applied',
] as const;

const nodes: TestNode[] = [];
afterEach(async () => {
  for (const n of nodes.splice(0)) {
    await n.stop();
    n.dispose();
  }
});
function node(): TestNode {
  const n = new TestNode();
  nodes.push(n);
  return n;
}

class Crash extends Error {}

/** Runs until the fail point was passed `times` times, and dies there. */
async function runIntoCrash(n: TestNode, point: string, times: number): Promise<void> {
  let left = times;
  let died: () => void = () => undefined;
  const crashed = new Promise<void>((resolve) => {
    died = resolve;
  });
  const engine = await n.start({
    failPoint: (name) => {
      if (name === point && --left <= 0) throw new Crash(name);
    },
    onFailure: (e) => {
      if (!(e instanceof Crash)) n.failures.push(e);
      died();
    },
  });
  void engine.mempool.checkTx(utf8(`k${Math.random()}=v`)).catch(() => undefined);
  await crashed;
  await n.stop();
  expect(n.failures).toEqual([]);
}

/** What this node signed, by height, round and type: one value each. */
function signedValues(n: TestNode, into: Map<string, string>): void {
  for (const { msg } of readWalFile(n.walFile)) {
    if (msg.case !== 'msgInfo' || msg.value.peerId !== '') continue;
    const m = msg.value.msg.sum;
    let slot: string | undefined;
    let value = '';
    if (m?.case === 'vote') {
      const { height, round, type, blockId } = m.value.vote;
      slot = `${height}/${round}/${type}`;
      value = toHex(blockId.hash);
    } else if (m?.case === 'proposal') {
      const { height, round, blockId } = m.value.proposal;
      slot = `${height}/${round}/proposal`;
      value = toHex(blockId.hash);
    }
    if (slot === undefined) continue;
    expect(into.get(slot) ?? value, slot).toBe(value);
    into.set(slot, value);
  }
}

function chainHashes(n: TestNode): readonly string[] {
  const { blockStore } = n.engine as NonNullable<TestNode['engine']>;
  return Array.from({ length: Number(blockStore.height) }, (_, i) => toHex(blockStore.loadBlockMeta(BigInt(i + 1))?.blockId.hash ?? new Uint8Array(0)));
}

async function restartAndCheck(n: TestNode, before: readonly string[]): Promise<void> {
  const engine = await n.start();
  expect(chainHashes(n).slice(0, before.length)).toEqual(before);
  const goal = engine.state.lastBlockHeight + 2n;
  await untilHeight(engine, goal);
  await n.stop();
  expect(n.failures).toEqual([]);
  expect(n.app.height).toBeGreaterThanOrEqual(goal);
}

async function hashesAtRest(n: TestNode): Promise<readonly string[]> {
  await n.open();
  const hashes = chainHashes(n);
  await n.stop();
  return hashes;
}

describe('death at a fail point', () => {
  test.each(FAIL_POINTS)('%s: at the first height, then later again', { timeout: 20_000 }, async (point) => {
    const n = node();
    const signed = new Map<string, string>();
    await runIntoCrash(n, point, 1);
    signedValues(n, signed);
    await restartAndCheck(n, []);
    signedValues(n, signed);
    await runIntoCrash(n, point, 4);
    signedValues(n, signed);
    await restartAndCheck(n, []);
    signedValues(n, signed);
    // Nothing was executed twice but the block whose commit the crash prevented.
    const executed = n.app.executed.map(Number);
    for (let i = 1; i < executed.length; i++) expect((executed[i] as number) - (executed[i - 1] as number)).toBeLessThanOrEqual(1);
  });
});

test('a power cut that also takes the end of the log', { timeout: 30_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...FAIL_POINTS), fc.integer({ min: 1, max: 6 }), fc.nat(400), async (point, times, cut) => {
      const n = node();
      await runIntoCrash(n, point, times);
      const before = await hashesAtRest(n);
      // Only what was not synced can be lost: the mark tells how much that is, so a shorter log is an error.
      const size = statSync(n.walFile).size;
      const mark = Number(new DataView(new Uint8Array(readFileSync(`${n.walFile}.synced`)).buffer).getBigUint64(4));
      const keep = Math.max(mark, size - cut);
      const fd = openSync(n.walFile, 'r+');
      ftruncateSync(fd, keep);
      closeSync(fd);
      await restartAndCheck(n, before);
    }),
    { numRuns: 8 },
  );
});

test('F-37: a disk that fails stops the node before it signs more; it goes on when the disk is well again', async () => {
  const n = node();
  let broken = false;
  const folder = n.dbFolder;
  const db = await ChainDb.open(folder);
  const failing: DurableDb = {
    location: db.location,
    get: (k) => db.get(k),
    has: (k) => db.has(k),
    iterate: (r) => db.iterate(r),
    write: (ops) => (broken ? Promise.reject(new Error('EIO: i/o error')) : db.write(ops)),
    writeLazily: (ops) => db.writeLazily(ops),
  };
  let died: (e: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    died = resolve;
  });
  const engine = await Engine.open({ ...n.dependencies(failing), onFailure: (e) => died(e) });
  await engine.start();
  await untilHeight(engine, 2n);
  broken = true;
  expect(String(await failure)).toMatch(/EIO/);
  const signed = readFileSync(n.walFile).length;
  await engine.stop();
  expect(readFileSync(n.walFile)).toHaveLength(signed);
  await db.close();
  await restartAndCheck(n, []);
});

test('a log that is cut before what was synced, or damaged there, stops the node and names the file', async () => {
  const n = node();
  const engine = await n.start();
  await untilHeight(engine, 2n);
  await n.stop();
  const whole = new Uint8Array(readFileSync(n.walFile));
  for (const [what, bytes] of [
    ['cut', whole.subarray(0, whole.length - 3)],
    ['flipped', whole.map((b, i) => (i === 40 ? b ^ 1 : b))],
    ['flipped length', whole.map((b, i) => (i === 5 ? b ^ 64 : b))],
  ] as const) {
    writeFileSync(n.walFile, bytes);
    await n.open();
    await expect(n.engine?.start(), what).rejects.toThrow(/cs\.wal\/wal is corrupt at byte/);
    await n.stop();
  }
  writeFileSync(n.walFile, whole);
  await restartAndCheck(n, []);
});
