import { beforeAll, describe, expect, test } from 'vitest';
import { Deposit } from '../../../proto/gen/cosmos/gov/v1.ts';
import type { Context } from '../../core/context.ts';
import { Dec } from '../../core/math/dec.ts';
import { moduleAddress } from '../../crypto/address.ts';
import { utf8 } from '../../encoding/bytes.ts';
import { NANOS_PER_SECOND } from '../../encoding/time.ts';
import { openCommitMultiStore } from '../../store/multistore.ts';
import { DEFAULT_CONSENSUS_PARAMS } from '../../types/consensus-params.ts';
import { addressOfKey } from '../../types/validator-address.ts';
import { composeModules, createTrellisApp, type TrellisApp } from '../app.ts';
import { defaultAppState } from '../genesis.ts';
import { addGenesisStakes } from '../genesis-stake.ts';
import { STORE_NAMES } from '../store-names.ts';
import { checkInvariants } from './check.ts';

const keys = [1, 2].map((n) => ({ case: 'ed25519' as const, value: new Uint8Array(32).fill(n) }));
const operators = keys.map(addressOfKey);
const [OPERATOR] = operators as [Uint8Array];
const EMPTY = new Uint8Array(0);
const GOV = moduleAddress('gov');
let app: TrellisApp;

beforeAll(async () => {
  const { modules, addresses } = composeModules('trellis');
  // biome-ignore lint/suspicious/noExplicitAny: a genesis is JSON
  const state = { ...defaultAppState(modules) } as any;
  const stakes = keys.map((pubKey, i) => ({ operator: operators[i] as Uint8Array, pubKey, moniker: `v${i}`, tokens: BigInt(10 * (i + 1)) * 1_000_000n }));
  addGenesisStakes(state, 'trellis', stakes);
  state.bank.balances.push({ address: addresses.toString(OPERATOR), coins: [{ denom: 'utrel', amount: '5000000' }] });
  // Somebody's fees, which validators are given.
  state.bank.balances.push({ address: addresses.toString(moduleAddress('fee_collector')), coins: [{ denom: 'utrel', amount: '1000001' }] });
  state.bank.supply = [];
  app = createTrellisApp({ store: await openCommitMultiStore({ mode: 'custom', stores: STORE_NAMES }), chainId: 'invariants-1' });
  const init = { time: 0n, chainId: 'invariants-1', consensusParams: DEFAULT_CONSENSUS_PARAMS, validators: [], initialHeight: 1n };
  await app.initChain({ ...init, appStateBytes: utf8(JSON.stringify(state)) });
  for (let height = 1n; height <= 3n; height++) {
    const votes = operators.map((address, i) => ({ validator: { address, power: BigInt(10 * (i + 1)) }, blockIdFlag: 2 }));
    await app.finalizeBlock({
      txs: [],
      decidedLastCommit: { round: 0, votes: height === 1n ? [] : votes },
      misbehavior: [],
      hash: EMPTY,
      height,
      time: height * NANOS_PER_SECOND,
      nextValidatorsHash: EMPTY,
      proposerAddress: EMPTY,
    });
    await app.commit();
  }
});

/** A branch of the state with stake that leaves and a deposit. */
function busy(): Context {
  const { ctx } = app.queryContext(0n).branch();
  const { staking, gov, bank } = app.keepers;
  staking.undelegate(ctx, OPERATOR, OPERATOR, Dec.fromInt(1_234_567n));
  const coins = [{ denom: 'utrel', amount: 10_000n }];
  bank.send(ctx, OPERATOR, GOV, coins);
  const depositor = app.addresses.toString(OPERATOR);
  const amount = [{ denom: 'utrel', amount: '10000' }];
  gov.deposits.set(ctx, [1n, OPERATOR], Deposit.from({ proposalId: 1n, depositor, amount }));
  const proposal = { id: 1n, messages: [], status: 1, totalDeposit: amount, metadata: '', title: 't', summary: 's', proposer: depositor, expedited: false };
  gov.proposals.set(ctx, 1n, {
    ...proposal,
    finalTallyResult: undefined,
    submitTime: undefined,
    depositEndTime: undefined,
    votingStartTime: undefined,
    votingEndTime: undefined,
    failedReason: '',
  });
  return ctx;
}

test('all is well on a chain with stake, rewards, stake that leaves and a deposit', () => {
  expect(app.keepers.distribution.totalRewards(app.queryContext(0n)).length).toBeGreaterThan(0);
  expect(checkInvariants(app.keepers, busy())).toEqual([]);
});

describe('each finds its own fault', () => {
  const faults: readonly [string, RegExp, (ctx: Context) => void][] = [
    ['a coin from nowhere', /^supply: accounts hold \d+utrel, the supply is/, (ctx) => app.keepers.bank.setBalance(ctx, new Uint8Array(20), 'utrel', 1n)],
    ['a supply that nobody holds', /^supply: accounts hold 0x, the supply is 5x$/, (ctx) => app.keepers.bank.supply.set(ctx, 'x', 5n)],
    ['less than nothing', /^supply: \S+ holds -1y/, (ctx) => app.keepers.bank.balances.set(ctx, [new Uint8Array(20), 'y'], -1n)],
    [
      'a pool that was robbed',
      /^pools: bonded_tokens_pool holds 28765432utrel, stakes are 28765433utrel$/,
      (ctx) => app.keepers.bank.send(ctx, moduleAddress('bonded_tokens_pool'), OPERATOR, [{ denom: 'utrel', amount: 1n }]),
    ],
    [
      'an unbonding that was forgotten',
      /^pools: not_bonded_tokens_pool holds 1234567utrel, stakes are 0utrel$/,
      (ctx) => app.keepers.staking.unbondings.clear(ctx),
    ],
    [
      'shares that no delegation has',
      /^shares: validator \S+ has 8765433\.\d+ shares, its delegations 8765432\.5/,
      (ctx) => {
        const d = app.keepers.staking.existingDelegation(ctx, OPERATOR, OPERATOR);
        app.keepers.staking.setDelegation(ctx, OPERATOR, OPERATOR, { ...d, shares: Dec.sub(d.shares, Dec.withPrecision(5n, 1)) });
      },
    ],
    [
      'a rank that is not the power',
      /^shares: validator \S+ is ranked with power 3, not 8$/,
      (ctx) => app.keepers.staking.validatorsByPower.set(ctx, { power: 3n, operator: OPERATOR }, OPERATOR),
    ],
    [
      'more rewards than coins',
      /^rewards: the module holds/,
      (ctx) => app.keepers.bank.send(ctx, moduleAddress('distribution'), OPERATOR, [{ denom: 'utrel', amount: 1n }]),
    ],
    [
      'a deposit that is told higher',
      /^deposits: proposal 1 has deposits of 10001utrel, depositors gave 10000utrel$/,
      (ctx) => {
        const p = app.keepers.gov.proposal(ctx, 1n);
        app.keepers.gov.proposals.set(ctx, 1n, { ...p, totalDeposit: [{ denom: 'utrel', amount: '10001' }] });
      },
    ],
    ['a deposit without its proposal', /^deposits: there are deposits of 10000utrel for proposal 1/, (ctx) => app.keepers.gov.proposals.clear(ctx)],
    [
      'a deposit that was spent',
      /^deposits: governance holds 9999utrel, deposits are 10000utrel$/,
      (ctx) => app.keepers.bank.send(ctx, GOV, OPERATOR, [{ denom: 'utrel', amount: 1n }]),
    ],
  ];
  test.each(faults)('%s', (_, want, breakIt) => {
    const ctx = busy();
    breakIt(ctx);
    const found = checkInvariants(app.keepers, ctx);
    expect(
      found.filter((t) => want.test(t)),
      found.join('\n'),
    ).toHaveLength(1);
  });
});
