// Proposals that their proposers take back. Source: sdk:x/gov/keeper/proposal.go CancelProposal.
import type { Context } from '../../chain/core/context.ts';
import { chargeDeposits } from './deposits.ts';
import { ErrInvalidProposal, ErrInvalidProposer, ErrVotingPeriodEnded } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { deleteProposal } from './proposals.ts';
import { STATUS } from './types.ts';
import { deleteVotes } from './votes.ts';

/** By its proposer, before the vote has ended: a part of the deposits is kept. */
export function cancelProposal(k: GovKeeper, ctx: Context, id: bigint, proposer: string): void {
  const p = k.proposal(ctx, id);
  if (p.proposer === '') throw ErrInvalidProposal.wrap(`proposal ${id} doesn't have proposer ${proposer}, so cannot be canceled`);
  if (p.proposer !== proposer) throw ErrInvalidProposer.wrap(`invalid proposer ${proposer}`);
  if (p.status !== STATUS.depositPeriod && p.status !== STATUS.votingPeriod) {
    throw ErrInvalidProposal.wrap('proposal should be in the deposit or voting period');
  }
  if (p.votingEndTime !== undefined && p.votingEndTime < ctx.time) {
    throw ErrVotingPeriodEnded.wrap(`voting period is already ended for this proposal ${id}`);
  }
  const { proposalCancelDest, proposalCancelRatio } = k.getParams(ctx);
  chargeDeposits(k, ctx, id, proposalCancelDest, proposalCancelRatio);
  if (p.votingStartTime !== undefined) deleteVotes(k, ctx, id);
  deleteProposal(k, ctx, id);
}
