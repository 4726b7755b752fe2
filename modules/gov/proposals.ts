// Proposals: submitted, kept, brought to the vote. Source: sdk:x/gov/keeper/proposal.go. Order of reads and writes as there.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { messageSigners } from '../../chain/core/signers.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { MsgExecLegacyContent, type Proposal } from '../../proto/gen/cosmos/gov/v1.ts';
import {
  ErrInvalidProposalContent,
  ErrInvalidProposalMsg,
  ErrInvalidSigner,
  ErrNoProposalHandlerExists,
  ErrUnroutableProposalMsg,
  nilPanic,
} from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { type OpenedMessage, pack } from './messages.ts';
import { NO_TALLY, STATUS } from './types.ts';

const EXEC_LEGACY = `/${MsgExecLegacyContent.name}`;
const IN_VOTING = Uint8Array.of(1);

export interface NewProposal {
  readonly messages: readonly OpenedMessage[];
  readonly metadata: string;
  readonly title: string;
  readonly summary: string;
  readonly proposer: Uint8Array;
  readonly expedited: boolean;
}

/** The message must have a handler and be signed by governance alone. */
function assertProposable(k: GovKeeper, ctx: Context, m: OpenedMessage): void {
  try {
    k.messages.validateBasic(m.typeUrl, m.value);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidProposalMsg.wrap(e.message) : e;
  }
  const signers = messageSigners(m.type, m.value, k.addresses);
  const [signer] = signers;
  if (signer === undefined || signers.length !== 1) throw ErrInvalidSigner.error();
  if (!bytesEqual(signer, k.account(ctx))) throw ErrInvalidSigner.wrap(k.addresses.toString(signer));
  if (!k.messages.has(m.typeUrl)) throw ErrUnroutableProposalMsg.wrap(m.typeUrl);
  // Only of the old kind is it tried before it is voted on.
  if (m.typeUrl === EXEC_LEGACY) tryLegacy(k, ctx, m);
}

function tryLegacy(k: GovKeeper, ctx: Context, m: OpenedMessage): void {
  try {
    k.messages.execute(ctx.branch().ctx, m.typeUrl, m.value);
  } catch (e) {
    if (e instanceof SdkError && e.code !== ErrNoProposalHandlerExists.code) throw ErrInvalidProposalContent.wrap(e.message);
    throw e;
  }
}

export function submitProposal(k: GovKeeper, ctx: Context, p: NewProposal): Proposal {
  k.assertMetadataLength(p.metadata);
  k.assertSummaryLength(p.summary);
  k.assertMetadataLength(p.title);
  for (const m of p.messages) assertProposable(k, ctx, m);
  const id = k.proposalId.next(ctx);
  const { maxDepositPeriod } = k.getParams(ctx);
  const depositEndTime = ctx.time + (maxDepositPeriod ?? nilPanic());
  const proposer = k.addresses.toString(p.proposer);
  const proposal: Proposal = {
    id,
    messages: p.messages.map(pack),
    status: STATUS.depositPeriod,
    finalTallyResult: NO_TALLY,
    submitTime: ctx.time,
    depositEndTime,
    totalDeposit: [],
    votingStartTime: undefined,
    votingEndTime: undefined,
    metadata: p.metadata,
    title: p.title,
    summary: p.summary,
    proposer,
    expedited: p.expedited,
    failedReason: '',
  };
  setProposal(k, ctx, proposal);
  k.inactiveQueue.set(ctx, [depositEndTime, id], id);
  const types = p.messages.map((m) => `,${m.typeUrl}`).join('');
  ctx.events.emit(event('submit_proposal', 'proposal_id', id.toString(), 'proposal_proposer', proposer, 'proposal_messages', types));
  return proposal;
}

export function setProposal(k: GovKeeper, ctx: Context, p: Proposal): void {
  if (p.status === STATUS.votingPeriod) k.votingPeriod.set(ctx, p.id, IN_VOTING);
  else k.votingPeriod.remove(ctx, p.id);
  k.proposals.set(ctx, p.id, p);
}

export function deleteProposal(k: GovKeeper, ctx: Context, id: bigint): void {
  const p = k.proposal(ctx, id);
  if (p.depositEndTime !== undefined) k.inactiveQueue.remove(ctx, [p.depositEndTime, id]);
  if (p.votingEndTime !== undefined) {
    k.activeQueue.remove(ctx, [p.votingEndTime, id]);
    k.votingPeriod.remove(ctx, id);
  }
  k.proposals.remove(ctx, id);
}

/** From now on it is voted on. */
export function activateVotingPeriod(k: GovKeeper, ctx: Context, before: Proposal): void {
  const params = k.getParams(ctx);
  const period = (before.expedited ? params.expeditedVotingPeriod : params.votingPeriod) ?? nilPanic();
  const votingEndTime = ctx.time + period;
  setProposal(k, ctx, { ...before, votingStartTime: ctx.time, votingEndTime, status: STATUS.votingPeriod });
  k.inactiveQueue.remove(ctx, [before.depositEndTime ?? nilPanic(), before.id]);
  k.activeQueue.set(ctx, [votingEndTime, before.id], before.id);
}
