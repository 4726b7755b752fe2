// Votes (cmt:consensus/state.go tryAddVote, addVote): verified, counted, and then the thresholds of the paper.
import { bytesEqual } from '../encoding/bytes.ts';
import { isZeroBlockId } from '../types/block-id.ts';
import type { Vote } from '../types/vote.ts';
import type { Core } from './core.ts';
import { ask, type Steps } from './effects.ts';
import { ConsensusError } from './errors.ts';
import { STEP_NEW_HEIGHT, STEP_PREVOTE } from './step.ts';
import {
  enterCommit,
  enterNewRound,
  enterPrecommit,
  enterPrecommitWait,
  enterPrevote,
  enterPrevoteWait,
  isProposalComplete,
  skipTimeoutCommit,
} from './transitions.ts';
import type { VoteSet } from './vote-set.ts';

const PREVOTE = 1;
const PRECOMMIT = 2;

/** Throws ConsensusError on a vote that cannot be counted; a vote for another height is ignored. */
export function* onVote(c: Core, vote: Vote, peer: string): Steps {
  if (vote.height + 1n === c.height && vote.type === PRECOMMIT) {
    // A late precommit: counted while the next round waits for it.
    if (c.round.step !== STEP_NEW_HEIGHT || c.lastCommit === undefined) return;
    if (yield* add(c, c.lastCommit, vote)) yield* skipTimeoutCommit(c);
    return;
  }
  if (vote.height !== c.height || (vote.type !== PREVOTE && vote.type !== PRECOMMIT)) return;
  if (!c.context.extensions && (vote.extension.length > 0 || vote.extensionSignature.length > 0)) {
    throw new ConsensusError('unexpected-extension', `received vote with vote extension for height ${vote.height} (extensions disabled)`);
  }
  if (!(yield* add(c, c.votes.setFor(vote, peer), vote))) return;
  if (vote.type === PREVOTE) yield* afterPrevote(c, vote.round);
  else yield* afterPrecommit(c, vote.round);
}

/** True if the vote is new and counted. */
function* add(c: Core, set: VoteSet, vote: Vote): Steps<boolean> {
  const checked = set.check(vote);
  if (checked.kind === 'duplicate') return false;
  const extension = c.context.extensions && vote.type === PRECOMMIT && vote.height === c.height && !isZeroBlockId(vote.blockId);
  const verdict = yield* ask('verifyVote', { vote, publicKey: checked.validator.pubKey, extension });
  if (verdict !== 'ok') {
    const code = verdict === 'invalid-signature' ? 'invalid-signature' : 'invalid-extension';
    throw new ConsensusError(code, `vote of validator ${vote.validatorIndex} at ${vote.height}/${vote.round}/${vote.type}: ${verdict.replaceAll('-', ' ')}`);
  }
  const own = c.ownKey !== undefined && bytesEqual(vote.validatorAddress, c.ownKey.address);
  if (extension && !own && !(yield* ask('verifyVoteExtension', { vote }))) {
    throw new ConsensusError('invalid-extension', `the application refuses the vote extension of validator ${vote.validatorIndex} at height ${vote.height}`);
  }
  const { added, conflicting } = set.add(vote, checked.validator.votingPower);
  if (conflicting !== undefined) {
    if (!own) yield* ask('evidence', { voteA: conflicting, voteB: vote });
    const error = new ConsensusError(
      'conflicting-vote',
      own
        ? 'found a conflicting vote from ourselves: is the validator key used by two nodes?'
        : `conflicting votes from validator ${vote.validatorIndex} at ${vote.height}/${vote.round}/${vote.type}`,
    );
    yield* ask('refused', { error, peer: '' });
  }
  if (added) yield* c.publish({ type: 'Vote', vote });
  return added;
}

function* afterPrevote(c: Core, round: number): Steps {
  const prevotes = c.votes.prevotes(round);
  if (prevotes === undefined) return;
  const polka = prevotes.maj23;
  if (polka !== undefined) {
    yield* c.apply({ type: 'laterPolka', round, hash: polka.hash });
    if (!isZeroBlockId(polka)) {
      const held = c.proposalBlock;
      const proposal = held !== undefined && bytesEqual(held.id.hash, polka.hash) ? held : undefined;
      yield* c.apply({ type: 'validValue', round, id: polka, proposal, announce: true });
    }
  }
  if (c.round.round < round && prevotes.hasTwoThirdsAny()) {
    yield* enterNewRound(c, round);
  } else if (c.round.round === round && c.round.step >= STEP_PREVOTE) {
    if (polka !== undefined && (isProposalComplete(c) || isZeroBlockId(polka))) yield* enterPrecommit(c, round);
    else if (prevotes.hasTwoThirdsAny()) yield* enterPrevoteWait(c, round);
  } else if (c.proposal !== undefined && c.proposal.polRound >= 0 && c.proposal.polRound === round && isProposalComplete(c)) {
    yield* enterPrevote(c, c.round.round, 'proposal');
  }
}

function* afterPrecommit(c: Core, round: number): Steps {
  const precommits = c.votes.precommits(round);
  if (precommits === undefined) return;
  const decided = precommits.maj23;
  if (decided !== undefined) {
    yield* enterNewRound(c, round);
    yield* enterPrecommit(c, round);
    if (isZeroBlockId(decided)) {
      yield* enterPrecommitWait(c, round);
    } else {
      const { height } = c;
      yield* enterCommit(c, round);
      if (c.height !== height) yield* skipTimeoutCommit(c);
    }
  } else if (c.round.round <= round && precommits.hasTwoThirdsAny()) {
    yield* enterNewRound(c, round);
    yield* enterPrecommitWait(c, round);
  }
}
