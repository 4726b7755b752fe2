import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckTxRequest, CheckTxResponse } from '../abci/application.ts';
import { installNoble } from '../crypto/noble.ts';
import { fromUtf8, utf8 } from '../encoding/bytes.ts';
import { DEFAULT_MEMPOOL_CONFIG, Mempool, type MempoolConfig, type TxChecker, type TxLimits } from './mempool.ts';
import { TxCache } from './tx-cache.ts';

installNoble();

const answer = (code: number, gasWanted = 1n): CheckTxResponse => ({
  code,
  data: new Uint8Array(0),
  log: '',
  info: '',
  gasWanted,
  gasUsed: 0n,
  events: [],
  codespace: '',
});

/** Refuses what begins with "bad" and, on recheck, what `stale` names. Answers wait for `release` if `hold` is set. */
class Checker implements TxChecker {
  readonly seen: string[] = [];
  readonly stale = new Set<string>();
  gas = 1n;
  hold = false;
  #waiting: (() => void)[] = [];
  async checkTx(r: CheckTxRequest): Promise<CheckTxResponse> {
    const text = fromUtf8(r.tx);
    this.seen.push(`${r.type === 0 ? 'new' : 'again'} ${text}`);
    if (this.hold) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return answer(text.startsWith('bad') || (r.type === 1 && this.stale.has(text)) ? 5 : 0, this.gas);
  }
  /** Answers in the order given by `pick`. */
  release(pick: (n: number) => number = () => 0): void {
    while (this.#waiting.length > 0) this.#waiting.splice(pick(this.#waiting.length), 1)[0]?.();
  }
}

function pool(config: Partial<MempoolConfig> = {}, limits?: TxLimits): { readonly m: Mempool; readonly app: Checker } {
  const app = new Checker();
  return { m: new Mempool({ ...DEFAULT_MEMPOOL_CONFIG, ...config }, app, 1n, limits), app };
}
const texts = (m: Mempool): readonly string[] => m.txs().map(fromUtf8);
async function commit(m: Mempool, txs: readonly string[], codes: readonly number[] = txs.map(() => 0)): Promise<void> {
  await m.lock();
  await m.update(
    2n,
    txs.map(utf8),
    codes.map((c) => answer(c)),
  );
}

describe('entering', () => {
  test('in order of arrival; a known transaction is refused with the text that clients match', async () => {
    const { m } = pool();
    for (const t of ['a', 'b', 'c']) await m.checkTx(utf8(t));
    expect(texts(m)).toEqual(['a', 'b', 'c']);
    await expect(m.checkTx(utf8('b'))).rejects.toThrow('tx already exists in cache');
    expect([m.size, m.sizeBytes]).toEqual([3, 3n]);
  });

  test('a refused transaction may come again, unless configured otherwise', async () => {
    const { m } = pool();
    expect((await m.checkTx(utf8('bad'))).code).toBe(5);
    expect((await m.checkTx(utf8('bad'))).code).toBe(5);
    const keep = pool({ keepInvalidTxsInCache: true }).m;
    await keep.checkTx(utf8('bad'));
    await expect(keep.checkTx(utf8('bad'))).rejects.toThrow('tx already exists in cache');
  });

  test('limits: number, bytes, size of one, share of a block, gas', async () => {
    const { m } = pool({ size: 2 });
    await m.checkTx(utf8('a'));
    await m.checkTx(utf8('b'));
    await expect(m.checkTx(utf8('c'))).rejects.toThrow('mempool is full: number of txs 2 (max: 2), total txs bytes 2 (max: 1073741824)');
    const bytes = pool({ maxTxsBytes: 5n }).m;
    await bytes.checkTx(utf8('abc'));
    await expect(bytes.checkTx(utf8('def'))).rejects.toThrow('mempool is full: number of txs 1 (max: 5000), total txs bytes 3 (max: 5)');
    await expect(pool({ maxTxBytes: 3 }).m.checkTx(utf8('abcd'))).rejects.toThrow('Tx too large. Max size is 3, but got 4');
    await expect(pool({}, { maxDataBytes: 5n, maxGas: -1n }).m.checkTx(utf8('abcd'))).rejects.toThrow('tx pre check: tx size is too big: 6, max: 5');
    const gas = pool({}, { maxDataBytes: -1n, maxGas: 10n });
    gas.app.gas = 11n;
    expect((await gas.m.checkTx(utf8('a'))).code).toBe(0);
    expect(gas.m.size).toBe(0);
  });

  test('checks run at the same time and take effect in the order of the calls', async () => {
    const { m, app } = pool();
    app.hold = true;
    const all = ['a', 'b', 'c', 'd'].map((t) => m.checkTx(utf8(t)));
    await Promise.resolve();
    expect(app.seen).toHaveLength(4);
    app.release((n) => n - 1);
    await Promise.all(all);
    expect(texts(m)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('running checks count against the limits: what was accepted is never dropped', async () => {
    const { m, app } = pool({ size: 2 });
    app.hold = true;
    const first = [m.checkTx(utf8('a')), m.checkTx(utf8('b'))];
    await expect(m.checkTx(utf8('c'))).rejects.toThrow('mempool is full: number of txs 2 (max: 2)');
    app.release();
    await Promise.all(first);
    expect(texts(m)).toEqual(['a', 'b']);
  });

  test('a failing application leaves no trace', async () => {
    const app: TxChecker = { checkTx: () => Promise.reject(new Error('connection lost')) };
    const m = new Mempool(DEFAULT_MEMPOOL_CONFIG, app, 1n);
    await expect(m.checkTx(utf8('a'))).rejects.toThrow('connection lost');
    await expect(m.checkTx(utf8('a'))).rejects.toThrow('connection lost');
    expect(m.size).toBe(0);
  });

  test('senders are remembered, for gossip', async () => {
    const { m } = pool();
    await m.checkTx(utf8('a'), 'p');
    await m.checkTx(utf8('a'), 'q').catch(() => undefined);
    expect([...m.entries()].map((t) => [...t.senders])).toEqual([['p', 'q']]);
  });
});

describe('reaping', () => {
  test('stops at the first that does not fit, by bytes with framing and by gas', async () => {
    const { m, app } = pool();
    for (const t of ['aaaa', 'bbbb', 'c']) await m.checkTx(utf8(t));
    const reap = (bytes: bigint, gas: bigint): readonly string[] => m.reap(bytes, gas).map(fromUtf8);
    expect(reap(-1n, -1n)).toEqual(['aaaa', 'bbbb', 'c']);
    expect(reap(12n, -1n)).toEqual(['aaaa', 'bbbb']);
    expect(reap(11n, -1n)).toEqual(['aaaa']);
    expect(reap(-1n, 2n)).toEqual(['aaaa', 'bbbb']);
    expect(reap(0n, -1n)).toEqual([]);
    expect(app.seen).toHaveLength(3);
  });
});

describe('after a block', () => {
  test('committed ones go and stay known if they succeeded; the rest is checked again in order', async () => {
    const { m, app } = pool();
    for (const t of ['a', 'b', 'c', 'd']) await m.checkTx(utf8(t));
    app.stale.add('c');
    app.seen.length = 0;
    await commit(m, ['a', 'b', 'x'], [0, 7, 0]);
    expect(app.seen).toEqual(['again c', 'again d']);
    expect(texts(m)).toEqual(['d']);
    expect(m.sizeBytes).toBe(1n);
    await expect(m.checkTx(utf8('a'))).rejects.toThrow(/cache/);
    await expect(m.checkTx(utf8('x'))).rejects.toThrow(/cache/);
    expect((await m.checkTx(utf8('b'))).code).toBe(0);
    expect((await m.checkTx(utf8('c'))).code).toBe(0);
  });

  test('while it is locked no new transaction reaches the application, and the lock waits for running checks', async () => {
    const { m, app } = pool();
    app.hold = true;
    const running = m.checkTx(utf8('a'));
    let locked = false;
    const lock = m.lock().then(() => {
      locked = true;
    });
    await Promise.resolve();
    expect(locked).toBe(false);
    app.hold = false;
    app.release();
    await running;
    await lock;
    const later = m.checkTx(utf8('b'));
    await Promise.resolve();
    expect(app.seen).toEqual(['new a']);
    await m.update(2n, [], []);
    await later;
    expect(app.seen).toEqual(['new a', 'again a', 'new b']);
  });

  test('available transactions are told once a height', async () => {
    const { m } = pool();
    let told = 0;
    m.onTxsAvailable(() => told++);
    await m.checkTx(utf8('a'));
    await m.checkTx(utf8('b'));
    expect(told).toBe(1);
    await commit(m, ['a']);
    expect(told).toBe(2);
    await commit(m, ['b']);
    expect(told).toBe(2);
  });

  test('flush forgets transactions and hashes', async () => {
    const { m } = pool();
    await m.checkTx(utf8('a'));
    m.flush();
    expect([m.size, m.sizeBytes]).toEqual([0, 0n]);
    expect((await m.checkTx(utf8('a'))).code).toBe(0);
  });
});

test('F-13 property: list, map and bytes agree after any sequence of operations', async () => {
  const op = fc.oneof(
    fc.record({ type: fc.constant('check' as const), tx: fc.constantFrom('a', 'bb', 'ccc', 'bad', 'dddd') }),
    fc.record({ type: fc.constant('commit' as const), txs: fc.subarray(['a', 'bb', 'ccc', 'zz']), code: fc.constantFrom(0, 3) }),
    fc.record({ type: fc.constant('flush' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 30 }), async (ops) => {
      const { m } = pool({ size: 3, cacheSize: 4 });
      for (const o of ops) {
        if (o.type === 'check') await m.checkTx(utf8(o.tx)).catch(() => undefined);
        else if (o.type === 'commit')
          await commit(
            m,
            o.txs,
            o.txs.map(() => o.code),
          );
        else m.flush();
        const list = texts(m);
        expect(new Set(list).size).toBe(list.length);
        expect(m.size).toBe(list.length);
        expect(m.sizeBytes).toBe(BigInt(list.join('').length));
        expect(list.length).toBeLessThanOrEqual(3);
        expect(list).not.toContain('bad');
      }
    }),
    { numRuns: 60 },
  );
});

test('the cache drops the least recently seen', () => {
  const c = new TxCache(2);
  expect([c.push('a'), c.push('b'), c.push('a'), c.push('c')]).toEqual([true, true, false, true]);
  expect([c.has('a'), c.has('b'), c.has('c'), c.size]).toEqual([true, false, true, 2]);
  expect([new TxCache(0).push('a'), new TxCache(0).push('a')]).toEqual([true, true]);
});
