// Names and small rules of proposals and votes. Source: sdk:x/gov/types/v1/proposal.go, vote.go, tally.go.
import { Dec, DecParseError } from '../../chain/core/math/dec.ts';
import { type Params, type Proposal, ProposalStatus, type TallyResult, VoteOption, WeightedVoteOption } from '../../proto/gen/cosmos/gov/v1.ts';
import { enumNamesOf, messageOfCodec } from '../../proto/registry.ts';
import { compactText } from '../../proto/text.ts';

export const STATUS = {
  depositPeriod: ProposalStatus.PROPOSAL_STATUS_DEPOSIT_PERIOD,
  votingPeriod: ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD,
  passed: ProposalStatus.PROPOSAL_STATUS_PASSED,
  rejected: ProposalStatus.PROPOSAL_STATUS_REJECTED,
  failed: ProposalStatus.PROPOSAL_STATUS_FAILED,
} as const;

export const OPTION = {
  yes: VoteOption.VOTE_OPTION_YES,
  abstain: VoteOption.VOTE_OPTION_ABSTAIN,
  no: VoteOption.VOTE_OPTION_NO,
  noWithVeto: VoteOption.VOTE_OPTION_NO_WITH_VETO,
} as const;

export const isStatus = (n: number): boolean => n >= STATUS.depositPeriod && n <= STATUS.failed;
export const isOption = (n: number): boolean => n >= OPTION.yes && n <= OPTION.noWithVeto;

/** The enum's name, or the number of an unknown one. */
export const optionText = (n: number): string => enumNamesOf('cosmos.gov.v1.VoteOption').get(n) ?? n.toString();
/** As Go prints the message. */
export const weightedText = (o: WeightedVoteOption): string => compactText(messageOfCodec(WeightedVoteOption), o);

export const NO_TALLY: TallyResult = { yesCount: '0', abstainCount: '0', noCount: '0', noWithVetoCount: '0' };

/** A whole vote for one option. */
export const wholeVote = (option: number): WeightedVoteOption[] => [{ option, weight: Dec.format(Dec.one) }];

/** undefined for a text that is no decimal. */
export function weightOf(o: WeightedVoteOption): Dec | undefined {
  try {
    return Dec.parse(o.weight);
  } catch (e) {
    if (e instanceof DecParseError) return undefined;
    throw e;
  }
}

/** A known option with a weight in (0, 1]. */
export function isWeightedOption(o: WeightedVoteOption): boolean {
  const weight = weightOf(o);
  return weight !== undefined && weight > 0n && weight <= Dec.one && isOption(o.option);
}

/** Go's JSON of the list, as events carry it, without what is zero. */
export function optionsJson(list: readonly WeightedVoteOption[]): string {
  return JSON.stringify(list.map((o) => ({ ...(o.option !== 0 && { option: o.option }), ...(o.weight !== '' && { weight: o.weight }) })));
}

export const minDepositOf = (p: Proposal, params: Params): Params['minDeposit'] => (p.expedited ? params.expeditedMinDeposit : params.minDeposit);
