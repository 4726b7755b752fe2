import { expect, test } from 'vitest';
import { installNoble } from '../crypto/noble.ts';
import { utf8 } from '../encoding/bytes.ts';
import { EventBus } from './event-bus.ts';
import { type EventData, eventTags } from './events.ts';
import { parseQuery } from './query/parser.ts';

installNoble();
const tx = (height: bigint, value: string): EventData => ({
  type: 'Tx',
  height,
  index: 0,
  tx: utf8(`tx${value}`),
  result: {
    code: 0,
    data: new Uint8Array(0),
    log: '',
    info: '',
    gasWanted: 0n,
    gasUsed: 0n,
    codespace: '',
    events: [
      {
        type: 'transfer',
        attributes: [
          { key: 'recipient', value, index: false },
          { key: '', value: 'x', index: true },
        ],
      },
      { type: '', attributes: [{ key: 'k', value: 'v', index: true }] },
      { type: 'transfer', attributes: [{ key: 'recipient', value: 'second', index: true }] },
    ],
  },
});

test('the tags of a transaction: its events, type, hash and height', () => {
  const tags = eventTags(tx(7n, 'bob'));
  expect([...tags]).toEqual([
    ['transfer.recipient', ['bob', 'second']],
    ['tm.event', ['Tx']],
    ['tx.hash', [expect.stringMatching(/^[0-9A-F]{64}$/)]],
    ['tx.height', ['7']],
  ]);
});

test('each subscriber gets what it asked for, in order, until it leaves', () => {
  const bus = new EventBus(() => undefined);
  const got: string[] = [];
  const stop = bus.subscribe(parseQuery("tm.event = 'Tx' AND transfer.recipient = 'bob'"), ({ data, events }) => {
    got.push(`bob ${data.type} ${events.get('tx.height')?.[0]}`);
  });
  bus.subscribe(parseQuery("tm.event = 'NewRoundStep'"), ({ data }) => void got.push(`step ${data.type}`));
  bus.subscribeTypes(['Tx'], () => void got.push('all'));
  bus.publish(tx(1n, 'bob'));
  bus.publish(tx(2n, 'carol'));
  bus.publish({ type: 'NewRoundStep', height: 1n, round: 0, step: 'RoundStepPropose' });
  stop();
  bus.publish(tx(3n, 'bob'));
  expect(got).toEqual(['bob Tx 1', 'all', 'all', 'step NewRoundStep', 'all']);
  expect(bus.subscriptionCount).toBe(2);
});

test('a listener that throws is reported, and the others are still told', () => {
  const errors: unknown[] = [];
  const bus = new EventBus((e) => errors.push(e));
  let told = 0;
  bus.subscribeTypes(['Tx'], () => {
    throw new Error('slow client gone');
  });
  bus.subscribeTypes(['Tx'], () => void told++);
  bus.publish(tx(1n, 'a'));
  bus.publish(tx(2n, 'a'));
  expect([errors.length, told]).toEqual([2, 2]);
});

test('many events are published in order with breaks between them', async () => {
  const bus = new EventBus(() => undefined);
  const heights: bigint[] = [];
  bus.subscribeTypes(['Tx'], ({ data }) => data.type === 'Tx' && void heights.push(data.height));
  await bus.publishAll(Array.from({ length: 500 }, (_, i) => tx(BigInt(i), 'x')));
  expect(heights).toEqual(Array.from({ length: 500 }, (_, i) => BigInt(i)));
});
