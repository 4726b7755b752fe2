// The round state as the doors show it (dump_consensus_state, consensus_state): a copy of the moment, safe to keep.
import type { Driver } from '../consensus/driver.ts';
import type { VoteSet } from '../consensus/vote-set.ts';
import type { Time } from '../encoding/time.ts';
import type { Block } from '../types/block.ts';
import type { BlockId, PartSetHeader } from '../types/block-id.ts';
import type { PartSet } from '../types/part-set.ts';
import type { Proposal } from '../types/proposal.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';

export interface VoteSetView {
  readonly votes: readonly (Vote | undefined)[];
  readonly sum: bigint;
  readonly total: bigint;
  readonly maj23: BlockId | undefined;
}
export interface PartSetView {
  readonly header: PartSetHeader;
  readonly bits: readonly boolean[];
}
export interface RoundStateView {
  readonly height: bigint;
  readonly round: number;
  readonly step: number;
  readonly startTime: Time;
  readonly commitTime: Time;
  readonly validators: ValidatorSet;
  readonly proposal: Proposal | undefined;
  readonly proposalBlock: Block | undefined;
  readonly proposalBlockParts: PartSetView | undefined;
  readonly lockedRound: number;
  readonly lockedBlock: Block | undefined;
  readonly lockedBlockParts: PartSetView | undefined;
  readonly validRound: number;
  readonly validBlock: Block | undefined;
  readonly validBlockParts: PartSetView | undefined;
  readonly votes: readonly { readonly round: number; readonly prevotes: VoteSetView; readonly precommits: VoteSetView }[];
  readonly commitRound: number;
  readonly lastCommit: VoteSetView | undefined;
  readonly lastValidators: ValidatorSet | undefined;
  readonly triggeredTimeoutPrecommit: boolean;
}

function viewVotes(v: VoteSet): VoteSetView {
  return { votes: [...v.votes], sum: v.sum, total: v.totalPower, maj23: v.maj23 };
}

function viewParts(p: PartSet | undefined): PartSetView | undefined {
  return p === undefined ? undefined : { header: p.header, bits: Array.from({ length: p.total }, (_, i) => p.getPart(i) !== undefined) };
}

export function roundStateView(driver: Driver): RoundStateView {
  const c = driver.state;
  const { height, round, step, lockedRound, locked, validRound, valid, commitRound, precommitWait } = c.round;
  return {
    height,
    round,
    step,
    startTime: c.startTime,
    commitTime: c.commitTime,
    validators: c.validators.copy(),
    proposal: c.proposal,
    proposalBlock: c.proposalBlock?.block,
    proposalBlockParts: viewParts(c.proposalParts),
    lockedRound,
    lockedBlock: locked?.block,
    lockedBlockParts: viewParts(locked?.parts),
    validRound,
    validBlock: valid?.block,
    validBlockParts: viewParts(valid?.parts),
    votes: c.votes.rounds().map((r) => ({ round: r.round, prevotes: viewVotes(r.prevotes), precommits: viewVotes(r.precommits) })),
    commitRound,
    lastCommit: c.lastCommit === undefined ? undefined : viewVotes(c.lastCommit),
    lastValidators: c.context.lastValidators,
    triggeredTimeoutPrecommit: precommitWait,
  };
}
