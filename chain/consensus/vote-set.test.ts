import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BlockId, blockIdsEqual, ZERO_BLOCK_ID } from '../types/block-id.ts';
import type { Vote } from '../types/vote.ts';
import { signedVote, testValidators } from './test-harness.ts';
import { VoteKeeper } from './vote-keeper.ts';
import { VoteSet, voteSetFromExtendedCommit } from './vote-set.ts';

const id = (n: number): BlockId => ({ hash: new Uint8Array(32).fill(n), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(n) } });
const [A, B] = [id(1), id(2)];

function setOf(
  powers: readonly bigint[],
  type: 1 | 2 = 2,
): { set: VoteSet; vote: (i: number, blockId: BlockId) => Vote; add: (i: number, blockId: BlockId) => ReturnType<VoteSet['add']> | 'duplicate' } {
  const validators = testValidators(powers);
  const set = new VoteSet(1n, 0, type, validators);
  const vote = (i: number, blockId: BlockId): Vote =>
    signedVote({
      type,
      height: 1n,
      round: 0,
      blockId,
      timestamp: 0n,
      validatorAddress: validators.validators[i]?.address ?? new Uint8Array(20),
      validatorIndex: i,
      extension: new Uint8Array(0),
    });
  const add = (i: number, blockId: BlockId): ReturnType<VoteSet['add']> | 'duplicate' => {
    const v = vote(i, blockId);
    const c = set.check(v);
    return c.kind === 'duplicate' ? 'duplicate' : set.add(v, c.validator.votingPower);
  };
  return { set, vote, add };
}

test('more than two thirds, never exactly two thirds', () => {
  const { set, add } = setOf([1n, 1n, 1n]);
  add(0, A);
  add(1, A);
  expect([set.maj23, set.hasTwoThirdsAny()]).toEqual([undefined, false]);
  add(2, A);
  expect([set.maj23, set.hasTwoThirdsAny(), set.hasAll()]).toEqual([A, true, true]);
});

test('+2/3 of anything is not +2/3 of one value; nil is a value', () => {
  const { set, add } = setOf([1n, 1n, 1n, 1n]);
  add(0, A);
  add(1, B);
  add(2, ZERO_BLOCK_ID);
  expect([set.maj23, set.hasTwoThirdsAny()]).toEqual([undefined, true]);
  const nil = setOf([1n, 1n, 1n, 1n]);
  for (const i of [0, 1, 2]) nil.add(i, ZERO_BLOCK_ID);
  expect(nil.set.maj23).toEqual(ZERO_BLOCK_ID);
});

test('the same vote twice is a duplicate, with another signature an error', () => {
  const { set, vote, add } = setOf([1n, 1n]);
  add(0, A);
  expect(add(0, A)).toBe('duplicate');
  expect(() => set.check({ ...vote(0, A), signature: new Uint8Array(5) })).toThrow(/different signatures/);
});

test('a conflicting vote counts only for a block that a peer claims, and then without its power in the sum', () => {
  const { set, add } = setOf([1n, 1n, 1n, 1n]);
  add(0, A);
  expect(add(0, B)).toMatchObject({ added: false, conflicting: { blockId: A } });
  set.setPeerMaj23('p', B);
  expect(add(0, B)).toMatchObject({ added: true, conflicting: { blockId: A } });
  expect(set.sum).toBe(1n);
  add(1, B);
  add(2, B);
  expect(set.maj23).toEqual(B);
  expect(set.getByIndex(0)?.blockId).toEqual(B);
});

test('one claim a peer', () => {
  const { set } = setOf([1n]);
  set.setPeerMaj23('p', A);
  set.setPeerMaj23('p', A);
  expect(() => set.setPeerMaj23('p', B)).toThrow(/claimed/);
});

test('a commit lists votes for other blocks as absent and gives the same set again', () => {
  const { set, add } = setOf([1n, 1n, 1n, 1n, 1n, 1n, 1n]);
  add(0, B);
  add(1, ZERO_BLOCK_ID);
  for (const i of [2, 3, 4, 5, 6]) add(i, A);
  const commit = set.makeExtendedCommit();
  expect(commit.extendedSignatures.map((s) => s.blockIdFlag)).toEqual([1, 3, 2, 2, 2, 2, 2]);
  const again = voteSetFromExtendedCommit(commit, set.validators);
  expect([again.maj23, again.sum]).toEqual([A, 6n]);
});

test('property: sum is the power of the voters, the majority never changes, and no two values have one', () => {
  const votes = fc.array(fc.tuple(fc.nat(6), fc.nat(3), fc.boolean()), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 7, maxLength: 7 }), votes, (powers, list) => {
      const { set, add } = setOf(powers);
      const values = [ZERO_BLOCK_ID, A, B, id(3)];
      const voted = new Set<number>();
      let majority: BlockId | undefined;
      for (const [i, v, claim] of list) {
        const value = values[v] as BlockId;
        if (claim) {
          try {
            set.setPeerMaj23(`p${i}`, value);
          } catch {
            // That peer claimed something else before.
          }
        }
        add(i, value);
        voted.add(i);
        if (majority === undefined) majority = set.maj23;
        else expect(set.maj23 !== undefined && blockIdsEqual(set.maj23, majority)).toBe(true);
      }
      let sum = 0n;
      for (const i of voted) sum += set.validators.validators[i]?.votingPower ?? 0n;
      expect(set.sum).toBe(sum);
      if (majority !== undefined) expect(set.sum > (set.totalPower * 2n) / 3n).toBe(true);
    }),
  );
});

test('the keeper opens the next round to all, and knows the last polka', () => {
  const k = new VoteKeeper(1n, testValidators([1n]));
  k.setRound(1);
  expect(k.rounds().map((r) => r.round)).toEqual([0, 1]);
  expect(k.polka()).toBeUndefined();
  const v = signedVote({
    type: 1,
    height: 1n,
    round: 1,
    blockId: A,
    timestamp: 0n,
    validatorAddress: k.validators.validators[0]?.address ?? new Uint8Array(20),
    validatorIndex: 0,
    extension: new Uint8Array(0),
  });
  k.setFor(v, '').add(v, 1n);
  expect(k.polka()).toEqual({ round: 1, id: A });
  k.setRound(3);
  expect(k.rounds().map((r) => r.round)).toEqual([0, 1, 2, 3]);
});
