import fc from 'fast-check';
import { expect, test } from 'vitest';
import { installNoble } from '../crypto/noble.ts';
import { GO_ZERO_TIME } from '../encoding/time.ts';
import {
  ABSENT_COMMIT_SIG,
  BLOCK_ID_FLAG_ABSENT,
  BLOCK_ID_FLAG_COMMIT,
  BLOCK_ID_FLAG_NIL,
  type Commit,
  type CommitSig,
  commitSignBytes,
  commitVote,
} from './commit.ts';
import {
  concludeCommit,
  DEFAULT_TRUST_LEVEL,
  planVerifyCommit,
  planVerifyCommitLight,
  planVerifyCommitLightTrusting,
  remainingChecks,
  verifyCommit,
  verifyCommitLight,
  verifyCommitLightTrusting,
} from './commit-verify.ts';
import { countedVotes } from './counted-votes.ts';
import { medianTime } from './median-time.ts';
import { signedCommit, testSet, testSigner } from './testing/arbitraries.ts';
import { newValidator } from './validator.ts';
import { ValidatorSet } from './validator-set.ts';
import { verifyEach } from './verify-signature.ts';
import { voteSignBytes } from './vote.ts';

installNoble();
const blockId = { hash: new Uint8Array(32).fill(1), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(2) } };
const signers = [0, 1, 2, 3].map(testSigner);
const set = ValidatorSet.create(signers.map((s, i) => newValidator(s.pubKey, BigInt(10 + i))));
const [C, N, A] = [BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL, BLOCK_ID_FLAG_ABSENT];
const make = (...flags: number[]): Commit => signedCommit('c', set, signers, blockId, 5n, flags);

function damaged(c: Commit, index: number): Commit {
  const signatures = c.signatures.map((s, i): CommitSig => {
    if (i !== index) return s;
    const signature = s.signature.slice();
    signature[3] = (signature[3] as number) ^ 1;
    return { ...s, signature };
  });
  return { ...c, signatures };
}

test('more than two thirds for the block, and every signature good', () => {
  verifyCommit('c', set, blockId, 5n, make(C, C, C, C), verifyEach);
  verifyCommit('c', set, blockId, 5n, make(C, C, C, A), verifyEach);
  verifyCommit('c', set, blockId, 5n, make(C, C, C, N), verifyEach);
  expect(() => verifyCommit('c', set, blockId, 5n, make(C, C, A, N), verifyEach)).toThrow('insufficient voting power: got 25, needed more than 30');
  expect(() => verifyCommit('other', set, blockId, 5n, make(C, C, C, C), verifyEach)).toThrow(/wrong signature \(#0\)/);
  expect(() => verifyCommit('c', set, blockId, 6n, make(C, C, C, C), verifyEach)).toThrow('Invalid commit -- wrong height: 6 vs 5');
  expect(() => verifyCommit('c', set, { ...blockId, hash: new Uint8Array(32) }, 5n, make(C, C, C, C), verifyEach)).toThrow(/wrong block ID/);
  expect(() => verifyCommit('c', testSet(1n), blockId, 5n, make(C, C, C, C), verifyEach)).toThrow('Invalid commit -- wrong set size: 1 vs 4');
});

test('a bad signature counts wherever the full check looks, and only there in the light one', () => {
  expect(() => verifyCommit('c', set, blockId, 5n, damaged(make(C, C, C, C), 3), verifyEach)).toThrow(/wrong signature \(#3\)/);
  expect(() => verifyCommit('c', set, blockId, 5n, damaged(make(C, C, C, N), 3), verifyEach)).toThrow(/wrong signature \(#3\)/);
  verifyCommitLight('c', set, blockId, 5n, damaged(make(C, C, C, C), 3), verifyEach);
  expect(() => verifyCommitLight('c', set, blockId, 5n, damaged(make(C, C, C, C), 3), verifyEach, true)).toThrow(/wrong signature \(#3\)/);
  verifyCommitLight('c', set, blockId, 5n, damaged(make(C, C, C, N), 3), verifyEach, true);
});

test('a third of a trusted set suffices, found by address', () => {
  const trusted = ValidatorSet.create([...set.validators.slice(0, 2), ...testSet(20n, 20n).validators].map((v) => ({ ...v, proposerPriority: 0n })));
  verifyCommitLightTrusting('c', trusted, make(C, C, C, C), { numerator: 1n, denominator: 4n }, verifyEach);
  expect(() => verifyCommitLightTrusting('c', trusted, make(C, C, C, C), { numerator: 2n, denominator: 3n }, verifyEach)).toThrow(/insufficient voting power/);
  expect(() => planVerifyCommitLightTrusting('c', trusted, make(C), { numerator: 1n, denominator: 0n })).toThrow(/zero Denominator/);
  expect(() => planVerifyCommitLightTrusting('c', trusted, make(C), { numerator: 1n << 62n, denominator: 3n })).toThrow(/overflow/);
  const twice = make(C, C, C, C);
  const doubled = { ...twice, signatures: [twice.signatures[0] as CommitSig, twice.signatures[0] as CommitSig] };
  expect(() => planVerifyCommitLightTrusting('c', set, doubled, { numerator: 2n, denominator: 3n })).toThrow(/double vote/);
});

test('an entry under another address is refused', () => {
  const c = make(C, C, C, C);
  const [first, second, ...rest] = c.signatures;
  const swapped = { ...c, signatures: [second as CommitSig, first as CommitSig, ...rest] };
  expect(() => verifyCommit('c', set, blockId, 5n, swapped, verifyEach)).toThrow(/address mismatch at index 0/);
});

test('the second pass needs only what the first did not check', () => {
  const c = make(C, C, C, C);
  const third = planVerifyCommitLightTrusting('c', set, c, DEFAULT_TRUST_LEVEL);
  const full = planVerifyCommitLight('c', set, blockId, 5n, c);
  expect(remainingChecks(full, third).map((x) => x.index)).toEqual([third.checks.length, full.checks.length - 1].filter((v, i, a) => a.indexOf(v) === i));
  expect(third.checks.length + remainingChecks(full, third).length).toBe(full.checks.length);
});

test('results must match the checks', () => {
  const p = planVerifyCommit('c', set, blockId, 5n, make(C, C, C, C));
  expect(() => concludeCommit(p, [true])).toThrow(/1 results for 4/);
  expect(() => concludeCommit(p, [true, true, false, true])).toThrow(/wrong signature \(#2\)/);
  concludeCommit(p, [true, true, true, true]);
});

test('sign bytes by template are the sign bytes of each vote', () => {
  const c = make(C, N, C, C);
  const at = commitSignBytes('c', c);
  for (let i = 0; i < 4; i++) expect(at(i)).toEqual(voteSignBytes('c', commitVote(c, i)));
});

test('F-9: the votes that count for power are those that count for time', () => {
  const entries = fc.array(fc.record({ flag: fc.constantFrom(A, C, N), power: fc.bigInt({ min: 1n, max: 50n }), time: fc.bigInt({ min: 0n, max: 1000n }) }), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(entries, (list) => {
      const validators = testSet(...list.map((e) => e.power));
      const signatures = validators.validators.map((v, i): CommitSig => {
        const e = list[i] as (typeof list)[number];
        return e.flag === A ? ABSENT_COMMIT_SIG : { blockIdFlag: e.flag, validatorAddress: v.address, timestamp: e.time, signature: new Uint8Array(64) };
      });
      const c: Commit = { height: 5n, round: 0, blockId, signatures };
      const counted = countedVotes(c, validators);
      expect(counted.map((v) => v.index)).toEqual(signatures.flatMap((s, i) => (s.blockIdFlag === C ? [i] : [])));
      const tally = counted.reduce((s, v) => s + v.validator.votingPower, 0n);
      let fromPlan: bigint;
      try {
        fromPlan = planVerifyCommit('c', validators, blockId, 5n, c).tallied;
      } catch (e) {
        fromPlan = BigInt(/got (\d+)/.exec((e as Error).message)?.[1] ?? -1);
      }
      expect(fromPlan).toBe(tally);
      // Times of votes that do not count never change the median, and a counted vote's time is the median.
      const median = medianTime(c, validators);
      const moved = { ...c, signatures: signatures.map((s) => (s.blockIdFlag === N ? { ...s, timestamp: s.timestamp + 5000n } : s)) };
      expect(medianTime(moved, validators)).toBe(median);
      if (counted.length === 0) expect(median).toBe(GO_ZERO_TIME);
      else expect(counted.some((v) => v.signature.timestamp === median)).toBe(true);
    }),
  );
});
