// Every case of the heights of application (A), block store (S) and state (T) that a crash, a restore or an operator can leave.
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { ToyApp } from '../engine/test-app.ts';
import { TestNode, untilHeight } from '../engine/test-node.ts';
import { rollback } from './rollback.ts';

class HistoryApp extends ToyApp {
  readonly #history = new Map<bigint, { readonly map: ReadonlyMap<string, string>; readonly hash: Uint8Array }>();
  override async commit(): ReturnType<ToyApp['commit']> {
    const r = await super.commit();
    this.#history.set(this.height, { map: new Map(this.committed), hash: this.appHash });
    return r;
  }
  /** As an older copy of the application's data. */
  goTo(height: bigint): void {
    const h = this.#history.get(height);
    this.committed.clear();
    for (const [k, v] of h?.map ?? []) this.committed.set(k, v);
    this.height = height;
    this.appHash = h?.hash ?? new Uint8Array(0);
    this.executed.length = 0;
  }
}

const nodes: TestNode[] = [];
afterEach(async () => {
  for (const n of nodes.splice(0)) {
    await n.stop();
    n.dispose();
  }
});

/** A node at rest with at least `height` blocks, and its application. */
async function atRest(height: bigint): Promise<{ readonly n: TestNode; readonly app: HistoryApp; readonly top: bigint }> {
  const app = new HistoryApp();
  const n = new TestNode();
  nodes.push(n);
  const engine = await n.start({ application: app });
  await engine.mempool.checkTx(utf8('a=1'));
  await untilHeight(engine, height);
  await n.stop();
  return { n, app, top: app.height };
}

async function goesOn(n: TestNode, app: HistoryApp, from: bigint): Promise<void> {
  const engine = await n.start({ application: app });
  await untilHeight(engine, from + 2n);
  await n.stop();
  expect(n.failures).toEqual([]);
}

describe('S = T', () => {
  test('A = S: nothing is replayed', async () => {
    const { n, app, top } = await atRest(4n);
    app.executed.length = 0;
    await n.open({ application: app });
    expect(app.executed).toEqual([]);
    await n.stop();
    await goesOn(n, app, top);
  });

  test('A < S: the missing blocks are executed, the state stays', async () => {
    const { n, app, top } = await atRest(5n);
    app.goTo(2n);
    const engine = await n.open({ application: app });
    expect(app.executed).toEqual(Array.from({ length: Number(top - 2n) }, (_, i) => BigInt(i + 3)));
    expect(engine.state.lastBlockHeight).toBe(top);
    await n.stop();
    await goesOn(n, app, top);
  });

  test('A = 0: InitChain and all blocks again', async () => {
    const { n, top } = await atRest(3n);
    const fresh = new HistoryApp();
    await n.open({ application: fresh });
    expect([fresh.initChainCalls, fresh.height]).toEqual([1, top]);
    await n.stop();
    await goesOn(n, fresh, top);
  });

  test('another app hash at the same height: refused', async () => {
    const { n, app } = await atRest(3n);
    app.appHash = new Uint8Array(32);
    await expect(n.open({ application: app })).rejects.toThrow(/app hash 00{10}.* is not the state's .* was one of them reset/);
  });

  test('an application that executes differently: refused at the first block that shows it', async () => {
    const { n } = await atRest(4n);
    const other = new HistoryApp();
    other.info = async () => ({ data: '', version: '', appVersion: 1n, lastBlockHeight: other.height, lastBlockAppHash: other.appHash });
    const finalize = other.finalizeBlock.bind(other);
    other.finalizeBlock = async (r) => ({ ...(await finalize(r)), appHash: new Uint8Array([1]) });
    await expect(n.open({ application: other })).rejects.toThrow(/gives app hash 01 after height 1, the chain has/);
  });

  test('A > S: refused', async () => {
    const { n, app, top } = await atRest(3n);
    app.height = top + 1n;
    await expect(n.open({ application: app })).rejects.toThrow(/is higher than core/);
  });
});

describe('S = T + 1', () => {
  /** Takes the state back by one; the block stays. */
  async function stateBehind(n: TestNode): Promise<void> {
    const engine = await n.open();
    await rollback(engine.blockStore, engine.stateStore, false);
    await n.stop();
  }

  test('A = T: the last block is applied to both', async () => {
    const { n, app, top } = await atRest(4n);
    await withApp(n, app, stateBehind);
    app.goTo(top - 1n);
    const engine = await n.open({ application: app });
    expect(app.executed).toEqual([top]);
    expect([engine.state.lastBlockHeight, app.height]).toEqual([top, top]);
    await n.stop();
    await goesOn(n, app, top);
  });

  test('A = S: the saved answer is applied, nothing is executed again', async () => {
    const { n, app, top } = await atRest(4n);
    await withApp(n, app, stateBehind);
    app.executed.length = 0;
    const engine = await n.open({ application: app });
    expect(app.executed).toEqual([]);
    expect(engine.state.lastBlockHeight).toBe(top);
    await n.stop();
    await goesOn(n, app, top);
  });

  test('A < T: the application catches up, then the last block is applied to both', async () => {
    const { n, app, top } = await atRest(5n);
    await withApp(n, app, stateBehind);
    app.goTo(1n);
    const engine = await n.open({ application: app });
    expect(app.executed).toEqual(Array.from({ length: Number(top - 1n) }, (_, i) => BigInt(i + 2)));
    expect([engine.state.lastBlockHeight, app.height]).toEqual([top, top]);
    await n.stop();
    await goesOn(n, app, top);
  });
});

async function withApp(n: TestNode, app: HistoryApp, run: (n: TestNode) => Promise<void>): Promise<void> {
  const open = n.open.bind(n);
  n.open = (more = {}) => open({ application: app, ...more });
  await run(n);
  n.open = open;
}

describe('data that contradicts itself', () => {
  test('S < T: blocks were lost', async () => {
    const { n, app, top } = await atRest(4n);
    const engine = await n.open({ application: app });
    await engine.blockStore.deleteLatest();
    await n.stop();
    app.goTo(top - 1n);
    await expect(n.open({ application: app })).rejects.toThrow(/blocks were lost/);
  });

  test('S > T + 1: state was lost', async () => {
    const { n, app } = await atRest(5n);
    const engine = await n.open({ application: app });
    const { blockStore, stateStore } = engine;
    await rollback(blockStore, stateStore, false);
    // Once more, as if the store had lost two writes.
    const s = stateStore.load();
    if (s === undefined) throw new Error('no state');
    await stateStore.save({ ...s, lastBlockHeight: s.lastBlockHeight - 1n });
    await n.stop();
    await expect(n.open({ application: app })).rejects.toThrow(/state was lost/);
  });

  test('a genesis document of another chain', async () => {
    const { n, app } = await atRest(2n);
    await expect(n.open({ application: app, genesis: { ...n.genesis, chainId: 'other-1' } })).rejects.toThrow(
      /belongs to chain toy-1, the genesis document is of other-1/,
    );
  });
});

test('rollback: state one height back, with and without the block; then the chain goes on', async () => {
  const { n, app, top } = await atRest(5n);
  const engine = await n.open({ application: app });
  const before = engine.blockStore.loadBlockMeta(top)?.header.appHash;
  const soft = await rollback(engine.blockStore, engine.stateStore, false);
  expect(soft).toEqual({ height: top - 1n, appHash: before });
  expect(engine.blockStore.height).toBe(top);
  const hard = await rollback(engine.blockStore, engine.stateStore, true);
  expect([hard.height, engine.blockStore.height]).toEqual([top - 1n, top - 1n]);
  await n.stop();
  app.goTo(top - 1n);
  // The signer has signed this height before, so it may not sign another block for it: the log holds what it signed.
  const again = await n.open({ application: app });
  expect(again.state.lastBlockHeight).toBe(top - 1n);
});

test('InitChain may give validators and parameters; without any validator the node refuses', async () => {
  const n = new TestNode({}, { validators: [] });
  nodes.push(n);
  await expect(n.open()).rejects.toThrow(/validator set is nil in genesis and still empty after InitChain/);
  const app = new HistoryApp();
  app.initChain = async () => ({
    consensusParams: {
      block: { maxBytes: 2_000_000n, maxGas: 77n },
      evidence: undefined,
      validator: undefined,
      version: { app: 9n },
      abci: undefined,
      authority: undefined,
    },
    validators: [{ pubKey: n.privValidator.pubKey, power: 3n }],
    appHash: new Uint8Array([7]),
  });
  const engine = await n.open({ application: app });
  expect(engine.state.validators.totalVotingPower).toBe(3n);
  expect(engine.state.consensusParams.block).toEqual({ maxBytes: 2_000_000n, maxGas: 77n });
  expect([engine.state.version.app, [...engine.state.appHash]]).toEqual([9n, [7]]);
});
