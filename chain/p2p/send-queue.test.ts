import { expect, test } from 'vitest';
import { CHANNEL_SENDING_MAX, CHANNEL_WAITING_MAX, PEER_SENDING_MAX, SendQueue } from './send-queue.ts';

const channel = (id: number, priority: number) => ({ id, priority, bytesMax: 1000 });
const byte = (n: number): Uint8Array => Uint8Array.of(n);

/** A queue whose writes end when the test says so. */
function setup(channels = [channel(1, 1), channel(2, 9)]) {
  const sent: number[] = [];
  const open: { resolve: () => void; reject: (e: Error) => void }[] = [];
  const queue = new SendQueue(channels, (_, bytes) => {
    sent.push(bytes[0] as number);
    return new Promise((resolve, reject) => open.push({ resolve, reject }));
  });
  return { queue, sent, open };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the channel of higher priority goes first once something waits', async () => {
  const { queue, sent, open } = setup();
  for (let i = 0; i < CHANNEL_SENDING_MAX; i++) queue.push(1, byte(0));
  for (let i = 0; i < CHANNEL_SENDING_MAX; i++) queue.push(2, byte(0));
  queue.push(1, byte(1));
  queue.push(2, byte(2));
  expect(sent).toHaveLength(2 * CHANNEL_SENDING_MAX);
  for (const o of open.splice(0)) o.resolve();
  await turn();
  expect(sent.slice(-2).sort()).toEqual([1, 2]);
});

test('so many messages are on their way to a channel and to a peer, and no more', () => {
  const { queue, sent } = setup(Array.from({ length: 6 }, (_, i) => channel(i, 1)));
  for (let c = 0; c < 6; c++) for (let i = 0; i < 40; i++) queue.push(c, byte(c));
  expect(sent.filter((c) => c === 0)).toHaveLength(CHANNEL_SENDING_MAX);
  expect(sent).toHaveLength(PEER_SENDING_MAX);
  expect(queue.waiting(0)).toBe(40);
});

test('a newer message of the same tag takes the place of one that waits', async () => {
  const { queue, sent, open } = setup();
  for (let i = 0; i < CHANNEL_SENDING_MAX; i++) queue.push(1, byte(0));
  let first: boolean | undefined;
  queue.push(1, byte(7), 'step', (ok) => {
    first = ok;
  });
  queue.push(1, byte(8), 'step');
  expect(first).toBe(false);
  for (const o of open.splice(0)) o.resolve();
  await turn();
  expect(sent).not.toContain(7);
  expect(sent).toContain(8);
});

test('a full line refuses, a failed write is told, a closed queue drops what waits', async () => {
  const { queue, open } = setup();
  const told: boolean[] = [];
  queue.push(1, byte(0), undefined, (ok) => told.push(ok));
  open[0]?.reject(new Error('reset'));
  await turn();
  expect(told).toEqual([false]);
  for (let i = 0; i < CHANNEL_SENDING_MAX + CHANNEL_WAITING_MAX; i++) expect(queue.push(1, byte(0))).toBe(true);
  expect(queue.push(1, byte(0))).toBe(false);
  expect(queue.push(2, byte(0), undefined, (ok) => told.push(ok))).toBe(true);
  queue.close();
  expect(queue.waiting(1)).toBe(CHANNEL_SENDING_MAX);
  expect(queue.push(1, byte(0))).toBe(false);
});

test('bytes that wait are bounded, but one message of any size may wait alone', () => {
  const { queue } = setup();
  for (let i = 0; i < CHANNEL_SENDING_MAX; i++) queue.push(1, byte(0));
  expect(queue.push(1, new Uint8Array(50_000_000))).toBe(true);
  expect(queue.push(1, byte(0))).toBe(false);
});
