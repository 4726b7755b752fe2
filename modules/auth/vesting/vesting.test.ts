// How vesting accounts unlock, and how delegations are counted. Cases of the schedule are worked by hand from the specification
// (sdk:x/auth/vesting README).
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOf, type Coin } from '../../../chain/core/coins.ts';
import { NANOS_PER_SECOND } from '../../../chain/encoding/time.ts';
import { type Account, accountFromAny, accountToAny, type Vesting } from '../types.ts';
import { lockedCoins, trackDelegation, trackUndelegation, vestingCoins } from './schedule.ts';
import { vestingError } from './validate.ts';

const utrel = (amount: bigint): Coin[] => (amount === 0n ? [] : [{ denom: 'utrel', amount }]);
const at = (seconds: bigint): bigint => seconds * NANOS_PER_SECOND;
const base: Vesting = {
  kind: 'continuous',
  originalVesting: utrel(1000n),
  delegatedFree: [],
  delegatedVesting: [],
  startTime: 100n,
  endTime: 200n,
  periods: [],
};
const locked = (v: Vesting, seconds: bigint): bigint => amountOf(lockedCoins(v, at(seconds)), 'utrel');

test('continuous: linear from start to end', () => {
  expect([0n, 100n, 125n, 150n, 199n, 200n, 500n].map((t) => locked(base, t))).toEqual([1000n, 1000n, 750n, 500n, 10n, 0n, 0n]);
});

test('continuous: vested coins are rounded half to even', () => {
  const v: Vesting = { ...base, originalVesting: utrel(5n), endTime: 110n };
  // 5 · 1/10 = 0.5 → 0; 5 · 3/10 = 1.5 → 2; 5 · 5/10 = 2.5 → 2.
  expect([101n, 103n, 105n].map((t) => locked(v, t))).toEqual([5n, 3n, 3n]);
});

test('delayed: all at the end; permanent: never', () => {
  expect([199n, 200n].map((t) => locked({ ...base, kind: 'delayed' }, t))).toEqual([1000n, 0n]);
  expect(locked({ ...base, kind: 'permanent', endTime: 0n }, 10n ** 9n)).toBe(1000n);
});

test('periodic: each period at its end', () => {
  const periods = [
    { length: 10n, amount: [{ denom: 'utrel', amount: '400' }] },
    { length: 20n, amount: [{ denom: 'utrel', amount: '600' }] },
  ];
  const v: Vesting = { ...base, kind: 'periodic', endTime: 130n, periods };
  expect([100n, 109n, 110n, 129n, 130n].map((t) => locked(v, t))).toEqual([1000n, 1000n, 600n, 600n, 0n]);
  expect(vestingError(v)).toBeUndefined();
  expect(vestingError({ ...v, endTime: 131n })).toBe('vesting end time does not match length of all vesting periods');
});

test('delegation takes vesting coins first and unlocks nothing', () => {
  const delegated = trackDelegation(base, at(150n), utrel(1000n), utrel(700n));
  expect([amountOf(delegated.delegatedVesting, 'utrel'), amountOf(delegated.delegatedFree, 'utrel')]).toEqual([500n, 200n]);
  expect(locked(delegated, 150n)).toBe(0n);
  const back = trackUndelegation(delegated, utrel(300n));
  expect([amountOf(back.delegatedVesting, 'utrel'), amountOf(back.delegatedFree, 'utrel')]).toEqual([400n, 0n]);
  expect(() => trackDelegation(base, at(150n), utrel(10n), utrel(11n))).toThrow('insufficient funds');
});

test('locked never exceeds the original, and falls with time', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 30n), fc.bigInt(0n, 300n), fc.bigInt(0n, 300n), (amount, t, more) => {
      const v = { ...base, originalVesting: utrel(amount) };
      expect(locked(v, t)).toBeLessThanOrEqual(amount);
      expect(locked(v, t + more)).toBeLessThanOrEqual(locked(v, t));
      expect(amountOf(vestingCoins(v, at(t)), 'utrel')).toBe(locked(v, t));
    }),
  );
});

test('what a vesting account must be', () => {
  expect(vestingError(base)).toBeUndefined();
  expect(vestingError({ ...base, startTime: 200n })).toBe('vesting start-time cannot be before end-time');
  expect(vestingError({ ...base, kind: 'delayed', endTime: -1n })).toBe('end time cannot be negative');
  expect(vestingError({ ...base, originalVesting: [] })).toBe('invalid coins: ');
  expect(vestingError({ ...base, kind: 'permanent' })).toBe('permanently vested accounts cannot have an end-time');
  expect(vestingError({ ...base, delegatedVesting: utrel(1001n) })).toBe('delegated vesting amount cannot be greater than original vesting amount');
});

test('every kind of account survives its Any', () => {
  const owner = { address: 'trellis1x', pubKey: undefined, accountNumber: 3n, sequence: 4n };
  const kinds: Account[] = [
    { base: owner, module: undefined, vesting: undefined },
    { base: owner, module: { name: 'm', permissions: ['minter'] }, vesting: undefined },
    ...(['continuous', 'delayed', 'periodic', 'permanent'] as const).map(
      (kind): Account => ({
        base: owner,
        module: undefined,
        vesting: { ...base, kind, startTime: kind === 'delayed' || kind === 'permanent' ? 0n : 100n },
      }),
    ),
  ];
  for (const a of kinds) expect(accountFromAny(accountToAny(a))).toEqual(a);
  expect(() => accountFromAny({ typeUrl: '/cosmos.nope', value: new Uint8Array(0) })).toThrow('no concrete type registered');
});
