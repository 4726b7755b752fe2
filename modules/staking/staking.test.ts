// Shares and tokens under random delegations, unbondings, redelegations and punishments; what ends by itself; who is bonded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { bondedTokens, consensusAddress, isBonded, STATUS, type StakingHooks, tokensFromSharesTruncated, type Validator } from '../../chain/core/staking.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { anyOfAccountKey } from '../../chain/tx/public-key.ts';
import { BONDED_POOL, NOT_BONDED_POOL, powerRankKey, queuePointKey, timeBytes, timeKey } from './keys.ts';
import { defaultParams } from './params.ts';
import { DENOM, type TestStaking, testStaking } from './testing/keepers.ts';
import { newValidator } from './validator.ts';
import { blockValidatorUpdates } from './validator-updates.ts';

const SECOND = 1_000_000_000n;
const account = (n: number): Uint8Array => new Uint8Array(20).fill(n + 1);
const VALIDATORS = 3;
const DELEGATORS = 4;
const FUNDS = 10n ** 12n;

function setup(hooks: readonly StakingHooks[] = []): TestStaking {
  const s = testStaking(hooks);
  const ctx = s.at(1n, 0n);
  s.keeper.params.set(ctx, { ...defaultParams(DENOM), unbondingTime: 100n * SECOND, maxValidators: 2, maxEntries: 1000 });
  for (let i = 0; i < VALIDATORS + DELEGATORS; i++) s.purse.give(account(i), FUNDS);
  for (let i = 0; i < VALIDATORS; i++) {
    const operator = account(i);
    const key = anyOfAccountKey({ type: 'ed25519', bytes: new Uint8Array(32).fill(i + 1) });
    const description = { moniker: `v${i}`, identity: '', website: '', securityContact: '', details: '' };
    const v = newValidator(s.addresses.validators.toString(operator), key, description);
    s.keeper.setValidator(ctx, v);
    s.keeper.setValidatorByConsAddr(ctx, v);
    s.keeper.setNewRank(ctx, v);
    s.keeper.delegate(ctx, operator, BigInt(i + 1) * 10_000_000n, v, { source: STATUS.unbonded, subtractAccount: true });
  }
  blockValidatorUpdates(s.keeper, ctx);
  return s;
}

type Step = readonly ['delegate' | 'undelegate' | 'redelegate' | 'slash' | 'jail' | 'unjail' | 'block', number, number, number];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('delegate', 'delegate', 'undelegate', 'redelegate', 'slash', 'jail', 'unjail', 'block'),
  fc.nat(VALIDATORS - 1),
  fc.nat(DELEGATORS - 1),
  fc.nat(1_000_000),
) as fc.Arbitrary<Step>;

/** On a branch, as a transaction's message runs: a redelegation of next to nothing is refused after it has written. */
function run(s: TestStaking, height: bigint, step: Step): void {
  const { ctx, write } = s.at(height, height * 20n * SECOND).branch();
  apply(s, ctx, height, step);
  write();
}

function apply(s: TestStaking, ctx: Context, height: bigint, [what, v, d, n]: Step): void {
  const k = s.keeper;
  const [operator, delegator] = [account(v), account(VALIDATORS + d)];
  const validator = k.validator(ctx, operator);
  if (validator === undefined) return;
  switch (what) {
    case 'delegate':
      k.delegate(ctx, delegator, BigInt(n + 1) * 7n, validator, { source: STATUS.unbonded, subtractAccount: true });
      return;
    case 'undelegate':
      k.undelegate(ctx, delegator, operator, k.validateUnbondAmount(ctx, delegator, operator, BigInt(n + 1)));
      return;
    case 'redelegate':
      k.beginRedelegation(ctx, delegator, operator, account((v + 1) % VALIDATORS), k.validateUnbondAmount(ctx, delegator, operator, BigInt(n + 1)));
      return;
    case 'slash':
      k.slash(ctx, consensusAddress(validator), height - BigInt(n % 3), BigInt(n % 40), Dec.withPrecision(BigInt(n % 100), 2));
      return;
    case 'jail':
      k.jail(ctx, consensusAddress(validator));
      return;
    case 'unjail':
      k.unjail(ctx, consensusAddress(validator));
      return;
    case 'block':
      blockValidatorUpdates(k, ctx);
  }
}

function check(s: TestStaking): void {
  const ctx = s.at(0n, 0n);
  const validators = [...s.keeper.allValidators(ctx)];
  const delegations = [...s.keeper.delegations.walk(ctx)].map(([, d]) => d);
  const unbonding = [...s.keeper.unbondings.walk(ctx)].flatMap(([, u]) => u.entries).reduce((n, e) => n + e.balance, 0n);
  const sum = (list: readonly Validator[], of: (v: Validator) => bigint): bigint => list.reduce((n, v) => n + of(v), 0n);
  expect(s.purse.get(moduleAddress(BONDED_POOL))).toBe(sum(validators, bondedTokens));
  expect(s.purse.get(moduleAddress(NOT_BONDED_POOL))).toBe(sum(validators, (v) => v.tokens - bondedTokens(v)) + unbonding);
  for (const v of validators) {
    const own = delegations.filter((d) => d.validatorAddress === v.operatorAddress);
    expect(own.reduce((n, d) => n + d.shares, 0n)).toBe(v.delegatorShares);
    // What all could take out is never more than there is.
    if (v.delegatorShares > 0n) expect(own.reduce((n, d) => n + tokensFromSharesTruncated(v, d.shares), 0n)).toBeLessThanOrEqual(Dec.fromInt(v.tokens));
  }
  // Every delegation is in the index, and the index has nothing else.
  expect([...s.keeper.delegationsByValidator.walk(ctx)].length).toBe(delegations.length);
  let all = s.purse.burnt + s.purse.get(moduleAddress(BONDED_POOL)) + s.purse.get(moduleAddress(NOT_BONDED_POOL));
  for (let i = 0; i < VALIDATORS + DELEGATORS; i++) all += s.purse.get(account(i));
  expect(all).toBe(BigInt(VALIDATORS + DELEGATORS) * FUNDS);
}

test('shares add up to their validators, tokens to their pools, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const s = setup();
      for (const [i, one] of steps.entries()) {
        try {
          run(s, BigInt(i + 2), one);
        } catch (e) {
          if (!(e instanceof SdkError)) throw e;
        }
        check(s);
      }
    }),
    { numRuns: 60 },
  );
});

test('the strongest are bonded; one that falls out unbonds, and goes when its time has passed', () => {
  const s = setup();
  const ctx = s.at(2n, 10n * SECOND);
  const bonded = (): string[] => [...s.keeper.bondedValidatorsByPower(ctx)].map((v) => v.description.moniker);
  expect(bonded()).toEqual(['v2', 'v1']);
  const v0 = s.keeper.existingValidator(ctx, account(0));
  s.keeper.delegate(ctx, account(5), 90_000_000n, v0, { source: STATUS.unbonded, subtractAccount: true });
  const updates = blockValidatorUpdates(s.keeper, ctx);
  expect(updates.map((u) => u.power)).toEqual([100n, 0n]);
  expect(bonded()).toEqual(['v0', 'v2']);
  expect(s.keeper.existingValidator(ctx, account(1)).status).toBe(STATUS.unbonding);
  blockValidatorUpdates(s.keeper, s.at(3n, 110n * SECOND - 1n));
  expect(s.keeper.existingValidator(ctx, account(1)).status).toBe(STATUS.unbonding);
  blockValidatorUpdates(s.keeper, s.at(4n, 110n * SECOND));
  expect(s.keeper.existingValidator(ctx, account(1)).status).toBe(STATUS.unbonded);
  s.keeper.unbond(s.at(5n, 111n * SECOND), account(1), account(1), Dec.fromInt(20_000_000n));
  expect(s.keeper.validator(ctx, account(1))).toBeUndefined();
});

test('hooks come in order, those of removal may refuse without effect', () => {
  const seen: string[] = [];
  const hook = (name: string): StakingHooks => ({
    beforeDelegationSharesModified: () => void seen.push(`${name} before`),
    afterDelegationModified: () => void seen.push(`${name} after`),
    beforeValidatorSlashed: () => {
      seen.push(`${name} slashed`);
      throw new SdkError('test', 5, 'no');
    },
  });
  const s = setup([hook('a'), hook('b')]);
  seen.length = 0;
  const ctx = s.at(2n, 0n);
  const v = s.keeper.existingValidator(ctx, account(2));
  s.keeper.delegate(ctx, account(2), 5n, v, { source: STATUS.unbonded, subtractAccount: true });
  expect(seen).toEqual(['a before', 'b before', 'a after', 'b after']);
  seen.length = 0;
  expect(s.keeper.slash(ctx, consensusAddress(v), 2n, 10n, Dec.withPrecision(5n, 1))).toBe(5_000_000n);
  expect(seen).toEqual(['a slashed']);
  expect(isBonded(s.keeper.existingValidator(ctx, account(2)))).toBe(true);
});

test('an unbonding on hold waits for its release', () => {
  const s = setup();
  const ctx = s.at(2n, 0n);
  s.keeper.undelegate(ctx, account(2), account(2), Dec.fromInt(1_000_000n));
  const before = s.purse.get(account(2));
  const id = s.keeper.unbondingId.get(ctx) as bigint;
  s.keeper.putUnbondingOnHold(ctx, id);
  const late = s.at(9n, 1000n * SECOND);
  blockValidatorUpdates(s.keeper, late);
  expect(s.purse.get(account(2))).toBe(before);
  s.keeper.unbondingCanComplete(late, id);
  expect(s.purse.get(account(2))).toBe(before + 1_000_000n);
  expect([...s.keeper.unbondings.walk(ctx)]).toEqual([]);
});

test('keys: times and ranks in order, read as they were written', () => {
  expect(new TextDecoder().decode(timeBytes(1_700_000_000_500_000_000n))).toBe('2023-11-14T22:13:20.500000000');
  expect(new TextDecoder().decode(timeBytes(0n))).toBe('1970-01-01T00:00:00.000000000');
  fc.assert(
    fc.property(fc.bigInt(0n, 4_000_000_000_000_000_000n), fc.bigInt(0n, 1n << 40n), (time, n) => {
      const out = new Uint8Array(100);
      expect(timeKey.read(out.subarray(0, timeKey.write(out, 0, time)), 0).key).toBe(time);
      const point = { time, height: n };
      expect(queuePointKey.read(out.subarray(0, queuePointKey.write(out, 0, point)), 0).key).toEqual(point);
      const rank = { power: n, operator: account(3) };
      expect(powerRankKey.read(out.subarray(0, powerRankKey.write(out, 0, rank)), 0).key).toEqual(rank);
    }),
  );
});
