import { describe, expect, test } from 'vitest';
import { BitArray } from '../../types/bit-array.ts';
import type { NewRoundStep } from '../../types/messages/consensus.ts';
import { PRECOMMIT, PREVOTE } from '../../types/vote.ts';
import { PeerRoundState } from './peer-round-state.ts';

const step = (height: bigint, round: number, s: number, lastCommitRound = 0): NewRoundStep => ({
  height,
  round,
  step: s,
  secondsSinceStartTime: 3n,
  lastCommitRound,
});
const bits = (text: string): BitArray => BitArray.parse(text);
const header = (n: number, total = 2) => ({ total, hash: new Uint8Array(32).fill(n) });
const proposal = (height: bigint, round: number, polRound = -1) => ({
  type: 32,
  height,
  round,
  polRound,
  blockId: { hash: new Uint8Array(32).fill(9), partSetHeader: header(1) },
  timestamp: 0n,
  signature: new Uint8Array(64),
});

/** A peer at a place it told. */
function at(height: bigint, round: number, s = 4): PeerRoundState {
  const prs = new PeerRoundState();
  prs.applyNewRoundStep(step(height, round, s), 0);
  return prs;
}

describe('NewRoundStep', () => {
  test('only a later height, round and step counts', () => {
    const prs = at(5n, 1, 4);
    for (const m of [step(5n, 1, 4), step(5n, 1, 3), step(5n, 0, 8), step(4n, 9, 8)]) expect(prs.applyNewRoundStep(m, 0)).toBe(false);
    for (const m of [step(5n, 1, 5), step(5n, 2, 1), step(6n, 0, 1)]) expect(prs.applyNewRoundStep(m, 0)).toBe(true);
  });

  test('a new round forgets proposal, parts and votes; the same round keeps them', () => {
    const prs = at(5n, 0);
    prs.ensureVoteBits(5n, 4);
    prs.setHasProposal(proposal(5n, 0));
    prs.setHasVote(5n, 0, PREVOTE, 2);
    prs.applyNewRoundStep(step(5n, 0, 6), 0);
    expect([prs.proposal, prs.prevotes?.toString(), prs.parts?.toString()]).toEqual([true, '__x_', '__']);
    prs.applyNewRoundStep(step(5n, 1, 1), 0);
    expect([prs.proposal, prs.prevotes, prs.parts, prs.polRound]).toEqual([false, undefined, undefined, -1]);
  });

  test('the precommits of the height before become the last commit, if they are of its round', () => {
    const prs = at(5n, 2);
    prs.ensureVoteBits(5n, 4);
    prs.setHasVote(5n, 2, PRECOMMIT, 1);
    const other = at(5n, 2);
    other.ensureVoteBits(5n, 4);
    prs.applyNewRoundStep(step(6n, 0, 1, 2), 0);
    other.applyNewRoundStep(step(6n, 0, 1, 1), 0);
    expect([prs.lastCommit?.toString(), prs.lastCommitRound]).toEqual(['_x__', 2]);
    expect([other.lastCommit, other.lastCommitRound]).toEqual([undefined, 1]);
    expect(prs.voteBits(5n, 2, PRECOMMIT)).toBe(prs.lastCommit);
    expect(prs.voteBits(5n, 2, PREVOTE)).toBeUndefined();
  });

  test('a peer that moves to the round of the commit it is given keeps that commit', () => {
    const prs = at(5n, 0);
    prs.ensureCatchupCommitRound(5n, 3, 4);
    prs.setHasVote(5n, 3, PRECOMMIT, 0);
    prs.applyNewRoundStep(step(5n, 3, 1), 0);
    expect(prs.precommits?.toString()).toBe('x___');
  });

  test('what was assumed gives way to what the peer says, lower or higher', () => {
    const prs = new PeerRoundState();
    prs.assume(9n, 1, 4);
    expect([prs.height, prs.round]).toEqual([9n, 1]);
    prs.assume(10n, 0, 1);
    expect(prs.height).toBe(10n);
    expect(prs.applyNewRoundStep(step(3n, 0, 1), 0)).toBe(true);
    prs.assume(11n, 0, 1);
    expect(prs.height).toBe(3n);
  });
});

test('a valid block is of the peer round, or of a commit', () => {
  const prs = at(5n, 1);
  const valid = (round: number, isCommit: boolean, n: number) =>
    prs.applyNewValidBlock({ height: 5n, round, blockPartSetHeader: header(n), blockParts: bits('x_'), isCommit });
  valid(0, false, 1);
  expect(prs.partSetHeader).toBeUndefined();
  valid(0, true, 2);
  expect(prs.wantsPartsOf(header(2))).toBe(true);
  valid(1, false, 3);
  expect(prs.wantsPartsOf(header(3))).toBe(true);
  prs.setHasPart(5n, 1, 1);
  expect(prs.parts?.toString()).toBe('xx');
});

test('a proposal is noted once, and keeps part bits that are there', () => {
  const prs = at(5n, 1);
  prs.setHasProposal(proposal(5n, 0));
  expect(prs.proposal).toBe(false);
  prs.applyNewValidBlock({ height: 5n, round: 1, blockPartSetHeader: header(7), blockParts: bits('xx'), isCommit: false });
  prs.setHasProposal(proposal(5n, 1, 0));
  expect([prs.proposal, prs.parts?.toString(), prs.polRound]).toEqual([true, 'xx', -1]);
});

test('bits of votes by height, round and type', () => {
  const prs = at(5n, 1);
  prs.setHasProposal(proposal(5n, 1, 0));
  prs.ensureCatchupCommitRound(5n, 4, 4);
  prs.ensureVoteBits(5n, 4);
  prs.applyProposalPol({ height: 5n, proposalPolRound: 0, proposalPol: bits('x__x') });
  expect(prs.voteBits(5n, 1, PREVOTE)).toBe(prs.prevotes);
  expect(prs.voteBits(5n, 1, PRECOMMIT)).toBe(prs.precommits);
  expect(prs.voteBits(5n, 0, PREVOTE)?.toString()).toBe('x__x');
  expect(prs.voteBits(5n, 0, PRECOMMIT)).toBeUndefined();
  expect(prs.voteBits(5n, 4, PRECOMMIT)).toBe(prs.catchupCommit);
  expect(prs.voteBits(5n, 4, PREVOTE)).toBeUndefined();
  expect(prs.voteBits(6n, 0, PREVOTE)).toBeUndefined();
});

test('a commit of the peer round shares its precommits', () => {
  const prs = at(5n, 1);
  prs.ensureVoteBits(5n, 4);
  prs.ensureCatchupCommitRound(5n, 1, 4);
  prs.setHasVote(5n, 1, PRECOMMIT, 3);
  expect(prs.catchupCommit).toBe(prs.precommits);
});

test('VoteSetBits: what we know beyond our own votes stays, our votes are as the peer says', () => {
  const prs = at(5n, 0);
  prs.ensureVoteBits(5n, 4);
  prs.prevotes = bits('xx__');
  const m = { height: 5n, round: 0, type: PREVOTE, blockId: proposal(5n, 0).blockId, votes: bits('__x_') };
  prs.applyVoteSetBits(m, bits('_xxx'));
  expect(prs.prevotes.toString()).toBe('x_x_');
  prs.applyVoteSetBits(m, undefined);
  expect(prs.prevotes.toString()).toBe('__x_');
  prs.applyVoteSetBits({ ...m, votes: bits('xxxxxxxx') }, bits(''));
  expect(prs.prevotes.toString()).toBe('xxxx');
});

test('HasVote counts at the peer height alone, an index beyond the set is nothing', () => {
  const prs = at(5n, 0);
  prs.ensureVoteBits(5n, 4);
  prs.applyHasVote({ height: 5n, round: 0, type: PREVOTE, index: 3 });
  prs.applyHasVote({ height: 5n, round: 0, type: PREVOTE, index: 2_000_000_000 });
  prs.applyHasVote({ height: 4n, round: 0, type: PRECOMMIT, index: 1 });
  expect(prs.prevotes?.toString()).toBe('___x');
  expect(prs.lastCommit).toBeUndefined();
});
