// Queries of v1beta1: the answers of v1 in the old form. Source: sdk:x/gov/keeper/grpc_query.go legacyQueryServer, migrations/v3/convert.go.
import { coinsFromProto, coinsToProto, newCoins, type ProtoCoin } from '../../chain/core/coins.ts';
import { ErrInvalidType, plainError } from '../../chain/core/errors.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { Int } from '../../chain/core/math/int.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { invalidArgument } from '../../chain/core/query-error.ts';
import { GO_ZERO_TIME } from '../../chain/encoding/time.ts';
import type * as v1 from '../../proto/gen/cosmos/gov/v1.ts';
import { MsgExecLegacyContent } from '../../proto/gen/cosmos/gov/v1.ts';
import {
  type Deposit,
  DepositParams,
  type Proposal,
  QueryDepositRequest,
  QueryDepositResponse,
  QueryDepositsRequest,
  QueryDepositsResponse,
  QueryParamsRequest,
  QueryParamsResponse,
  QueryProposalRequest,
  QueryProposalResponse,
  QueryProposalsRequest,
  QueryProposalsResponse,
  QueryTallyResultRequest,
  QueryTallyResultResponse,
  QueryVoteRequest,
  QueryVoteResponse,
  QueryVotesRequest,
  QueryVotesResponse,
  TallyParams,
  type TallyResult,
  type Vote,
  VotingParams,
} from '../../proto/gen/cosmos/gov/v1beta1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { nilPanic, readDec } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { contentOf } from './legacy-content.ts';
import { open, pack } from './messages.ts';
import { depositOf, depositsOf, paramsOf, proposalOf, proposalsOf, tallyOf, voteOf, votesOf } from './query-server.ts';

const SERVICE = '/cosmos.gov.v1beta1.Query';

export function registerLegacyQueries(registrar: ServiceRegistrar, k: GovKeeper): void {
  registrar.query(`${SERVICE}/Proposal`, QueryProposalRequest, QueryProposalResponse, (ctx, req) => ({
    proposal: legacyProposal(k.legacyKinds, proposalOf(k, ctx, req.proposalId)),
  }));
  registrar.query(`${SERVICE}/Proposals`, QueryProposalsRequest, QueryProposalsResponse, (ctx, req) => {
    const { proposals, pagination } = proposalsOf(k, ctx, req);
    return { proposals: proposals.map((p) => legacyProposal(k.legacyKinds, p)), pagination };
  });
  registrar.query(`${SERVICE}/Vote`, QueryVoteRequest, QueryVoteResponse, (ctx, req) => ({ vote: legacyVote(voteOf(k, ctx, req)) }));
  registrar.query(`${SERVICE}/Votes`, QueryVotesRequest, QueryVotesResponse, (ctx, req) => {
    const { votes, pagination } = votesOf(k, ctx, req);
    return { votes: votes.map(legacyVote), pagination };
  });
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx, req) => legacyParams(paramsOf(k, ctx, req.paramsType), req.paramsType));
  registrar.query(`${SERVICE}/Deposit`, QueryDepositRequest, QueryDepositResponse, (ctx, req) => ({ deposit: legacyDeposit(depositOf(k, ctx, req)) }));
  registrar.query(`${SERVICE}/Deposits`, QueryDepositsRequest, QueryDepositsResponse, (ctx, req) => {
    const { deposits, pagination } = depositsOf(k, ctx, req);
    return { deposits: deposits.map(legacyDeposit), pagination };
  });
  registrar.query(`${SERVICE}/TallyResult`, QueryTallyResultRequest, QueryTallyResultResponse, (ctx, req) => ({
    tally: legacyTally(tallyOf(k, ctx, req.proposalId)),
  }));
}

const sorted = (list: readonly ProtoCoin[]): ProtoCoin[] => coinsToProto(newCoins(coinsFromProto(list)));

function legacyTally(t: v1.TallyResult | undefined): TallyResult {
  const { yesCount, noCount, noWithVetoCount, abstainCount } = t ?? nilPanic();
  const int = (text: string, name: string): string => {
    const n = Int.parse(text);
    if (n === undefined) throw plainError(`unable to convert ${name} tally string (${text}) to int`);
    return n.toString();
  };
  return { yes: int(yesCount, 'yes'), no: int(noCount, 'no'), noWithVeto: int(noWithVetoCount, 'no with veto'), abstain: int(abstainCount, 'abstain') };
}

/** A proposal has one content where it has one message, whatever the message is. */
function legacyContent(kinds: GovKeeper['legacyKinds'], p: v1.Proposal): Any {
  const [only] = p.messages;
  if (only === undefined || p.messages.length !== 1) {
    throw ErrInvalidType.wrap("can't convert a gov/v1 Proposal to gov/v1beta1 Proposal when amount of proposal messages not exactly one");
  }
  const m = open(only);
  if (m === undefined) throw plainError(`unable to resolve type URL ${only.typeUrl}`);
  if (m.typeUrl !== `/${MsgExecLegacyContent.name}`) return pack(m);
  if (m.value.content === undefined || contentOf(kinds, m.value.content) === undefined) throw ErrInvalidType.wrap('expected *v1beta1.Content, got <nil>');
  return m.value.content;
}

function legacyProposal(kinds: GovKeeper['legacyKinds'], p: v1.Proposal): Proposal {
  const finalTallyResult = legacyTally(p.finalTallyResult);
  return {
    proposalId: p.id,
    content: legacyContent(kinds, p),
    status: p.status,
    finalTallyResult,
    submitTime: p.submitTime ?? GO_ZERO_TIME,
    depositEndTime: p.depositEndTime ?? GO_ZERO_TIME,
    totalDeposit: sorted(p.totalDeposit),
    votingStartTime: p.votingStartTime ?? GO_ZERO_TIME,
    votingEndTime: p.votingEndTime ?? GO_ZERO_TIME,
  };
}

function legacyVote(v: v1.Vote): Vote {
  const options = v.options.map((o) => ({ option: o.option, weight: Dec.toWire(readDec(o.weight)) }));
  return { proposalId: v.proposalId, voter: v.voter, option: 0, options };
}

const legacyDeposit = (d: v1.Deposit): Deposit => ({ ...d, amount: sorted(d.amount) });

function legacyParams(p: v1.QueryParamsResponse, type: string): QueryParamsResponse {
  const { depositParams: deposit, votingParams: voting, tallyParams: tally } = p;
  if (deposit === undefined && voting === undefined && tally === undefined) throw invalidArgument(`${type} is not a valid parameter type`);
  const dec = (text: string): string => Dec.toWire(readDec(text));
  return {
    depositParams:
      deposit === undefined ? DepositParams.zero() : { minDeposit: sorted(deposit.minDeposit), maxDepositPeriod: deposit.maxDepositPeriod ?? nilPanic() },
    votingParams: voting === undefined ? VotingParams.zero() : { votingPeriod: voting.votingPeriod ?? nilPanic() },
    tallyParams:
      tally === undefined ? TallyParams.zero() : { quorum: dec(tally.quorum), threshold: dec(tally.threshold), vetoThreshold: dec(tally.vetoThreshold) },
  };
}
