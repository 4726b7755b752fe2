// Each message's every refusal, with the codespace and code of the reference (sdk:x/gov/keeper/msg_server.go and what it calls).
import { expect, test } from 'vitest';
import type { Context } from '../../chain/core/context.ts';
import type { Codec } from '../../chain/encoding/codec.ts';
import { MsgMultiSend, MsgSend } from '../../proto/gen/cosmos/bank/v1beta1.ts';
import {
  MsgCancelProposal,
  MsgDeposit,
  MsgExecLegacyContent,
  MsgSubmitProposal,
  MsgUpdateParams,
  MsgVote,
  MsgVoteWeighted,
  type Params,
} from '../../proto/gen/cosmos/gov/v1.ts';
import * as old from '../../proto/gen/cosmos/gov/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { setProposal } from './proposals.ts';
import { account, code, DENOM, type TestGov, testGov } from './testing/keepers.ts';

const DAY = 86_400n * 1_000_000_000n;
const any = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const coin = (amount: string, denom = DENOM): { denom: string; amount: string } => ({ denom, amount });

interface World extends TestGov {
  readonly ctx: Context;
  readonly who: (n: number) => string;
  readonly gov: string;
}

/** Proposal 1 gathers deposits, 2 is voted on; both are of account 1. */
function world(): World {
  const g = testGov();
  const ctx = g.at(5n, DAY);
  const who = (n: number): string => g.addresses.toString(account(n));
  const w = { ...g, ctx, who, gov: g.keeper.authority };
  g.send(MsgSubmitProposal, submit(w, { initialDeposit: [coin('100000')] }), ctx);
  g.send(MsgSubmitProposal, submit(w, { initialDeposit: [coin('10000000')] }), ctx);
  return w;
}

const submit = (w: Pick<World, 'who'>, part: Partial<MsgSubmitProposal>): MsgSubmitProposal =>
  MsgSubmitProposal.from({ proposer: w.who(1), title: 'T', summary: 'S', metadata: 'm', initialDeposit: [coin('10000000')], ...part });

type Case = readonly [string, string, (w: World) => readonly [Codec<never>, unknown], ((w: World) => void)?];
const one = <T>(codec: Codec<T>, msg: T): readonly [Codec<never>, unknown] => [codec as Codec<never>, msg];
const params =
  (part: Partial<Params>) =>
  (w: World): void =>
    w.keeper.params.set(w.ctx, { ...w.keeper.getParams(w.ctx), ...part });

const SUBMIT: readonly Case[] = [
  ['no title', 'sdk 18', (w) => one(MsgSubmitProposal, submit(w, { title: '' }))],
  ['no summary', 'sdk 18', (w) => one(MsgSubmitProposal, submit(w, { summary: '' }))],
  ['proposer that is none', 'sdk 7', (w) => one(MsgSubmitProposal, submit(w, { proposer: 'x' }))],
  ['neither messages nor metadata', 'gov 11', (w) => one(MsgSubmitProposal, submit(w, { metadata: '' }))],
  ['another title in the metadata', 'gov 5', (w) => one(MsgSubmitProposal, submit(w, { metadata: '{"title":"X","summary":"S"}' }))],
  ['another summary in the metadata', 'gov 5', (w) => one(MsgSubmitProposal, submit(w, { metadata: '{"title":"T","summary":"X"}' }))],
  ['deposit that is no list of coins', 'sdk 10', (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [coin('0')] }))],
  [
    'deposit below the first minimum',
    'gov 16',
    (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [coin('4999999')] })),
    params({ minInitialDepositRatio: '0.5' }),
  ],
  [
    'no deposit where there is a first minimum',
    'gov 16',
    (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [] })),
    params({ minInitialDepositRatio: '0.000000001' }),
  ],
  ['deposit of another denom', 'gov 23', (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [coin('5', 'other')] }))],
  ['deposit below the smallest', 'gov 16', (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [coin('99999')] }))],
  ['more than the proposer has', 'sdk 5', (w) => one(MsgSubmitProposal, submit(w, { initialDeposit: [coin('10000000000000')] }))],
  ['long metadata', 'gov 15', (w) => one(MsgSubmitProposal, submit(w, { metadata: 'ä'.repeat(128) }))],
  ['long title', 'gov 15', (w) => one(MsgSubmitProposal, submit(w, { title: 't'.repeat(256) }))],
  ['long summary', 'gov 22', (w) => one(MsgSubmitProposal, submit(w, { summary: 's'.repeat(10_201) }))],
  [
    'message of another signer',
    'gov 13',
    (w) => one(MsgSubmitProposal, submit(w, { messages: [any(MsgSend, { fromAddress: w.who(1), toAddress: w.gov, amount: [] })] })),
  ],
  [
    'message of two signers',
    'gov 13',
    (w) =>
      one(
        MsgSubmitProposal,
        submit(w, {
          messages: [
            any(MsgMultiSend, {
              inputs: [
                { address: w.gov, coins: [] },
                { address: w.gov, coins: [] },
              ],
              outputs: [],
            }),
          ],
        }),
      ),
  ],
  [
    'message without a handler',
    'gov 10',
    (w) => one(MsgSubmitProposal, submit(w, { messages: [any(MsgMultiSend, { inputs: [{ address: w.gov, coins: [] }], outputs: [] })] })),
  ],
  [
    'message that its own check refuses',
    'gov 12',
    (w) => one(MsgSubmitProposal, submit(w, { messages: [any(MsgExecLegacyContent, { authority: 'x', content: undefined })] })),
  ],
  ['no parameters', 'undefined 1', (w) => one(MsgSubmitProposal, submit(w, {})), (w) => w.keeper.params.remove(w.ctx)],
];
const LEGACY: readonly Case[] = [
  ['no content', 'panic', (w) => one(old.MsgSubmitProposal, { content: undefined, initialDeposit: [], proposer: w.who(1) })],
  ['content of another kind', 'gov 5', (w) => one(old.MsgSubmitProposal, { content: any(MsgSend, MsgSend.zero()), initialDeposit: [], proposer: w.who(1) })],
  [
    'blank title',
    'gov 5',
    (w) => one(old.MsgSubmitProposal, { content: any(old.TextProposal, { title: ' \u00a0', description: 'd' }), initialDeposit: [], proposer: w.who(1) }),
  ],
  [
    'long title',
    'gov 5',
    (w) => one(old.MsgSubmitProposal, { content: any(old.TextProposal, { title: 't'.repeat(141), description: 'd' }), initialDeposit: [], proposer: w.who(1) }),
  ],
  [
    'no description',
    'gov 5',
    (w) => one(old.MsgSubmitProposal, { content: any(old.TextProposal, { title: 't', description: '' }), initialDeposit: [], proposer: w.who(1) }),
  ],
  [
    'long description',
    'gov 5',
    (w) =>
      one(old.MsgSubmitProposal, { content: any(old.TextProposal, { title: 't', description: 'd'.repeat(10_001) }), initialDeposit: [], proposer: w.who(1) }),
  ],
  [
    'a text',
    'ok',
    (w) =>
      one(old.MsgSubmitProposal, { content: any(old.TextProposal, { title: 't', description: 'd' }), initialDeposit: [coin('100000')], proposer: w.who(1) }),
  ],
  ['executed by another', 'gov 13', (w) => one(MsgExecLegacyContent, { content: undefined, authority: w.who(1) })],
];
const DEPOSIT: readonly Case[] = [
  ['depositor that is none', 'sdk 7', () => one(MsgDeposit, { proposalId: 1n, depositor: 'x', amount: [coin('100000')] })],
  ['nothing', 'sdk 10', (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [] })],
  ['coins in disorder', 'sdk 10', (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('1', 'z'), coin('1', 'abc')] })],
  ['no such proposal', 'undefined 1', (w) => one(MsgDeposit, { proposalId: 9n, depositor: w.who(2), amount: [coin('100000')] })],
  [
    'proposal that is done',
    'gov 3',
    (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('100000')] }),
    (w) => setProposal(w.keeper, w.ctx, { ...w.keeper.proposal(w.ctx, 1n), status: 4 }),
  ],
  ['another denom', 'gov 23', (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('100000', 'other')] })],
  ['too small', 'gov 16', (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('99999')] })],
  [
    'a ratio that is no number',
    'undefined 1',
    (w) => one(MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('100000')] }),
    params({ minDepositRatio: '' }),
  ],
  ['of v1beta1', 'ok', (w) => one(old.MsgDeposit, { proposalId: 1n, depositor: w.who(2), amount: [coin('100000')] })],
  ['while it is voted on', 'ok', (w) => one(MsgDeposit, { proposalId: 2n, depositor: w.who(2), amount: [coin('100000')] })],
];
const weighted = (w: World, ...options: readonly (readonly [number, string])[]): readonly [Codec<never>, unknown] =>
  one(MsgVoteWeighted, { proposalId: 2n, voter: w.who(2), metadata: '', options: options.map(([option, weight]) => ({ option, weight })) });
const VOTE: readonly Case[] = [
  ['voter that is none', 'sdk 7', () => one(MsgVote, { proposalId: 2n, voter: 'x', option: 1, metadata: '' })],
  ['no option', 'gov 7', (w) => one(MsgVote, { proposalId: 2n, voter: w.who(2), option: 0, metadata: '' })],
  ['unknown option', 'gov 7', (w) => one(MsgVote, { proposalId: 2n, voter: w.who(2), option: 5, metadata: '' })],
  ['not voted on yet', 'gov 3', (w) => one(MsgVote, { proposalId: 1n, voter: w.who(2), option: 1, metadata: '' })],
  ['no such proposal', 'gov 3', (w) => one(MsgVote, { proposalId: 9n, voter: w.who(2), option: 1, metadata: '' })],
  ['long metadata', 'gov 15', (w) => one(MsgVote, { proposalId: 2n, voter: w.who(2), option: 1, metadata: 'm'.repeat(256) })],
  ['right', 'ok', (w) => one(MsgVote, { proposalId: 2n, voter: w.who(2), option: 4, metadata: '' })],
  ['of v1beta1', 'ok', (w) => one(old.MsgVote, { proposalId: 2n, voter: w.who(2), option: 4 })],
  ['weights: none', 'sdk 18', (w) => weighted(w)],
  ['weights: voter that is none', 'sdk 7', () => one(MsgVoteWeighted, { proposalId: 2n, voter: '', options: [], metadata: '' })],
  ['weights: no number', 'gov 7', (w) => weighted(w, [1, 'x'])],
  ['weights: negative', 'gov 7', (w) => weighted(w, [1, '-0.5'], [2, '1.5'])],
  ['weights: an unknown option', 'gov 7', (w) => weighted(w, [0, '1'])],
  ['weights: twice the same', 'gov 7', (w) => weighted(w, [1, '0.5'], [1, '0.5'])],
  ['weights: less than one', 'gov 7', (w) => weighted(w, [1, '0.5'], [2, '0.499999999999999999'])],
  ['weights: more than one', 'gov 7', (w) => weighted(w, [1, '0.5'], [2, '0.500000000000000001'])],
  ['weights: right', 'ok', (w) => weighted(w, [1, '0.3'], [2, '0.7'])],
  ['weights of v1beta1: left out', 'gov 7', (w) => one(old.MsgVoteWeighted, { proposalId: 2n, voter: w.who(2), options: [{ option: 1, weight: '' }] })],
];
const CANCEL: readonly Case[] = [
  ['proposer that is none', 'sdk 7', () => one(MsgCancelProposal, { proposalId: 1n, proposer: 'x' })],
  ['another proposer', 'gov 18', (w) => one(MsgCancelProposal, { proposalId: 1n, proposer: w.who(2) })],
  ['the proposer in capitals', 'gov 18', (w) => one(MsgCancelProposal, { proposalId: 1n, proposer: w.who(1).toUpperCase() })],
  ['no such proposal', 'undefined 1', (w) => one(MsgCancelProposal, { proposalId: 9n, proposer: w.who(1) })],
  [
    'nobody proposed it',
    'gov 21',
    (w) => one(MsgCancelProposal, { proposalId: 1n, proposer: w.who(1) }),
    (w) => setProposal(w.keeper, w.ctx, { ...w.keeper.proposal(w.ctx, 1n), proposer: '' }),
  ],
  [
    'done',
    'gov 21',
    (w) => one(MsgCancelProposal, { proposalId: 1n, proposer: w.who(1) }),
    (w) => setProposal(w.keeper, w.ctx, { ...w.keeper.proposal(w.ctx, 1n), status: 3 }),
  ],
  [
    'after the vote',
    'gov 20',
    (w) => one(MsgCancelProposal, { proposalId: 2n, proposer: w.who(1) }),
    (w) => setProposal(w.keeper, w.ctx, { ...w.keeper.proposal(w.ctx, 2n), votingEndTime: 1n }),
  ],
  ['right', 'ok', (w) => one(MsgCancelProposal, { proposalId: 2n, proposer: w.who(1) })],
];

test.each([...SUBMIT, ...LEGACY, ...DEPOSIT, ...VOTE, ...CANCEL])('%s: %s', (_, expected, make, before) => {
  const w = world();
  if (typeof before === 'function') before(w);
  const [codec, msg] = (make as Case[2])(w);
  expect(code(() => w.send(codec as Codec<unknown>, msg, w.ctx))).toBe(expected);
});

test.each<[string, (p: Params) => Partial<Params>]>([
  ['invalid minimum deposit: ', () => ({ minDeposit: [] })],
  ['invalid minimum deposit: 0utrel', () => ({ minDeposit: [coin('0')] })],
  ['invalid expedited minimum deposit: ', () => ({ expeditedMinDeposit: [] })],
  ['expedited minimum deposit must be greater than minimum deposit: 10000000utrel', (p) => ({ expeditedMinDeposit: p.minDeposit })],
  ['maximum deposit period must not be nil: 0', () => ({ maxDepositPeriod: undefined })],
  ['invalid quorum string: decimal string cannot be empty', () => ({ quorum: '' })],
  ['quorom cannot be negative: -0.100000000000000000', () => ({ quorum: '-0.1' })],
  ['quorom too large: 1.1', () => ({ quorum: '1.1' })],
  ['vote threshold must be positive: 0.000000000000000000', () => ({ threshold: '0' })],
  ['vote threshold too large: 1.100000000000000000', () => ({ threshold: '1.1' })],
  ['expedited vote threshold 0.500000000000000000, must be greater than the regular threshold 0.500000000000000000', () => ({ expeditedThreshold: '0.5' })],
  ['veto threshold must be positive: -1.000000000000000000', () => ({ vetoThreshold: '-1' })],
  ['voting period must not be nil: 0', () => ({ votingPeriod: undefined })],
  ['voting period must be positive: 0s', () => ({ votingPeriod: 0n })],
  ['expedited voting period must be positive: -1ns', () => ({ expeditedVotingPeriod: -1n })],
  ['expedited voting period 48h0m0s must be strictly less that the regular voting period 48h0m0s', (p) => ({ expeditedVotingPeriod: p.votingPeriod })],
  ['mininum initial deposit ratio of proposal must be positive: -0.100000000000000000', () => ({ minInitialDepositRatio: '-0.1' })],
  ['burn rate of cancel proposal is too large: 2.000000000000000000', () => ({ proposalCancelRatio: '2' })],
  ['deposits destination address is invalid: x', () => ({ proposalCancelDest: 'x' })],
])('parameters: %s', (text, part) => {
  const w = world();
  const p = w.keeper.getParams(w.ctx);
  const update = (params: Params): unknown => w.send(MsgUpdateParams, { authority: w.gov, params }, w.ctx);
  expect(() => update({ ...p, ...part(p) })).toThrow(text);
  expect(code(() => update(p))).toBe('ok');
  expect(code(() => w.send(MsgUpdateParams, { authority: w.who(1), params: p }, w.ctx))).toBe('gov 13');
});
