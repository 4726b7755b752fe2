// Rewards by hand-worked examples of the F1 paper's rules, and under random stake, slashes, fees and withdrawals: nothing is lost and everybody
// can be paid.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOf, type Coin } from '../../chain/core/coins.ts';
import { decCoinsToString } from '../../chain/core/dec-coin-sums.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { consensusAddress, isUnbonded, STATUS } from '../../chain/core/staking.ts';
import { unbondMatureValidators } from '../staking/validators.ts';
import { allocateToValidator } from './allocation.ts';
import { brokenInvariants } from './invariants.ts';
import { account, DENOM, SECOND_DENOM, type TestChain, testChain } from './testing/chain.ts';

const utrel = (amount: bigint): Coin[] => [{ denom: DENOM, amount }];
const delegate = (c: TestChain, height: bigint, from: number, to: number, amount: bigint): void => {
  const ctx = c.at(height);
  c.staking.delegate(ctx, account(from), amount, c.staking.existingValidator(ctx, account(to)), { source: STATUS.unbonded, subtractAccount: true });
};
const block = (c: TestChain, height: bigint, fees: bigint): void => {
  const ctx = c.at(height);
  if (fees > 0n) c.fees(ctx, utrel(fees));
  c.distribution.beginBlock(ctx);
};

test('fees go to the community by the tax, to commissions, and to stake by its part', () => {
  const c = testChain(1, 1);
  delegate(c, 1n, 1, 0, 30_000_000n);
  block(c, 2n, 1_000_000n);
  const ctx = c.at(2n);
  // 2 % tax; of 980000 a tenth is commission; of the rest the operator's 10 of 40 million have a quarter.
  expect(decCoinsToString(c.distribution.communityPool(ctx))).toBe('20000.000000000000000000utrel');
  expect(decCoinsToString(c.distribution.commission(ctx, account(0)))).toBe('98000.000000000000000000utrel');
  expect(c.distribution.withdrawDelegationRewards(ctx, account(1), account(0))).toEqual(utrel(661_500n));
  expect(c.distribution.withdrawDelegationRewards(ctx, account(0), account(0))).toEqual(utrel(220_500n));
  expect(c.distribution.withdrawValidatorCommission(ctx, account(0))).toEqual(utrel(98_000n));
  expect(c.distribution.totalRewards(ctx)).toEqual([]);
  expect(c.distribution.withdrawDelegationRewards(ctx, account(1), account(0))).toEqual(utrel(0n));
});

test('a slash counts from its block on', () => {
  const c = testChain(1, 1, Dec.zero);
  delegate(c, 1n, 1, 0, 10_000_000n);
  block(c, 2n, 1_000_000n);
  const v = c.staking.existingValidator(c.at(3n), account(0));
  c.staking.slash(c.at(3n), consensusAddress(v), 3n, 20n, Dec.parse('0.5'));
  block(c, 4n, 1_000_000n);
  expect(c.distribution.withdrawDelegationRewards(c.at(5n), account(1), account(0))).toEqual(utrel(980_000n));
  expect(brokenInvariants(c.distribution, c.at(5n))).toEqual([]);
});

test('what rounding leaves is the community pool’s', () => {
  const c = testChain(1, 2, Dec.zero);
  delegate(c, 1n, 1, 0, 1n);
  delegate(c, 1n, 2, 0, 3n);
  block(c, 2n, 7n);
  const ctx = c.at(3n);
  for (const n of [0, 1, 2]) c.distribution.withdrawDelegationRewards(ctx, account(n), account(0));
  expect(brokenInvariants(c.distribution, ctx)).toEqual([]);
  const pool = decCoinsToString(c.distribution.communityPool(ctx));
  const left = decCoinsToString(c.distribution.outstanding(ctx, account(0)));
  // 7 fees: 0.14 tax; 6.86 / 10000004 truncated is 0.0000006859997256 for a token. 10000000 of these pay 6 whole ones, and their 0.859997256,
  // 1 and 3 times the rate are the remainders.
  expect([pool, left]).toEqual(['0.999999999998902400utrel', '0.000000000001097600utrel']);
});

test('without votes all fees are the community’s', () => {
  const c = testChain(1, 0);
  const ctx = c.at(2n).with({ block: { ...c.at(2n).block, lastCommit: { round: 0, votes: [] } } });
  c.fees(ctx, utrel(50n));
  c.distribution.beginBlock(ctx);
  expect(decCoinsToString(c.distribution.communityPool(ctx))).toBe('50.000000000000000000utrel');
});

test('a validator that staking does not know leaves its part to the community', () => {
  const c = testChain(1, 0);
  const known = c.at(2n);
  const stranger = { validator: { address: new Uint8Array(20).fill(99), power: 10n }, blockIdFlag: 2 };
  const ctx = known.with({ block: { ...known.block, lastCommit: { round: 0, votes: [...known.block.lastCommit.votes, stranger] } } });
  c.fees(ctx, utrel(100n));
  c.distribution.beginBlock(ctx);
  expect(decCoinsToString(c.distribution.communityPool(ctx))).toBe('51.000000000000000000utrel');
});

test('rewards go to the address that was set', () => {
  const c = testChain(1, 1);
  const ctx = c.at(2n);
  const to = new Uint8Array(20).fill(77);
  c.distribution.setWithdrawAddress(ctx, account(0), to);
  block(c, 2n, 1_000_000n);
  c.distribution.withdrawDelegationRewards(ctx, account(0), account(0));
  c.distribution.withdrawValidatorCommission(ctx, account(0));
  expect(c.bank.balance(ctx, to, DENOM)).toBe(980_000n);
});

test('the community pool gives what it has and not more', () => {
  const c = testChain(1, 1);
  const ctx = c.at(2n);
  c.distribution.fundCommunityPool(ctx, utrel(100n), account(1));
  expect(() => c.distribution.distributeFromCommunityPool(ctx, utrel(101n), account(1))).toThrow('community pool does not have sufficient coins');
  c.distribution.distributeFromCommunityPool(ctx, utrel(100n), account(1));
  expect(c.distribution.communityPool(ctx)).toEqual([]);
  expect(c.bank.balance(ctx, account(1), DENOM)).toBe(10n ** 15n);
});

test('a removed validator has its commission paid, and nothing is left of it', () => {
  const c = testChain(2, 0);
  block(c, 2n, 1_000_003n);
  const ctx = c.at(3n);
  const all = c.staking.existingDelegation(ctx, account(0), account(0)).shares;
  c.staking.undelegate(ctx, account(0), account(0), all);
  c.staking.applyValidatorSetUpdates(ctx);
  const later = c.at(100n);
  unbondMatureValidators(c.staking, later);
  expect(c.staking.validator(later, account(0))).toBeUndefined();
  const d = c.distribution;
  expect([d.commissions, d.outstandingRewards, d.currentRewards].map((m) => m.has(later, account(0)))).toEqual([false, false, false]);
  expect([...d.historicalRewards.walk(later)].every(([[operator]]) => operator[0] !== 1)).toBe(true);
  expect(brokenInvariants(d, later)).toEqual([]);
});

type Step = readonly [string, number, number, number];
const VALIDATORS = 3;
const HOLDERS = 3;
const kinds = ['delegate', 'delegate', 'undelegate', 'redelegate', 'slash', 'withdraw', 'commission', 'fund', 'deposit', 'spend', 'block', 'block'];
const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...kinds), fc.nat(VALIDATORS - 1), fc.nat(HOLDERS - 1), fc.nat(10_000_000));

function run(c: TestChain, height: bigint, [what, v, h, n]: Step): void {
  const ctx = c.at(height);
  const [operator, holder] = [account(v), account(VALIDATORS + h)];
  const validator = c.staking.validator(ctx, operator);
  if (validator === undefined) return;
  const coins: Coin[] = [{ denom: SECOND_DENOM, amount: BigInt(n + 1) }, ...utrel(BigInt(n + 1) * 3n)];
  switch (what) {
    case 'delegate':
      c.staking.delegate(ctx, holder, BigInt(n + 1), validator, { source: STATUS.unbonded, subtractAccount: true });
      return;
    case 'undelegate':
      c.staking.undelegate(ctx, holder, operator, c.staking.validateUnbondAmount(ctx, holder, operator, BigInt(n + 1)));
      return;
    case 'redelegate': {
      const shares = c.staking.validateUnbondAmount(ctx, holder, operator, BigInt(n + 1));
      c.staking.beginRedelegation(ctx, holder, operator, account((v + 1) % VALIDATORS), shares);
      return;
    }
    case 'slash':
      if (!isUnbonded(validator))
        c.staking.slash(ctx, consensusAddress(validator), height - 2n, validator.tokens / 1_000_000n, Dec.withPrecision(BigInt(n % 100), 3));
      return;
    case 'withdraw':
      c.distribution.withdrawDelegationRewards(ctx, holder, operator);
      return;
    case 'commission':
      c.distribution.withdrawValidatorCommission(ctx, operator);
      return;
    case 'fund':
      c.distribution.fundCommunityPool(ctx, coins, holder);
      return;
    case 'deposit':
      c.supply.sendFromAccountToModule(ctx, holder, 'distribution', coins);
      allocateToValidator(
        c.distribution,
        ctx,
        operator,
        validator,
        coins.map((x) => ({ denom: x.denom, amount: Dec.fromInt(x.amount) })),
      );
      return;
    case 'spend':
      c.distribution.distributeFromCommunityPool(ctx, utrel(BigInt(n + 1)), holder);
      return;
    default:
      c.fees(ctx, coins);
      c.distribution.beginBlock(ctx);
      c.staking.applyValidatorSetUpdates(ctx);
  }
}

test('under any steps the books agree with the account, and everybody can withdraw', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const c = testChain(VALIDATORS, HOLDERS);
      for (const [i, s] of steps.entries()) {
        const height = 3n + BigInt(i);
        const { ctx, write } = c.at(height).branch();
        const trial = { ...c, at: () => ctx.with({ block: c.at(height).block }) };
        try {
          run(trial, height, s);
        } catch (e) {
          if (!(e instanceof SdkError)) throw e;
          continue;
        }
        write();
      }
      const end = c.at(100n);
      expect(brokenInvariants(c.distribution, end)).toEqual([]);
      const held = [...c.bank.balances.walk(end)].filter(([[, denom]]) => denom === DENOM).reduce((sum, [, amount]) => sum + amount, 0n);
      expect(held).toBe(c.supply.supply(end, DENOM));
      expect(amountOf(c.bank.allBalances(end, c.accounts.moduleAddress('distribution') as Uint8Array), DENOM)).toBeGreaterThanOrEqual(0n);
    }),
    { numRuns: 40 },
  );
});
