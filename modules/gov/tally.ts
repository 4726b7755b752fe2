// Counting: votes weigh by stake. Who delegates votes with own shares and takes them from the validator's vote, who does not is voted for by
// the validator. Source: sdk:x/gov/keeper/tally.go. Sums are exact, so the order in which Go walks its maps does not matter.
import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import { Dec } from '../../chain/core/math/dec.ts';
import { bondedTokens } from '../../chain/core/staking.ts';
import type { Proposal, TallyResult, WeightedVoteOption } from '../../proto/gen/cosmos/gov/v1.ts';
import { readDec } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { proposalAddressKey } from './keys.ts';
import { OPTION, weightOf } from './types.ts';

interface Voting {
  readonly tokens: bigint;
  readonly shares: Dec;
  /** Shares whose owners voted themselves. */
  deductions: Dec;
  vote: readonly WeightedVoteOption[];
}

export interface Tally {
  readonly passes: boolean;
  readonly burnDeposits: boolean;
  readonly result: TallyResult;
}

class Count {
  readonly #byOption = new Map<number, Dec>();
  total: Dec = Dec.zero;

  of(option: number): Dec {
    return this.#byOption.get(option) ?? Dec.zero;
  }

  add(power: Dec, vote: readonly WeightedVoteOption[]): void {
    for (const o of vote) this.#byOption.set(o.option, Dec.add(this.of(o.option), Dec.mul(power, weightOf(o) ?? Dec.zero)));
    this.total = Dec.add(this.total, power);
  }
}

/** Reads the votes and takes them away. */
function count(k: GovKeeper, ctx: Context, id: bigint, validators: ReadonlyMap<string, Voting>): Count {
  const out = new Count();
  const votes = [...k.votes.walk(ctx, prefixRange(proposalAddressKey.prefix(id)))];
  for (const [, vote] of votes) {
    const voter = k.addresses.toBytes(vote.voter);
    const own = validators.get(k.staking.validatorAddresses.toString(voter));
    if (own !== undefined) own.vote = vote.options;
    for (const d of k.staking.delegationsOf(ctx, voter)) {
      const v = validators.get(d.validatorAddress);
      if (v === undefined) continue;
      // A validator's own stake too: it is counted here, and what is left below.
      v.deductions = Dec.add(v.deductions, d.shares);
      out.add(Dec.quo(Dec.mulInt(d.shares, v.tokens), v.shares), vote.options);
    }
  }
  for (const [key] of votes) k.votes.remove(ctx, key);
  for (const v of validators.values()) {
    if (v.vote.length === 0) continue;
    out.add(Dec.quo(Dec.mulInt(Dec.sub(v.shares, v.deductions), v.tokens), v.shares), v.vote);
  }
  return out;
}

/** Takes the votes away: callers that only ask do so on a state that is thrown away. */
export function tally(k: GovKeeper, ctx: Context, p: Proposal): Tally {
  const validators = new Map<string, Voting>();
  for (const v of k.staking.bondedValidatorsByPower(ctx)) {
    validators.set(v.operatorAddress, { tokens: bondedTokens(v), shares: v.delegatorShares, deductions: Dec.zero, vote: [] });
  }
  const votes = count(k, ctx, p.id, validators);
  const text = (option: number): string => Dec.truncateInt(votes.of(option)).toString();
  const result = { yesCount: text(OPTION.yes), abstainCount: text(OPTION.abstain), noCount: text(OPTION.no), noWithVetoCount: text(OPTION.noWithVeto) };
  const rejected = (burnDeposits: boolean): Tally => ({ passes: false, burnDeposits, result });
  const bonded = k.staking.totalBondedTokens(ctx);
  if (bonded === 0n) return rejected(false);
  const params = k.getParams(ctx);
  if (Dec.quo(votes.total, Dec.fromInt(bonded)) < readDec(params.quorum)) return rejected(params.burnVoteQuorum);
  const decided = Dec.sub(votes.total, votes.of(OPTION.abstain));
  if (decided === 0n) return rejected(false);
  if (Dec.quo(votes.of(OPTION.noWithVeto), votes.total) > readDec(params.vetoThreshold)) return rejected(params.burnVoteVeto);
  const threshold = readDec(p.expedited ? params.expeditedThreshold : params.threshold);
  return Dec.quo(votes.of(OPTION.yes), decided) > threshold ? { passes: true, burnDeposits: false, result } : rejected(false);
}
