import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, toHex } from '../encoding/bytes.ts';
import { WireError, Writer } from '../encoding/proto-wire.ts';
import { testSet, testValidator } from './testing/arbitraries.ts';
import { compareValidators } from './validator.ts';
import { validatorCodec } from './validator-codec.ts';
import { MAX_TOTAL_VOTING_POWER, sameValidators, ValidatorSet } from './validator-set.ts';
import { validatorSetCodec } from './validator-set-codec.ts';

const power = fc.oneof(fc.bigInt({ min: 1n, max: 1000n }), fc.bigInt({ min: 1n, max: MAX_TOTAL_VOTING_POWER / 64n }));
const powers = fc.array(power, { minLength: 1, maxLength: 12 });

function checkInvariants(set: ValidatorSet): void {
  const list = set.validators;
  expect(set.totalVotingPower).toBe(list.reduce((s, v) => s + v.votingPower, 0n));
  expect([...list].sort(compareValidators)).toEqual(list);
  const sorted = list.map((v) => v.proposerPriority).sort((a, b) => (a < b ? -1 : 1));
  const spread = (sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n);
  // The window is 2 · total; one step may widen it by at most one power and one total.
  expect(spread <= 4n * set.totalVotingPower).toBe(true);
  for (const [i, v] of list.entries()) expect(set.getByAddress(v.address)).toEqual({ index: i, validator: v });
}

test('order, total and window hold through any steps and changes', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('advance' as const), times: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('change' as const), who: fc.nat(15), power: fc.oneof(fc.constant(0n), power) }),
  );
  fc.assert(
    fc.property(powers, fc.array(step, { maxLength: 20 }), (initial, steps) => {
      const set = testSet(...initial);
      for (const s of steps) {
        const before = toHex(validatorSetCodec.encode(set));
        if (s.kind === 'advance') set.incrementProposerPriority(s.times);
        else {
          try {
            set.updateWithChangeSet([testValidator(s.who, s.power)]);
          } catch {
            // All or nothing.
            expect(toHex(validatorSetCodec.encode(set))).toBe(before);
          }
        }
        checkInvariants(set);
      }
    }),
  );
});

test('each validator proposes in proportion to its power', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 20n }), { minLength: 1, maxLength: 6 }), (list) => {
      const set = testSet(...list);
      const turns = new Map<string, bigint>();
      for (let i = 0n; i < set.totalVotingPower; i++) {
        const who = toHex(set.proposer?.address ?? new Uint8Array(0));
        turns.set(who, (turns.get(who) ?? 0n) + 1n);
        set.incrementProposerPriority(1);
      }
      for (const v of set.validators) {
        const got = turns.get(toHex(v.address)) ?? 0n;
        expect(got >= v.votingPower - 1n && got <= v.votingPower + 1n).toBe(true);
      }
    }),
  );
});

test('a copy and its source do not see each other', () => {
  const set = testSet(5n, 4n, 3n);
  const bytes = toHex(validatorSetCodec.encode(set));
  const copy = set.copyIncrementProposerPriority(7);
  copy.updateWithChangeSet([testValidator(9, 100n)]);
  expect(toHex(validatorSetCodec.encode(set))).toBe(bytes);
  expect(copy.size).toBe(4);
  expect(sameValidators(set, copy)).toBe(false);
});

test('F-14: sets that differ in priorities only have different priority hashes', () => {
  const a = testSet(5n, 4n, 3n);
  const b = a.copyIncrementProposerPriority(1);
  expect(sameValidators(a, b)).toBe(true);
  expect(toHex(a.proposerPriorityHash())).not.toBe(toHex(b.proposerPriorityHash()));
});

test('F-4: an index outside the set names no validator', () => {
  const set = testSet(5n, 4n);
  for (const i of [-1, 2, 2 ** 31, 0.5, Number.NaN]) expect(set.getByIndex(i)).toBeUndefined();
  expect(set.getByIndex(1)).toBe(set.validators[1]);
});

test('bad changes are refused with the reason', () => {
  const set = testSet(5n, 4n);
  const twice = [testValidator(0, 1n), testValidator(0, 2n)];
  expect(() => set.updateWithChangeSet(twice)).toThrow(/duplicate entry/);
  expect(() => set.updateWithChangeSet([testValidator(0, -1n)])).toThrow(/negative/);
  expect(() => set.updateWithChangeSet([testValidator(7, 0n)])).toThrow(/failed to find/);
  expect(() => set.updateWithChangeSet([testValidator(0, 0n), testValidator(1, 0n)])).toThrow(/empty set/);
  expect(() => set.updateWithChangeSet([testValidator(7, MAX_TOTAL_VOTING_POWER)])).toThrow(/exceeds max/);
  expect(() => set.updateWithChangeSet([testValidator(7, MAX_TOTAL_VOTING_POWER + 1n)])).toThrow(/higher than/);
  expect(() => ValidatorSet.create([testValidator(0, 0n)])).toThrow(/voting power 0/);
});

test('a new validator starts at −1.125 of the total, so that it cannot jump the queue', () => {
  const set = testSet(10n, 10n);
  set.updateWithChangeSet([testValidator(5, 80n)]);
  const newcomer = set.getByAddress(testValidator(5, 1n).address)?.validator;
  const lowest = [...set.validators].sort((a, b) => (a.proposerPriority < b.proposerPriority ? -1 : 1))[0];
  expect(newcomer).toBe(lowest);
});

test('F-3: a received set must have honest addresses and a proposer of its own', () => {
  const set = testSet(5n, 4n);
  const [first, second] = set.validators;
  if (first === undefined || second === undefined) throw new Error('two validators');
  const encode = (validators: readonly (typeof first)[], proposer: typeof first | undefined): Uint8Array => {
    const w = new Writer();
    for (const v of validators) w.tag(1, 2).bytes(validatorCodec.encode(v));
    if (proposer !== undefined) w.tag(2, 2).bytes(validatorCodec.encode(proposer));
    return w.finish();
  };
  expect(validatorSetCodec.decode(encode([first, second], first)).size).toBe(2);
  expect(() => validatorSetCodec.decode(encode([first, second], undefined))).toThrow(WireError);
  expect(() => validatorSetCodec.decode(encode([first], second))).toThrow(/proposer not in validator set/);
  expect(() => validatorSetCodec.decode(encode([{ ...first, address: second.address }], first))).toThrow(/incorrectly derived/);
  expect(() => validatorSetCodec.decode(encode([{ ...first, votingPower: -1n }], first))).toThrow(/negative voting power/);
});

test('a page of validators without a proposer gives the set it came from', () => {
  const set = testSet(50n, 40n, 3n, 3n);
  for (let i = 0; i < 30; i++) {
    set.incrementProposerPriority(1);
    const again = ValidatorSet.fromExisting([...set.validators].sort((a, b) => compareBytes(a.address, b.address)));
    expect(toHex(again.hash())).toBe(toHex(set.hash()));
    expect(again.validators).toEqual(set.validators);
  }
});
