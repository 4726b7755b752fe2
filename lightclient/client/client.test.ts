import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { LightError } from '../errors.ts';
import type { Store } from '../store.ts';
import { memoryStore } from '../stores/memory.ts';
import { fork, makeHistory, SECOND, START } from '../testing/chain.ts';
import { HistoryProvider } from '../testing/provider.ts';
import { type ClientOptions, create, type Fork } from './client.ts';
import { decodeTrust, encodeTrust, trustOf } from './trust.ts';
import { hashOf, heightOf } from './verify.ts';

installNative(() => {});
const CHAIN = 'light-1';
const LENGTH = 60;
/** Four of many validators; every fifth height one goes and another comes. */
const powersAt = (height: number): Record<number, bigint> => {
  const first = Math.floor(height / 5);
  return { [first]: 40n, [first + 1]: 30n, [first + 2]: 20n, [first + 3]: 10n };
};
const honest = makeHistory(CHAIN, LENGTH, powersAt);
const other = sha256(new Uint8Array([1]));
const equivocation = fork(honest, CHAIN, 41, () => ({ header: { dataHash: other } }));
const lunatic = fork(honest, CHAIN, 41, () => ({ header: { appHash: other } }));
const amnesia = fork(honest, CHAIN, 41, () => ({ header: { dataHash: other }, round: 1 }));
const at = (h: { readonly blocks: readonly LightBlock[] }, height: number): LightBlock => h.blocks[height - 1] as LightBlock;

function setUp(primary = honest.blocks, witness = honest.blocks, more: Partial<ClientOptions> = {}) {
  const p = new HistoryProvider('primary', primary);
  const w = new HistoryProvider('witness', witness);
  const waited: number[] = [];
  const options: ClientOptions = {
    chainId: CHAIN,
    checkpoint: { height: 1n, hash: hashOf(at(honest, 1)) },
    providers: [p, w],
    verifySignatures: verifyEach,
    now: () => START + 100n * SECOND,
    // A wait ends when the event loop has nothing else to do; answers come before.
    after: (ms, run) => {
      waited.push(ms);
      const t = setTimeout(run, ms > 20_000 ? 0 : 5);
      return () => clearTimeout(t);
    },
    ...more,
  };
  return { p, w, options, waited };
}

const codeOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'ok',
    (e: unknown) => (e instanceof LightError ? e.code : `${e}`),
  );

describe('follows the chain', () => {
  test('by skipping, fewer blocks than heights', async () => {
    const { p, options } = setUp();
    const c = await create(options);
    expect(hashOf(await c.sync(60n))).toEqual(hashOf(at(honest, 60)));
    expect(p.asked.length).toBeLessThan(25);
    expect(c.status().last.height).toBe(60n);
  });

  test('one by one', async () => {
    const { p, options } = setUp();
    const c = await create({ ...options, policy: { sequential: true } });
    await c.sync(60n);
    expect(new Set(p.asked).size).toBe(60);
  });

  test('to the latest, back by hash links, and between', async () => {
    const { options } = setUp();
    const c = await create({ ...options, checkpoint: { height: 30n, hash: hashOf(at(honest, 30)) } });
    expect(heightOf(await c.sync())).toBe(60n);
    for (const h of [3n, 29n, 45n]) expect(hashOf(await c.blockAt(h))).toEqual(hashOf(at(honest, Number(h))));
  });

  test('hints save requests and wrong ones cost some', async () => {
    const few = setUp();
    await (await create(few.options)).sync(60n, [5n, 15n, 25n, 35n, 45n, 55n]);
    const wrong = setUp();
    expect(hashOf(await (await create(wrong.options)).sync(60n, [59n, 58n, 2n]))).toEqual(hashOf(at(honest, 60)));
  });

  test('keeps so many headers, the first and the last among them', async () => {
    const { options } = setUp();
    const c = await create({ ...options, policy: { keep: 4 } });
    for (let h = 2n; h <= 20n; h++) await c.sync(h);
    expect([c.status().first.height, c.status().last.height]).toEqual([1n, 20n]);
  });
});

describe('believes nobody alone', () => {
  test('no witness, or none that has the block', async () => {
    const { options, w } = setUp();
    expect(await codeOf(create({ ...options, providers: [options.providers[0] as never] }))).toBe('no-cross-reference');
    const c = await create(options);
    w.blocks = [];
    expect(await codeOf(c.sync(60n))).toBe('no-cross-reference');
    expect(c.status().last.height).toBe(1n);
  });

  test('allowed to go without witnesses', async () => {
    const { options } = setUp();
    const c = await create({ ...options, providers: [options.providers[0] as never], policy: { allowNoWitness: true } });
    expect(heightOf(await c.sync(60n))).toBe(60n);
  });

  test('a witness that is behind is asked again, and dropped when it stays behind', async () => {
    const { options, w, waited } = setUp();
    w.blocks = honest.blocks.slice(0, 50);
    const third = new HistoryProvider('third', honest.blocks);
    const c = await create({ ...options, providers: [...options.providers, third] });
    expect(heightOf(await c.sync(60n))).toBe(60n);
    expect(waited).toContain(30_000);
    expect(c.status().witnesses).toEqual(['third']);
  });

  test('the checkpoint is the root of all', async () => {
    const { options } = setUp();
    expect(await codeOf(create({ ...options, checkpoint: { height: 1n, hash: other } }))).toBe('checkpoint');
  });

  test('a primary that fails is replaced', async () => {
    const { options, p } = setUp();
    const third = new HistoryProvider('third', honest.blocks);
    const c = await create({ ...options, providers: [...options.providers, third] });
    p.blocks = [];
    expect(heightOf(await c.sync(60n))).toBe(60n);
    expect(c.status().primary).not.toBe('primary');
  });
});

describe('forks', () => {
  const attacked = async (evil: readonly LightBlock[], side: 'primary' | 'witness') => {
    const { options, p, w } = side === 'primary' ? setUp(evil) : setUp(honest.blocks, evil);
    const forks: Fork[] = [];
    const store = memoryStore();
    const c = await create({ ...options, store });
    c.onFork((f) => forks.push(f));
    const code = await codeOf(c.sync(60n));
    return { code, forks, p, w, c, options: { ...options, store } };
  };

  test.each(['primary', 'witness'] as const)('equivocation by the %s: evidence to both, the alarm stays', async (side) => {
    const { code, forks, p, w, c, options } = await attacked(equivocation.blocks, side);
    expect(code).toBe('fork');
    const [against] = w.evidence;
    expect(against?.byzantineValidators.length).toBeGreaterThan(0);
    expect(against?.commonHeight).toBe(against?.conflictingBlock.signedHeader.header.height);
    expect(p.evidence.length).toBe(1);
    expect(forks).toHaveLength(1);
    expect(c.status().last.height).toBe(1n);
    expect(await codeOf(c.sync(2n))).toBe('fork');
    const again = await create(options);
    expect(await codeOf(again.sync(2n))).toBe('fork');
    expect(again.status().alarm).toContain('two chains');
  });

  test('lunatic: evidence names the common height and its validators', async () => {
    const { code, w } = await attacked(lunatic.blocks, 'primary');
    expect(code).toBe('fork');
    const [e] = w.evidence;
    expect(e && e.commonHeight < e.conflictingBlock.signedHeader.header.height).toBe(true);
    expect(e?.timestamp).toBe(at(honest, Number(e?.commonHeight)).signedHeader.header.time);
  });

  test('amnesia: the alarm alone, as nobody can be named', async () => {
    const { code, p, w, forks } = await attacked(amnesia.blocks, 'primary');
    expect(code).toBe('fork');
    expect(forks[0]?.evidence[0]?.byzantineValidators).toEqual([]);
    expect([...p.evidence, ...w.evidence]).toEqual([]);
  });

  test('a witness that cannot prove its side is dropped, nobody is accused', async () => {
    const { options, p, w } = setUp();
    const third = new HistoryProvider('third', honest.blocks);
    // Signed by nobody who is known.
    const invented = makeHistory(CHAIN, LENGTH, () => ({ 900: 10n })).blocks;
    w.lie = (h, b) => (h > 1n ? (invented[Number(h) - 1] as LightBlock) : b);
    const c = await create({ ...options, providers: [...options.providers, third] });
    expect(heightOf(await c.sync(60n))).toBe(60n);
    expect([...p.evidence, ...w.evidence, ...third.evidence]).toEqual([]);
    expect(c.status().witnesses).toEqual(['third']);
  });

  test('forward lunatic: a block above all that the witness has, which is past its time', async () => {
    const ahead = fork(honest, CHAIN, 60, () => ({ header: { time: START + 55n * SECOND + 1n, appHash: other } }));
    const { options, w } = setUp(ahead.blocks, honest.blocks.slice(0, 59));
    // The honest chain's height 59 is later than the invented height 60.
    const c = await create(options);
    w.refusesEvidence = true;
    const code = await codeOf(c.sync(60n));
    expect(['fork', 'invalid-header', 'no-cross-reference']).toContain(code);
    expect(c.status().last.height).toBe(1n);
  });
});

describe('time', () => {
  test('an expired checkpoint, and trust that expires', async () => {
    const { options } = setUp();
    const late = { ...options, now: () => START + 1_000_000n * SECOND };
    expect(await codeOf(create(late))).toBe('expired');
    let now = START + 100n * SECOND;
    const c = await create({ ...options, now: () => now });
    now = START + 1_000_000n * SECOND;
    expect(await codeOf(c.sync(60n))).toBe('expired');
  });

  test('a clock that is behind', async () => {
    let now = START + 100n * SECOND;
    const { options } = setUp();
    const c = await create({ ...options, now: () => now });
    await c.sync(50n);
    now = 0n;
    expect(await codeOf(c.sync(60n))).toBe('clock');
    const asks = await create({ ...options, now: () => now, policy: { timeFromProviders: true } });
    expect(heightOf(await asks.sync(60n))).toBe(60n);
  });

  test('a provider that never answers', async () => {
    const { options, w } = setUp();
    const c = await create(options);
    w.lie = () => new Promise(() => undefined);
    expect(await codeOf(c.sync(60n))).toBe('no-cross-reference');
  });
});

describe('what is kept', () => {
  test('148 bytes there and back; other sizes are refused', () => {
    const t = trustOf(at(honest, 7));
    expect(decodeTrust(encodeTrust(t))).toEqual(t);
    expect(encodeTrust(t)).toHaveLength(148);
    expect(() => decodeTrust(encodeTrust(t).subarray(1))).toThrow(LightError);
  });

  test('a restart goes on from the head', async () => {
    const { options, p } = setUp();
    const store = memoryStore();
    await (await create({ ...options, store })).sync(40n);
    p.asked.length = 0;
    const c = await create({ ...options, store });
    expect(c.status().last.height).toBe(40n);
    await c.sync(60n);
    expect(p.asked).not.toContain(1n);
  });

  test('a cut at any write: the head is the old one or the new one', async () => {
    const { options } = setUp();
    for (let cut = 0; cut < 8; cut++) {
      const store = memoryStore();
      let writes = 0;
      const failing: Store = {
        ...store,
        put: async (name, value) => {
          if (writes++ >= cut) throw new LightError('store', 'no power');
          await store.put(name, value);
        },
      };
      await create({ ...options, store: failing })
        .then(async (c) => {
          await c.sync(20n);
          await c.sync(40n);
        })
        .catch(() => undefined);
      const c = await create({ ...options, store });
      expect([1n, 20n, 40n]).toContain(c.status().last.height);
      expect(hashOf(await c.sync(60n))).toEqual(hashOf(at(honest, 60)));
    }
  });

  test('a store that was rolled back is detected by a counter, and only by one', async () => {
    const { options } = setUp();
    let count = 0n;
    const inner = memoryStore();
    const counted: Store = { ...inner, counter: { read: async () => count, raise: async () => void count++ } };
    const c = await create({ ...options, store: counted });
    expect(c.status().rollback).toBe('protected');
    const old = (await inner.get('state')) as Uint8Array;
    await c.sync(40n);
    expect(await codeOf(create({ ...options, store: counted }))).toBe('ok');
    await inner.put('state', old);
    expect(await codeOf(create({ ...options, store: counted }))).toBe('store');
    expect((await create({ ...options, store: memoryStore() })).status().rollback).toBe('unprotected');
  });

  test('a damaged state is refused', async () => {
    const { options } = setUp();
    const store = memoryStore();
    await store.put('state', new Uint8Array(3));
    expect(await codeOf(create({ ...options, store }))).toBe('store');
  });
});

test('two at once: one after the other', async () => {
  const { options } = setUp();
  const c = await create(options);
  const [a, b] = await Promise.all([c.sync(50n), c.sync(60n)]);
  expect([heightOf(a), heightOf(b)]).toEqual([50n, 60n]);
});

test('each new head is told, in order', async () => {
  const { options, p, w } = setUp(honest.blocks.slice(0, 10), honest.blocks.slice(0, 10));
  const c = await create(options);
  const seen: bigint[] = [];
  await new Promise<void>((resolve, reject) => {
    const stop = c.subscribe(
      (b) => {
        seen.push(heightOf(b));
        if (heightOf(b) === 12n) {
          stop();
          resolve();
        }
        const next = honest.blocks.slice(0, Number(heightOf(b)) + 1);
        p.blocks = next;
        w.blocks = next;
      },
      reject,
      1,
    );
  });
  expect(seen).toEqual([10n, 11n, 12n]);
});

test('whatever the primary answers, nothing is accepted that is not of the chain while a witness is honest', async () => {
  const histories = [honest, equivocation, lunatic, amnesia];
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          height: fc.integer({ min: 2, max: LENGTH }),
          from: fc.integer({ min: 0, max: 3 }),
          shift: fc.integer({ min: -2, max: 2 }),
          flip: fc.integer({ min: 0, max: 5 }),
        }),
        {
          maxLength: 12,
        },
      ),
      fc.integer({ min: 2, max: LENGTH }),
      async (lies, target) => {
        const { options, p } = setUp();
        p.lie = (h, b) => {
          const lie = lies.find((l) => BigInt(l.height) === h);
          if (lie === undefined) return b;
          const source = histories[lie.from] as typeof honest;
          const given = source.blocks[Number(h) - 1 + lie.shift] ?? b;
          const { header, commit } = given.signedHeader;
          if (lie.flip === 1) return { ...given, signedHeader: { header: { ...header, appHash: other }, commit } };
          if (lie.flip === 2) return { ...given, signedHeader: { header, commit: { ...commit, signatures: commit.signatures.slice(1) } } };
          if (lie.flip === 3) return { ...given, validatorSet: (at(honest, 1) as LightBlock).validatorSet };
          return given;
        };
        const c = await create(options);
        try {
          const b = await c.sync(BigInt(target));
          expect(bytesEqual(hashOf(b), hashOf(at(honest, target)))).toBe(true);
        } catch (e) {
          expect(e).toBeInstanceOf(LightError);
        }
        const { last } = c.status();
        expect(bytesEqual(last.hash, hashOf(at(honest, Number(last.height))))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
