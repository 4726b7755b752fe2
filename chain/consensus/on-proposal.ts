// Proposals and block parts (cmt:consensus/state.go defaultSetProposal, addProposalBlockPart, handleCompleteProposal).
import { bytesEqual } from '../encoding/bytes.ts';
import { blockHash, decodeBlock } from '../types/block.ts';
import { isZeroBlockId } from '../types/block-id.ts';
import { MAX_BLOCK_SIZE_BYTES } from '../types/limits.ts';
import type { Part } from '../types/part-set.ts';
import { type Proposal, validateProposalBlockSize } from '../types/proposal.ts';
import type { Core } from './core.ts';
import { ask, type Candidate, type Steps } from './effects.ts';
import { ConsensusError } from './errors.ts';
import { STEP_COMMIT, STEP_PROPOSE, stepName } from './step.ts';
import { enterPrecommit, enterPrevote, isProposalComplete, tryFinalizeCommit } from './transitions.ts';

/** Throws ConsensusError on a proposal that its proposer should not have sent. */
export function* onProposal(c: Core, proposal: Proposal): Steps {
  if (c.proposal !== undefined || proposal.height !== c.height || proposal.round !== c.round.round) return;
  if (proposal.polRound < -1 || (proposal.polRound >= 0 && proposal.polRound >= proposal.round)) {
    throw new ConsensusError('invalid-proposal', `error invalid proposal POL round: ${proposal.polRound} in round ${proposal.round}`);
  }
  if (!(yield* ask('verifyProposal', { proposal, publicKey: c.proposer.pubKey }))) {
    throw new ConsensusError('invalid-proposal', `error invalid proposal signature at ${proposal.height}/${proposal.round}`);
  }
  refuse('invalid-proposal', () => validateProposalBlockSize(proposal, c.context.maxBlockBytes));
  c.proposal = proposal;
  // Parts may be collected already: of the block of a commit, or of a polka of this round.
  if (c.proposalParts === undefined) c.want(proposal.blockId);
}

function refuse<T>(code: 'invalid-proposal' | 'invalid-part' | 'invalid-block', check: () => T): T {
  try {
    return check();
  } catch (e) {
    throw new ConsensusError(code, (e as Error).message);
  }
}

/** Throws ConsensusError on a part that does not belong to the block or completes an invalid one. */
export function* onBlockPart(c: Core, height: bigint, part: Part): Steps {
  const parts = c.proposalParts;
  // The round may differ: blocks are proposed again.
  if (height !== c.height || parts === undefined) return;
  if (!refuse('invalid-part', () => parts.addPart(part))) return;
  const maxBytes = c.context.maxBlockBytes === -1n ? BigInt(MAX_BLOCK_SIZE_BYTES) : c.context.maxBlockBytes;
  if (BigInt(parts.byteSize) > maxBytes) {
    throw new ConsensusError('invalid-block', `total size of proposal block parts exceeds maximum block bytes (${parts.byteSize} > ${maxBytes})`);
  }
  if (!parts.isComplete()) return;
  const block = refuse('invalid-block', () => decodeBlock(parts.assemble()));
  if (block.header.height !== c.height) {
    throw new ConsensusError('invalid-block', `proposal block height mismatch: ${block.header.height}, expected ${c.height}`);
  }
  yield* onCompleteBlock(c, { id: { hash: blockHash(block), partSetHeader: parts.header }, block, parts });
}

/** Our own block: nothing of it needs to be checked or decoded again. */
export function* onOwnBlock(c: Core, candidate: Candidate): Steps {
  if (candidate.block.header.height !== c.height || c.proposalParts === undefined) return;
  if (!c.proposalParts.hasHeader(candidate.id.partSetHeader) || c.proposalParts.isComplete()) return;
  c.proposalParts = candidate.parts;
  yield* onCompleteBlock(c, candidate);
}

function* onCompleteBlock(c: Core, candidate: Candidate): Steps {
  c.proposalBlock = candidate;
  const { height, round, step } = c.round;
  yield* c.publish({ type: 'CompleteProposal', height, round, step: stepName(step), blockId: candidate.id });

  const polka = c.votes.prevotes(round)?.maj23;
  if (polka !== undefined && !isZeroBlockId(polka)) {
    const proposal = bytesEqual(polka.hash, candidate.id.hash) ? candidate : undefined;
    yield* c.apply({ type: 'validValue', round, id: polka, proposal, announce: false });
  }
  if (c.round.step <= STEP_PROPOSE && isProposalComplete(c)) {
    yield* enterPrevote(c, round, 'proposal');
    if (polka !== undefined) yield* enterPrecommit(c, round);
  } else if (c.round.step === STEP_COMMIT) {
    yield* tryFinalizeCommit(c);
  }
}
