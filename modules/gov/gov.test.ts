// Proposals from deposit to execution: what stake decides, where the deposits go, and that no coin is made or lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { moduleAddress } from '../../chain/crypto/address.ts';
import { fromUtf8Escaped, toHex } from '../../chain/encoding/bytes.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { MsgSend } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgCancelProposal, MsgDeposit, MsgSubmitProposal, MsgVote, MsgVoteWeighted, type Params } from '../../proto/gen/cosmos/gov/v1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { endBlock } from './end-block.ts';
import { tally } from './tally.ts';
import { account, code, DENOM, type TestGov, testGov } from './testing/keepers.ts';
import { OPTION, STATUS } from './types.ts';

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const START = 10n * DAY;
const any = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const coin = (amount: bigint): { denom: string; amount: string } => ({ denom: DENOM, amount: amount.toString() });
const GOV = moduleAddress('gov');

interface World extends TestGov {
  readonly ctx: Context;
  readonly who: (n: number) => string;
  submit(part?: Partial<MsgSubmitProposal>): bigint;
  vote(n: number, option: number, id?: bigint): void;
  params(part: Partial<Params>): void;
  /** The end of a block at a time after the start. */
  end(after: bigint): Context;
}

/** Validator 1 has 60 tokens (its own 40, 20 of account 3), validator 2 has 40 (its own 10, 30 of account 4). */
function world(): World {
  const g = testGov();
  const ctx = g.at(5n, START);
  const who = (n: number): string => g.addresses.toString(account(n));
  for (const [validator, delegator, n] of [
    [1, 1, 40n],
    [1, 3, 20n],
    [2, 2, 10n],
    [2, 4, 30n],
  ] as const)
    g.stakes.push({ validator, delegator, shares: Dec.fromInt(n) });
  g.tokens.set(1, 60n).set(2, 40n);
  return {
    ...g,
    ctx,
    who,
    submit: (part = {}) => {
      const msg = MsgSubmitProposal.from({ proposer: who(1), title: 'T', summary: 'S', metadata: 'm', initialDeposit: [coin(10_000_000n)], ...part });
      return (g.send(MsgSubmitProposal, msg, ctx) as { proposalId: bigint }).proposalId;
    },
    vote: (n, option, id = 1n) => void g.send(MsgVote, { proposalId: id, voter: who(n), option, metadata: '' }, ctx),
    params: (part) => g.keeper.params.set(ctx, { ...g.keeper.getParams(ctx), ...part }),
    end: (after) => {
      const at = g.at(6n, START + after).with({});
      endBlock(g.keeper, at);
      return at;
    },
  };
}

const results = (ctx: Context): string[] =>
  ctx.events.events.map((e) =>
    e.attributes
      .slice(1)
      .map((a) => a.value)
      .join(': '),
  );

test('a proposal without enough deposits goes at the end of its period, and its deposits come back', () => {
  const w = world();
  w.submit({ initialDeposit: [coin(9_999_999n)] });
  expect(results(w.end(2n * DAY - 1n))).toEqual([]);
  expect(w.purse.get(GOV)).toBe(9_999_999n);
  expect(results(w.end(2n * DAY))).toEqual(['proposal_dropped']);
  expect([w.purse.get(GOV), w.purse.get(account(1)), w.purse.burnt]).toEqual([0n, 10n ** 12n, 0n]);
  expect(w.keeper.proposals.get(w.ctx, 1n)).toBeUndefined();
});

test('such deposits are burnt where parameters say so', () => {
  const w = world();
  w.params({ burnProposalDepositPrevote: true });
  w.submit({ initialDeposit: [coin(9_000_000n)] });
  w.end(2n * DAY);
  expect([w.purse.get(GOV), w.purse.burnt]).toEqual([0n, 9_000_000n]);
});

test('the deposit that reaches the minimum begins the vote', () => {
  const w = world();
  w.submit({ initialDeposit: [coin(9_000_000n)] });
  w.send(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin(1_000_000n)] }, w.ctx);
  const p = w.keeper.proposal(w.ctx, 1n);
  expect([p.status, p.votingStartTime, p.votingEndTime, p.totalDeposit]).toEqual([STATUS.votingPeriod, START, START + 2n * DAY, [coin(10_000_000n)]]);
  expect(w.ctx.events.events.at(-1)).toMatchObject({ type: 'proposal_deposit', attributes: [{ key: 'voting_period_start', value: '1' }] });
});

test.each<[string, Partial<Params>, readonly (readonly [number, number])[], string, bigint]>([
  ['nobody votes', {}, [], 'proposal_rejected: rejected', 0n],
  ['nobody votes, and that is burnt', { burnVoteQuorum: true }, [], 'proposal_rejected: rejected', 10_000_000n],
  ['less than the quorum', { burnVoteQuorum: true }, [[3, 1]], 'proposal_rejected: rejected', 10_000_000n],
  [
    'everybody abstains',
    {},
    [
      [1, 2],
      [2, 2],
    ],
    'proposal_rejected: rejected',
    0n,
  ],
  [
    'veto',
    {},
    [
      [1, 1],
      [4, 4],
      [2, 4],
    ],
    'proposal_rejected: rejected',
    10_000_000n,
  ],
  [
    'veto that is not burnt',
    { burnVoteVeto: false },
    [
      [1, 1],
      [4, 4],
      [2, 4],
    ],
    'proposal_rejected: rejected',
    0n,
  ],
  ['a validator votes for those who do not', {}, [[1, 1]], 'proposal_passed: passed', 0n],
  [
    'who votes takes the own part away',
    {},
    [
      [1, 1],
      [3, 3],
      [2, 3],
      [4, 3],
    ],
    'proposal_rejected: rejected',
    0n,
  ],
  [
    'exactly half is not more than half',
    {},
    [
      [1, 1],
      [3, 3],
      [2, 1],
      [4, 3],
    ],
    'proposal_rejected: rejected',
    0n,
  ],
])('%s', (_, params, votes, result, burnt) => {
  const w = world();
  w.params(params);
  w.submit();
  for (const [n, option] of votes) w.vote(n, option);
  // 40 + 10 for, 20 + 30 against.
  const told = results(w.end(2n * DAY)).at(-1);
  expect(told).toBe(result);
  expect([w.purse.burnt, w.purse.get(GOV), w.purse.get(account(1))]).toEqual([burnt, 0n, 10n ** 12n - burnt]);
  expect([...w.keeper.votes.walk(w.ctx)]).toEqual([]);
  expect([...w.keeper.activeQueue.walk(w.ctx)]).toEqual([]);
});

test('the last vote of an account counts, split by weight', () => {
  const w = world();
  const id = w.submit();
  w.vote(1, OPTION.no);
  const options = [
    { option: OPTION.yes, weight: '0.25' },
    { option: OPTION.abstain, weight: '0.75' },
  ];
  w.send(MsgVoteWeighted, { proposalId: id, voter: w.who(1), options, metadata: '' }, w.ctx);
  const { result } = tally(w.keeper, w.ctx.branch().ctx, w.keeper.proposal(w.ctx, id));
  expect(result).toEqual({ yesCount: '15', abstainCount: '45', noCount: '0', noWithVetoCount: '0' });
  expect(w.ctx.events.events.at(-1)?.attributes[1]?.value).toBe('[{"option":1,"weight":"0.25"},{"option":2,"weight":"0.75"}]');
});

test('an expedited proposal that fails goes on as an ordinary one with its votes counted and its deposits kept', () => {
  const w = world();
  w.submit({ expedited: true, initialDeposit: [coin(50_000_000n)] });
  w.vote(1, OPTION.yes);
  w.vote(2, OPTION.no);
  expect(results(w.end(DAY))).toEqual(['expedited_proposal_rejected: expedited proposal converted to regular']);
  const p = w.keeper.proposal(w.ctx, 1n);
  expect([p.expedited, p.status, p.votingEndTime, p.finalTallyResult?.yesCount]).toEqual([false, STATUS.votingPeriod, START + 2n * DAY, '60']);
  expect(w.purse.get(GOV)).toBe(50_000_000n);
  w.vote(1, OPTION.yes);
  expect(results(w.end(2n * DAY)).at(-1)).toBe('proposal_passed: passed');
  expect(w.purse.get(GOV)).toBe(0n);
});

test.each([
  ['error', 'no', 'no'],
  ['panic', 'PANICKED: boom', 'handling x/gov proposal msg ['],
])('a message that ends in %s fails the proposal, and nothing of it stays', (to, why) => {
  const w = world();
  const send = (toAddress: string): Any => any(MsgSend, { fromAddress: w.keeper.authority, toAddress, amount: [] });
  w.submit({ messages: [send('x'), send(to)] });
  w.vote(1, OPTION.yes);
  const told = results(w.end(2n * DAY)).at(-1);
  expect(told).toContain(`proposal_failed: passed, but msg 1 (/cosmos.bank.v1beta1.MsgSend) failed on execution: `);
  const p = w.keeper.proposal(w.ctx, 1n);
  expect([p.status, p.failedReason.endsWith(why)]).toEqual([STATUS.failed, true]);
  expect(w.stores.kvStore('gov').get(Uint8Array.of(250))).toBeUndefined();
});

test('a reason that is no UTF-8 stays what it was', () => {
  const w = world();
  w.submit();
  const bytes = Uint8Array.of(107, 255, 0, 200);
  w.keeper.proposals.set(w.ctx, 1n, { ...w.keeper.proposal(w.ctx, 1n), status: STATUS.failed, failedReason: fromUtf8Escaped(bytes) });
  const key = w.keeper.proposals.storeKey(1n);
  const stored = w.stores.kvStore('gov').get(key) as Uint8Array;
  expect(toHex(stored)).toContain(`7a04${toHex(bytes)}`);
  w.keeper.proposals.set(w.ctx, 1n, w.keeper.proposals.valueCodec.decode(stored.slice()));
  expect(w.stores.kvStore('gov').get(key)).toEqual(stored);
});

test('what passes is executed', () => {
  const w = world();
  w.submit({ messages: [any(MsgSend, { fromAddress: w.keeper.authority, toAddress: 'x', amount: [] })] });
  w.vote(1, OPTION.yes);
  w.end(2n * DAY);
  expect(w.stores.kvStore('gov').get(Uint8Array.of(250))).toEqual(Uint8Array.of(1));
});

test('a proposal whose message this program does not know fails, and its deposits come back', () => {
  const w = world();
  w.submit();
  w.submit();
  const p = w.keeper.proposal(w.ctx, 1n);
  w.keeper.proposals.set(w.ctx, 1n, { ...p, messages: [{ typeUrl: '/gone.Msg', value: new Uint8Array(0) }] });
  expect(results(w.end(2n * DAY)).at(-1)).toBe('proposal_failed');
  expect(w.keeper.proposal(w.ctx, 1n)).toMatchObject({
    status: STATUS.failed,
    messages: [],
    failedReason: expect.stringContaining('unable to resolve type URL /gone.Msg'),
  });
  // As the reference, the rest waits for the next block.
  expect(w.keeper.proposal(w.ctx, 2n).status).toBe(STATUS.votingPeriod);
  expect(results(w.end(2n * DAY)).at(-1)).toBe('proposal_rejected: rejected');
});

test.each<[string, string, (w: World) => bigint]>([
  ['burnt', '', (w) => w.purse.burnt],
  ['to an address', 'account', (w) => w.purse.get(account(2)) - 10n ** 12n],
  ['to the community', 'community', (w) => w.purse.get(moduleAddress('distribution'))],
])('a cancelled proposal is charged a part, %s', (_, to, kept) => {
  const w = world();
  const proposalCancelDest = to === 'community' ? w.addresses.toString(moduleAddress('distribution')) : to === 'account' ? w.who(2) : '';
  w.params({ proposalCancelRatio: '0.3', proposalCancelDest });
  w.submit({ initialDeposit: [coin(10_000_001n)] });
  w.vote(1, OPTION.yes);
  w.send(MsgCancelProposal, { proposalId: 1n, proposer: w.who(1) }, w.ctx);
  expect([kept(w), w.purse.get(account(1)), w.purse.get(GOV)]).toEqual([3_000_000n, 10n ** 12n - 3_000_000n, 0n]);
  for (const map of [w.keeper.proposals, w.keeper.deposits, w.keeper.votes, w.keeper.activeQueue, w.keeper.inactiveQueue, w.keeper.votingPeriod]) {
    expect([...(map as { walk(ctx: Context): Iterable<unknown> }).walk(w.ctx)]).toEqual([]);
  }
});

test('whatever is done, deposits are what the module holds, and coins are neither made nor lost', () => {
  const step = fc.record({
    kind: fc.constantFrom('submit', 'deposit', 'vote', 'cancel', 'end', 'params'),
    who: fc.integer({ min: 1, max: 4 }),
    id: fc.bigInt(1n, 6n),
    amount: fc.bigInt(90_000n, 60_000_000n),
    option: fc.integer({ min: 1, max: 4 }),
    flag: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const w = world();
      const whole = w.purse.total();
      let after = 0n;
      for (const s of steps) {
        const ctx = w.at(6n, START + after);
        const send = <T>(codec: Codec<T>, msg: T): string => code(() => w.send(codec, msg, ctx));
        if (s.kind === 'submit')
          send(
            MsgSubmitProposal,
            MsgSubmitProposal.from({ proposer: w.who(s.who), title: 'T', summary: 'S', metadata: 'm', initialDeposit: [coin(s.amount)], expedited: s.flag }),
          );
        if (s.kind === 'deposit') send(MsgDeposit, { proposalId: s.id, depositor: w.who(s.who), amount: [coin(s.amount)] });
        if (s.kind === 'vote') send(MsgVote, { proposalId: s.id, voter: w.who(s.who), option: s.option, metadata: '' });
        if (s.kind === 'cancel') send(MsgCancelProposal, { proposalId: s.id, proposer: w.who(s.who) });
        if (s.kind === 'params') w.params({ burnVoteQuorum: s.flag, burnProposalDepositPrevote: s.option > 2, proposalCancelRatio: `0.${s.amount}` });
        if (s.kind === 'end') {
          after += s.amount * 2_000_000n;
          w.end(after);
        }
        const held = [...w.keeper.deposits.walk(w.ctx)].reduce((n, [, d]) => n + BigInt(d.amount[0]?.amount ?? '0'), 0n);
        expect(held).toBe(w.purse.get(GOV));
        expect(w.purse.total() + w.purse.burnt).toBe(whole);
        const waiting = [...w.keeper.proposals.walk(w.ctx)].filter(([, p]) => p.status <= STATUS.votingPeriod).length;
        expect([...w.keeper.activeQueue.walk(w.ctx)].length + [...w.keeper.inactiveQueue.walk(w.ctx)].length).toBe(waiting);
      }
    }),
    { numRuns: 60 },
  );
});

test('counted power is at most the stake that is bonded, whoever votes', () => {
  const stake = fc.record({ validator: fc.integer({ min: 1, max: 3 }), delegator: fc.integer({ min: 1, max: 6 }), shares: fc.bigInt(1n, 10n ** 24n) });
  const votes = fc.array(fc.record({ n: fc.integer({ min: 1, max: 6 }), option: fc.integer({ min: 1, max: 4 }) }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(stake, { minLength: 1, maxLength: 12 }), fc.bigInt(1n, 10n ** 9n), votes, (stakes, tokens, cast) => {
      const g = world();
      g.stakes.length = 0;
      g.tokens.clear();
      for (const s of stakes) {
        g.stakes.push({ ...s, shares: s.shares as Dec });
        g.tokens.set(s.validator, tokens * BigInt(s.validator));
      }
      g.submit();
      for (const { n, option } of cast) g.vote(n, option);
      const { result } = tally(g.keeper, g.ctx, g.keeper.proposal(g.ctx, 1n));
      const counted = [result.yesCount, result.abstainCount, result.noCount, result.noWithVetoCount].reduce((n, x) => n + BigInt(x), 0n);
      // Each of at most 18 quotients may have been rounded up by half of the last place.
      expect(counted <= g.keeper.staking.totalBondedTokens(g.ctx)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
