// Messages of governance. Source: sdk:x/gov/keeper/msg_server.go. Order of checks, reads and events as there.
import type { Context } from '../../chain/core/context.ts';
import { ErrInvalidAddress, ErrInvalidCoins, ErrInvalidRequest, SdkError } from '../../chain/core/errors.ts';
import { event } from '../../chain/core/events.ts';
import { GAS } from '../../chain/core/gas.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import {
  MsgCancelProposal,
  MsgCancelProposalResponse,
  MsgDeposit,
  MsgDepositResponse,
  MsgExecLegacyContent,
  MsgExecLegacyContentResponse,
  MsgSubmitProposal,
  MsgSubmitProposalResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  MsgVote,
  MsgVoteResponse,
  MsgVoteWeighted,
  MsgVoteWeightedResponse,
  Proposal,
} from '../../proto/gen/cosmos/gov/v1.ts';
import { cancelProposal } from './cancel.ts';
import { areValid, textOf } from './coins.ts';
import { addDeposit, assertDepositDenoms, assertInitialDeposit } from './deposits.ts';
import { ErrInvalidProposalContent, ErrInvalidSigner, ErrInvalidVote, ErrNoProposalHandlerExists, ErrNoProposalMsgs, nilPanic } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { contentOf } from './legacy-content.ts';
import { openAll } from './messages.ts';
import { titleAndSummary } from './metadata.ts';
import { validateParams } from './params.ts';
import { submitProposal } from './proposals.ts';
import { isOption, isWeightedOption, optionText, weightedText, weightOf, wholeVote } from './types.ts';
import { addVote } from './votes.ts';

export function registerMessages(registrar: ServiceRegistrar, k: GovKeeper): void {
  registrar.msg(MsgSubmitProposal, MsgSubmitProposalResponse, (ctx, msg) => submit(k, ctx, msg));
  registrar.msg(MsgCancelProposal, MsgCancelProposalResponse, (ctx, msg) => cancel(k, ctx, msg));
  registrar.msg(
    MsgExecLegacyContent,
    MsgExecLegacyContentResponse,
    (ctx, msg) => execLegacy(k, ctx, msg),
    (msg) => void k.addresses.toBytes(msg.authority),
  );
  registrar.msg(MsgVote, MsgVoteResponse, (ctx, msg) => vote(k, ctx, msg));
  registrar.msg(MsgVoteWeighted, MsgVoteWeightedResponse, (ctx, msg) => voteWeighted(k, ctx, msg));
  registrar.msg(MsgDeposit, MsgDepositResponse, (ctx, msg) => deposit(k, ctx, msg));
  registrar.msg(MsgUpdateParams, MsgUpdateParamsResponse, (ctx, msg) => {
    if (k.authority !== msg.authority) throw ErrInvalidSigner.wrap(`invalid authority; expected ${k.authority}, got ${msg.authority}`);
    validateParams(msg.params, k.addresses);
    k.params.set(ctx, msg.params);
    return {};
  });
}

function address(k: GovKeeper, text: string, which: string): Uint8Array {
  try {
    return k.addresses.toBytes(text);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidAddress.wrap(`invalid ${which} address: ${e.message}`) : e;
  }
}

/** Metadata of the recommended form says the same as the proposal. */
function assertMetadata(msg: MsgSubmitProposal): void {
  const said = msg.metadata === '' ? undefined : titleAndSummary(msg.metadata);
  if (said === undefined) return;
  const refuse = (what: string, a: string, b: string): SdkError => ErrInvalidProposalContent.wrap(`metadata ${what} '${a}' must equal proposal ${what} '${b}'`);
  if (said.title !== msg.title) throw refuse('title', said.title, msg.title);
  if (said.summary !== msg.summary) throw refuse('summary', said.summary, msg.summary);
}

export function submit(k: GovKeeper, ctx: Context, msg: MsgSubmitProposal): MsgSubmitProposalResponse {
  if (msg.title === '') throw ErrInvalidRequest.wrap('proposal title cannot be empty');
  if (msg.summary === '') throw ErrInvalidRequest.wrap('proposal summary cannot be empty');
  const proposer = address(k, msg.proposer, 'proposer');
  if (msg.messages.length === 0 && msg.metadata === '') throw ErrNoProposalMsgs.wrap('either metadata or Msgs length must be non-nil');
  assertMetadata(msg);
  const messages = openAll(msg.messages);
  const params = paramsOf(k, ctx);
  assertInitialDeposit(params, msg.initialDeposit, msg.expedited);
  assertDepositDenoms(params, msg.initialDeposit);
  const { metadata, title, summary, expedited } = msg;
  const proposal = submitProposal(k, ctx, { messages, metadata, title, summary, proposer, expedited });
  // What lies in state for long is paid for three times.
  ctx.gasMeter.consume(3 * GAS.writePerByte * Proposal.encode(proposal).length, 'submit proposal');
  const { id } = proposal;
  if (addDeposit(k, ctx, id, proposer, msg.initialDeposit)) ctx.events.emit(event('submit_proposal', 'voting_period_start', id.toString()));
  return { proposalId: id };
}

function paramsOf(k: GovKeeper, ctx: Context): ReturnType<GovKeeper['getParams']> {
  try {
    return k.getParams(ctx);
  } catch (e) {
    throw e instanceof SdkError ? new SdkError(e.codespace, e.code, `failed to get governance parameters: ${e.message}`) : e;
  }
}

function cancel(k: GovKeeper, ctx: Context, msg: MsgCancelProposal): MsgCancelProposalResponse {
  address(k, msg.proposer, 'proposer');
  cancelProposal(k, ctx, msg.proposalId, msg.proposer);
  ctx.events.emit(event('cancel_proposal', 'sender', msg.proposer, 'proposal_id', msg.proposalId.toString()));
  return { proposalId: msg.proposalId, canceledTime: ctx.time, canceledHeight: ctx.height };
}

function execLegacy(k: GovKeeper, ctx: Context, msg: MsgExecLegacyContent): MsgExecLegacyContentResponse {
  const account = k.addresses.toString(k.account(ctx));
  if (account !== msg.authority) throw ErrInvalidSigner.wrap(`expected ${account} got ${msg.authority}`);
  const content = contentOf(k.legacyKinds, msg.content ?? nilPanic());
  if (content === undefined) throw ErrInvalidProposalContent.wrap('expected *v1beta1.Content, got <nil>: invalid type');
  const handler = (k.legacyRouter ?? nilPanic()).get(content.kind.route);
  if (handler === undefined) throw ErrNoProposalHandlerExists.wrap(content.kind.route);
  try {
    handler(ctx, content);
  } catch (e) {
    throw e instanceof SdkError ? ErrInvalidProposalContent.wrap(`failed to run legacy handler ${content.kind.route}, ${e.message}`) : e;
  }
  return {};
}

export function vote(k: GovKeeper, ctx: Context, msg: MsgVote): MsgVoteResponse {
  const voter = address(k, msg.voter, 'voter');
  if (!isOption(msg.option)) throw ErrInvalidVote.wrap(optionText(msg.option));
  addVote(k, ctx, msg.proposalId, voter, wholeVote(msg.option), msg.metadata);
  return {};
}

/** `none` is Go's text of a list that is empty: of one that was never made, or of one that was. */
export function voteWeighted(k: GovKeeper, ctx: Context, msg: MsgVoteWeighted, none = 'null'): MsgVoteWeightedResponse {
  const voter = address(k, msg.voter, 'voter');
  if (msg.options.length === 0) throw ErrInvalidRequest.wrap(none);
  let total: Dec = Dec.zero;
  const used = new Set<number>();
  for (const o of msg.options) {
    if (!isWeightedOption(o)) throw ErrInvalidVote.wrap(weightedText(o));
    total = Dec.add(total, weightOf(o) ?? Dec.zero);
    if (used.has(o.option)) throw ErrInvalidVote.wrap('duplicated vote option');
    used.add(o.option);
  }
  if (total > Dec.one) throw ErrInvalidVote.wrap('total weight overflow 1.00');
  if (total < Dec.one) throw ErrInvalidVote.wrap('total weight lower than 1.00');
  addVote(k, ctx, msg.proposalId, voter, msg.options, msg.metadata);
  return {};
}

export function deposit(k: GovKeeper, ctx: Context, msg: MsgDeposit): MsgDepositResponse {
  const depositor = address(k, msg.depositor, 'depositor');
  if (!areValid(msg.amount) || msg.amount.length === 0) throw ErrInvalidCoins.wrap(textOf(msg.amount));
  if (addDeposit(k, ctx, msg.proposalId, depositor, msg.amount)) {
    ctx.events.emit(event('proposal_deposit', 'voting_period_start', msg.proposalId.toString()));
  }
  return {};
}
