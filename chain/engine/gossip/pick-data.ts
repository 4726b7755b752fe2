// What of proposals and blocks a peer should be given next (network.md §6.3, cmt:consensus/reactor.go gossipDataRoutine).
import type { BitArray } from '../../types/bit-array.ts';
import type { BlockPart, ConsensusMessage } from '../../types/messages/consensus.ts';
import type { Part } from '../../types/part-set.ts';
import type { Proposal } from '../../types/proposal.ts';
import type { GossipEngine, LiveConsensus } from './engine-view.ts';
import type { PeerRoundState } from './peer-round-state.ts';
import { voteBitArray } from './vote-bits.ts';

export type DataPick =
  | { readonly kind: 'part'; readonly message: BlockPart }
  | { readonly kind: 'proposal'; readonly proposal: Proposal; readonly pol: Extract<ConsensusMessage, { readonly case: 'proposalPol' }> | undefined };

function missingPart(total: number, get: (i: number) => Part | undefined, has: BitArray | undefined, random: () => number): Part | undefined {
  const missing: number[] = [];
  for (let i = 0; i < total; i++) if (has?.get(i) !== true && get(i) !== undefined) missing.push(i);
  const index = missing[Math.floor(random() * missing.length)];
  return index === undefined ? undefined : get(index);
}

/** `parts`: parts may be sent, as the proposal they belong to has left. */
export function pickData(
  c: LiveConsensus,
  blocks: GossipEngine['blockStore'],
  prs: PeerRoundState,
  parts: boolean,
  random: () => number,
): DataPick | undefined {
  const { proposal, proposalParts: held } = c;
  const part = (p: Part | undefined): DataPick | undefined =>
    p === undefined ? undefined : { kind: 'part', message: { height: prs.height, round: prs.round, part: p } };
  if (held !== undefined && prs.wantsPartsOf(held.header)) {
    const p = parts ? missingPart(held.total, (i) => held.getPart(i), prs.parts, random) : undefined;
    if (p !== undefined) return part(p);
  }
  if (blocks.base > 0n && prs.height > 0n && prs.height < c.height && prs.height >= blocks.base) {
    const meta = blocks.loadBlockMeta(prs.height);
    if (meta === undefined) return undefined;
    const { partSetHeader } = meta.blockId;
    prs.initParts(partSetHeader);
    if (!prs.wantsPartsOf(partSetHeader)) return undefined;
    const { height } = prs;
    return part(missingPart(partSetHeader.total, (i) => blocks.loadPart(height, i), prs.parts, random));
  }
  if (c.height !== prs.height || c.round.round !== prs.round || proposal === undefined || prs.proposal) return undefined;
  const pol = proposal.polRound < 0 ? undefined : c.votes.prevotes(proposal.polRound);
  return {
    kind: 'proposal',
    proposal,
    pol:
      pol === undefined ? undefined : { case: 'proposalPol', value: { height: c.height, proposalPolRound: proposal.polRound, proposalPol: voteBitArray(pol) } },
  };
}
