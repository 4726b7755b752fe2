import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { parseQuery } from '../execution/query/parser.ts';
import { txHash } from '../types/tx.ts';
import { TestNode, untilHeight } from './test-node.ts';

const nodes: TestNode[] = [];
function node(...args: ConstructorParameters<typeof TestNode>): TestNode {
  const n = new TestNode(...args);
  nodes.push(n);
  return n;
}
afterEach(async () => {
  for (const n of nodes.splice(0)) {
    await n.stop();
    n.dispose();
  }
});

test('one validator makes blocks and goes on after a restart', async () => {
  const n = node();
  let engine = await n.start();
  await untilHeight(engine, 5n);
  await n.stop();
  expect(n.failures).toEqual([]);
  const { height } = n.app;
  expect(height).toBeGreaterThanOrEqual(5n);

  engine = await n.start();
  expect(n.app.initChainCalls).toBe(1);
  await untilHeight(engine, height + 3n);
  const chain = Array.from({ length: Number(engine.blockStore.height) }, (_, i) => engine.blockStore.loadBlockMeta(BigInt(i + 1)));
  for (let i = 1; i < chain.length; i++) expect(chain[i]?.header.lastBlockId).toEqual(chain[i - 1]?.blockId);
  expect(n.app.executed).toEqual(n.app.executed.map((_, i) => BigInt(i + 1)));
});

test('a transaction goes from the mempool into a block, its events and the index', async () => {
  const n = node({ consensus: { ...node().config.consensus, createEmptyBlocks: false } });
  const engine = await n.start();
  const tx = utf8('a=1');
  const seen = new Promise<bigint>((resolve) => {
    engine.eventBus.subscribe(parseQuery("tm.event = 'Tx' AND set.key = 'a'"), ({ data }) => data.type === 'Tx' && resolve(data.height));
  });
  expect((await engine.mempool.checkTx(tx)).code).toBe(0);
  const height = await seen;
  expect(n.app.committed.get('a')).toBe('1');
  await engine.executor.settled();
  expect(engine.mempool.size).toBe(0);
  await n.stop();

  const again = await n.open();
  expect(again.index?.tx(txHash(tx))?.height).toBe(height);
  const page = await again.index?.txs(parseQuery("set.key = 'a' AND set.value = '1'"), { order: 'asc', skip: 0, limit: 10 });
  expect(page?.total).toBe(1);
  expect((await again.index?.txs(parseQuery("quiet.key = 'a'"), { order: 'asc', skip: 0, limit: 10 }))?.total).toBe(0);
});
