// Messages of v1beta1: each becomes one of v1. Source: sdk:x/gov/keeper/msg_server.go legacyMsgServer.
import type { Context } from '../../chain/core/context.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { MsgExecLegacyContent } from '../../proto/gen/cosmos/gov/v1.ts';
import {
  MsgDeposit,
  MsgDepositResponse,
  MsgSubmitProposal,
  MsgSubmitProposalResponse,
  MsgVote,
  MsgVoteResponse,
  MsgVoteWeighted,
  MsgVoteWeightedResponse,
} from '../../proto/gen/cosmos/gov/v1beta1.ts';
import { ErrInvalidProposalContent, ErrInvalidProposalType, nilPanic } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { contentOf, validateContent } from './legacy-content.ts';
import { deposit, submit, vote, voteWeighted } from './msg-server.ts';

export function registerLegacyMessages(registrar: ServiceRegistrar, k: GovKeeper): void {
  registrar.msg(MsgSubmitProposal, MsgSubmitProposalResponse, (ctx, msg) => submitLegacy(k, ctx, msg));
  registrar.msg(MsgVote, MsgVoteResponse, (ctx, msg) => vote(k, ctx, { ...msg, metadata: '' }));
  registrar.msg(MsgVoteWeighted, MsgVoteWeightedResponse, (ctx, msg) => {
    // A decimal that was left out stays Go's nil, and is printed as one.
    const options = msg.options.map((o) => ({ option: o.option, weight: o.weight === '' ? '<nil>' : Dec.format(Dec.fromWire(o.weight)) }));
    return voteWeighted(k, ctx, { ...msg, options, metadata: '' }, '[]');
  });
  registrar.msg(MsgDeposit, MsgDepositResponse, (ctx, msg) => deposit(k, ctx, msg));
}

function submitLegacy(k: GovKeeper, ctx: Context, msg: MsgSubmitProposal): MsgSubmitProposalResponse {
  const content = contentOf(k.legacyKinds, msg.content ?? nilPanic());
  if (content === undefined) throw ErrInvalidProposalContent.wrap('missing content');
  if (!content.kind.registered) throw ErrInvalidProposalType.wrap(content.kind.type);
  validateContent(content);
  const exec = { typeUrl: `/${MsgExecLegacyContent.name}`, value: MsgExecLegacyContent.encode({ content: msg.content, authority: k.authority }) };
  return submit(k, ctx, {
    messages: [exec],
    initialDeposit: msg.initialDeposit,
    proposer: msg.proposer,
    metadata: '',
    title: content.title,
    summary: content.description,
    expedited: false,
  });
}
