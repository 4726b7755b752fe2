// Votes: one an account and proposal, the last one counts. Source: sdk:x/gov/keeper/vote.go.
import { prefixRange } from '../../chain/core/collections/state-map.ts';
import type { Context } from '../../chain/core/context.ts';
import { event } from '../../chain/core/events.ts';
import type { WeightedVoteOption } from '../../proto/gen/cosmos/gov/v1.ts';
import { ErrInactiveProposal, ErrInvalidVote } from './errors.ts';
import type { GovKeeper } from './keeper.ts';
import { proposalAddressKey } from './keys.ts';
import { isWeightedOption, optionsJson, weightedText } from './types.ts';

export function addVote(k: GovKeeper, ctx: Context, id: bigint, voter: Uint8Array, options: readonly WeightedVoteOption[], metadata: string): void {
  if (!k.votingPeriod.has(ctx, id)) throw ErrInactiveProposal.wrap(id.toString());
  k.assertMetadataLength(metadata);
  for (const o of options) if (!isWeightedOption(o)) throw ErrInvalidVote.wrap(weightedText(o));
  const text = k.addresses.toString(voter);
  k.votes.set(ctx, [id, voter], { proposalId: id, voter: text, options, metadata });
  ctx.events.emit(event('proposal_vote', 'voter', text, 'option', optionsJson(options), 'proposal_id', id.toString()));
}

export function deleteVotes(k: GovKeeper, ctx: Context, id: bigint): void {
  k.votes.clear(ctx, prefixRange(proposalAddressKey.prefix(id)));
}
