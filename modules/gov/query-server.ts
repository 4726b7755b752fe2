// Queries of governance. Source: sdk:x/gov/keeper/grpc_query.go.
import type { Context } from '../../chain/core/context.ts';
import { SdkError } from '../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../chain/core/module.ts';
import { paginate } from '../../chain/core/pagination.ts';
import { internalError, invalidArgument, notFound } from '../../chain/core/query-error.ts';
import {
  Deposit,
  type Proposal,
  QueryConstitutionRequest,
  QueryConstitutionResponse,
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
  type TallyResult,
  type Vote,
} from '../../proto/gen/cosmos/gov/v1.ts';
import { notThere } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { proposalAddressKey } from './keys.ts';
import { tally } from './tally.ts';
import { isStatus, NO_TALLY, STATUS } from './types.ts';

const SERVICE = '/cosmos.gov.v1.Query';

export function registerQueries(registrar: ServiceRegistrar, k: GovKeeper): void {
  registrar.query(`${SERVICE}/Constitution`, QueryConstitutionRequest, QueryConstitutionResponse, (ctx) => {
    const constitution = k.constitution.get(ctx);
    if (constitution === undefined) throw notThere('no_key', 'string');
    return { constitution };
  });
  registrar.query(`${SERVICE}/Proposal`, QueryProposalRequest, QueryProposalResponse, (ctx, req) => ({ proposal: proposalOf(k, ctx, req.proposalId) }));
  registrar.query(`${SERVICE}/Proposals`, QueryProposalsRequest, QueryProposalsResponse, (ctx, req) => proposalsOf(k, ctx, req));
  registrar.query(`${SERVICE}/Vote`, QueryVoteRequest, QueryVoteResponse, (ctx, req) => ({ vote: voteOf(k, ctx, req) }));
  registrar.query(`${SERVICE}/Votes`, QueryVotesRequest, QueryVotesResponse, (ctx, req) => votesOf(k, ctx, req));
  registrar.query(`${SERVICE}/Params`, QueryParamsRequest, QueryParamsResponse, (ctx, req) => paramsOf(k, ctx, req.paramsType));
  registrar.query(`${SERVICE}/Deposit`, QueryDepositRequest, QueryDepositResponse, (ctx, req) => ({ deposit: depositOf(k, ctx, req) }));
  registrar.query(`${SERVICE}/Deposits`, QueryDepositsRequest, QueryDepositsResponse, (ctx, req) => depositsOf(k, ctx, req));
  registrar.query(`${SERVICE}/TallyResult`, QueryTallyResultRequest, QueryTallyResultResponse, (ctx, req) => ({ tally: tallyOf(k, ctx, req.proposalId) }));
}

function assertId(id: bigint): void {
  if (id === 0n) throw invalidArgument('proposal id can not be 0');
}

// What the reference hands on as an internal error.
function internally<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof SdkError ? internalError(e.message) : e;
  }
}

export function proposalOf(k: GovKeeper, ctx: Context, id: bigint): Proposal {
  assertId(id);
  const p = k.proposals.get(ctx, id);
  if (p === undefined) throw notFound(`proposal ${id} doesn't exist`);
  return p;
}

export function proposalsOf(k: GovKeeper, ctx: Context, req: QueryProposalsRequest): QueryProposalsResponse {
  const include = (id: bigint, p: Proposal): boolean => {
    const voted = req.voter === '' || k.votes.has(ctx, [id, k.addresses.toBytes(req.voter)]);
    const deposited = req.depositor === '' || k.deposits.has(ctx, [id, k.addresses.toBytes(req.depositor)]);
    return voted && deposited && (!isStatus(req.proposalStatus) || p.status === req.proposalStatus);
  };
  const page = internally(() => paginate(ctx, k.proposals, req.pagination, (_, p: Proposal) => p, undefined, include));
  return { proposals: page.results, pagination: page.pagination };
}

export function voteOf(k: GovKeeper, ctx: Context, req: QueryVoteRequest): Vote {
  assertId(req.proposalId);
  if (req.voter === '') throw invalidArgument('empty voter address');
  const vote = k.votes.get(ctx, [req.proposalId, k.addresses.toBytes(req.voter)]);
  if (vote === undefined) throw invalidArgument(`voter: ${req.voter} not found for proposal: ${req.proposalId}`);
  return vote;
}

export function votesOf(k: GovKeeper, ctx: Context, req: QueryVotesRequest): QueryVotesResponse {
  assertId(req.proposalId);
  const page = internally(() => paginate(ctx, k.votes, req.pagination, (_, v: Vote) => v, proposalAddressKey.prefix(req.proposalId)));
  return { votes: page.results, pagination: page.pagination };
}

export function paramsOf(k: GovKeeper, ctx: Context, type: string): QueryParamsResponse {
  const params = k.getParams(ctx);
  const { minDeposit, maxDepositPeriod, votingPeriod, quorum, threshold, vetoThreshold } = params;
  const all = { params, depositParams: undefined, votingParams: undefined, tallyParams: undefined };
  switch (type) {
    case 'deposit':
      return { ...all, depositParams: { minDeposit, maxDepositPeriod } };
    case 'voting':
      return { ...all, votingParams: { votingPeriod } };
    case 'tallying':
      return { ...all, tallyParams: { quorum, threshold, vetoThreshold } };
    case '':
      return all;
    default:
      throw invalidArgument(`unknown params type: ${type}`);
  }
}

export function depositOf(k: GovKeeper, ctx: Context, req: QueryDepositRequest): Deposit {
  assertId(req.proposalId);
  if (req.depositor === '') throw invalidArgument('empty depositor address');
  const depositor = k.addresses.toBytes(req.depositor);
  const d = k.deposits.get(ctx, [req.proposalId, depositor]);
  if (d === undefined) throw notFound(notThere(`("${req.proposalId}", "${k.addresses.toString(depositor)}")`, Deposit.name).message);
  return d;
}

export function depositsOf(k: GovKeeper, ctx: Context, req: QueryDepositsRequest): QueryDepositsResponse {
  assertId(req.proposalId);
  const page = internally(() => paginate(ctx, k.deposits, req.pagination, (_, d: Deposit) => d, proposalAddressKey.prefix(req.proposalId)));
  return { deposits: page.results, pagination: page.pagination };
}

export function tallyOf(k: GovKeeper, ctx: Context, id: bigint): TallyResult {
  const p = proposalOf(k, ctx, id);
  if (p.status === STATUS.depositPeriod) return NO_TALLY;
  if (p.status === STATUS.passed || p.status === STATUS.rejected || p.status === STATUS.failed) return p.finalTallyResult ?? NO_TALLY;
  return tally(k, ctx, p).result;
}
