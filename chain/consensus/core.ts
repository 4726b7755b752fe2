// The state of consensus on one height and the primitive moves on it; the rules are in transitions.ts, on-proposal.ts and on-vote.ts.
// Invariants: `proposalBlock`, if set, is complete and decoded; `proposalParts` may be ahead of it and collects parts of the wanted block.
import { bytesEqual } from '../encoding/bytes.ts';
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';
import { type BlockId, partSetHeadersEqual, ZERO_BLOCK_ID } from '../types/block-id.ts';
import { PartSet } from '../types/part-set.ts';
import { PROPOSAL, type Proposal } from '../types/proposal.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { Validator } from '../types/validator.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import { PRECOMMIT } from '../types/vote.ts';
import type { ConsensusConfig } from './config.ts';
import { ask, type Candidate, type ConsensusEvent, type HeightContext, type Input, type Steps, type UnsignedVote } from './effects.ts';
import { ConsensusFailure } from './errors.ts';
import { initialRoundState, type RoundInput, type RoundOutput, type RoundState, transition } from './round.ts';
import { STEP_NEW_HEIGHT, STEP_PRECOMMIT_WAIT, STEP_PREVOTE_WAIT, STEP_PROPOSE, type Step, stepName } from './step.ts';
import { VoteKeeper } from './vote-keeper.ts';
import type { VoteSet } from './vote-set.ts';

/** The validator key of this node. */
export interface OwnKey {
  readonly publicKey: PublicKey;
  readonly address: Uint8Array;
}

/** Our own messages, to be logged and processed as if they had arrived. */
export type InternalMessage =
  | Extract<Input, { readonly type: 'proposal' | 'vote' }>
  | { readonly type: 'ownBlock'; readonly round: number; readonly candidate: Candidate };

const MILLISECOND = 1_000_000n;

export class Core {
  readonly config: ConsensusConfig;
  ownKey: OwnKey | undefined;
  context: HeightContext;
  round: RoundState<Candidate>;
  /** Priorities as of the current round. */
  validators: ValidatorSet;
  votes: VoteKeeper;
  /** Precommits of the height before; grows while the step is NewHeight. */
  lastCommit: VoteSet | undefined;
  proposal: Proposal | undefined;
  proposalBlock: Candidate | undefined;
  proposalParts: PartSet | undefined;
  startTime: Time = GO_ZERO_TIME;
  commitTime: Time = GO_ZERO_TIME;
  txsAvailable = false;
  /** While a log is replayed nothing is logged again. */
  replaying = false;
  readonly internal: InternalMessage[] = [];

  constructor(config: ConsensusConfig, context: HeightContext, ownKey: OwnKey | undefined, lastCommit: VoteSet | undefined) {
    if (lastCommit === undefined ? context.height !== context.initialHeight : lastCommit.maj23 === undefined) {
      throw new Error('consensus needs the commit of the last block');
    }
    this.config = config;
    this.ownKey = ownKey;
    this.context = context;
    this.round = initialRoundState(context.height);
    this.validators = context.validators;
    this.votes = new VoteKeeper(context.height, context.validators);
    this.lastCommit = lastCommit;
  }

  get height(): bigint {
    return this.context.height;
  }

  /** Moves to the next height; `lastCommit` are the precommits that decided the one before. */
  *startHeight(context: HeightContext, lastCommit: VoteSet | undefined): Steps {
    this.context = context;
    this.lastCommit = lastCommit;
    this.round = initialRoundState(context.height);
    this.validators = context.validators;
    this.votes = new VoteKeeper(context.height, context.validators);
    this.proposal = undefined;
    this.proposalBlock = undefined;
    this.proposalParts = undefined;
    this.txsAvailable = false;
    this.startTime = (this.commitTime === GO_ZERO_TIME ? lastVoteTime(lastCommit) : this.commitTime) + this.config.timeoutCommit;
    yield* this.stepChanged();
  }

  /** Starts the wait for round 0, which after a start of the process is mostly over; a clock that jumped cannot make it longer than timeout_commit. */
  *scheduleRound0(): Steps {
    let duration = this.startTime - (yield* ask('now', {}));
    if (duration > this.config.timeoutCommit) duration = this.config.timeoutCommit;
    yield* this.schedule(STEP_NEW_HEIGHT, duration < 0n ? 0n : duration);
  }

  *schedule(step: Step, duration: bigint): Steps {
    yield* ask('scheduleTimeout', { timeout: { duration, height: this.height, round: this.round.round, step } });
  }

  *publish(event: ConsensusEvent): Steps {
    yield* ask('publish', { event });
  }

  roundStateEvent(type: Exclude<ConsensusEvent['type'], 'NewRound' | 'CompleteProposal' | 'Vote'>, step: Step = this.round.step): ConsensusEvent {
    return { type, height: this.height, round: this.round.round, step: stepName(step) };
  }

  *stepChanged(): Steps {
    const { height, round, step } = this.round;
    if (!this.replaying) yield* ask('walAppend', { message: { type: 'roundState', height, round, step: stepName(step) }, sync: false });
    yield* this.publish(this.roundStateEvent('NewRoundStep'));
  }

  /** Runs the round machine on an input and performs its outputs. */
  *apply(input: RoundInput<Candidate>): Steps {
    const before = this.round;
    const { state, outputs } = transition(before, input);
    if (outputs.some((o) => o.type === 'roundStarted')) this.#rotate(state.round - before.round);
    this.round = state;
    for (const output of outputs) yield* this.#perform(output, before.step);
  }

  #rotate(rounds: number): void {
    if (rounds === 0) return;
    this.validators = this.validators.copyIncrementProposerPriority(rounds);
    this.proposal = undefined;
    this.proposalBlock = undefined;
    this.proposalParts = undefined;
  }

  *#perform(o: RoundOutput<Candidate>, stepBefore: Step): Steps {
    switch (o.type) {
      case 'roundStarted': {
        this.votes.setRound(this.round.round + 1);
        const { address } = this.proposer;
        const index = this.validators.getByAddress(address)?.index ?? -1;
        yield* this.publish({
          type: 'NewRound',
          height: this.height,
          round: this.round.round,
          step: stepName(this.round.step),
          proposer: { address, index },
        });
        return;
      }
      case 'propose':
        yield* this.#propose(o.value, o.polRound);
        return;
      case 'vote':
        yield* this.#vote(o.voteType, o.id, o.value);
        return;
      case 'timeout':
        yield* this.schedule(o.step, this.#timeoutOf(o.step));
        return;
      case 'event':
        yield* this.publish(this.roundStateEvent(o.event, stepBefore));
        return;
      case 'fetch':
        if (o.dropBlock) this.proposalBlock = undefined;
        this.want(o.id);
        return;
      case 'validBlock':
        yield* this.publish(this.roundStateEvent('ValidBlock'));
        return;
      case 'stepChanged':
        yield* this.stepChanged();
        return;
    }
  }

  #timeoutOf(step: Step): bigint {
    const c = this.config;
    const round = BigInt(this.round.round);
    switch (step) {
      case STEP_PROPOSE:
        return c.timeoutPropose + c.timeoutProposeDelta * round;
      case STEP_PREVOTE_WAIT:
        return c.timeoutPrevote + c.timeoutPrevoteDelta * round;
      case STEP_PRECOMMIT_WAIT:
        return c.timeoutPrecommit + c.timeoutPrecommitDelta * round;
      default:
        throw new Error(`step ${step} has no timeout`);
    }
  }

  /** Collects the parts of this block from now on, unless it is the one collected already. True if that is new. */
  want(id: BlockId): boolean {
    if (this.proposalParts !== undefined && partSetHeadersEqual(this.proposalParts.header, id.partSetHeader)) return false;
    this.proposalBlock = undefined;
    this.proposalParts = PartSet.fromHeader(id.partSetHeader);
    return true;
  }

  /** Whose turn it is in this round. */
  get proposer(): Validator {
    const { proposer } = this.validators;
    if (proposer === undefined) throw new Error('consensus on an empty validator set');
    return proposer;
  }

  isProposer(): boolean {
    return this.ownKey !== undefined && bytesEqual(this.proposer.address, this.ownKey.address);
  }

  /** cmt:consensus/state.go defaultDecideProposal. */
  *#propose(value: Candidate | undefined, polRound: number): Steps {
    let candidate = value;
    if (candidate === undefined) {
      const initial = this.height === this.context.initialHeight;
      const lastCommit = initial ? undefined : this.lastCommit?.makeExtendedCommit();
      candidate = yield* ask('createBlock', { height: this.height, lastCommit });
      if (candidate === undefined) return;
    }
    // Without what led to this proposal on disk, a restart might compute another one, which the signer would have to refuse.
    yield* ask('walSync', {});
    const timestamp = yield* ask('now', {});
    const unsigned = { type: PROPOSAL, height: this.height, round: this.round.round, polRound, blockId: candidate.id, timestamp };
    const proposal = yield* ask('signProposal', { proposal: unsigned });
    if (proposal === undefined) return;
    this.internal.push({ type: 'proposal', proposal, peer: '' }, { type: 'ownBlock', round: proposal.round, candidate });
  }

  /** cmt:consensus/state.go signAddVote, voteTime. */
  *#vote(type: 1 | 2, id: BlockId | undefined, value: Candidate | undefined): Steps {
    const key = this.ownKey;
    const validatorIndex = key === undefined ? undefined : this.validators.getByAddress(key.address)?.index;
    if (key === undefined || validatorIndex === undefined) return;
    yield* ask('walSync', {});
    const now = yield* ask('now', {});
    const seen = this.round.locked ?? this.proposalBlock;
    const earliest = seen === undefined ? now : seen.block.header.time + MILLISECOND;
    const vote: UnsignedVote = {
      type,
      height: this.height,
      round: this.round.round,
      blockId: id ?? ZERO_BLOCK_ID,
      timestamp: now > earliest ? now : earliest,
      validatorAddress: key.address,
      validatorIndex,
      extension: new Uint8Array(0),
    };
    const extend = this.context.extensions && type === PRECOMMIT && value !== undefined;
    const extended = extend ? { ...vote, extension: yield* this.#extension(value, vote) } : vote;
    const signed = yield* ask('signVote', { vote: extended, extension: extend });
    if (signed !== undefined) this.internal.push({ type: 'vote', vote: signed, peer: '' });
  }

  *#extension(candidate: Candidate, vote: UnsignedVote): Steps<Uint8Array> {
    const extension = yield* ask('extendVote', { candidate, vote });
    // Peers will ask the same of their application; an extension that it refuses would stall the whole network.
    if (extension.length > 0 && !(yield* ask('verifyVoteExtension', { vote: { ...vote, extension } }))) {
      throw new ConsensusFailure(`the application refuses its own vote extension at height ${vote.height}: ExtendVote and VerifyVoteExtension disagree`);
    }
    return extension;
  }
}

/**
 * When the height before was decided, as far as a process knows that did not see it: its precommits were made just before. Without any
 * there is nothing to wait for. CometBFT waits timeout_commit from its own start instead, in which no more precommits arrive.
 */
function lastVoteTime(lastCommit: VoteSet | undefined): Time {
  let latest = GO_ZERO_TIME;
  for (const v of lastCommit?.votes ?? []) if (v !== undefined && v.timestamp > latest) latest = v.timestamp;
  return latest;
}
