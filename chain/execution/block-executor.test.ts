// What a running chain does with what the application answers: validators, parameters, retain heights, extensions, refusals.
import { afterEach, expect, test } from 'vitest';
import type { FinalizeBlockRequest, PrepareProposalRequest } from '../abci/application.ts';
import { ChainDb, section } from '../blockstore/durable-db.ts';
import { fromUtf8, utf8 } from '../encoding/bytes.ts';
import { TestNode, untilHeight } from '../engine/test-node.ts';
import { generateEd25519, publicKeyOf } from '../privval/private-key.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import { txHash } from '../types/tx.ts';
import { addressOfKey } from '../types/validator-address.ts';
import type { PublishedEvent } from './event-bus.ts';
import { heightOfKey } from './postings.ts';
import { parseQuery } from './query/parser.ts';

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

test('a validator update of height H votes from H + 2 on, and its absence is told to the application', async () => {
  const n = node();
  const newcomer = publicKeyOf(generateEd25519());
  n.app.updates = (h) => (h === 3n ? [{ pubKey: newcomer, power: 2n }] : []);
  const requests: FinalizeBlockRequest[] = [];
  const finalize = n.app.finalizeBlock.bind(n.app);
  n.app.finalizeBlock = (r) => {
    requests.push(r);
    return finalize(r);
  };
  const engine = await n.start();
  await untilHeight(engine, 7n);
  expect([3n, 4n, 5n, 6n].map((h) => engine.stateStore.loadValidators(h)?.size)).toEqual([1, 1, 2, 2]);
  const header = (h: bigint) => engine.blockStore.loadBlockMeta(h)?.header;
  expect(header(4n)?.nextValidatorsHash).toEqual(header(5n)?.validatorsHash);
  expect(header(4n)?.validatorsHash).not.toEqual(header(5n)?.validatorsHash);
  const votes = requests.find((r) => r.height === 6n)?.decidedLastCommit.votes;
  expect(votes?.map((v) => v.blockIdFlag).sort()).toEqual([1, 2]);
  expect(votes?.find((v) => v.blockIdFlag === 1)?.validator).toEqual({ address: addressOfKey(newcomer), power: 2n });
  expect(requests[0]?.decidedLastCommit.votes).toEqual([]);
});

test('an update that may not be stops the node', async () => {
  for (const updates of [
    [{ pubKey: publicKeyOf(generateEd25519()), power: -1n }],
    [{ pubKey: publicKeyOf(generateEd25519()), power: 0n }],
    [{ pubKey: { case: 'secp256k1' as const, value: new Uint8Array(33) }, power: 1n }],
  ]) {
    const n = node();
    n.app.updates = (h) => (h === 2n ? updates : []);
    let failed: (e: unknown) => void = () => undefined;
    const failure = new Promise<unknown>((resolve) => {
      failed = resolve;
    });
    await n.start({ onFailure: (e) => failed(e) });
    expect(String(await failure)).toMatch(/negative|failed to find validator|empty set|not supported|unsupported/);
  }
});

test('parameter updates count from the next height', async () => {
  const n = node();
  n.app.paramUpdates = (h) => (h === 2n ? { ...DEFAULT_CONSENSUS_PARAMS, block: { maxBytes: 3_000_000n, maxGas: 50n }, version: { app: 5n } } : undefined);
  const engine = await n.start();
  await untilHeight(engine, 4n);
  const header = (h: bigint) => engine.blockStore.loadBlockMeta(h)?.header;
  expect([header(2n)?.version.app, header(3n)?.version.app]).toEqual([1n, 5n]);
  expect(header(2n)?.consensusHash).not.toEqual(header(3n)?.consensusHash);
  expect(engine.stateStore.loadConsensusParams(3n)?.block.maxGas).toBe(50n);
});

test('F-1: switching vote extensions on for a past height stops the node; for a later one they are made and handed to the proposer', async () => {
  const n = node();
  const seen: PrepareProposalRequest[] = [];
  const prepare = n.app.prepareProposal.bind(n.app);
  n.app.prepareProposal = (r) => {
    seen.push(r);
    return prepare(r);
  };
  const enableAt = (height: bigint) => ({ ...DEFAULT_CONSENSUS_PARAMS, version: { app: 1n }, abci: { voteExtensionsEnableHeight: height } });
  n.app.paramUpdates = (h) => (h === 2n ? enableAt(4n) : undefined);
  let engine = await n.start();
  await untilHeight(engine, 6n);
  await n.stop();
  const extensionsAt = (h: bigint) => seen.find((r) => r.height === h)?.localLastCommit.votes.map((v) => fromUtf8(v.voteExtension));
  expect([extensionsAt(4n), extensionsAt(5n), extensionsAt(6n)]).toEqual([[''], ['ext4'], ['ext5']]);
  // The extended commit is needed to go on after a restart.
  engine = await n.start();
  await untilHeight(engine, n.app.height + 2n);
  expect(n.failures).toEqual([]);

  const past = node();
  past.app.paramUpdates = (h) => (h === 2n ? enableAt(2n) : undefined);
  let failed: (e: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    failed = resolve;
  });
  await past.start({ onFailure: (e) => failed(e) });
  expect(String(await failure)).toMatch(/past or current height/);
});

test('the retain height prunes blocks, results and index answers', async () => {
  const n = node();
  n.app.retainHeight = (h) => (h > 6n ? h - 3n : 0n);
  const engine = await n.start();
  await engine.mempool.checkTx(utf8('early=1'));
  await untilHeight(engine, 12n);
  expect(engine.blockStore.base).toBeGreaterThanOrEqual(8n);
  expect(engine.blockStore.loadBlock(3n)).toBeUndefined();
  expect(engine.stateStore.loadResults(3n)).toBeUndefined();
  const page = await engine.index?.txs(parseQuery("set.key = 'early'"), { order: 'asc', skip: 0, limit: 10 });
  expect(page).toEqual({ total: 0, items: [] });
  expect(engine.index?.tx(txHash(utf8('early=1')))).toBeUndefined();
  // What is left in the index belongs to heights that are left.
  await n.stop();
  const db = await ChainDb.open(n.dbFolder);
  for await (const [key] of section(db, 'i').iterate({})) {
    if (key[0] === 'x'.charCodeAt(0) || key[0] === 'b'.charCodeAt(0)) expect(heightOfKey(key)).toBeGreaterThanOrEqual(8n);
    expect(key[0]).not.toBe('h'.charCodeAt(0));
  }
  await db.close();
});

test('F-21: a proposal that the application rejects is voted down, and the chain goes on with the next round', async () => {
  const n = node();
  let rejections = 0;
  n.app.accept = (r) => r.height !== 3n || ++rejections > 1;
  const engine = await n.start();
  await untilHeight(engine, 4n);
  expect(engine.blockStore.loadCommit(3n)?.round).toBe(1);
  expect(engine.blockStore.loadCommit(2n)?.round).toBe(0);
});

test('a failing transaction is in the block with its code, and may be sent again', async () => {
  const n = node();
  const checkTx = n.app.checkTx.bind(n.app);
  n.app.checkTx = async (r) => ({ ...(await checkTx(r)), code: 0 });
  const engine = await n.start();
  const tx = utf8('no equals sign');
  const seen = new Promise<PublishedEvent>((resolve) => {
    engine.eventBus.subscribe(parseQuery("tm.event = 'Tx'"), resolve);
  });
  await engine.mempool.checkTx(tx);
  const { data, events } = await seen;
  expect(data.type === 'Tx' && data.result.code).toBe(1);
  expect(events.get('tx.height')).toHaveLength(1);
  await engine.executor.settled();
  await engine.mempool.checkTx(tx);
});

test('an application that fails stops the node once, with its error', async () => {
  const n = node();
  n.app.commit = () => Promise.reject(new Error('disk full'));
  let failed: (e: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    failed = resolve;
  });
  const engine = await n.start({ onFailure: (e) => failed(e) });
  expect(String(await failure)).toMatch(/disk full/);
  expect(engine.isRunning).toBe(false);
  expect(n.log.filter((l) => l.startsWith('CONSENSUS FAILURE'))).toHaveLength(1);
  await n.stop();
});

test('PrepareProposal that gives too much: no proposal, the round times out', async () => {
  const n = node({}, { consensusParams: { ...DEFAULT_CONSENSUS_PARAMS, version: { app: 1n }, block: { maxBytes: 1_100_000n, maxGas: -1n } } });
  let greedy = true;
  const prepare = n.app.prepareProposal.bind(n.app);
  n.app.prepareProposal = async (r) => {
    if (r.height !== 2n || !greedy) return prepare(r);
    greedy = false;
    return { txs: [new Uint8Array(2_000_000)] };
  };
  const engine = await n.start();
  await untilHeight(engine, 3n);
  expect(engine.blockStore.loadCommit(2n)?.round).toBe(1);
  expect(n.log.some((l) => l.includes('unable to create a proposal block'))).toBe(true);
});
