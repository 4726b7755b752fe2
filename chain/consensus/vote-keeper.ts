// All votes of one height (cmt:consensus/types/height_vote_set.go): the sets of rounds 0 to `round` (the round after the current one),
// and of at most two later rounds a peer, so that a node that is behind can learn of a commit without a peer filling its memory.
import type { BlockId } from '../types/block-id.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import type { Vote } from '../types/vote.ts';
import { ConsensusError } from './errors.ts';
import { VoteSet } from './vote-set.ts';

/** Rounds beyond the open ones that one peer may open. */
export const CATCHUP_ROUNDS_PER_PEER = 2;

export interface RoundVotes {
  readonly prevotes: VoteSet;
  readonly precommits: VoteSet;
}

export class VoteKeeper {
  readonly height: bigint;
  readonly validators: ValidatorSet;
  readonly #rounds = new Map<number, RoundVotes>();
  readonly #catchup = new Map<string, number[]>();
  #round = 0;

  constructor(height: bigint, validators: ValidatorSet) {
    this.height = height;
    this.validators = validators;
    this.#open(0);
  }

  /** The last round that is open to everybody. */
  get round(): number {
    return this.#round;
  }

  #open(round: number): RoundVotes {
    const votes = {
      prevotes: new VoteSet(this.height, round, 1, this.validators),
      precommits: new VoteSet(this.height, round, 2, this.validators),
    };
    this.#rounds.set(round, votes);
    return votes;
  }

  /** Opens all rounds up to `round`. */
  setRound(round: number): void {
    if (this.#round !== 0 && round < this.#round - 1) throw new Error(`vote keeper: round ${round} after ${this.#round}`);
    for (let r = Math.max(0, this.#round - 1); r <= round; r++) if (!this.#rounds.has(r)) this.#open(r);
    this.#round = round;
  }

  prevotes(round: number): VoteSet | undefined {
    return this.#rounds.get(round)?.prevotes;
  }

  precommits(round: number): VoteSet | undefined {
    return this.#rounds.get(round)?.precommits;
  }

  /** The set a vote belongs to, opened as one of the peer's catch-up rounds if need be. `peer` is '' for our own votes. */
  setFor(vote: Pick<Vote, 'round' | 'type'>, peer: string): VoteSet {
    let votes = this.#rounds.get(vote.round);
    if (votes === undefined) {
      const opened = this.#catchup.get(peer) ?? [];
      if (opened.length >= CATCHUP_ROUNDS_PER_PEER) {
        throw new ConsensusError('unwanted-round', `peer has sent a vote that does not match our round for more than one round: ${vote.round}`);
      }
      votes = this.#open(vote.round);
      this.#catchup.set(peer, [...opened, vote.round]);
    }
    return vote.type === 1 ? votes.prevotes : votes.precommits;
  }

  /** The last open round with +2/3 prevotes for a block or nil. */
  polka(): { readonly round: number; readonly id: BlockId } | undefined {
    for (let round = this.#round; round >= 0; round--) {
      const id = this.#rounds.get(round)?.prevotes.maj23;
      if (id !== undefined) return { round, id };
    }
    return undefined;
  }

  /** Of rounds this keeper does not have it knows nothing and ignores the claim. */
  setPeerMaj23(round: number, type: number, peer: string, id: BlockId): void {
    const votes = this.#rounds.get(round);
    if (votes !== undefined) (type === 1 ? votes.prevotes : votes.precommits).setPeerMaj23(peer, id);
  }

  /** The open rounds in order, for dumps. */
  rounds(): readonly (RoundVotes & { readonly round: number })[] {
    const out: (RoundVotes & { readonly round: number })[] = [];
    for (let round = 0; round <= this.#round; round++) {
      const votes = this.#rounds.get(round);
      if (votes !== undefined) out.push({ round, ...votes });
    }
    return out;
  }
}
