// Messages of a peer on the consensus channels (network.md §6.6, cmt:consensus/reactor.go Receive). What cannot be read or breaks a rule is
// the peer's fault; a good message on the wrong channel, of another height or round, or with a bad signature is not.
import { ConsensusError } from '../../consensus/errors.ts';
import type { VoteSet } from '../../consensus/vote-set.ts';
import { bytesEqual } from '../../encoding/bytes.ts';
import { DATA_CHANNEL, STATE_CHANNEL, VOTE_CHANNEL, VOTE_SET_BITS_CHANNEL } from '../../p2p/channel.ts';
import { PeerFault } from '../../p2p/reactor.ts';
import { BitArray } from '../../types/bit-array.ts';
import { TypesError } from '../../types/errors.ts';
import {
  type ConsensusMessage,
  decodeConsensusMessage,
  encodeConsensusMessage,
  type VoteSetMaj23,
  validateNewRoundStepHeight,
} from '../../types/messages/consensus.ts';
import { validateProposalBlockSize } from '../../types/proposal.ts';
import { PREVOTE, type Vote } from '../../types/vote.ts';
import type { GossipEngine, LiveConsensus, PeerInput } from './engine-view.ts';
import type { PartBuffer } from './part-buffer.ts';
import type { PeerGossip } from './peer-gossip.ts';
import { voteBitArray } from './vote-bits.ts';

/** The kinds that a channel carries. */
const KINDS: ReadonlyMap<number, readonly ConsensusMessage['case'][]> = new Map([
  [STATE_CHANNEL, ['newRoundStep', 'newValidBlock', 'hasVote', 'voteSetMaj23']],
  [DATA_CHANNEL, ['proposal', 'proposalPol', 'blockPart']],
  [VOTE_CHANNEL, ['vote']],
  [VOTE_SET_BITS_CHANNEL, ['voteSetBits']],
]);

/** Told of what peers send of the running height, for statistics. */
export interface GossipObserver {
  /** `current`: of the block that is being gathered; `known`: that too, and we have it. */
  part(peer: string, kind: 'current' | 'known' | 'other'): void;
  /** `late`: of an earlier height or round; `known`: we have it. */
  vote(vote: Vote, late: boolean, known: boolean): void;
}

export interface ReceiveDependencies {
  readonly engine: GossipEngine;
  readonly observer: GossipObserver | undefined;
  readonly parts: PartBuffer;
  readonly nowMs: () => number;
}

function faulty<T>(check: () => T): T {
  try {
    return check();
  } catch (e) {
    if (e instanceof TypesError || e instanceof ConsensusError) throw new PeerFault(e.message);
    throw e;
  }
}

/** Throws PeerFault. Gives the message if it changed what is known of the peer's place. `c` is undefined, or `syncing`, before consensus runs. */
export function receiveConsensus(
  d: ReceiveDependencies,
  channel: number,
  g: PeerGossip,
  bytes: Uint8Array,
  c: LiveConsensus | undefined,
  syncing: boolean,
): 'moved' | undefined {
  const m = faulty(() => decodeConsensusMessage(bytes));
  if (KINDS.get(channel)?.includes(m.case) !== true) return undefined;
  const { prs } = g;
  switch (m.case) {
    case 'newRoundStep':
      if (c !== undefined) faulty(() => validateNewRoundStepHeight(m.value, c.context.initialHeight));
      return prs.applyNewRoundStep(m.value, d.nowMs()) ? 'moved' : undefined;
    case 'newValidBlock':
      prs.applyNewValidBlock(m.value);
      return undefined;
    case 'hasVote':
      prs.applyHasVote(m.value);
      return undefined;
    case 'voteSetMaj23':
      if (c !== undefined && m.value.height === c.height) answerMajority(d.engine, g, m.value, c);
      return undefined;
  }
  if (c === undefined || syncing) return undefined;
  switch (m.case) {
    case 'proposal':
      faulty(() => validateProposalBlockSize(m.value.proposal, c.context.maxBlockBytes));
      prs.setHasProposal(m.value.proposal);
      d.engine.receive({ type: 'proposal', proposal: m.value.proposal, peer: g.peer.id });
      return undefined;
    case 'proposalPol':
      prs.applyProposalPol(m.value);
      return undefined;
    case 'blockPart':
      prs.setHasPart(m.value.height, m.value.round, m.value.part.index);
      receivePart(d, c, { type: 'blockPart', ...m.value, peer: g.peer.id });
      return undefined;
    case 'vote':
      receiveVote(d, g, c, m.value.vote);
      return undefined;
    case 'voteSetBits': {
      const { height, round, type, blockId } = m.value;
      const set = height === c.height ? voteSet(c, round, type) : undefined;
      const ours = height === c.height ? ((set === undefined ? undefined : voteBitArray(set, blockId)) ?? new BitArray(0)) : undefined;
      prs.applyVoteSetBits(m.value, ours);
      return undefined;
    }
  }
}

function voteSet(c: LiveConsensus, round: number, type: number): VoteSet | undefined {
  return type === PREVOTE ? c.votes.prevotes(round) : c.votes.precommits(round);
}

function answerMajority(engine: GossipEngine, g: PeerGossip, m: VoteSetMaj23, c: LiveConsensus): void {
  faulty(() => engine.setPeerMaj23(m.height, m.round, m.type, g.peer.id, m.blockId));
  const set = voteSet(c, m.round, m.type);
  const votes = (set === undefined ? undefined : voteBitArray(set, m.blockId)) ?? new BitArray(0);
  g.peer.send(VOTE_SET_BITS_CHANNEL, encodeConsensusMessage({ case: 'voteSetBits', value: { ...m, votes } }), `answer/${m.round}/${m.type}`);
}

function receivePart({ engine, parts, observer }: ReceiveDependencies, c: LiveConsensus, input: Extract<PeerInput, { readonly type: 'blockPart' }>): void {
  const held = c.proposalParts;
  if (observer !== undefined) {
    const kind = input.height !== c.height || held === undefined ? 'other' : held.getPart(input.part.index) === undefined ? 'current' : 'known';
    observer.part(input.peer, kind);
  }
  if (input.height !== c.height) return;
  // Its proposal may still be on the way, or in the queue.
  if (held === undefined || input.round > c.round.round) parts.add(c.height, input);
  else if (held.getPart(input.part.index) === undefined) engine.receive(input);
}

function receiveVote({ engine, observer }: ReceiveDependencies, g: PeerGossip, c: LiveConsensus, vote: Vote): void {
  const { prs } = g;
  prs.ensureVoteBits(c.height, c.validators.validators.length);
  if (c.lastCommit !== undefined) prs.ensureVoteBits(c.height - 1n, c.lastCommit.votes.length);
  prs.setHasVote(vote.height, vote.round, vote.type, vote.validatorIndex);
  // Most votes come from several peers; those we have need not be logged again.
  const last = vote.height + 1n === c.height ? c.lastCommit : undefined;
  const set = vote.height === c.height ? voteSet(c, vote.round, vote.type) : last?.round === vote.round && vote.type === last.type ? last : undefined;
  const known = set?.getByIndex(vote.validatorIndex);
  const isKnown = known !== undefined && bytesEqual(known.signature, vote.signature);
  observer?.vote(vote, vote.height < c.height || (vote.height === c.height && vote.round < c.round.round), isKnown);
  if (isKnown) return;
  engine.receive({ type: 'vote', vote, peer: g.peer.id });
}
