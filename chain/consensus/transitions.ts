// From what the core holds (votes, blocks) to inputs of the round machine: the enter… functions of cmt:consensus/state.go.
import { bytesEqual } from '../encoding/bytes.ts';
import { blockIdsEqual, isZeroBlockId } from '../types/block-id.ts';
import { waitsForTxs } from './config.ts';
import type { Core } from './core.ts';
import { ask, type Candidate, type Steps } from './effects.ts';
import { ConsensusFailure } from './errors.ts';
import { STEP_COMMIT, STEP_NEW_HEIGHT, STEP_NEW_ROUND, STEP_PRECOMMIT, STEP_PREVOTE, STEP_PROPOSE } from './step.ts';

export function* enterNewRound(c: Core, round: number): Steps {
  const before = c.round;
  yield* c.apply({ type: 'newRound', round });
  if (c.round === before) return;
  const wait = round === 0 && waitsForTxs(c.config) && !c.context.needProofBlock && !c.txsAvailable;
  if (!wait) yield* enterPropose(c, round);
  else if (c.config.createEmptyBlocksInterval > 0n) yield* c.schedule(STEP_NEW_ROUND, c.config.createEmptyBlocksInterval);
}

export function* enterPropose(c: Core, round: number): Steps {
  if (round !== c.round.round || c.round.step >= STEP_PROPOSE) return;
  yield* c.apply({ type: 'propose', round, isProposer: c.isProposer() });
  if (isProposalComplete(c)) yield* enterPrevote(c, round, 'proposal');
}

/** The block is here and, if it is proposed with a polka of an earlier round, so is the polka. */
export function isProposalComplete(c: Core): boolean {
  if (c.proposal === undefined || c.proposalBlock === undefined) return false;
  return c.proposal.polRound < 0 || c.votes.prevotes(c.proposal.polRound)?.maj23 !== undefined;
}

export function* enterPrevote(c: Core, round: number, why: 'proposal' | 'timeoutPropose'): Steps {
  if (round !== c.round.round || c.round.step >= STEP_PREVOTE) return;
  const proposal = c.round.locked === undefined ? yield* validProposal(c) : undefined;
  yield* c.apply({ type: why, round, proposal });
}

function* validProposal(c: Core): Steps<Candidate | undefined> {
  const candidate = c.proposalBlock;
  if (candidate === undefined) return undefined;
  const reason = yield* ask('validateBlock', { candidate });
  if (reason !== undefined) return undefined;
  return (yield* ask('processProposal', { candidate })) ? candidate : undefined;
}

export function* enterPrevoteWait(c: Core, round: number): Steps {
  yield* c.apply({ type: 'polkaAny', round });
}

export function* enterPrecommit(c: Core, round: number): Steps {
  if (round !== c.round.round || c.round.step >= STEP_PRECOMMIT) return;
  const id = c.votes.prevotes(round)?.maj23;
  if (id === undefined) {
    yield* c.apply({ type: 'noPolka', round });
    return;
  }
  if (isZeroBlockId(id)) {
    yield* c.apply({ type: 'polkaNil', round });
    return;
  }
  const held = c.proposalBlock;
  const proposal = held !== undefined && bytesEqual(held.id.hash, id.hash) ? held : undefined;
  const { locked } = c.round;
  if (proposal !== undefined && !(locked !== undefined && bytesEqual(locked.id.hash, id.hash))) {
    const reason = yield* ask('validateBlock', { candidate: proposal });
    if (reason !== undefined) throw new ConsensusFailure(`+2/3 prevoted for an invalid block at height ${c.height}: ${reason}`);
  }
  yield* c.apply({ type: 'polkaValue', round, id, proposal });
}

export function* enterPrecommitWait(c: Core, round: number): Steps {
  yield* c.apply({ type: 'precommitAny', round });
}

export function* enterCommit(c: Core, commitRound: number): Steps {
  if (c.round.step >= STEP_COMMIT) return;
  const id = c.votes.precommits(commitRound)?.maj23;
  if (id === undefined || isZeroBlockId(id)) throw new Error('enterCommit without +2/3 precommits for a block');
  const { locked } = c.round;
  if (locked !== undefined && bytesEqual(locked.id.hash, id.hash)) {
    c.proposalBlock = locked;
    c.proposalParts = locked.parts;
  }
  const haveBlock = c.proposalBlock !== undefined && bytesEqual(c.proposalBlock.id.hash, id.hash);
  // Peers are told which parts are missing.
  if (!haveBlock && c.want(id)) yield* c.publish(c.roundStateEvent('ValidBlock'));
  c.commitTime = yield* ask('now', {});
  yield* c.apply({ type: 'precommitValue', round: commitRound });
  yield* tryFinalizeCommit(c);
}

/** Decides the height if its block is here. */
export function* tryFinalizeCommit(c: Core): Steps {
  if (c.round.step !== STEP_COMMIT) return;
  const precommits = c.votes.precommits(c.round.commitRound);
  const id = precommits?.maj23;
  const candidate = c.proposalBlock;
  if (precommits === undefined || id === undefined || isZeroBlockId(id) || candidate === undefined || !bytesEqual(candidate.id.hash, id.hash)) return;
  if (!blockIdsEqual(candidate.id, id)) throw new ConsensusFailure(`the committed block at height ${c.height} has other parts than its commit says`);
  const reason = yield* ask('validateBlock', { candidate });
  if (reason !== undefined) throw new ConsensusFailure(`+2/3 committed an invalid block at height ${c.height}: ${reason}`);
  const context = yield* ask('finalize', { candidate, commit: precommits.makeExtendedCommit() });
  if (context.height !== c.height + 1n) throw new Error(`after height ${c.height} the host gave ${context.height}`);
  yield* c.startHeight(context, precommits);
  yield* c.scheduleRound0();
}

/** With all votes of the last commit here there is nothing to wait for. */
export function* skipTimeoutCommit(c: Core): Steps {
  if (c.config.skipTimeoutCommit && c.round.step === STEP_NEW_HEIGHT && c.lastCommit?.hasAll() === true) yield* enterNewRound(c, 0);
}
