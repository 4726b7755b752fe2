// What is sent to one peer of proposals, parts, votes and claims of majorities (network.md §6.3-6.5). Each function sends until there is
// nothing more that the peer lacks or enough is on its way; what is lost on the way is noted as not had again.
import { DATA_CHANNEL, STATE_CHANNEL, VOTE_CHANNEL } from '../../p2p/channel.ts';
import type { Peer } from '../../p2p/reactor.ts';
import type { BlockId } from '../../types/block-id.ts';
import { type ConsensusMessage, encodeConsensusMessage } from '../../types/messages/consensus.ts';
import { PRECOMMIT, PREVOTE, type Vote } from '../../types/vote.ts';
import type { GossipEngine, LiveConsensus } from './engine-view.ts';
import { PeerRoundState } from './peer-round-state.ts';
import { pickData } from './pick-data.ts';
import { pickVote } from './pick-votes.ts';

/** Parts and votes on their way to the peer at the same time: 1 MiB of parts. */
const PARTS_WINDOW = 16;
const VOTES_WINDOW = 32;
/** A peer that has not moved for so long is given everything again, then after double the time, up to the second. */
const AGAIN_MS = 5000;
const AGAIN_MS_MAX = 60_000;

/** A vote goes to many peers. */
const encodedVotes = new WeakMap<Vote, Uint8Array>();

function encodeVote(vote: Vote): Uint8Array {
  let bytes = encodedVotes.get(vote);
  if (bytes === undefined) {
    bytes = encodeConsensusMessage({ case: 'vote', value: { vote } });
    encodedVotes.set(vote, bytes);
  }
  return bytes;
}

export class PeerGossip {
  readonly peer: Peer;
  readonly prs = new PeerRoundState();
  /** The peer may be sent to. */
  ready = false;
  readonly #engine: GossipEngine;
  readonly #random: () => number;
  #proposalLeaving = false;
  /** There is more than the window holds. */
  #votesWait = false;
  #majorities = 0;
  #waitedMs = 0;
  #againMs = AGAIN_MS;

  constructor(peer: Peer, engine: GossipEngine, random: () => number) {
    this.peer = peer;
    this.#engine = engine;
    this.#random = random;
  }

  /** The peer has told of a further step. */
  moved(): void {
    this.#waitedMs = 0;
    this.#againMs = AGAIN_MS;
  }

  /** `passedMs`: since the last call. Nobody confirms what was sent, and a message can be lost: a peer that stands still may lack any of it. */
  waited(passedMs: number): void {
    this.prs.waited(passedMs);
    this.#waitedMs += passedMs;
    if (this.#waitedMs < this.#againMs) return;
    this.#waitedMs = 0;
    this.#againMs = Math.min(2 * this.#againMs, AGAIN_MS_MAX);
    this.prs.forgetSent();
  }

  data(c: LiveConsensus): void {
    while (this.ready && this.peer.waiting(DATA_CHANNEL) < PARTS_WINDOW) {
      const pick = pickData(c, this.#engine.blockStore, this.prs, !this.#proposalLeaving, this.#random);
      if (pick === undefined) return;
      if (pick.kind === 'part') this.#sendPart(pick.message);
      else this.#sendProposal(pick);
    }
  }

  #sendPart(message: Extract<ConsensusMessage, { readonly case: 'blockPart' }>['value']): void {
    const { height, round, part } = message;
    const bits = this.prs.parts;
    this.prs.setHasPart(height, round, part.index);
    void this.peer.deliver(DATA_CHANNEL, encodeConsensusMessage({ case: 'blockPart', value: message })).then((sent) => {
      if (!sent) bits?.set(part.index, false);
      else this.#goOn((c) => this.data(c));
    });
  }

  #sendProposal({ proposal, pol }: Extract<ReturnType<typeof pickData>, { readonly kind: 'proposal' }>): void {
    this.prs.setHasProposal(proposal);
    // Its parts follow when it has left: without the proposal a peer has no place for them.
    this.#proposalLeaving = true;
    void this.peer.deliver(DATA_CHANNEL, encodeConsensusMessage({ case: 'proposal', value: { proposal } })).then((sent) => {
      this.#proposalLeaving = false;
      if (!sent) this.prs.proposalLost(proposal);
      else this.#goOn((c) => this.data(c));
    });
    if (pol !== undefined) this.peer.send(DATA_CHANNEL, encodeConsensusMessage(pol));
  }

  #goOn(next: (c: LiveConsensus) => void): void {
    const c = this.#engine.consensus;
    if (c !== undefined && this.ready) next(c);
  }

  votes(c: LiveConsensus): void {
    this.#votesWait = false;
    while (this.ready) {
      if (this.peer.waiting(VOTE_CHANNEL) >= VOTES_WINDOW) {
        this.#votesWait = true;
        return;
      }
      const vote = pickVote(c, this.#engine.blockStore, this.prs, this.#random);
      if (vote === undefined) return;
      this.#sendVote(vote);
    }
  }

  /** Sends a vote now if the peer is where it counts. */
  offer(c: LiveConsensus, vote: Vote): void {
    if (!this.ready) return;
    this.prs.ensureVoteBits(vote.height, c.validators.validators.length);
    if (this.prs.voteBits(vote.height, vote.round, vote.type)?.get(vote.validatorIndex) === false) this.#sendVote(vote);
  }

  #sendVote(vote: Vote): void {
    const { height, round, type, validatorIndex } = vote;
    const bits = this.prs.voteBits(height, round, type);
    if (bits !== undefined) this.prs.sendsVote(bits, validatorIndex);
    void this.peer.deliver(VOTE_CHANNEL, encodeVote(vote)).then((sent) => {
      if (!sent) bits?.set(validatorIndex, false);
      else if (this.#votesWait) this.#goOn((c) => this.votes(c));
    });
  }

  /** One of the majorities that we know of at the peer's height, each time the next. */
  majority(c: LiveConsensus): void {
    if (!this.ready) return;
    for (let i = 0; i < 4; i++) {
      const claim = this.#claim(c, this.#majorities++ % 4);
      if (claim === undefined) continue;
      this.peer.send(STATE_CHANNEL, encodeConsensusMessage({ case: 'voteSetMaj23', value: claim }));
      return;
    }
  }

  #claim(c: LiveConsensus, which: number): Extract<ConsensusMessage, { readonly case: 'voteSetMaj23' }>['value'] | undefined {
    const { height, round, polRound, catchupCommitRound } = this.prs;
    const claim = (r: number, type: number, blockId: BlockId | undefined) => (blockId === undefined ? undefined : { height, round: r, type, blockId });
    if (which === 3) {
      const { blockStore } = this.#engine;
      if (catchupCommitRound < 0 || height <= 0n || height < blockStore.base || height > blockStore.height) return undefined;
      // The commit of our last height is in no block yet.
      if (height + 1n === c.height) return c.lastCommit === undefined ? undefined : claim(c.lastCommit.round, PRECOMMIT, c.lastCommit.maj23);
      const commit = blockStore.loadCommit(height);
      return commit === undefined ? undefined : claim(commit.round, PRECOMMIT, commit.blockId);
    }
    if (height !== c.height) return undefined;
    if (which === 0) return claim(round, PREVOTE, c.votes.prevotes(round)?.maj23);
    if (which === 1) return claim(round, PRECOMMIT, c.votes.precommits(round)?.maj23);
    return polRound < 0 ? undefined : claim(polRound, PREVOTE, c.votes.prevotes(polRound)?.maj23);
  }
}
