// What is on its way to a peer is not sent again because the peer does not name it yet; what is lost is.
import { expect, test } from 'vitest';
import { BitArray } from '../../types/bit-array.ts';
import { ZERO_BLOCK_ID } from '../../types/block-id.ts';
import { PREVOTE } from '../../types/vote.ts';
import { PeerRoundState } from './peer-round-state.ts';

function peer(): PeerRoundState {
  const prs = new PeerRoundState();
  prs.applyNewRoundStep({ height: 5n, round: 0, step: 3, secondsSinceStartTime: 0n, lastCommitRound: 0 }, 0);
  prs.ensureVoteBits(5n, 4);
  return prs;
}
const says = (prs: PeerRoundState, ...votes: number[]): void =>
  prs.applyVoteSetBits(
    { height: 5n, round: 0, type: PREVOTE, blockId: ZERO_BLOCK_ID, votes: BitArray.from(4, (i) => votes.includes(i)) },
    BitArray.from(4, () => true),
  );
const send = (prs: PeerRoundState, index: number): void => prs.sendsVote(prs.prevotes as BitArray, index);
const has = (prs: PeerRoundState): boolean[] => [0, 1, 2, 3].map((i) => prs.prevotes?.get(i) === true);

test('a vote that was sent lately counts as had, whatever the peer says', () => {
  const prs = peer();
  send(prs, 1);
  prs.waited(900);
  says(prs, 0);
  expect(has(prs)).toEqual([true, true, false, false]);
});

test('it counts as lost when it should have come and the peer has not named it since', () => {
  const prs = peer();
  send(prs, 1);
  send(prs, 2);
  says(prs, 0);
  says(prs, 0, 2);
  prs.waited(1000);
  expect(has(prs)).toEqual([true, false, true, false]);
});

test('a HasVote and the vote itself end the doubt', () => {
  const prs = peer();
  send(prs, 1);
  send(prs, 2);
  says(prs);
  prs.applyHasVote({ height: 5n, round: 0, type: PREVOTE, index: 1 });
  prs.setHasVote(5n, 0, PREVOTE, 2);
  prs.waited(2000);
  expect(has(prs)).toEqual([false, true, true, false]);
});

test('what was sent long ago and is not named is missing at once', () => {
  const prs = peer();
  send(prs, 1);
  prs.waited(1000);
  says(prs, 0);
  expect(has(prs)).toEqual([true, false, false, false]);
});
