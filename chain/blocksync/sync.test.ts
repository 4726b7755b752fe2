import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import type { Engine } from '../engine/engine.ts';
import { TestNode, untilHeight } from '../engine/test-node.ts';
import { BLOCKSYNC_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault } from '../p2p/reactor.ts';
import { type Block, blockCodec } from '../types/block.ts';
import type { Commit } from '../types/commit.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../types/consensus-params.ts';
import type { ExtendedCommit } from '../types/extended-commit.ts';
import { decodeBlocksyncMessage } from '../types/messages/blocksync.ts';
import { BlocksyncReactor } from './reactor.ts';
import { BlockSync, type SyncResult } from './sync.ts';
import { encodeBlockResponse, encodeNoBlock, encodeRequest, encodeStatus, STATUS_REQUEST } from './wire.ts';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A peer of the syncing node, answering from a script. */
type Answer = (height: bigint) => Uint8Array | undefined;

class Scene {
  readonly dropped = new Map<string, string>();
  readonly reactor: BlocksyncReactor;
  readonly sync: BlockSync;
  readonly engine: Engine;
  readonly #answers = new Map<string, Answer>();
  readonly #peers = new Map<string, Peer>();
  readonly asked: string[] = [];
  now = 1_800_000_000_000;
  applied: bigint[] = [];
  onDrop: (id: string) => void = silent;

  constructor(engine: Engine, ownAddress?: Uint8Array) {
    this.engine = engine;
    const { blockStore, executor, checkSignatures } = engine;
    this.reactor = new BlocksyncReactor({ blockStore, extensionsAt: () => false, logger });
    this.sync = new BlockSync({
      reactor: this.reactor,
      executor,
      blockStore,
      checkSignatures,
      state: engine.state,
      onApplied: async (s) => {
        this.applied.push(s.lastBlockHeight);
        await engine.advance(s);
      },
      ownAddress,
      logger,
      clock: () => this.now,
    });
    this.sync.begin();
  }

  drop(id: string, reason: string): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    this.#peers.delete(id);
    this.dropped.set(id, reason);
    this.reactor.removePeer(peer);
    this.onDrop(id);
  }

  /** A peer that has heights up to `height` and answers requests by `answer`. */
  join(id: string, height: bigint, answer: Answer): void {
    this.#answers.set(id, answer);
    const peer: Peer = {
      id,
      outbound: true,
      unconditional: false,
      waiting: () => 0,
      drop: (reason) => this.drop(id, reason),
      deliver: async () => true,
      send: (_channel, bytes) => {
        const m = decodeBlocksyncMessage(bytes);
        if (m.case !== 'blockRequest') return true;
        this.asked.push(id);
        const reply = this.#answers.get(id)?.(m.value.height);
        if (reply !== undefined) setImmediate(() => this.receive(id, reply));
        return true;
      },
    };
    this.#peers.set(id, peer);
    this.reactor.addPeer(peer);
    this.receive(id, encodeStatus(height > 0n ? 1n : 0n, height));
  }

  receive(id: string, bytes: Uint8Array): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    try {
      this.reactor.receive(BLOCKSYNC_CHANNEL, peer, bytes);
    } catch (e) {
      if (!(e instanceof PeerFault)) throw e;
      this.drop(id, e.message);
    }
  }

  /** Lets time pass until the sync ends. */
  async finish(): Promise<SyncResult> {
    let result: SyncResult | undefined;
    let error: unknown;
    void this.sync.done.then(
      (r) => {
        result = r;
      },
      (e: unknown) => {
        error = e;
      },
    );
    let idle = 0;
    while (idle < 5000 && result === undefined && error === undefined) {
      await turn();
      if (this.sync.isApplying) continue;
      idle++;
      this.now += 50;
      this.sync.tick();
    }
    if (error !== undefined) throw error;
    if (result === undefined) throw new Error('the sync did not end');
    return result;
  }
}

const TIP = 40n;
const source = new TestNode();
const nodes: TestNode[] = [];
let blocks: ReadonlyMap<bigint, Block>;

beforeAll(async () => {
  const engine = await source.start();
  for (let i = 0; i < 20; i++) {
    await untilHeight(engine, BigInt(i));
    await engine.mempool.checkTx(utf8(`key${i}=${i}`));
  }
  await untilHeight(engine, TIP);
  await source.stop();
  const again = await source.open();
  blocks = new Map(Array.from({ length: Number(TIP) }, (_, i) => [BigInt(i + 1), again.blockStore.loadBlock(BigInt(i + 1)) as Block]));
}, 30_000);

afterAll(async () => {
  for (const n of [source, ...nodes]) {
    await n.stop();
    n.dispose();
  }
});

async function fresh(): Promise<Engine> {
  const node = new TestNode({}, source.genesis);
  nodes.push(node);
  return node.open({ privValidator: undefined });
}

const respond = (b: Block | undefined): Uint8Array | undefined => (b === undefined ? undefined : encodeBlockResponse(blockCodec.encode(b), undefined));
const honest: Answer = (height) => respond(blocks.get(height));

describe('a node without blocks', () => {
  test('gets all that can be verified and ends with the same state', async () => {
    const engine = await fresh();
    const scene = new Scene(engine);
    scene.join('a', TIP, honest);
    scene.join('b', TIP, honest);
    const { state, blocks: count } = await scene.finish();
    expect(count).toBe(Number(TIP) - 1);
    expect(state.lastBlockHeight).toBe(TIP - 1n);
    expect(state.appHash).toEqual(blocks.get(TIP)?.header.appHash);
    expect(scene.applied).toEqual(Array.from({ length: count }, (_, i) => BigInt(i + 1)));
    expect(new Set(scene.asked)).toEqual(new Set(['a', 'b']));
    expect([...scene.dropped]).toEqual([]);
    expect(engine.state).toBe(state);
    expect(engine.blockStore.loadSeenCommit(TIP - 1n)).toEqual(blocks.get(TIP)?.lastCommit);
    // What is stored survives, and consensus can go on from it.
    const node = nodes.at(-1) as TestNode;
    await node.stop();
    const reopened = await node.open({ privValidator: undefined });
    expect(reopened.state.appHash).toEqual(state.appHash);
    await reopened.start();
    expect(reopened.roundState()?.height).toBe(TIP);
  });

  test('follows a validator set that changes among blocks that were prepared together', async () => {
    const other = { pubKey: { case: 'ed25519' as const, value: new Uint8Array(32).fill(9) }, power: 1n };
    const changing = (node: TestNode): TestNode => {
      node.app.updates = (height) => (height === 7n ? [other] : height === 13n ? [{ ...other, power: 0n }] : []);
      nodes.push(node);
      return node;
    };
    const maker = changing(new TestNode());
    await untilHeight(await maker.start(), 20n);
    await maker.stop();
    const { blockStore } = await maker.open();
    const syncing = changing(new TestNode({}, maker.genesis));
    const engine = await syncing.open({ privValidator: undefined });
    const scene = new Scene(engine);
    scene.join('a', 20n, (height) => respond(blockStore.loadBlock(height)));
    const { state } = await scene.finish();
    expect(state.lastBlockHeight).toBe(19n);
    expect([...scene.dropped]).toEqual([]);
    const sizes = [8n, 9n, 14n, 15n].map((h) => blockStore.loadCommit(h)?.signatures.length);
    expect(sizes).toEqual([1, 2, 2, 1]);
  });

  test('goes on where it was', async () => {
    const engine = await fresh();
    const first = new Scene(engine);
    first.join('a', 10n, honest);
    await first.finish();
    const second = new Scene(engine);
    second.join('a', TIP, honest);
    const { state } = await second.finish();
    expect(state.lastBlockHeight).toBe(TIP - 1n);
    expect(second.applied[0]).toBe(10n);
  });

  test('waits for one answer at genesis, unless the others cannot do without it', async () => {
    const engine = await fresh();
    const waiting = new Scene(engine);
    await expect(waiting.finish()).rejects.toThrow('did not end');
    await waiting.sync.stop();
    const alone = new Scene(engine, engine.state.validators.validators[0]?.address);
    expect((await alone.finish()).state.lastBlockHeight).toBe(0n);
    const greeted = new Scene(engine);
    greeted.join('a', 0n, () => undefined);
    expect((await greeted.finish()).blocks).toBe(0);
  }, 20_000);
});

describe('a crash while blocks are applied', () => {
  for (const point of ['finalized', 'results-saved', 'committed', 'state-saved']) {
    test(point, async () => {
      const node = new TestNode({}, source.genesis);
      nodes.push(node);
      let hits = 0;
      const failPoint = (name: string): void => {
        if (name === point && ++hits === 7) throw new Error('crash');
      };
      const crashing = new Scene(await node.open({ privValidator: undefined, failPoint }));
      crashing.join('a', TIP, honest);
      await expect(crashing.finish()).rejects.toThrow('crash');
      await node.stop();
      const engine = await node.open({ privValidator: undefined });
      expect(engine.state.lastBlockHeight).toBeGreaterThanOrEqual(6n);
      const scene = new Scene(engine);
      scene.join('a', TIP, honest);
      const { state } = await scene.finish();
      expect(state.lastBlockHeight).toBe(TIP - 1n);
      expect(state.appHash).toEqual(blocks.get(TIP)?.header.appHash);
      expect([...scene.dropped]).toEqual([]);
    });
  }
});

/** What a liar makes of block `height`, in place of the real one. */
function forge(height: bigint, change: (b: Block) => Block): Answer {
  return (h) => (h === height ? respond(change(blocks.get(h) as Block)) : honest(h));
}
const withCommit = (b: Block, change: Partial<Commit>): Block => ({ ...b, lastCommit: { ...(b.lastCommit as Commit), ...change } });

describe('a hostile peer is dropped, and the sync ends with the honest ones', () => {
  const cases: readonly [what: string, answer: Answer, reason: RegExp][] = [
    ['a block with other transactions', forge(7n, (b) => ({ ...b, data: { txs: [utf8('stolen=1')] } })), /DataHash/],
    ['a header of its own', forge(7n, (b) => ({ ...b, header: { ...b.header, appHash: new Uint8Array(32) } })), /wrong block ID/],
    [
      'a commit with a wrong signature',
      (h) => {
        const b = blocks.get(h) as Block;
        if (h !== 7n) return honest(h);
        const signatures = (b.lastCommit as Commit).signatures.map((s) => ({ ...s, signature: s.signature.map((x) => x ^ 1) }));
        return respond(withCommit(b, { signatures }));
      },
      /LastCommitHash/,
    ],
    ['a commit of another height', forge(7n, (b) => withCommit(b, { height: 3n })), /wrong height/],
    ['the block of another height', (h) => honest(h === 7n ? 8n : h), /not asked|wrong|no block in/],
    [
      'an extended commit where there are no extensions',
      (h) => {
        const b = blocks.get(h) as Block;
        const c = blocks.get(h + 1n)?.lastCommit as Commit;
        if (h !== 7n) return honest(h);
        const extendedSignatures = c.signatures.map((s) => ({ ...s, extension: new Uint8Array(0), extensionSignature: new Uint8Array(0) }));
        return encodeBlockResponse(blockCodec.encode(b), { height: 7n, round: c.round, blockId: c.blockId, extendedSignatures });
      },
      /extensions are off/,
    ],
    [
      'an extended commit of another height',
      (h) => {
        const c = blocks.get(h + 1n)?.lastCommit as Commit;
        if (h !== 7n) return honest(h);
        const extendedSignatures = c.signatures.map((s) => ({ ...s, extension: new Uint8Array(0), extensionSignature: new Uint8Array(0) }));
        return encodeBlockResponse(blockCodec.encode(blocks.get(h) as Block), { height: 9n, round: c.round, blockId: c.blockId, extendedSignatures });
      },
      /extended commit/,
    ],
    ['nothing at all', () => undefined, /no block in 15 s|too slow/],
    ['denials', (h) => encodeNoBlock(h), /denies/],
    ['bytes that are no message', (h) => (h === 7n ? new Uint8Array([0x1a, 0x05, 0xff, 0xff, 0xff, 0xff, 0xff]) : honest(h)), /./],
    ['a response without a block', (h) => (h === 7n ? new Uint8Array([0x1a, 0x00]) : honest(h)), /without a block/],
  ];
  for (const [what, answer, reason] of cases) {
    test(what, async () => {
      const scene = new Scene(await fresh());
      scene.join('liar', TIP, answer);
      for (let i = 0; i < 40 && scene.dropped.size === 0; i++) await turn();
      scene.join('honest1', TIP, honest);
      // Who sent the block before or after a wrong one is dropped with it and comes back, as here.
      let n = 1;
      scene.onDrop = (id) => {
        if (id === `honest${n}`) setImmediate(() => scene.join(`honest${++n}`, TIP, honest));
      };
      const { state } = await scene.finish();
      expect(state.lastBlockHeight).toBe(TIP - 1n);
      expect(scene.dropped.get('liar')).toMatch(reason);
      expect(n).toBeLessThan(4);
    });
  }

  test('a block that nobody asked for', async () => {
    const engine = await fresh();
    const { blockStore } = engine;
    const reactor = new BlocksyncReactor({ blockStore, extensionsAt: () => false, logger });
    const peer: Peer = { id: 'p', outbound: true, unconditional: false, send: () => true, deliver: async () => true, waiting: () => 0, drop: silent };
    reactor.addPeer(peer);
    const unasked = honest(1n) as Uint8Array;
    expect(() => reactor.receive(BLOCKSYNC_CHANNEL, peer, unasked)).toThrow(PeerFault);
    const scene = new Scene(engine);
    scene.join('a', 0n, () => undefined);
    scene.receive('a', unasked);
    expect(scene.dropped.get('a')).toMatch(/not asked for/);
    await scene.sync.stop();
    // Late answers after the end of a sync are no fault, and are not decoded.
    scene.reactor.receive(BLOCKSYNC_CHANNEL, peer, unasked);
    scene.reactor.receive(BLOCKSYNC_CHANNEL, peer, new Uint8Array([0x1a, 0x05, 0xff]));
  });
});

test('a stored block is served as it is stored, and what is not there is denied', () => {
  const { blockStore } = source.engine as Engine;
  const reactor = new BlocksyncReactor({ blockStore, extensionsAt: (h) => h === 5n, logger });
  const sent: Uint8Array[] = [];
  let waiting = 0;
  const peer: Peer = {
    id: 'p',
    outbound: true,
    unconditional: false,
    send: (_c, b) => sent.push(b) > 0,
    deliver: async () => true,
    waiting: () => waiting,
    drop: silent,
  };
  reactor.addPeer(peer);
  const ask = (bytes: Uint8Array) => {
    sent.length = 0;
    reactor.receive(BLOCKSYNC_CHANNEL, peer, bytes);
    return sent.map((b) => decodeBlocksyncMessage(b));
  };
  expect(sent.map((b) => decodeBlocksyncMessage(b))).toEqual([{ case: 'statusResponse', value: { base: 1n, height: blockStore.height } }]);
  expect(ask(STATUS_REQUEST)).toEqual([{ case: 'statusResponse', value: { base: 1n, height: blockStore.height } }]);
  expect(ask(encodeRequest(3n))).toEqual([{ case: 'blockResponse', value: { block: blocks.get(3n), extCommit: undefined } }]);
  expect(ask(encodeRequest(99_999n))).toEqual([{ case: 'noBlockResponse', value: { height: 99_999n } }]);
  // An extended commit is due and missing: no answer.
  expect(ask(encodeRequest(5n))).toEqual([]);
  waiting = 1000;
  expect(ask(encodeRequest(3n))).toEqual([]);
});

describe('F-2: with vote extensions', () => {
  const params = { ...DEFAULT_CONSENSUS_PARAMS, version: { app: 1n }, abci: { voteExtensionsEnableHeight: 3n } };
  const tip = 12n;
  let engine: Engine;
  let good: Answer;
  const origin = new TestNode({}, { consensusParams: params });
  beforeAll(async () => {
    nodes.push(origin);
    engine = await origin.start();
    await untilHeight(engine, tip);
    good = (h) => {
      const bytes = h > tip ? undefined : engine.blockStore.loadBlockBytes(h);
      return bytes === undefined ? undefined : encodeBlockResponse(bytes, engine.blockStore.loadExtendedCommit(h));
    };
  });
  const open = async (): Promise<{ scene: Scene; engine: Engine }> => {
    const node = new TestNode({}, origin.genesis);
    nodes.push(node);
    const e = await node.open({ privValidator: undefined });
    return { scene: new Scene(e), engine: e };
  };

  test('they come with the blocks and are kept', async () => {
    const { scene, engine: e } = await open();
    scene.join('a', tip, good);
    expect((await scene.finish()).state.lastBlockHeight).toBe(tip - 1n);
    expect(e.blockStore.loadExtendedCommit(2n)).toBeUndefined();
    for (const h of [3n, tip - 1n]) expect(e.blockStore.loadExtendedCommit(h)).toEqual(engine.blockStore.loadExtendedCommit(h));
  });

  const extended = (h: bigint): ExtendedCommit => engine.blockStore.loadExtendedCommit(h) as ExtendedCommit;
  const withSignatures = (c: ExtendedCommit, change: Partial<ExtendedCommit['extendedSignatures'][0]>): ExtendedCommit => ({
    ...c,
    extendedSignatures: c.extendedSignatures.map((s) => ({ ...s, ...change })),
  });
  const cases: readonly [what: string, make: (h: bigint) => ExtendedCommit | undefined, reason: RegExp][] = [
    ['a block without them', () => undefined, /without an extended commit/],
    ['a changed extension', (h) => withSignatures(extended(h), { extension: utf8('another') }), /vote extension signature/],
    ['an extension without its signature', (h) => withSignatures(extended(h), { extensionSignature: new Uint8Array(0) }), /signature is missing/],
    ['those of another height', (h) => extended(h + 1n), /is not the height/],
  ];
  for (const [what, make, reason] of cases) {
    test(`${what} is refused`, async () => {
      const { scene } = await open();
      scene.join('liar', tip, (h) => (h === 7n ? encodeBlockResponse(engine.blockStore.loadBlockBytes(h) as Uint8Array, make(h)) : good(h)));
      for (let i = 0; i < 40 && scene.dropped.size === 0; i++) await turn();
      scene.join('honest', tip, good);
      scene.onDrop = (id) => {
        if (id === 'honest') setImmediate(() => scene.join('honest again', tip, good));
      };
      expect((await scene.finish()).state.lastBlockHeight).toBe(tip - 1n);
      expect(scene.dropped.get('liar')).toMatch(reason);
    });
  }
});
