import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { BlockPool, PENDING_MAX, type PoolAction } from './pool.ts';
import { RATE_MIN, ReceiveRate } from './rate.ts';

const KB = 1000;
const SECOND = 1000;
let now = 1_700_000_000_000;
beforeEach(() => {
  now = 1_700_000_000_000;
});
const create = (startHeight = 1n): BlockPool<string> => new BlockPool({ startHeight, clock: () => now });

const requests = (actions: readonly PoolAction[]): Extract<PoolAction, { type: 'request' }>[] => actions.filter((a) => a.type === 'request');
const drops = (actions: readonly PoolAction[]): string[] => actions.filter((a) => a.type === 'drop').map((a) => a.peer);

/** Answers what is asked until nothing more is, as honest peers do. */
function serve(pool: BlockPool<string>, height: bigint, silent: ReadonlySet<string> = new Set()): void {
  for (let i = 0; i < 10_000 && pool.height < height; i++) {
    for (const r of requests(pool.work())) if (!silent.has(r.peer)) expect(pool.addBlock(r.peer, r.height, `${r.height} of ${r.peer}`, KB)).toBeUndefined();
    while (pool.peek(pool.height) !== undefined && pool.peek(pool.height + 1n) !== undefined) pool.pop(now - 1_000_000 + Number(pool.height) * 100);
    now += 100;
  }
}

describe('requests', () => {
  test('are made in order, at most so many of one peer, and never above what a peer has', () => {
    const pool = create();
    expect(pool.work()).toEqual([]);
    pool.setPeerRange('a', 1n, 100n);
    const first = requests(pool.work());
    expect(first.map((r) => r.height)).toEqual(Array.from({ length: PENDING_MAX }, (_, i) => BigInt(i + 1)));
    expect(pool.work()).toEqual([]);
    expect(pool.addBlock('a', 1n, 'one', KB)).toBeUndefined();
    expect(pool.addBlock('a', 2n, 'two', KB)).toBeUndefined();
    expect(pool.work()).toEqual([]);
    pool.pop(now);
    expect(requests(pool.work()).map((r) => r.height)).toEqual([21n]);
    const short = create();
    short.setPeerRange('a', 1n, 3n);
    expect(requests(short.work())).toHaveLength(3);
  });

  test('go to peers that have the height', () => {
    const pool = create(10n);
    pool.setPeerRange('pruned', 15n, 30n);
    expect(pool.work()).toEqual([]);
    expect(pool.maxPeerHeight).toBe(0n);
    pool.setPeerRange('full', 1n, 12n);
    const asked = requests(pool.work());
    expect(asked.map((r) => [r.peer, r.height])).toEqual([
      ['full', 10n],
      ['full', 11n],
      ['full', 12n],
    ]);
    for (const r of asked) pool.addBlock(r.peer, r.height, 'block', KB);
    serve(pool, 12n);
    expect(pool.height).toBe(12n);
  });

  test('go to a second peer where the first is slow, and its late answer is no fault', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 2n);
    const [first] = requests(pool.work());
    pool.setPeerRange('b', 1n, 2n);
    now += 999;
    expect(pool.work()).toEqual([]);
    now += 1;
    expect(requests(pool.work()).map((r) => r.peer)).toEqual(['b', 'b']);
    expect(first?.peer).toBe('a');
    pool.addBlock('b', 1n, 'one', KB);
    pool.addBlock('b', 2n, 'two', KB);
    pool.pop(now);
    expect(pool.expectsFrom('a')).toBe(true);
    expect(pool.addBlock('a', 1n, 'one again', KB)).toBeUndefined();
    expect(pool.addBlock('a', 2n, 'two again', KB)).toBeUndefined();
    expect(pool.peek(2n)?.block).toBe('two');
    expect(pool.addBlock('a', 2n, 'two again', KB)).toMatch(/not asked/);
  });

  test('wait while large blocks fill the memory', () => {
    const pool = create();
    for (const id of ['a', 'b', 'c']) pool.setPeerRange(id, 1n, 1000n);
    const asked = requests(pool.work());
    expect(asked).toHaveLength(3 * PENDING_MAX);
    const large = 20_000_000;
    for (const r of asked) pool.addBlock(r.peer, r.height, 'large', large);
    expect(pool.work()).toEqual([]);
    for (let i = 0; i < 57; i++) pool.pop(now);
    expect(requests(pool.work()).length).toBeLessThan(10);
  });
});

describe('peers that do not deliver', () => {
  test('F-11: one that names heights it has not is dropped, and the sync ends at the real tip', () => {
    const pool = create();
    pool.setPeerRange('honest', 1n, 50n);
    pool.setPeerRange('liar', 1n, 1_000_000_000n);
    const start = now;
    for (let i = 0; i < 1000 && !pool.isCaughtUp(); i++) {
      for (const a of pool.work()) {
        if (a.type === 'drop') expect(a.peer).toBe('liar');
        else if (a.peer === 'honest') pool.addBlock(a.peer, a.height, 'block', KB);
      }
      while (pool.peek(pool.height) !== undefined && pool.peek(pool.height + 1n) !== undefined) pool.pop(now - 1_000_000);
      now += 100;
    }
    expect(pool.isCaughtUp()).toBe(true);
    expect(pool.height).toBe(50n);
    expect(now - start).toBeLessThan(20 * SECOND);
    // It comes back at once, and is not believed.
    pool.setPeerRange('liar', 1n, 1_000_000_000n);
    expect(pool.maxPeerHeight).toBe(50n);
    now += 61 * SECOND;
    pool.setPeerRange('liar', 1n, 60n);
    expect(pool.maxPeerHeight).toBe(60n);
  });

  test('F-11: where all peers lie, the wait has an end', () => {
    const pool = create();
    const start = now;
    for (let n = 0; n < 1000 && !pool.isCaughtUp(); n++) {
      pool.setPeerRange(`liar${n}`, 1n, 1_000_000_000n);
      pool.work();
      now += SECOND;
    }
    expect(pool.isCaughtUp()).toBe(true);
    expect(now - start).toBeLessThan(40 * SECOND);
  });

  test('F-5: one that takes back what it said is banned', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 2000n);
    pool.setPeerRange('b', 1n, 100n);
    expect(pool.setPeerRange('a', 1n, 100n)).toMatch(/said it has/);
    expect(pool.maxPeerHeight).toBe(100n);
    expect(pool.isBanned('a')).toBe(true);
    serve(pool, 100n);
    expect(pool.isCaughtUp()).toBe(true);
    // Two statuses that overtook each other are no lie.
    pool.setPeerRange('c', 1n, 102n);
    expect(pool.setPeerRange('c', 1n, 101n)).toBeUndefined();
    expect(pool.maxPeerHeight).toBe(102n);
    expect(pool.setPeerRange('d', 5n, 4n)).toMatch(/heights 5 to 4/);
  });

  test('one that owes blocks for 15 s is dropped, and others are asked', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 5n);
    pool.work();
    now += 14_999;
    expect(drops(pool.work())).toEqual([]);
    now += 1;
    expect(drops(pool.work())).toEqual(['a']);
    expect(pool.expectsFrom('a')).toBe(false);
    pool.setPeerRange('b', 1n, 5n);
    serve(pool, 5n);
    expect(pool.height).toBe(5n);
  });

  test('one that trickles is dropped when there is another', () => {
    const pool = create();
    pool.setPeerRange('slow', 1n, 1000n);
    const owed: bigint[] = [];
    let dropped = 0;
    for (let i = 0; i < 1200 && dropped === 0; i++) {
      for (const a of pool.work()) {
        if (a.type === 'drop') dropped = i;
        else owed.push(a.height);
      }
      const height = i % 10 === 0 ? owed.shift() : undefined;
      if (height !== undefined) pool.addBlock('slow', height, 'block', KB);
      while (pool.peek(pool.height) !== undefined && pool.peek(pool.height + 1n) !== undefined) pool.pop(now);
      if (i === 600) pool.setPeerRange('other', 900n, 1000n);
      now += 100;
    }
    expect(dropped).toBeGreaterThan(600);
  });

  test('one that denies what it said it has is dropped in the end; one denial is no fault', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 100n);
    let reason: string | undefined;
    let denials = 0;
    while (reason === undefined) {
      const asked = requests(pool.work());
      expect(asked.length).toBeGreaterThan(0);
      for (const r of asked) {
        reason ??= pool.noBlock(r.peer, r.height);
        denials++;
      }
    }
    expect(denials).toBeGreaterThan(PENDING_MAX);
    expect(pool.noBlock('nobody', 1n)).toBeUndefined();
  });

  test('blocks that were not asked for, or of an unknown peer, are faults', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 5n);
    expect(pool.addBlock('a', 1n, 'early', KB)).toMatch(/not asked/);
    pool.work();
    expect(pool.addBlock('a', 77n, 'wrong', KB)).toMatch(/not asked/);
    expect(pool.addBlock('b', 1n, 'wrong peer', KB)).toMatch(/not asked/);
    expect(pool.expectsFrom('b')).toBe(false);
  });

  test('a wrong block bans its sender, and all it sent is asked of others', () => {
    const pool = create();
    pool.setPeerRange('bad', 1n, 10n);
    for (const r of requests(pool.work())) pool.addBlock(r.peer, r.height, 'bad', KB);
    pool.setPeerRange('good', 1n, 10n);
    expect(pool.reject(1n)).toBe('bad');
    expect(pool.reject(2n)).toBeUndefined();
    expect(requests(pool.work()).map((r) => [r.peer, r.height])).toEqual(Array.from({ length: 10 }, (_, i) => ['good', BigInt(i + 1)]));
  });

  test('what a peer sent before it left is used', () => {
    const pool = create();
    pool.setPeerRange('a', 1n, 10n);
    for (const r of requests(pool.work()).slice(0, 5)) pool.addBlock(r.peer, r.height, 'block', KB);
    pool.removePeer('a');
    pool.setPeerRange('b', 1n, 10n);
    expect(requests(pool.work()).map((r) => r.height)).toEqual([6n, 7n, 8n, 9n, 10n]);
  });
});

test('caught up: at genesis with the first answer, else one below the highest that a peer has', () => {
  const pool = create();
  expect(pool.isCaughtUp()).toBe(false);
  pool.setPeerRange('a', 0n, 0n);
  expect(pool.isCaughtUp()).toBe(true);
  pool.setPeerRange('b', 1n, 20n);
  expect(pool.isCaughtUp()).toBe(false);
  serve(pool, 20n);
  expect(pool.isCaughtUp()).toBe(true);
  // A peer that has only later blocks does not make us stay for ever, but longer.
  const behind = create();
  behind.setPeerRange('pruned', 500n, 900n);
  expect(behind.isCaughtUp()).toBe(false);
  now += 34 * SECOND;
  expect(behind.isCaughtUp()).toBe(true);
});

test('any mixture of honest, silent, denying and lying peers ends at the tip of an honest one', () => {
  const kinds = fc.array(fc.constantFrom('silent', 'denies', 'unasked', 'tall', 'shrinks'), { maxLength: 4 });
  fc.assert(
    fc.property(kinds, fc.integer({ min: 2, max: 120 }), fc.infiniteStream(fc.nat(1000)), (bad, tip, chance) => {
      now = 1_700_000_000_000;
      const pool = create();
      const dice = (): number => chance.next().value as number;
      const kind = new Map<string, string>([['honest', 'honest'], ...bad.map((k, i) => [`${k}${i}`, k] as const)]);
      const gone = new Set<string>();
      const drop = (id: string): void => {
        expect(id).not.toBe('honest');
        gone.add(id);
        pool.removePeer(id);
      };
      for (const [id, k] of kind) pool.setPeerRange(id, 1n, BigInt(k === 'tall' || k === 'shrinks' ? tip * 10 : tip));
      for (let i = 0; i < 3000 && pool.height < BigInt(tip); i++) {
        for (const a of pool.work()) {
          if (a.type === 'drop') {
            drop(a.peer);
            continue;
          }
          const k = gone.has(a.peer) ? 'silent' : kind.get(a.peer);
          if (k === 'honest') expect(pool.addBlock(a.peer, a.height, 'block', KB * 200)).toBeUndefined();
          if (k === 'denies' && pool.noBlock(a.peer, a.height) !== undefined) drop(a.peer);
          if (k === 'unasked' && pool.addBlock(a.peer, a.height + 1000n, 'block', KB) !== undefined) drop(a.peer);
          if (k === 'shrinks' && dice() < 300) pool.setPeerRange(a.peer, 1n, 3n);
        }
        while (pool.peek(pool.height) !== undefined && pool.peek(pool.height + 1n) !== undefined) pool.pop(now);
        now += 200;
      }
      expect(pool.height).toBe(BigInt(tip));
    }),
    { numRuns: 60 },
  );
});

test('the rate begins generously and follows what comes', () => {
  const rate = new ReceiveRate(now);
  expect(rate.at(now)).toBeGreaterThan(2 * RATE_MIN);
  for (let i = 0; i < 300; i++) {
    rate.add(1_000_000);
    now += SECOND;
    rate.at(now);
  }
  expect(rate.at(now)).toBeGreaterThan(900_000);
  now += 300 * SECOND;
  expect(rate.at(now)).toBeLessThan(10_000);
});
