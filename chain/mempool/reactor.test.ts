import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { PeerFault } from '../p2p/reactor.ts';
import { decodeTxs, encodeTxs } from '../types/messages/mempool.ts';
import { DEFAULT_MEMPOOL_CONFIG, Mempool } from './mempool.ts';
import { MempoolReactor, type MempoolReactorOptions } from './reactor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMITS = { maxTxBytes: 200_000, maxBatchBytes: 0 };

function setup(more: Partial<MempoolReactorOptions> = {}) {
  const checked: string[] = [];
  const app = {
    checkTx: async ({ tx }: { tx: Uint8Array }) => {
      checked.push(new TextDecoder().decode(tx.subarray(0, 20)));
      return { code: 0, data: tx.subarray(0, 0), log: '', info: '', gasWanted: 1n, gasUsed: 0n, events: [], codespace: '' };
    },
  };
  const mempool = new Mempool({ ...DEFAULT_MEMPOOL_CONFIG, maxTxBytes: LIMITS.maxTxBytes }, app as never, 5n);
  const heights = new Map<string, bigint>();
  const errors: unknown[] = [];
  const reactor = new MempoolReactor({
    mempool,
    ...LIMITS,
    broadcast: true,
    peerHeight: (id) => heights.get(id) ?? 5n,
    onError: (_, e) => errors.push(e),
    ...more,
  });
  const peer = (id: string) => {
    const batches: string[][] = [];
    let hold: Promise<boolean> | undefined;
    return {
      id,
      outbound: true,
      unconditional: false,
      batches,
      holdBack: (p: Promise<boolean>) => {
        hold = p;
      },
      send: () => true,
      deliver: (_: number, bytes: Uint8Array) => {
        batches.push([...decodeTxs(bytes, { maxTxBytes: 1e6, maxBatchBytes: 1e6 })].map((t) => new TextDecoder().decode(t.subarray(0, 20))));
        return hold ?? Promise.resolve(true);
      },
      waiting: () => 0,
      drop: () => undefined,
    };
  };
  return { mempool, reactor, peer, heights, checked, errors };
}
const tick = (): Promise<unknown> => vi.advanceTimersByTimeAsync(30);

test('what comes together leaves in one message, in order, to everybody but its sender', async () => {
  const { mempool, reactor, peer } = setup();
  const [a, b] = [peer('a'), peer('b')];
  reactor.addPeer(a);
  reactor.addPeer(b);
  reactor.receive(0x30, a, encodeTxs([utf8('one'), utf8('two')]));
  await tick();
  await mempool.checkTx(utf8('three'));
  await tick();
  expect(b.batches).toEqual([['one', 'two'], ['three']]);
  expect(a.batches).toEqual([['three']]);
});

test('after a message those of a longer time leave together', async () => {
  const { mempool, reactor, peer } = setup();
  const a = peer('a');
  reactor.addPeer(a);
  await mempool.checkTx(utf8('one'));
  await vi.advanceTimersByTimeAsync(6);
  expect(a.batches).toEqual([['one']]);
  for (const t of ['two', 'three']) {
    await mempool.checkTx(utf8(t));
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(a.batches).toEqual([['one']]);
  await vi.advanceTimersByTimeAsync(10);
  expect(a.batches).toEqual([['one'], ['two', 'three']]);
});

test('a new peer is given what waits; what a block took out in the meantime is not sent', async () => {
  const { mempool, reactor, peer } = setup();
  for (const t of ['one', 'two', 'three']) await mempool.checkTx(utf8(t));
  const a = peer('a');
  reactor.addPeer(a);
  await mempool.lock();
  const done = mempool.update(6n, [utf8('two')], [{ code: 0 } as never]);
  await done;
  await tick();
  expect(a.batches).toEqual([['one', 'three']]);
});

test('a peer that is behind waits until it has come near', async () => {
  const { mempool, reactor, peer, heights } = setup();
  const a = peer('a');
  heights.set('a', 3n);
  reactor.addPeer(a);
  await mempool.checkTx(utf8('one'));
  await vi.advanceTimersByTimeAsync(500);
  expect(a.batches).toEqual([]);
  heights.set('a', 4n);
  await vi.advanceTimersByTimeAsync(200);
  expect(a.batches).toEqual([['one']]);
});

test('messages are bounded in bytes, and one at a time is on its way', async () => {
  const { mempool, reactor, peer } = setup();
  const a = peer('a');
  reactor.addPeer(a);
  let arrive: (v: boolean) => void = () => undefined;
  a.holdBack(
    new Promise((resolve) => {
      arrive = resolve;
    }),
  );
  for (let i = 0; i < 5; i++) await mempool.checkTx(new Uint8Array(50_000).fill(i));
  await tick();
  expect(a.batches.map((x) => x.length)).toEqual([2]);
  arrive(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(a.batches.map((x) => x.length)).toEqual([2, 2, 1]);
});

test.each([
  ['no transaction', encodeTxs([])],
  ['an empty one', encodeTxs([utf8('a'), new Uint8Array(0)])],
  ['a too large one', encodeTxs([new Uint8Array(LIMITS.maxTxBytes + 1)])],
  ['too many bytes', encodeTxs([new Uint8Array(150_000), new Uint8Array(150_000)])],
  ['bytes that are no message', Uint8Array.of(0x0a, 0xff)],
])('%s is a fault of the peer, and nothing reaches the application', async (_, bytes) => {
  const { reactor, peer, checked } = setup();
  expect(() => reactor.receive(0x30, peer('a'), bytes)).toThrow(PeerFault);
  await tick();
  expect(checked).toEqual([]);
});

test('a known transaction is no fault, and its second sender is not given it', async () => {
  const { mempool, reactor, peer, errors } = setup();
  const [a, b] = [peer('a'), peer('b')];
  reactor.addPeer(b);
  reactor.receive(0x30, a, encodeTxs([utf8('one')]));
  reactor.receive(0x30, b, encodeTxs([utf8('one')]));
  await vi.advanceTimersByTimeAsync(1);
  reactor.receive(0x30, b, encodeTxs([utf8('one')]));
  await tick();
  expect(mempool.size).toBe(1);
  expect(b.batches).toEqual([]);
  expect(errors).toEqual([]);
});

test('who sends a transaction while it is being checked is not given it, and the application is asked once', async () => {
  const { reactor, peer, checked } = setup();
  const [a, b, c] = [peer('a'), peer('b'), peer('c')];
  for (const p of [a, b, c]) reactor.addPeer(p);
  reactor.receive(0x30, a, encodeTxs([utf8('one')]));
  reactor.receive(0x30, b, encodeTxs([utf8('one')]));
  await tick();
  expect(checked).toEqual(['one']);
  expect([a, b, c].map((p) => p.batches)).toEqual([[], [], [['one']]]);
});

test('nothing is taken in or sent while blocks are fetched', async () => {
  const { mempool, reactor, peer, checked } = setup({ isSyncing: () => true });
  const a = peer('a');
  reactor.addPeer(a);
  reactor.receive(0x30, a, encodeTxs([utf8('one')]));
  await mempool.checkTx(utf8('two'));
  await tick();
  expect(checked).toEqual(['two']);
  expect(a.batches).toEqual([]);
});
