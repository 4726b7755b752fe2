// What a peer is known to have (network.md §6.2, cmt:consensus/reactor.go PeerState): its height, round and step as it said, and which votes
// and parts it holds. What was sent counts as known at once; there are no acknowledgements.
// A peer that does not say where it is (Go greets only once, and keeps a peer over a short restart of ours) is assumed to be behind its last
// stored block: what it has already it ignores.
import { BitArray } from '../../types/bit-array.ts';
import { type PartSetHeader, partSetHeadersEqual } from '../../types/block-id.ts';
import type { HasVote, NewRoundStep, NewValidBlock, ProposalPol, VoteSetBits } from '../../types/messages/consensus.ts';
import type { Proposal } from '../../types/proposal.ts';
import { PRECOMMIT, PREVOTE } from '../../types/vote.ts';
import { SentVotes } from './sent-votes.ts';

export class PeerRoundState {
  /** 0: unknown. */
  height = 0n;
  round = -1;
  step = 0;
  /** Milliseconds since 1970 of the peer's start of the height. */
  startTimeMs = 0;
  /** Height, round and step are not the peer's own word. */
  assumed = true;
  proposal = false;
  partSetHeader: PartSetHeader | undefined;
  parts: BitArray | undefined;
  polRound = -1;
  pol: BitArray | undefined;
  prevotes: BitArray | undefined;
  precommits: BitArray | undefined;
  lastCommitRound = -1;
  lastCommit: BitArray | undefined;
  catchupCommitRound = -1;
  catchupCommit: BitArray | undefined;
  readonly #sent = new SentVotes();

  /** False where it is not news. */
  applyNewRoundStep(m: NewRoundStep, nowMs: number): boolean {
    const { height, round, precommits } = this;
    const later = m.height !== height ? m.height > height : m.round !== round ? m.round > round : m.step > this.step;
    if (!later && !this.assumed) return false;
    const catchup = m.height === height && m.round !== round && m.round === this.catchupCommitRound ? this.catchupCommit : undefined;
    const { assumed } = this;
    this.assumed = false;
    this.height = m.height;
    this.round = m.round;
    this.step = m.step;
    this.startTimeMs = nowMs - 1000 * Number(m.secondsSinceStartTime);
    // What was sent to a peer elsewhere than it was taken to be may have been of no use to it.
    if (assumed || m.height !== height || m.round !== round) this.#newRound();
    if (catchup !== undefined) this.precommits = catchup;
    if (assumed || m.height !== height) {
      const follows = !assumed && height + 1n === m.height && round === m.lastCommitRound;
      this.lastCommitRound = m.lastCommitRound;
      this.lastCommit = follows ? precommits : undefined;
      this.catchupCommitRound = -1;
      this.catchupCommit = undefined;
    }
    return true;
  }

  #newRound(): void {
    this.proposal = false;
    this.partSetHeader = undefined;
    this.parts = undefined;
    this.polRound = -1;
    this.pol = undefined;
    this.prevotes = undefined;
    this.precommits = undefined;
  }

  /** Nothing was heard of the peer's place. */
  assume(height: bigint, round: number, step: number): void {
    if (!this.assumed) return;
    if (height !== this.height || round !== this.round) {
      this.#newRound();
      this.catchupCommitRound = -1;
      this.catchupCommit = undefined;
    }
    this.height = height;
    this.round = round;
    this.step = step;
  }

  applyNewValidBlock(m: NewValidBlock): void {
    if (m.height !== this.height || (m.round !== this.round && !m.isCommit)) return;
    this.partSetHeader = m.blockPartSetHeader;
    this.parts = m.blockParts;
  }

  setHasProposal(p: Proposal): void {
    if (p.height !== this.height || p.round !== this.round || this.proposal) return;
    this.proposal = true;
    if (this.parts !== undefined) return;
    this.initParts(p.blockId.partSetHeader);
    this.polRound = p.polRound;
    this.pol = undefined;
  }

  /** The proposal did not reach the peer, so that it has no place for parts either. */
  proposalLost(p: Proposal): void {
    if (p.height !== this.height || p.round !== this.round) return;
    this.proposal = false;
    if (!this.wantsPartsOf(p.blockId.partSetHeader) || this.parts?.isEmpty() === false) return;
    this.partSetHeader = undefined;
    this.parts = undefined;
  }

  /** What was sent to the peer may not have arrived, and what it said before need not be kept: it has nothing of its height. */
  forgetSent(): void {
    this.proposal = false;
    if (this.parts !== undefined) this.parts = new BitArray(this.parts.size);
    this.pol = undefined;
    this.prevotes = undefined;
    this.precommits = undefined;
    this.lastCommit = undefined;
    this.catchupCommitRound = -1;
    this.catchupCommit = undefined;
  }

  initParts(header: PartSetHeader): void {
    if (this.parts !== undefined) return;
    this.partSetHeader = header;
    this.parts = new BitArray(header.total);
  }

  wantsPartsOf(header: PartSetHeader): boolean {
    return this.partSetHeader !== undefined && partSetHeadersEqual(this.partSetHeader, header);
  }

  setHasPart(height: bigint, round: number, index: number, has = true): void {
    if (height === this.height && round === this.round) this.parts?.set(index, has);
  }

  applyProposalPol(m: ProposalPol): void {
    if (m.height === this.height && m.proposalPolRound === this.polRound) this.pol = m.proposalPol;
  }

  /** The bits that a vote belongs to; undefined where it is of no use to the peer, or they are not made yet. */
  voteBits(height: bigint, round: number, type: number): BitArray | undefined {
    if (height === this.height) {
      if (round === this.round) return type === PREVOTE ? this.prevotes : this.precommits;
      if (round === this.catchupCommitRound && type === PRECOMMIT) return this.catchupCommit;
      return round === this.polRound && type === PREVOTE ? this.pol : undefined;
    }
    if (height + 1n === this.height && round === this.lastCommitRound && type === PRECOMMIT) return this.lastCommit;
    return undefined;
  }

  /** Makes the bits of a height for a set of `size` validators. */
  ensureVoteBits(height: bigint, size: number): void {
    if (height === this.height) {
      this.prevotes ??= new BitArray(size);
      this.precommits ??= new BitArray(size);
      this.catchupCommit ??= new BitArray(size);
      this.pol ??= new BitArray(size);
    } else if (height + 1n === this.height) {
      this.lastCommit ??= new BitArray(size);
    }
  }

  /** The peer is given the commit of its height, which was decided in this round. */
  ensureCatchupCommitRound(height: bigint, round: number, size: number): void {
    if (height !== this.height || round === this.catchupCommitRound) return;
    this.catchupCommitRound = round;
    this.catchupCommit = round === this.round && this.precommits !== undefined ? this.precommits : new BitArray(size);
  }

  setHasVote(height: bigint, round: number, type: number, index: number): void {
    const bits = this.voteBits(height, round, type);
    if (bits?.set(index, true) === true) this.#sent.confirmed(bits, index);
  }

  /** The vote of these bits was sent: the peer counts as having it. */
  sendsVote(bits: BitArray, index: number): void {
    if (bits.set(index, true)) this.#sent.sent(bits, index);
  }

  /** `ms` since the last call: votes that were sent and should have come by now are noted as lost. */
  waited(ms: number): void {
    this.#sent.passed(ms);
    this.#sent.clearOverdue([this.prevotes, this.precommits, this.lastCommit, this.catchupCommit, this.pol]);
  }

  applyHasVote(m: HasVote): void {
    if (m.height === this.height) this.setHasVote(m.height, m.round, m.type, m.index);
  }

  /** `ours`: our votes for the message's block; undefined where our height is another one. */
  applyVoteSetBits(m: VoteSetBits, ours: BitArray | undefined): void {
    const bits = this.voteBits(m.height, m.round, m.type);
    if (bits === undefined) return;
    const has = ours === undefined ? m.votes : bits.sub(ours).or(m.votes);
    for (let i = 0; i < bits.size; i++) {
      if (has.get(i)) {
        bits.set(i, true);
        this.#sent.confirmed(bits, i);
      } else if (bits.get(i) && this.#sent.isMissing(bits, i)) bits.set(i, false);
    }
  }
}
