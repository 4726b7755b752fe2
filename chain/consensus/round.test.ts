import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlockId } from '../types/block-id.ts';
import { type HasBlockId, initialRoundState, type RoundInput, type RoundState, transition } from './round.ts';

const value = (n: number): HasBlockId => ({ id: { hash: new Uint8Array(32).fill(n), partSetHeader: { total: 1, hash: new Uint8Array(32).fill(n) } } });
const VALUES = [value(1), value(2), value(3)];
const id = (n: number): BlockId => (VALUES[n] as HasBlockId).id;

const round = fc.nat(4);
const some = fc.option(fc.nat(2), { nil: undefined }).map((n) => (n === undefined ? undefined : VALUES[n]));
const input: fc.Arbitrary<RoundInput<HasBlockId>> = fc.oneof(
  fc.record({ type: fc.constant('newRound' as const), round }),
  fc.record({ type: fc.constant('propose' as const), round, isProposer: fc.boolean() }),
  fc.record({ type: fc.constantFrom('proposal' as const, 'timeoutPropose' as const), round, proposal: some }),
  fc.record({ type: fc.constantFrom('polkaAny' as const, 'polkaNil' as const, 'noPolka' as const, 'precommitAny' as const, 'precommitValue' as const), round }),
  fc.record({ type: fc.constant('polkaValue' as const), round, id: fc.nat(2).map(id), proposal: some }),
  fc.record({ type: fc.constant('laterPolka' as const), round, hash: fc.nat(2).map((n) => id(n).hash) }),
  fc.record({ type: fc.constant('validValue' as const), round, id: fc.nat(2).map(id), proposal: some, announce: fc.boolean() }),
);

const order = (s: RoundState<HasBlockId>): number => s.round * 10 + s.step;

test('property: round and step only grow, one vote of a type a round, locked and valid go with their rounds', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      let s = initialRoundState<HasBlockId>(1n);
      const voted = new Set<string>();
      for (const e of inputs) {
        const before = s;
        const t = transition(s, e);
        s = t.state;
        expect(order(s)).toBeGreaterThanOrEqual(order(before));
        expect(s.locked === undefined).toBe(s.lockedRound < 0);
        expect(s.valid === undefined).toBe(s.validRound < 0);
        expect(s.lockedRound).toBeLessThanOrEqual(s.round);
        for (const o of t.outputs) {
          if (o.type !== 'vote') continue;
          const slot = `${o.voteType}/${s.round}`;
          expect(voted.has(slot)).toBe(false);
          voted.add(slot);
          // A locked validator prevotes nothing but its locked block.
          if (o.voteType === 1 && before.locked !== undefined) expect(o.id).toEqual(before.locked.id);
          // A block is precommitted only by one who is then locked on it.
          if (o.voteType === 2 && o.id !== undefined) expect([s.locked?.id, s.lockedRound]).toEqual([o.id, s.round]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('an input that does not fit changes nothing', () => {
  const s = initialRoundState<HasBlockId>(1n);
  const at3 = transition(s, { type: 'newRound', round: 3 }).state;
  for (const e of [
    { type: 'newRound', round: 2 },
    { type: 'propose', round: 2, isProposer: true },
    { type: 'polkaNil', round: 2 },
  ] as const) {
    expect(transition(at3, e)).toEqual({ state: at3, outputs: [] });
  }
});
