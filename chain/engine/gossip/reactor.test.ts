// The consensus reactor around one core whose peers are played by the test.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Lone, signedVote, testValidators } from '../../consensus/test-harness.ts';
import { DATA_CHANNEL, STATE_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL } from '../../p2p/channel.ts';
import { PeerFault } from '../../p2p/reactor.ts';
import { BitArray } from '../../types/bit-array.ts';
import { ZERO_BLOCK_ID } from '../../types/block-id.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../types/messages/consensus.ts';
import { PRECOMMIT, PREVOTE, type Vote } from '../../types/vote.ts';
import { ConsensusReactor, type ConsensusReactorOptions } from './reactor.ts';
import { TestPeer, testEngine } from './test-peer.ts';

const CHANNEL_OF: Readonly<Record<ConsensusMessage['case'], number>> = {
  newRoundStep: STATE_CHANNEL,
  newValidBlock: STATE_CHANNEL,
  hasVote: STATE_CHANNEL,
  voteSetMaj23: STATE_CHANNEL,
  proposal: DATA_CHANNEL,
  proposalPol: DATA_CHANNEL,
  blockPart: DATA_CHANNEL,
  vote: VOTE_CHANNEL,
  voteSetBits: VOTE_SET_BITS_CHANNEL,
};
const validators = testValidators([10n, 10n, 10n, 10n]);
const proposer = validators.validators.findIndex((v) => v.address === validators.proposer?.address);

/** A vote for nil in round 0 of height 1. */
function voteOf(index: number, type: 1 | 2): Vote {
  const validatorAddress = validators.validators[index]?.address ?? new Uint8Array(20);
  return signedVote({
    type,
    height: 1n,
    round: 0,
    blockId: ZERO_BLOCK_ID,
    timestamp: 0n,
    validatorAddress,
    validatorIndex: index,
    extension: new Uint8Array(0),
  });
}

let now = 0;
beforeEach(() => {
  vi.useFakeTimers();
  now = 1_700_000_000_000;
});
afterEach(() => void vi.useRealTimers());

/** A core of validator `index` in round 0 of height 1, its reactor and a peer `p` that was added. */
function setup(index: number, more: Partial<ConsensusReactorOptions> = {}) {
  const host = new Lone(index, validators);
  const { engine, inputs, flush } = testEngine(host);
  const reactor = new ConsensusReactor({
    engine,
    gossipSleepMs: 100,
    queryMaj23SleepMs: 2000,
    now: () => BigInt(now) * 1_000_000n,
    monotonicMs: () => now,
    random: () => 0,
    ...more,
  });
  reactor.start();
  host.start();
  flush();
  const p = new TestPeer('p');
  reactor.initPeer(p);
  reactor.addPeer(p);
  const receive = (m: ConsensusMessage, peer = p, channel = CHANNEL_OF[m.case]): void => reactor.receive(channel, peer, encodeConsensusMessage(m));
  const enter = (): void => {
    host.input({ type: 'timeout', timeout: { duration: 0n, height: 1n, round: 0, step: 1 } });
    flush();
  };
  const step = (height: bigint, round: number, s: number, lastCommitRound = height === 1n ? -1 : 0): ConsensusMessage => ({
    case: 'newRoundStep',
    value: { height, round, step: s, secondsSinceStartTime: 0n, lastCommitRound },
  });
  const prs = () => reactor.roundStates().get('p');
  return { host, engine, inputs, flush, reactor, p, receive, enter, step, prs };
}

describe('what is told', () => {
  test('a new peer learns where we are; each step is told, and again after two seconds', () => {
    const { p, enter, reactor } = setup((proposer + 1) % 4);
    expect(p.take()).toMatchObject([{ case: 'newRoundStep', value: { height: 1n, round: 0, step: 1, lastCommitRound: -1 } }]);
    enter();
    expect(p.take()).toMatchObject([{ case: 'newRoundStep', value: { step: 3 } }]);
    reactor.poll();
    expect(p.take()).toEqual([]);
    now += 2000;
    reactor.poll();
    expect(p.take()).toMatchObject([{ case: 'newRoundStep', value: { step: 3 } }]);
  });

  test('our proposal goes at once to a peer in our round, its parts when it has left, our vote too', async () => {
    const { p, enter, receive, step, prs } = setup(proposer);
    receive(step(1n, 0, 3));
    p.take();
    enter();
    expect(p.take().map((m) => m.case)).toEqual(['newRoundStep', 'newRoundStep', 'vote', 'proposal']);
    await vi.advanceTimersByTimeAsync(0);
    expect(p.take().map((m) => m.case)).toEqual(['blockPart']);
    expect(prs()?.parts?.isFull()).toBe(true);
    expect(prs()?.prevotes?.count()).toBe(1);
  });

  test('a large block that is whole is told of once, before there is a polka; a small one is not', () => {
    for (const [salt, times] of [
      ['x'.repeat(200_000), 1],
      ['x', 0],
    ] as const) {
      const { host, p, enter, flush } = setup((proposer + 1) % 4);
      const told = () => p.take().filter((m) => m.case === 'newValidBlock');
      enter();
      const block = host.block(salt);
      host.propose(block, 0, -1, false);
      flush();
      expect(told()).toEqual([]);
      host.parts(block, 0);
      flush();
      flush();
      const messages = told();
      expect(messages).toHaveLength(times);
      for (const m of messages) expect(m).toMatchObject({ value: { height: 1n, round: 0, blockPartSetHeader: block.parts.header, isCommit: false } });
      for (const m of messages) expect(m.case === 'newValidBlock' && m.value.blockParts?.isFull()).toBe(true);
    }
  });

  test('a peer that comes to our round later is given the same', async () => {
    const { p, enter, receive, step } = setup(proposer);
    enter();
    p.take();
    receive(step(1n, 0, 3));
    expect(p.take().map((m) => m.case)).toEqual(['proposal', 'vote']);
    await vi.advanceTimersByTimeAsync(0);
    expect(p.take().map((m) => m.case)).toEqual(['blockPart']);
  });

  test('what was lost on the way is sent again', async () => {
    const { p, enter, receive, step, reactor } = setup(proposer);
    receive(step(1n, 0, 3));
    p.delivers = false;
    enter();
    await vi.advanceTimersByTimeAsync(0);
    p.take();
    p.delivers = true;
    reactor.poll();
    await vi.advanceTimersByTimeAsync(0);
    expect(p.take().map((m) => m.case)).toEqual(['voteSetBits', 'proposal', 'vote', 'blockPart']);
  });

  test("others' votes go with the poll, one announcement for all votes for one block", () => {
    const { host, p, enter, receive, step, reactor, flush } = setup((proposer + 1) % 4);
    enter();
    receive(step(1n, 0, 4));
    p.take();
    for (const i of [proposer, (proposer + 2) % 4]) host.voteFrom(i, PREVOTE, 0, undefined);
    flush();
    expect(p.take().filter((m) => m.case === 'vote')).toEqual([]);
    reactor.poll();
    const sent = p.take();
    expect(sent.filter((m) => m.case === 'voteSetBits')).toHaveLength(1);
    expect(sent.filter((m) => m.case === 'vote')).toHaveLength(2);
    reactor.poll();
    expect(p.take()).toEqual([]);
  });

  test('a peer that never says where it is is taken to be with us after three seconds', () => {
    const { host, p, enter, reactor, flush, prs } = setup((proposer + 1) % 4);
    enter();
    host.voteFrom(proposer, PREVOTE, 0, undefined);
    flush();
    reactor.poll();
    expect(p.take().filter((m) => m.case === 'vote')).toEqual([]);
    now += 3000;
    reactor.poll();
    expect(p.take().filter((m) => m.case === 'vote')).toHaveLength(1);
    expect(prs()?.assumed).toBe(true);
  });

  test('a silent peer that has fewer blocks is taken to be behind them', () => {
    let stored = 0n;
    const asked: string[] = [];
    const { host, p, enter, reactor, flush, prs } = setup((proposer + 1) % 4, { storeHeight: () => stored, askStoreHeight: (x) => asked.push(x.id) });
    enter();
    host.propose(host.block('x'), 0);
    host.others(1, 0, host.block('x').id);
    host.others(2, 0, host.block('x').id);
    flush();
    expect(host.driver.state.height).toBe(2n);
    now += 3000;
    reactor.poll();
    expect(asked).toEqual(['p']);
    expect([prs()?.height, prs()?.assumed]).toEqual([1n, true]);
    // The precommits of height 1, by which it can decide.
    expect(p.take().flatMap((m) => (m.case === 'vote' ? [m.value.vote.type] : []))).toEqual([2, 2, 2, 2]);
    stored = 1n;
    now += 3000;
    reactor.poll();
    expect(prs()?.height).toBe(2n);
  });
});

test('a peer that stands still is given everything again, ever more seldom', async () => {
  const { p, enter, receive, step, reactor } = setup(proposer);
  receive(step(1n, 0, 3));
  enter();
  await vi.advanceTimersByTimeAsync(0);
  p.take();
  const kinds = (): string[] => p.take().map((m) => m.case);
  const polls = (seconds: number): void => {
    for (let i = 0; i < 10 * seconds; i++) reactor.poll();
  };
  polls(4.9);
  expect(kinds()).toEqual(['voteSetBits']);
  polls(0.1);
  expect(kinds()).toEqual(expect.arrayContaining(['blockPart', 'vote']));
  await vi.advanceTimersByTimeAsync(0);
  p.take();
  polls(9.9);
  expect(kinds()).toEqual([]);
  polls(0.1);
  expect(kinds()).toEqual(expect.arrayContaining(['blockPart', 'vote']));
  receive(step(1n, 0, 4));
  await vi.advanceTimersByTimeAsync(0);
  p.take();
  polls(5);
  expect(kinds()).toContain('vote');
  reactor.stop();
});

test('a peer one height behind is told of the majority that decided it, which is in no block yet', async () => {
  const host = new Lone((proposer + 1) % 4, validators);
  const stored = { base: 1n, height: 1n, loadBlockMeta: () => undefined, loadPart: () => undefined, loadCommit: () => undefined };
  const { engine } = testEngine(host, { ...stored, loadExtendedCommit: () => undefined });
  const reactor = new ConsensusReactor({ engine, gossipSleepMs: 100, queryMaj23SleepMs: 2000, now: () => 0n, random: () => 0 });
  reactor.start();
  host.start();
  host.fire();
  const block = host.block('x');
  host.propose(block, 0);
  host.others(PREVOTE, 0, block.id);
  host.others(PRECOMMIT, 0, block.id);
  expect(host.driver.state.height).toBe(2n);
  const p = new TestPeer('p');
  reactor.addPeer(p);
  const value = { height: 1n, round: 1, step: 4, secondsSinceStartTime: 0n, lastCommitRound: -1 };
  reactor.receive(STATE_CHANNEL, p, encodeConsensusMessage({ case: 'newRoundStep', value }));
  await vi.advanceTimersByTimeAsync(8000);
  const claims = p.take().filter((m) => m.case === 'voteSetMaj23');
  expect(claims).not.toEqual([]);
  for (const c of claims) expect(c).toMatchObject({ value: { height: 1n, round: 0, type: PRECOMMIT, blockId: block.id } });
  reactor.stop();
});

describe('what is received', () => {
  const at = { height: 1n, round: 0 };
  const idOf = (host: Lone) => host.block('x').id;

  test('a vote is noted and handed on once', () => {
    const { host, receive, enter, step, inputs, prs } = setup((proposer + 1) % 4);
    enter();
    receive(step(1n, 0, 4));
    const vote = voteOf(proposer, PREVOTE);
    receive({ case: 'vote', value: { vote } });
    expect(inputs).toMatchObject([{ type: 'vote', peer: 'p' }]);
    expect(prs()?.prevotes?.get(proposer)).toBe(true);
    host.input({ type: 'vote', vote, peer: 'p' });
    receive({ case: 'vote', value: { vote } });
    expect(inputs).toHaveLength(1);
  });

  test('parts before their proposal wait for it, no more than 64 of one peer', () => {
    const { host, receive, enter, inputs, flush } = setup((proposer + 1) % 4);
    enter();
    const block = host.block('x');
    const part = block.parts.getPart(0);
    if (part === undefined) throw new Error('no part');
    for (let i = 0; i < 100; i++) receive({ case: 'blockPart', value: { ...at, part } });
    expect(inputs).toEqual([]);
    host.propose(block, 0, -1, false);
    flush();
    expect(inputs).toHaveLength(64);
    expect(inputs[0]).toMatchObject({ type: 'blockPart', height: 1n });
  });

  test('a claim of a majority is answered with our votes; two claims are a fault', () => {
    const { host, receive, enter, p } = setup((proposer + 1) % 4);
    enter();
    p.take();
    receive({ case: 'voteSetMaj23', value: { ...at, type: PREVOTE, blockId: ZERO_BLOCK_ID } });
    expect(p.take()).toMatchObject([{ case: 'voteSetBits', value: { ...at, type: PREVOTE } }]);
    expect(() => receive({ case: 'voteSetMaj23', value: { ...at, type: PREVOTE, blockId: idOf(host) } })).toThrow(PeerFault);
    receive({ case: 'voteSetMaj23', value: { ...at, height: 2n, type: PREVOTE, blockId: idOf(host) } });
    expect(p.take()).toEqual([]);
  });

  const bad = (what: string, m: (host: Lone) => ConsensusMessage): [string, (host: Lone) => ConsensusMessage] => [what, m];
  const header = { total: 2, hash: new Uint8Array(32) };
  test.each([
    bad('a negative height', () => ({ case: 'hasVote', value: { ...at, height: -1n, type: 1, index: 0 } })),
    bad('step 9', () => ({ case: 'newRoundStep', value: { ...at, step: 9, secondsSinceStartTime: 0n, lastCommitRound: -1 } })),
    bad('a last commit at the first height', () => ({ case: 'newRoundStep', value: { ...at, step: 1, secondsSinceStartTime: 0n, lastCommitRound: 0 } })),
    bad('no last commit above it', () => ({ case: 'newRoundStep', value: { ...at, height: 2n, step: 1, secondsSinceStartTime: 0n, lastCommitRound: -1 } })),
    bad('a height below the first', () => ({ case: 'newRoundStep', value: { ...at, height: 0n, step: 1, secondsSinceStartTime: 0n, lastCommitRound: -1 } })),
    bad('a valid block with bits of another size', () => ({
      case: 'newValidBlock',
      value: { ...at, blockPartSetHeader: header, blockParts: new BitArray(3), isCommit: false },
    })),
    bad('an empty proof of lock', () => ({ case: 'proposalPol', value: { height: 1n, proposalPolRound: 0, proposalPol: new BitArray(0) } })),
    bad('10001 votes', (h) => ({ case: 'voteSetBits', value: { ...at, type: 1, blockId: h.block('x').id, votes: new BitArray(10_001) } })),
    bad('a proposal of more parts than a block may have', (h) => {
      const { hash } = h.block('x').id;
      const blockId = { hash, partSetHeader: { total: 17, hash } };
      return { case: 'proposal', value: { proposal: { type: 32, ...at, polRound: -1, blockId, timestamp: 0n, signature: new Uint8Array(64) } } };
    }),
  ])('%s is a fault of the peer', (_, m) => {
    const { host, receive, enter } = setup((proposer + 1) % 4);
    enter();
    expect(() => receive(m(host))).toThrow(PeerFault);
  });

  test('bytes that are no message are a fault, a message on the wrong channel is nothing', () => {
    const { reactor, p, receive, enter, step, prs } = setup((proposer + 1) % 4);
    enter();
    for (const bytes of [[], [0xff], [0x0a, 0x05, 0x08], [0x7a, 0x00]]) {
      expect(() => reactor.receive(STATE_CHANNEL, p, Uint8Array.from(bytes))).toThrow(PeerFault);
    }
    receive(step(5n, 0, 1), p, VOTE_CHANNEL);
    expect(prs()?.height).toBe(0n);
  });

  test('while blocks are fetched only what peers say of themselves is heard', () => {
    const host = new Lone((proposer + 1) % 4, validators);
    const { engine, inputs } = testEngine(host);
    const reactor = new ConsensusReactor({ engine, gossipSleepMs: 100, queryMaj23SleepMs: 2000, now: () => 0n, isSyncing: () => true });
    const p = new TestPeer('p');
    reactor.initPeer(p);
    reactor.addPeer(p);
    const send = (m: ConsensusMessage): void => reactor.receive(CHANNEL_OF[m.case], p, encodeConsensusMessage(m));
    send({ case: 'newRoundStep', value: { height: 7n, round: 0, step: 1, secondsSinceStartTime: 0n, lastCommitRound: 0 } });
    send({ case: 'vote', value: { vote: voteOf(proposer, PRECOMMIT) } });
    reactor.poll();
    expect(reactor.heightOf('p')).toBe(7n);
    expect(inputs).toEqual([]);
    expect(p.sent).toEqual([]);
  });
});
