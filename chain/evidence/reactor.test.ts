import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EVIDENCE_CHANNEL } from '../p2p/channel.ts';
import { type Peer, PeerFault } from '../p2p/reactor.ts';
import { TypesError } from '../types/errors.ts';
import { type Evidence, evidenceHeight } from '../types/evidence.ts';
import { decodeEvidenceMessage, encodeEvidenceMessage } from '../types/messages/evidence.ts';
import type { Vote } from '../types/vote.ts';
import { EvidenceReactor } from './reactor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fill = (n: number, size = 32): Uint8Array => new Uint8Array(size).fill(n);
const vote = (height: bigint, n: number): Vote => ({
  type: 1,
  height,
  round: 0,
  blockId: { hash: fill(n), partSetHeader: { total: 1, hash: fill(n) } },
  timestamp: 1n,
  validatorAddress: fill(1, 20),
  validatorIndex: 0,
  signature: fill(n, 64),
  extension: fill(0, 0),
  extensionSignature: fill(0, 0),
});
const evidence = (height: bigint): Evidence => ({
  case: 'duplicateVote',
  value: { voteA: vote(height, 1), voteB: vote(height, 2), totalVotingPower: 10n, validatorPower: 5n, timestamp: 1n },
});

function setup() {
  const pending: Evidence[] = [];
  const added: bigint[] = [];
  let listener: (e: Evidence) => void = () => undefined;
  let failure: Error | undefined;
  const heights = new Map<string, bigint>();
  const errors: unknown[] = [];
  const reactor = new EvidenceReactor({
    pool: {
      list: () => pending,
      onAdded: (l) => {
        listener = l;
        return () => undefined;
      },
      add: async (e) => {
        if (failure !== undefined) throw failure;
        added.push(evidenceHeight(e));
      },
    },
    heights: () => ({ base: 2n, height: 20n }),
    maxAgeNumBlocks: () => 10n,
    peerHeight: (id) => heights.get(id) ?? 0n,
    onError: (_, e) => errors.push(e),
  });
  const sent: bigint[] = [];
  let dropped: string | undefined;
  const peer: Peer = {
    id: 'p',
    outbound: true,
    unconditional: false,
    send: (_, bytes) => {
      sent.push(...decodeEvidenceMessage(bytes).map(evidenceHeight));
      return true;
    },
    deliver: async () => true,
    waiting: () => 0,
    drop: (reason) => {
      dropped = reason;
    },
  };
  const enter = (e: Evidence): void => {
    pending.push(e);
    listener(e);
  };
  return { reactor, peer, sent, enter, heights, added, errors, dropped: () => dropped, fail: (e: Error) => (failure = e) };
}

test('evidence goes to a peer above its height, within its age, once until the walk starts anew', async () => {
  const { reactor, peer, sent, enter, heights } = setup();
  heights.set('p', 15n);
  reactor.addPeer(peer);
  for (const h of [4n, 5n, 14n, 15n]) enter(evidence(h));
  await vi.advanceTimersByTimeAsync(300);
  expect(sent).toEqual([5n, 14n]);
  heights.set('p', 16n);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual([5n, 14n, 15n]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual([5n, 14n, 15n, 14n, 15n]);
  reactor.stop();
});

test('new evidence leaves at once, also while other evidence waits for the peer', async () => {
  const { reactor, peer, sent, enter, heights } = setup();
  heights.set('p', 15n);
  reactor.addPeer(peer);
  enter(evidence(15n));
  await vi.advanceTimersByTimeAsync(120);
  enter(evidence(14n));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([14n]);
  reactor.stop();
});

test('evidence that comes is given to the pool, unless its height is not ours', async () => {
  const { reactor, peer, added } = setup();
  reactor.receive(EVIDENCE_CHANNEL, peer, encodeEvidenceMessage([evidence(1n), evidence(9n), evidence(21n)]));
  await vi.advanceTimersByTimeAsync(0);
  expect(added).toEqual([9n]);
  reactor.stop();
});

test('false evidence drops the peer, a failure of ours does not', async () => {
  const { reactor, peer, dropped, fail, errors } = setup();
  fail(new Error('disk'));
  reactor.receive(EVIDENCE_CHANNEL, peer, encodeEvidenceMessage([evidence(9n)]));
  await vi.advanceTimersByTimeAsync(0);
  expect(errors).toHaveLength(1);
  expect(dropped()).toBeUndefined();
  fail(new TypesError('evidence', 'verifying VoteA: invalid signature'));
  reactor.receive(EVIDENCE_CHANNEL, peer, encodeEvidenceMessage([evidence(9n)]));
  await vi.advanceTimersByTimeAsync(0);
  expect(dropped()).toBe('invalid evidence: verifying VoteA: invalid signature');
  reactor.stop();
});

test('bytes that are no evidence are a fault', () => {
  const { reactor, peer } = setup();
  expect(() => reactor.receive(EVIDENCE_CHANNEL, peer, Uint8Array.of(0x0a, 0x03, 0x01))).toThrow(PeerFault);
  reactor.stop();
});
