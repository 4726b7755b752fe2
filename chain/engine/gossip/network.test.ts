// Whole engines over a transport in memory: what their reactors tell each other is enough to make blocks and to catch up.
import { afterEach, expect, test } from 'vitest';
import type { VerifyVoteExtensionRequest, VerifyVoteExtensionResponse } from '../../abci/application.ts';
import { bytesEqual, fromUtf8, utf8 } from '../../encoding/bytes.ts';
import { peerStates } from '../../node/peer-views.ts';
import { BLOCKSYNC_CHANNEL, CHANNELS } from '../../p2p/channel.ts';
import { MemoryHub } from '../../p2p/memory-transport.ts';
import type { Reactor } from '../../p2p/reactor.ts';
import { Switch } from '../../p2p/switch.ts';
import type { GenesisDoc } from '../../types/genesis-doc.ts';
import type { Engine } from '../engine.ts';
import { FAST_CONFIG, TestNode, untilHeight } from '../test-node.ts';
import { ConsensusReactor } from './reactor.ts';

const MS = 1_000_000n;
const CONFIG = {
  ...FAST_CONFIG,
  index: false,
  consensus: { ...FAST_CONFIG.consensus, timeoutPropose: 1000n * MS, timeoutPrevote: 300n * MS, timeoutPrecommit: 300n * MS },
};
const quiet = (): void => undefined;
const LOGGER = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const greeted: Reactor = { name: 'none', channels: [BLOCKSYNC_CHANNEL], addPeer: quiet, removePeer: quiet, receive: quiet };

class Member {
  readonly node: TestNode;
  readonly id: string;
  readonly #hub: MemoryHub;
  readonly #others: readonly string[];
  /** Called after every message from a peer. */
  onMessage: () => void = quiet;
  #switch: Switch | undefined;
  #reactor: ConsensusReactor | undefined;

  constructor(node: TestNode, id: string, hub: MemoryHub, others: readonly string[]) {
    this.node = node;
    this.id = id;
    this.#hub = hub;
    this.#others = others;
  }

  get engine(): Engine {
    return this.node.engine as Engine;
  }

  async start(): Promise<void> {
    const engine = await this.node.open();
    this.#reactor = new ConsensusReactor({ engine, gossipSleepMs: 20, queryMaj23SleepMs: 200, now: () => engine.now() });
    this.#reactor.start();
    this.#switch = new Switch({
      transport: this.#hub.create(this.id),
      channels: CHANNELS,
      reactors: [greeted, this.#reactor],
      bootstrapPeers: this.#others.map((id) => ({ id, host: '', port: 1, persistent: true, unconditional: true })),
      maxPeers: 10,
      greeting: { channel: BLOCKSYNC_CHANNEL, bytes: Uint8Array.of(0x22, 0) },
      logger: LOGGER,
      observer: { received: () => this.onMessage(), sent: () => undefined },
    });
    await engine.start();
    await this.#switch.start();
  }

  /** As /dump_consensus_state gives them. */
  dumpPeers(): readonly PeerRoundStateJson[] {
    const [sw, consensus] = [this.#switch, this.#reactor];
    if (sw === undefined || consensus === undefined) return [];
    const views = peerStates({ peers: () => sw.peers(), consensus });
    return views.map((v) => (JSON.parse(v.stateJson) as { round_state: PeerRoundStateJson }).round_state);
  }

  async stop(): Promise<void> {
    this.#reactor?.stop();
    await this.#switch?.stop();
    await this.node.stop();
  }
}

interface PeerRoundStateJson {
  readonly height: string;
  readonly round: number;
  readonly prevotes: string | null;
}

const members: Member[] = [];
afterEach(async () => {
  for (const m of members.splice(0)) {
    await m.stop();
    m.node.dispose();
  }
});

function network(powers: readonly bigint[], params: Partial<GenesisDoc['consensusParams']> = {}): { hub: MemoryHub; nodes: Member[] } {
  const hub = new MemoryHub();
  const nodes = powers.map(() => new TestNode(CONFIG));
  const ids = powers.map((_, i) => `node${i}`);
  const validators = nodes.flatMap((n, i) => {
    const { pubKey, address } = n.privValidator;
    return powers[i] === 0n ? [] : [{ address, pubKey, power: powers[i] as bigint, name: ids[i] as string }];
  });
  const first = (nodes[0] as TestNode).genesis;
  const genesis: GenesisDoc = { ...first, validators, consensusParams: { ...first.consensusParams, ...params } };
  for (const n of nodes) Object.assign(n, { genesis });
  const made = nodes.map((n, i) => new Member(n, ids[i] as string, hub, ids.slice(0, i)));
  members.push(...made);
  return { hub, nodes: made };
}

function expectAgreement(nodes: readonly Member[], height: bigint): void {
  for (let h = 1n; h <= height; h++) {
    const hashes = new Set(nodes.map((n) => Buffer.from(n.engine.blockStore.loadBlockMeta(h)?.blockId.hash ?? []).toString('hex')));
    expect(hashes.size, `height ${h}`).toBe(1);
  }
}

test('four validators make blocks', async () => {
  const { nodes } = network([10n, 10n, 10n, 10n]);
  await Promise.all(nodes.map((n) => n.start()));
  await Promise.all(nodes.map((n) => untilHeight(n.engine, 8n)));
  expectAgreement(nodes, 8n);
  expect(nodes.flatMap((n) => n.node.failures)).toEqual([]);
});

test('a node that joins late is given the blocks and then takes part', async () => {
  const { nodes } = network([10n, 10n, 10n, 10n]);
  const [first, ...rest] = nodes as [Member, ...Member[]];
  const late = rest.pop() as Member;
  await Promise.all([first, ...rest].map((n) => n.start()));
  await untilHeight(first.engine, 6n);
  await late.start();
  await untilHeight(late.engine, 7n);
  // With another one away its votes are needed.
  await rest[0]?.stop();
  const needed = first.engine.state.lastBlockHeight + 3n;
  await untilHeight(first.engine, needed);
  await untilHeight(late.engine, needed);
  expectAgreement([first, late], needed);
});

test('a network cut in half stands still and goes on when it is mended', async () => {
  const { hub, nodes } = network([10n, 10n, 10n, 10n]);
  await Promise.all(nodes.map((n) => n.start()));
  await Promise.all(nodes.map((n) => untilHeight(n.engine, 2n)));
  const pairs = [0, 1].flatMap((a) => [2, 3].map((b) => [`node${a}`, `node${b}`] as const));
  for (const [a, b] of pairs) hub.cut(a, b);
  const before = Math.max(...nodes.map((n) => Number(n.engine.state.lastBlockHeight)));
  for (const [a, b] of pairs) hub.mend(a, b);
  await Promise.all(nodes.map((n) => untilHeight(n.engine, BigInt(before) + 3n)));
  expectAgreement(nodes, BigInt(before) + 3n);
});

test('one validator and a full node behind a chain of peers', async () => {
  const { hub, nodes } = network([10n, 0n, 0n]);
  hub.cut('node0', 'node2');
  await Promise.all(nodes.map((n) => n.start()));
  await Promise.all(nodes.map((n) => untilHeight(n.engine, 4n)));
  expectAgreement(nodes, 4n);
});

// CVE-2023-34450: writing a peer's state as JSON waited for a lock that gossip held.
test('F-12: the state of peers is dumped after every message, while they come, go and catch up', async () => {
  const { hub, nodes } = network([10n, 10n, 10n, 10n]);
  const [watched, ...rest] = nodes as [Member, ...Member[]];
  const seen = new Set<string>();
  const errors: unknown[] = [];
  watched.onMessage = () => {
    try {
      for (const s of watched.dumpPeers()) seen.add(`${s.height} ${s.prevotes?.length}`);
    } catch (e) {
      errors.push(e);
    }
  };
  await Promise.all(nodes.map((n) => n.start()));
  await untilHeight(watched.engine, 3n);
  hub.cut('node0', 'node1');
  expect(watched.dumpPeers().length).toBeLessThan(3);
  await untilHeight(watched.engine, 6n);
  hub.mend('node0', 'node1');
  await Promise.all(nodes.map((n) => untilHeight(n.engine, 9n)));
  watched.onMessage = quiet;
  expect(errors).toEqual([]);
  // The dumps followed the peers: most heights were seen with a bit for each of the four validators' prevotes.
  expect([3, 4, 5, 6, 7, 8].filter((h) => seen.has(`${h} 4`)).length).toBeGreaterThanOrEqual(3);
  expect(rest.flatMap((n) => n.node.failures)).toEqual([]);
});

test('F-20: a validator whose application refuses its own extension stops before it signs; the others go on', async () => {
  const { nodes } = network([10n, 10n, 10n, 10n], { abci: { voteExtensionsEnableHeight: 1n } });
  const [odd, ...rest] = nodes as [Member, ...Member[]];
  const bad = utf8('what VerifyVoteExtension does not like');
  odd.node.app.extension = (height) => (height < 3n ? utf8('fine') : bad);
  const given: string[] = [];
  const verifyVoteExtension = async (r: VerifyVoteExtensionRequest): Promise<VerifyVoteExtensionResponse> => {
    given.push(fromUtf8(r.voteExtension));
    return { status: bytesEqual(r.voteExtension, bad) ? 2 : 1 };
  };
  for (const n of nodes) Object.assign(n.node.app, { verifyVoteExtension });
  await Promise.all(nodes.map((n) => n.start()));
  await Promise.all(rest.map((n) => untilHeight(n.engine, 7n)));
  expect(odd.node.failures.map(String)).toEqual([expect.stringContaining('ExtendVote and VerifyVoteExtension disagree')]);
  expect(odd.engine.state.lastBlockHeight).toBeLessThan(7n);
  expect(rest.flatMap((n) => n.node.failures)).toEqual([]);
  // Its own application alone was asked about the bad extension: no precommit with it was sent.
  expect(given.filter((e) => e === fromUtf8(bad))).toHaveLength(1);
  expectAgreement(rest, 7n);
});
