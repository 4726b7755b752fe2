// Which votes a peer should be given next (network.md §6.4, cmt:consensus/reactor.go gossipVotesRoutine): the sources in order; the first
// with a vote that the peer lacks is the one.
import { STEP_NEW_HEIGHT, STEP_PRECOMMIT_WAIT, STEP_PREVOTE_WAIT, STEP_PROPOSE } from '../../consensus/step.ts';
import type { VoteSet } from '../../consensus/vote-set.ts';
import type { Vote } from '../../types/vote.ts';
import type { GossipEngine, LiveConsensus } from './engine-view.ts';
import type { PeerRoundState } from './peer-round-state.ts';
import { commitSource, extendedCommitSource, setSource, type VoteSource } from './vote-source.ts';

/** A vote of the source that the peer lacks, by chance one of them: peers that pick for the same one should not pick the same. */
export function missingVote(prs: PeerRoundState, source: VoteSource, random: () => number): Vote | undefined {
  if (source.size === 0) return undefined;
  if (source.isCommit) prs.ensureCatchupCommitRound(source.height, source.round, source.size);
  prs.ensureVoteBits(source.height, source.size);
  const bits = prs.voteBits(source.height, source.round, source.type);
  if (bits === undefined) return undefined;
  const missing: number[] = [];
  for (let i = 0; i < source.size; i++) if (source.has(i) && !bits.get(i)) missing.push(i);
  const index = missing[Math.floor(random() * missing.length)];
  return index === undefined ? undefined : source.get(index);
}

function* sameHeight(c: LiveConsensus, prs: PeerRoundState): Generator<VoteSet | undefined> {
  const { round, step, polRound } = prs;
  const open = round >= 0 && round <= c.round.round;
  if (step === STEP_NEW_HEIGHT) yield c.lastCommit;
  if (step <= STEP_PROPOSE && open && polRound >= 0) yield c.votes.prevotes(polRound);
  if (step <= STEP_PREVOTE_WAIT && open) yield c.votes.prevotes(round);
  if (step <= STEP_PRECOMMIT_WAIT && open) yield c.votes.precommits(round);
  if (open) yield c.votes.prevotes(round);
  if (polRound >= 0) yield c.votes.prevotes(polRound);
}

function* sources(c: LiveConsensus, blocks: GossipEngine['blockStore'], prs: PeerRoundState): Generator<VoteSource> {
  if (prs.height === c.height) {
    for (const set of sameHeight(c, prs)) if (set !== undefined) yield setSource(set);
  } else if (prs.height > 0n && prs.height + 1n === c.height) {
    if (c.lastCommit !== undefined) yield setSource(c.lastCommit);
  } else if (prs.height > 0n && prs.height + 2n <= c.height && blocks.base > 0n && prs.height >= blocks.base) {
    const extended = blocks.loadExtendedCommit(prs.height);
    const commit = extended === undefined ? blocks.loadCommit(prs.height) : undefined;
    if (extended !== undefined) yield extendedCommitSource(extended);
    else if (commit !== undefined) yield commitSource(commit);
  }
}

export function pickVote(c: LiveConsensus, blocks: GossipEngine['blockStore'], prs: PeerRoundState, random: () => number): Vote | undefined {
  for (const source of sources(c, blocks, prs)) {
    const vote = missingVote(prs, source, random);
    if (vote !== undefined) return vote;
  }
  return undefined;
}
