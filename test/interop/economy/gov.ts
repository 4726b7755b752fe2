// Random messages of governance, of both versions, right ones and wrong ones.
import { int32, message, repeated, string, uint64 } from '../../../chain/encoding/codec.ts';
import { GO_ZERO_TIME } from '../../../chain/encoding/time.ts';
import { CommunityPoolSpendProposal } from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import type { Proposal } from '../../../proto/gen/cosmos/gov/v1.ts';
import {
  MsgCancelProposal,
  MsgDeposit,
  MsgExecLegacyContent,
  MsgSubmitProposal,
  MsgUpdateParams,
  MsgVote,
  MsgVoteWeighted,
} from '../../../proto/gen/cosmos/gov/v1.ts';
import * as old from '../../../proto/gen/cosmos/gov/v1beta1.ts';
import { CancelSoftwareUpgradeProposal, SoftwareUpgradeProposal } from '../../../proto/gen/cosmos/upgrade/v1beta1.ts';
import { content, govAddress, govParams } from './gov-content.ts';
import { any, type Maker, SECOND_DENOM, type World } from './world.ts';

/** For the genesis: periods of some blocks. */
export const GOV_PARAMS = {
  max_deposit_period: '60s',
  voting_period: '70s',
  expedited_voting_period: '30s',
  quorum: '0.005000000000000000',
  min_deposit: [{ denom: 'stake', amount: '3000000' }],
  expedited_min_deposit: [{ denom: 'stake', amount: '6000000' }],
} as const;

const proposals = (w: World): Proposal[] => [...w.app.keepers.gov.proposals.walk(w.state())].map(([, p]) => p);

/** One that is under way, mostly; undefined where none is. */
function target(w: World, status?: number): bigint | undefined {
  const r = w.random;
  const all = proposals(w);
  const fitting = all.filter((p) => (status === undefined ? p.status <= 2 : p.status === status));
  if (r.chance(0.05) || all.length === 0) return BigInt(r.between(0, 40));
  if (fitting.length === 0 && !r.chance(0.1)) return undefined;
  return r.pick(fitting.length === 0 || r.chance(0.05) ? all : fitting).id;
}

function deposit(w: World): { readonly denom: string; readonly amount: string }[] {
  const r = w.random;
  if (r.chance(0.03)) return r.pick([[], [w.coin(1n, 'other')], [w.coin(1n, '2x')]]);
  const list = [w.coin(BigInt(r.between(1, 2_000)), SECOND_DENOM), w.coin(w.amount(6_000_000))];
  if (r.chance(0.03)) return list.reverse();
  return r.chance(0.2) ? list : list.slice(1);
}

const METADATA = [
  '',
  'ipfs://x',
  '{"title":"T","summary":"S"}',
  '{"Title":"T","ſummary":"S","authors":["a",null],"extra":[1,{"x":[]}]}',
  '{"title":"other","title":"T","summary":"S"}',
  '{"title":"T","summary":"wrong"}',
  '{"title":"wrong","summary":1}',
  '{"title":"T","summary":"S","authors":"a"}',
  '{"title":null}',
  'null',
  '[1]',
  '{"title":"T","summary":"S",}',
  '{"title":"\\ud800","summary":"S"}',
  'm'.repeat(256),
];

const submit: Maker = (w) => {
  const from = w.account();
  const r = w.random;
  const metadata = r.chance(0.6) ? '' : r.pick(METADATA);
  const count = r.chance(0.1) ? 0 : r.chance(0.75) ? 1 : r.between(2, 4);
  const value = MsgSubmitProposal.from({
    messages: Array.from({ length: count }, () => content(w)),
    initialDeposit: deposit(w),
    proposer: from.address,
    metadata,
    title: r.chance(0.02) ? '' : r.chance(0.02) ? 't'.repeat(256) : 'T',
    summary: r.chance(0.02) ? '' : r.chance(0.02) ? 's'.repeat(10_201) : 'S',
    expedited: r.chance(0.3),
  });
  return { name: 'submit proposal', from, messages: [any(MsgSubmitProposal, value)] };
};

// Messages without their numbers, which our encoder would write as 0.
const BareCoin = message<{ readonly denom: string }>('bare', { denom: string(1) });
interface BareDeposit {
  readonly proposalId: bigint;
  readonly depositor: string;
  readonly amount: readonly { readonly denom: string }[];
}
const BareDeposit = message<BareDeposit>('cosmos.gov.v1.MsgDeposit', { proposalId: uint64(1), depositor: string(2), amount: repeated(3, BareCoin) });
const BareProposal = message<{
  readonly proposer: string;
  readonly title: string;
  readonly summary: string;
  readonly metadata: string;
  readonly initialDeposit: readonly { readonly denom: string }[];
}>('cosmos.gov.v1.MsgSubmitProposal', {
  initialDeposit: repeated(2, BareCoin),
  proposer: string(3),
  metadata: string(4),
  title: string(5),
  summary: string(6),
});

interface BareVote {
  readonly proposalId: bigint;
  readonly voter: string;
  readonly options: readonly { readonly option: number }[];
}
const BareOption = message<{ readonly option: number }>('bare', { option: int32(1) });
const BareVote = message<BareVote>('cosmos.gov.v1beta1.MsgVoteWeighted', { proposalId: uint64(1), voter: string(2), options: repeated(3, BareOption) });

const bare: Maker = (w) => {
  const from = w.account();
  const amount = w.random.pick([[{ denom: 'stake' }], [{ denom: '2x' }], [{ denom: 'stake' }, { denom: 'stake' }], [{ denom: 'other' }]]);
  const proposal = any(BareProposal, { proposer: from.address, title: 'T', summary: 'S', metadata: 'm', initialDeposit: amount });
  const deposit = any(BareDeposit, { proposalId: 1n, depositor: from.address, amount });
  const vote = any(BareVote, { proposalId: target(w, 2) ?? 1n, voter: from.address, options: [{ option: 1 }] });
  return { name: 'no number', from, messages: [w.random.pick([proposal, deposit, vote])] };
};

const pay: Maker = (w) => {
  const from = w.account();
  const proposalId = target(w, w.random.chance(0.7) ? 1 : undefined);
  if (proposalId === undefined) return undefined;
  const value = { proposalId, depositor: from.address, amount: deposit(w) };
  return { name: 'deposit', from, messages: [w.random.chance(0.2) ? any(old.MsgDeposit, value) : any(MsgDeposit, value)] };
};

const option = (w: World): number => (w.random.chance(0.65) ? 1 : w.random.chance(0.03) ? w.random.pick([0, 5, -1, 99]) : w.random.between(1, 5));

/** Somebody whose vote counts, mostly. */
function voter(w: World): ReturnType<World['account']> {
  const stakers = [...w.app.keepers.staking.delegations.walk(w.state())].flatMap(([, d]) => w.accountOf(d.delegatorAddress) ?? []);
  return stakers.length === 0 || w.random.chance(0.2) ? w.account() : w.random.pick(stakers);
}

const vote: Maker = (w) => {
  const from = voter(w);
  const proposalId = target(w, 2);
  if (proposalId === undefined) return undefined;
  const value = { proposalId, voter: from.address, option: option(w), metadata: w.random.chance(0.03) ? 'm'.repeat(256) : '' };
  return { name: 'vote', from, messages: [w.random.chance(0.2) ? any(old.MsgVote, value) : any(MsgVote, value)] };
};

/** Parts that make one, mostly. */
function weights(w: World): string[] {
  const r = w.random;
  if (r.chance(0.08))
    return r.pick([[], ['1.0000000000000000001'], ['0.5'], ['0.7', '0.7'], ['-1', '2'], ['x'], ['0', '1'], ['1', ''], ['0.25', '0.25', '0.25', '0.2']]);
  const first = r.between(1, 1000);
  if (first === 1000) return ['1'];
  const part = (n: number): string => `0.${n.toString().padStart(3, '0')}`;
  return [part(first), part(1000 - first)];
}

const voteWeighted: Maker = (w) => {
  const from = voter(w);
  const r = w.random;
  const proposalId = target(w, 2);
  if (proposalId === undefined) return undefined;
  const start = r.between(1, 5);
  const options = weights(w).map((weight, i) => ({ option: r.chance(0.03) ? r.between(0, 6) : ((start + i - 1) % 4) + 1, weight }));
  const base = { proposalId, voter: from.address };
  if (r.chance(0.25)) {
    const wire = options.map((o) => ({
      option: o.option,
      weight: /^0\.\d{3}$/.test(o.weight) ? `${o.weight.slice(2)}000000000000000` : r.pick(['', '1000000000000000000']),
    }));
    return { name: 'vote weighted (v1beta1)', from, messages: [any(old.MsgVoteWeighted, { ...base, options: wire })] };
  }
  return { name: 'vote weighted', from, messages: [any(MsgVoteWeighted, { ...base, options, metadata: '' })] };
};

const cancel: Maker = (w) => {
  const mine = proposals(w).filter((p) => w.accountOf(p.proposer) !== undefined && (p.status <= 2 || w.random.chance(0.1)));
  const p = mine.length === 0 ? undefined : w.random.pick(mine);
  const from = p === undefined || w.random.chance(0.1) ? w.account() : w.accountOf(p.proposer);
  return from && { name: 'cancel proposal', from, messages: [any(MsgCancelProposal, { proposalId: p?.id ?? 7n, proposer: from.address })] };
};

/** Of the old kind, which ibc-go's application has no handler for. */
const legacy: Maker = (w) => {
  const from = w.account();
  const r = w.random;
  const text = any(old.TextProposal, { title: r.pick(['T', ' ', 't'.repeat(141)]), description: r.pick(['D', '', 'd'.repeat(10_001)]) });
  const title = r.pick(['T', '']);
  const spend = any(CommunityPoolSpendProposal, { title, description: 'D', recipient: r.pick(['', 'x']), amount: [w.coin(w.amount())] });
  const plan = { name: r.pick(['', 'v']), time: GO_ZERO_TIME, height: r.chance(0.5) ? 0n : 1_000_000n, info: '', upgradedClientState: undefined };
  const upgrade = any(SoftwareUpgradeProposal, { title, description: 'D', plan });
  const kind = r.pick([text, text, spend, upgrade, any(CancelSoftwareUpgradeProposal, { title, description: 'D' })]);
  const value = old.MsgSubmitProposal.from({ content: r.chance(0.1) ? undefined : kind, initialDeposit: deposit(w), proposer: from.address });
  const exec = any(MsgExecLegacyContent, { content: text, authority: r.chance(0.2) ? 'x' : from.address });
  return { name: 'legacy proposal', from, messages: [r.chance(0.7) ? any(old.MsgSubmitProposal, value) : exec] };
};

const unauthorised: Maker = (w) => {
  const from = w.account();
  return { name: 'update gov params', from, messages: [any(MsgUpdateParams, { authority: from.address, params: govParams(w) })] };
};

/** Governance may be sent to; then its balance is more than the deposits. */
const short: Maker = (w) => {
  const p = w.random.pick([submit, pay, vote, cancel])(w);
  return p && { ...p, name: `${p.name} with little gas`, options: { gas: BigInt(w.random.between(40_000, 140_000)) } };
};

export const GOV: readonly (readonly [number, Maker])[] = [
  [7, submit],
  [12, pay],
  [30, vote],
  [9, voteWeighted],
  [2, cancel],
  [1, legacy],
  [1, unauthorised],
  [0.5, bare],
  [2, short],
];

/** What may stand in the requests of governance's queries. */
export function govCandidates(w: World): Readonly<Record<string, readonly string[]>> {
  const holders = [...w.accounts.map((a) => a.address), '', 'x', govAddress(w)];
  const ids = proposals(w).map((p) => p.id.toString());
  return {
    proposal_id: [...ids, ...ids.slice(-3), '0', '77777', '18446744073709551615'],
    voter: [...holders, '', '', ''],
    depositor: [...holders, '', '', ''],
    proposal_status: [
      'PROPOSAL_STATUS_UNSPECIFIED',
      'PROPOSAL_STATUS_DEPOSIT_PERIOD',
      'PROPOSAL_STATUS_VOTING_PERIOD',
      'PROPOSAL_STATUS_PASSED',
      'PROPOSAL_STATUS_REJECTED',
      'PROPOSAL_STATUS_FAILED',
    ],
    params_type: ['deposit', 'voting', 'tallying', '', 'x'],
  };
}
