// The round machine: one pure function from a state and an input to the next state and its outputs. It knows no votes, no blocks'
// contents and no time; the driver tells it which thresholds were reached and which block it holds.
// Arms carry the line numbers of the Tendermint paper (arXiv:1807.04938, algorithm 1). Where CometBFT v0.40.0 differs from the paper
// it wins, and the arm names its Go function (cmt:consensus/state.go): a locked validator prevotes its locked block whatever is
// proposed, and unlocks on a polka for nil, for an unknown block, or of a later round for another block.
// Invariants: (round, step) never goes back within a height; locked is set iff lockedRound >= 0, valid iff validRound >= 0.
import { bytesEqual } from '../encoding/bytes.ts';
import type { BlockId } from '../types/block-id.ts';
import {
  STEP_COMMIT,
  STEP_NEW_HEIGHT,
  STEP_NEW_ROUND,
  STEP_PRECOMMIT,
  STEP_PRECOMMIT_WAIT,
  STEP_PREVOTE,
  STEP_PREVOTE_WAIT,
  STEP_PROPOSE,
  type Step,
} from './step.ts';

/** What is voted on: anything with a block id. */
export interface HasBlockId {
  readonly id: BlockId;
}

export interface RoundState<V extends HasBlockId> {
  readonly height: bigint;
  readonly round: number;
  readonly step: Step;
  /** -1: not locked. */
  readonly lockedRound: number;
  readonly locked: V | undefined;
  /** -1: no valid value. */
  readonly validRound: number;
  readonly valid: V | undefined;
  /** The timeout of L47-48 runs already (CometBFT's TriggeredTimeoutPrecommit). */
  readonly precommitWait: boolean;
  /** -1 until +2/3 precommits for a block are there. */
  readonly commitRound: number;
}

export function initialRoundState<V extends HasBlockId>(height: bigint): RoundState<V> {
  return {
    height,
    round: 0,
    step: STEP_NEW_HEIGHT,
    lockedRound: -1,
    locked: undefined,
    validRound: -1,
    valid: undefined,
    precommitWait: false,
    commitRound: -1,
  };
}

export type RoundInput<V extends HasBlockId> =
  | { readonly type: 'newRound'; readonly round: number }
  | { readonly type: 'propose'; readonly round: number; readonly isProposer: boolean }
  /** `proposal`: the complete proposed block, if it is valid; not needed when locked. */
  | { readonly type: 'proposal' | 'timeoutPropose'; readonly round: number; readonly proposal: V | undefined }
  | { readonly type: 'polkaAny'; readonly round: number }
  | { readonly type: 'polkaNil'; readonly round: number }
  /** `proposal`: the block this node holds, if it is the one of the polka. */
  | { readonly type: 'polkaValue'; readonly round: number; readonly id: BlockId; readonly proposal: V | undefined }
  | { readonly type: 'noPolka'; readonly round: number }
  | { readonly type: 'laterPolka'; readonly round: number; readonly hash: Uint8Array }
  /** `announce`: the votes came after the block; peers are told which block is valid. */
  | { readonly type: 'validValue'; readonly round: number; readonly id: BlockId; readonly proposal: V | undefined; readonly announce: boolean }
  | { readonly type: 'precommitAny'; readonly round: number }
  | { readonly type: 'precommitValue'; readonly round: number };

export type RoundEvent = 'Polka' | 'Lock' | 'Relock' | 'Unlock';

export type RoundOutput<V extends HasBlockId> =
  /** A new round began: proposer rotates, the old proposal is forgotten, votes of the next round are accepted. */
  | { readonly type: 'roundStarted' }
  /** `value`: the valid value to propose again; undefined asks for a new block. */
  | { readonly type: 'propose'; readonly value: V | undefined; readonly polRound: number }
  /** 1 prevote, 2 precommit; `id` undefined votes nil; `value` is the block voted for. */
  | { readonly type: 'vote'; readonly voteType: 1 | 2; readonly id: BlockId | undefined; readonly value: V | undefined }
  | { readonly type: 'timeout'; readonly step: Step }
  | { readonly type: 'event'; readonly event: RoundEvent }
  /** The block of this id is wanted; `dropBlock`: the proposed block is another and is forgotten even if the parts stay. */
  | { readonly type: 'fetch'; readonly id: BlockId; readonly dropBlock: boolean }
  | { readonly type: 'validBlock' }
  /** (height, round, step) changed, or is told again. */
  | { readonly type: 'stepChanged' };

export interface Transition<V extends HasBlockId> {
  readonly state: RoundState<V>;
  readonly outputs: readonly RoundOutput<V>[];
}

function isFor(value: HasBlockId | undefined, hash: Uint8Array): boolean {
  return value !== undefined && bytesEqual(value.id.hash, hash);
}

const stepChanged = { type: 'stepChanged' } as const;

/** An input that does not fit the state changes nothing: thresholds are reported more than once. */
export function transition<V extends HasBlockId>(s: RoundState<V>, e: RoundInput<V>): Transition<V> {
  const same: Transition<V> = { state: s, outputs: [] };
  const event = (name: RoundEvent): RoundOutput<V> => ({ type: 'event', event: name });
  const precommit = (value: V | undefined): RoundOutput<V> => ({ type: 'vote', voteType: 2, id: value?.id, value });
  const unlocked = { lockedRound: -1, locked: undefined } as const;

  switch (e.type) {
    // L11-13, L55-56 (enterNewRound: on +2/3 of the later round, the paper's f+1 is not enough), L65-67.
    case 'newRound':
      if (e.round < s.round || (e.round === s.round && s.step !== STEP_NEW_HEIGHT)) return same;
      return { state: { ...s, round: e.round, step: STEP_NEW_ROUND, precommitWait: false }, outputs: [{ type: 'roundStarted' }] };

    // L14-21.
    case 'propose': {
      if (e.round !== s.round || s.step >= STEP_PROPOSE) return same;
      const outputs: RoundOutput<V>[] = [{ type: 'timeout', step: STEP_PROPOSE }];
      if (e.isProposer) outputs.push({ type: 'propose', value: s.valid, polRound: s.validRound });
      outputs.push(stepChanged);
      return { state: { ...s, step: STEP_PROPOSE }, outputs };
    }

    // L22-27 and L28-33 without the exceptions for a locked value (defaultDoPrevote: the locked block, always); L57-60.
    case 'proposal':
    case 'timeoutPropose': {
      if (e.round !== s.round || s.step >= STEP_PREVOTE) return same;
      const value = s.locked ?? e.proposal;
      return { state: { ...s, step: STEP_PREVOTE }, outputs: [{ type: 'vote', voteType: 1, id: value?.id, value }, stepChanged] };
    }

    // L34-35.
    case 'polkaAny':
      if (e.round !== s.round || s.step >= STEP_PREVOTE_WAIT) return same;
      return { state: { ...s, step: STEP_PREVOTE_WAIT }, outputs: [{ type: 'timeout', step: STEP_PREVOTE_WAIT }, stepChanged] };

    // L44-46; the unlock is enterPrecommit's.
    case 'polkaNil': {
      if (e.round !== s.round || s.step >= STEP_PRECOMMIT) return same;
      const outputs = [event('Polka')];
      if (s.locked !== undefined) outputs.push(event('Unlock'));
      outputs.push(precommit(undefined), stepChanged);
      return { state: { ...s, ...unlocked, step: STEP_PRECOMMIT }, outputs };
    }

    // L36-41; relocking and the unlock for an unknown block are enterPrecommit's.
    case 'polkaValue': {
      if (e.round !== s.round || s.step >= STEP_PRECOMMIT) return same;
      const next = { ...s, step: STEP_PRECOMMIT } as const;
      if (s.locked !== undefined && isFor(s.locked, e.id.hash)) {
        return { state: { ...next, lockedRound: e.round }, outputs: [event('Polka'), event('Relock'), precommit(s.locked), stepChanged] };
      }
      if (e.proposal !== undefined && isFor(e.proposal, e.id.hash)) {
        return { state: { ...next, lockedRound: e.round, locked: e.proposal }, outputs: [event('Polka'), event('Lock'), precommit(e.proposal), stepChanged] };
      }
      return {
        state: { ...next, ...unlocked },
        outputs: [event('Polka'), { type: 'fetch', id: e.id, dropBlock: false }, event('Unlock'), precommit(undefined), stepChanged],
      };
    }

    // L61-64, and +2/3 precommits of a round whose prevotes are not there (enterPrecommit).
    case 'noPolka':
      if (e.round !== s.round || s.step >= STEP_PRECOMMIT) return same;
      return { state: { ...s, step: STEP_PRECOMMIT }, outputs: [precommit(undefined), stepChanged] };

    // addVote: a polka of a round in (lockedRound, round] for anything but the locked block.
    case 'laterPolka':
      if (s.locked === undefined || e.round <= s.lockedRound || e.round > s.round || isFor(s.locked, e.hash)) return same;
      return { state: { ...s, ...unlocked }, outputs: [event('Unlock')] };

    // L36 with L42-43, at any step (addVote, handleCompleteProposal).
    case 'validValue': {
      if (e.round !== s.round || e.round <= s.validRound) return same;
      const state = e.proposal !== undefined && isFor(e.proposal, e.id.hash) ? { ...s, validRound: e.round, valid: e.proposal } : s;
      if (!e.announce) return { state, outputs: [] };
      return { state, outputs: [{ type: 'fetch', id: e.id, dropBlock: state === s }, { type: 'validBlock' }] };
    }

    // L47-48.
    case 'precommitAny':
      if (e.round !== s.round || s.precommitWait) return same;
      return { state: { ...s, precommitWait: true }, outputs: [{ type: 'timeout', step: STEP_PRECOMMIT_WAIT }, stepChanged] };

    // L49-51; the height ends (L52-54) when the block is there and applied.
    case 'precommitValue':
      if (s.step >= STEP_COMMIT) return same;
      return { state: { ...s, step: STEP_COMMIT, commitRound: e.round }, outputs: [stepChanged] };
  }
}
