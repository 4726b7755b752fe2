// The line that a dev network prints now and then under its blocks: stake, rewards, inflation and what is voted on.
import { QueryDelegationTotalRewardsRequest, QueryDelegationTotalRewardsResponse } from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { ProposalStatus, QueryProposalsRequest, QueryProposalsResponse } from '../../../proto/gen/cosmos/gov/v1.ts';
import { QueryInflationRequest, QueryInflationResponse } from '../../../proto/gen/cosmos/mint/v1beta1.ts';
import { QueryPoolRequest, QueryPoolResponse } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import type { DevAccount } from '../../node/dev-info.ts';
import { CHAIN } from '../cli.ts';
import { rpcClient } from '../rpc-client.ts';

const BLOCKS_BETWEEN = 10;
const DISPLAY_UNIT = 10n ** 6n;
/** Of decimals on the wire. */
const DEC_UNIT = 10n ** 18n;

const inDisplay = (amount: bigint): string => `${(amount / DISPLAY_UNIT).toLocaleString('en-US')}.${(amount % DISPLAY_UNIT).toString().padStart(6, '0')} TREL`;

/** "13.02 %" of a decimal. */
const percent = (dec: bigint): string => `${(Number((dec * 10_000n) / DEC_UNIT) / 100).toFixed(2)} %`;

async function economyLine(rpc: string, account: DevAccount): Promise<string> {
  const client = rpcClient(rpc);
  const rewards = QueryDelegationTotalRewardsRequest.encode({ delegatorAddress: account.address });
  const voting = QueryProposalsRequest.encode({
    proposalStatus: ProposalStatus.PROPOSAL_STATUS_VOTING_PERIOD,
    voter: '',
    depositor: '',
    pagination: undefined,
  });
  const [pool, total, inflation, proposals] = await Promise.all([
    client.abciQuery('/cosmos.staking.v1beta1.Query/Pool', QueryPoolRequest.encode({})),
    client.abciQuery('/cosmos.distribution.v1beta1.Query/DelegationTotalRewards', rewards),
    client.abciQuery('/cosmos.mint.v1beta1.Query/Inflation', QueryInflationRequest.encode({})),
    client.abciQuery('/cosmos.gov.v1.Query/Proposals', voting),
  ]);
  const bonded = BigInt(QueryPoolResponse.decode(pool).pool.bondedTokens || '0');
  const reward = QueryDelegationTotalRewardsResponse.decode(total).total.find((c) => c.denom === CHAIN.denom)?.amount ?? '0';
  const rate = QueryInflationResponse.decode(inflation).inflation;
  const ids = QueryProposalsResponse.decode(proposals).proposals.map((p) => p.id);
  return [
    '        ',
    `stake ${inDisplay(bonded)}`,
    `rewards of ${account.name} ${inDisplay(BigInt(reward) / DEC_UNIT)}`,
    `inflation ${percent(BigInt(rate || '0'))}`,
    ...(ids.length === 0 ? [] : [`voting on ${ids.join(', ')}`]),
  ].join('  ');
}

/** Called with each height; prints at every tenth. A node that does not answer is passed over. */
export function economyLines(rpc: string, accounts: readonly DevAccount[], out: (line: string) => void): (height: string) => void {
  const [account] = accounts;
  return (height) => {
    if (account === undefined || Number(height) % BLOCKS_BETWEEN !== 0) return;
    void economyLine(rpc, account).then(out, () => undefined);
  };
}
