import { beforeAll, describe, expect, test } from 'vitest';
import type { AbciEvent, ExecTxResult } from '../abci/application.ts';
import { BlockStore } from '../blockstore/block-store.ts';
import { ChainDb, type DurableDb, section } from '../blockstore/durable-db.ts';
import { testBlock, testValidators } from '../consensus/test-harness.ts';
import { installNoble } from '../crypto/noble.ts';
import { toHexUpper, utf8 } from '../encoding/bytes.ts';
import { blockIdOf, bodyHashes, makePartSet } from '../types/block.ts';
import { EMPTY_COMMIT } from '../types/commit.ts';
import { txHash } from '../types/tx.ts';
import { ChainIndex, type SearchOptions } from './chain-index.ts';
import { parseQuery } from './query/parser.ts';
import { StateStore } from './state-store.ts';

installNoble();

const EMPTY = new Uint8Array(0);
const event = (type: string, attributes: Readonly<Record<string, string>>, index = true): AbciEvent => ({
  type,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, index })),
});
const ok = (events: readonly AbciEvent[]): ExecTxResult => ({ code: 0, data: EMPTY, log: '', info: '', gasWanted: 0n, gasUsed: 0n, events, codespace: '' });

interface Height {
  readonly events: readonly AbciEvent[];
  readonly txs: readonly { readonly tx: string; readonly events: readonly AbciEvent[] }[];
}
const HEIGHTS: readonly Height[] = [
  {
    events: [event('rewards', { validator: 'v1', amount: '10' })],
    txs: [
      {
        tx: 'a',
        events: [event('transfer', { sender: 'alice', recipient: 'bob', amount: '100utrel' }), event('message', { action: '/send', sender: 'alice' })],
      },
      { tx: 'b', events: [event('transfer', { sender: 'bob', recipient: 'carol', amount: '7' }), event('message', { action: '/send', sender: 'bob' })] },
    ],
  },
  { events: [], txs: [] },
  {
    events: [event('rewards', { validator: 'v2', amount: '20.5' }), event('rewards', { validator: 'v1', amount: '3' })],
    txs: [
      // The conditions of a query must hold in one event: carol sends here, and bob receives, but not in the same event.
      {
        tx: 'c',
        events: [
          event('transfer', { sender: 'carol', recipient: 'dave', amount: '-5' }),
          event('transfer', { sender: 'dave', recipient: 'bob', amount: '250' }),
        ],
      },
      { tx: 'd', events: [event('hidden', { key: 'x' }, false), event('', { key: 'y' }), event('transfer', { '': 'z', sender: 'erin' })] },
    ],
  },
];

let index: ChainIndex;
let blocks: BlockStore;
let states: StateStore;
let db: DurableDb;

async function store(heights: readonly Height[]): Promise<void> {
  db = await ChainDb.memory();
  blocks = BlockStore.open(section(db, 'b'));
  states = new StateStore(section(db, 's'));
  const validators = testValidators([1n]);
  for (const [i, h] of heights.entries()) {
    const height = BigInt(i + 1);
    const context = {
      chainId: 'index-1',
      height,
      initialHeight: 1n,
      validators,
      lastValidators: undefined,
      maxBlockBytes: -1n,
      extensions: false,
      needProofBlock: false,
    };
    const txs = h.txs.map((t) => utf8(t.tx));
    const base = testBlock(context, validators.validators[0]?.address ?? EMPTY, undefined, '', 1n).block;
    const block = { ...base, data: { txs }, header: { ...base.header, ...bodyHashes({ txs }, [], EMPTY_COMMIT) } };
    const parts = makePartSet(block);
    const blockId = blockIdOf(block, parts);
    await blocks.saveBlock(block, parts, {
      height,
      round: 0,
      blockId,
      signatures: [{ blockIdFlag: 2, validatorAddress: new Uint8Array(20), timestamp: 0n, signature: new Uint8Array(64) }],
    });
    await states.saveResults(height, {
      events: h.events,
      txResults: h.txs.map((t) => ok(t.events)),
      validatorUpdates: [],
      consensusParamUpdates: undefined,
      appHash: EMPTY,
    });
  }
  index = await ChainIndex.open(section(db, 'i'), blocks, states.results);
}

beforeAll(async () => {
  await store(HEIGHTS);
  expect(await index.catchUp(3n)).toBe(3);
});

const ALL: SearchOptions = { order: 'asc', skip: 0, limit: 100 };
async function txs(query: string, options: SearchOptions = ALL): Promise<string> {
  const page = await index.txs(parseQuery(query), options);
  return page.items.map((t) => String.fromCharCode(...t.tx)).join('');
}
async function heights(query: string): Promise<readonly number[]> {
  return (await index.blocks(parseQuery(query), ALL)).items.map(Number);
}

test('a transaction by its hash, with its place and result', () => {
  expect(index.tx(txHash(utf8('c')))).toMatchObject({ height: 3n, index: 0, tx: utf8('c'), result: { code: 0 } });
  expect(index.tx(txHash(utf8('nothing')))).toBeUndefined();
});

describe('tx_search', () => {
  test.each([
    ["transfer.sender = 'alice'", 'a'],
    ["transfer.recipient = 'bob'", 'ac'],
    ["message.action = '/send'", 'ab'],
    ["transfer.sender = 'nobody'", ''],
    ["unknown.tag = 'x'", ''],
    ["transfer.sender = 'carol' AND transfer.recipient = 'bob'", ''],
    ["transfer.sender = 'dave' AND transfer.recipient = 'bob'", 'c'],
    ["transfer.sender = 'alice' AND message.action = '/send'", ''],
    ['transfer.sender EXISTS', 'abcd'],
    ["transfer.sender CONTAINS 'ar'", 'c'],
    ["transfer.recipient CONTAINS 'a' AND transfer.sender CONTAINS 'a'", 'c'],
    // Only values that are numbers as a whole count, and a sign is part of a number.
    ['transfer.amount > 5', 'bc'],
    ['transfer.amount < 5', 'c'],
    ['transfer.amount >= 7 AND transfer.amount < 250', 'b'],
    ['transfer.amount <= 250.0', 'bc'],
    ["transfer.amount = '100utrel'", 'a'],
    ['tx.height = 1', 'ab'],
    ["tx.height = '1'", 'ab'],
    ['tx.height = 2', ''],
    ['tx.height EXISTS', 'abcd'],
    ["tx.height = 3 AND tx.height CONTAINS '1'", 'ab'],
    ["tx.height CONTAINS '3'", 'cd'],
    ['tx.height > 1', 'cd'],
    ['tx.height >= 1 AND tx.height < 3', 'ab'],
    ['tx.height > 1.5', 'cd'],
    ["tx.height = 3 AND transfer.recipient = 'bob'", 'c'],
    ["tx.height < 3 AND transfer.recipient = 'bob'", 'a'],
    ['tx.height > 2 AND transfer.amount > 5', 'c'],
    // Of several equalities the first counts, and none beside a range.
    ['tx.height = 1 AND tx.height = 3', 'ab'],
    ['tx.height = 1 AND tx.height > 2', 'cd'],
    ["hidden.key = 'x'", ''],
  ])('%s', async (query, expected) => {
    expect(await txs(query)).toBe(expected);
  });

  test('tx.hash gives that transaction whatever else is asked', async () => {
    const hash = toHexUpper(txHash(utf8('b')));
    expect(await txs(`tx.hash = '${hash}' AND transfer.sender = 'nobody'`)).toBe('b');
    expect(await txs(`tx.hash = '${hash.toLowerCase()}'`)).toBe('b');
    await expect(txs("tx.hash = 'xyz'")).rejects.toThrow("hash in the query: encoding/hex: invalid byte: U+0078 'x'");
    await expect(txs('tx.hash EXISTS')).rejects.toThrow('transaction hash cannot be empty');
    await expect(txs("tx.hash = 'abc'")).rejects.toThrow('hash in the query: encoding/hex: odd length hex string');
  });

  test('order and pages', async () => {
    expect(await txs('tx.height > 0', { order: 'desc', skip: 0, limit: 100 })).toBe('dcba');
    expect(await txs('tx.height > 0', { order: 'asc', skip: 1, limit: 2 })).toBe('bc');
    const page = await index.txs(parseQuery('tx.height > 0'), { order: 'asc', skip: 9, limit: 2 });
    expect(page).toEqual({ total: 4, items: [] });
  });
});

test.each([
  ["rewards.validator = 'v1'", [1, 3]],
  ["rewards.validator = 'v2'", [3]],
  ["rewards.validator = 'v1' AND rewards.amount > 5", [1]],
  ['rewards.amount > 20', [3]],
  ['block.height = 2', [2]],
  ['block.height > 1', [2, 3]],
  ['block.height EXISTS', []],
  ["block.height CONTAINS '3'", []],
  ["block.height > 1 AND rewards.validator = 'v1'", [3]],
  ["transfer.sender = 'alice'", []],
] as const)('block_search %s', async (query, expected) => {
  expect(await heights(query)).toEqual(expected);
});

test('a lost tail of the index is indexed again at the next start', async () => {
  const other = section(db, 'again');
  const first = await ChainIndex.open(other, blocks, states.results);
  await first.catchUp(1n);
  const second = await ChainIndex.open(other, blocks, states.results);
  expect(second.lastHeight).toBe(1n);
  expect(await second.catchUp(3n)).toBe(2);
  expect((await second.txs(parseQuery("transfer.recipient = 'bob'"), ALL)).total).toBe(2);
  expect(await second.catchUp(3n)).toBe(0);
});
