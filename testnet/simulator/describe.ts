// Where a node's consensus stands, in a few lines: what a liveness violation is told with.
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { isZeroBlockId } from '../../chain/types/block-id.ts';
import type { Vote } from '../../chain/types/vote.ts';
import type { SimNode } from './node.ts';

const short = (hash: Uint8Array): string => (hash.length === 0 ? 'nil' : toHexUpper(hash).slice(0, 6));
const votes = (list: readonly (Vote | undefined)[]): string =>
  list.map((v) => (v === undefined ? '-' : isZeroBlockId(v.blockId) ? 'nil' : short(v.blockId.hash))).join(' ');

export function describeNode(n: SimNode): string[] {
  const { engine } = n;
  if (engine === undefined) return [`${n.name}: ${n.isUp ? 'starting' : 'down'}`];
  const c = engine.consensus;
  const peers = n.peers().map((p) => {
    const s = n.peerState(p);
    return s === undefined ? p : `${p}@${s.height}/${s.round}/${s.step}${s.proposal ? '+proposal' : ''} parts ${s.parts?.toString() ?? 'none'}`;
  });
  if (c === undefined) return [`${n.name}: height ${engine.state.lastBlockHeight}, catching up; peers ${peers.join(', ')}`];
  const { height, round, step, lockedRound, locked, validRound, valid, commitRound } = c.round;
  const out = [
    `${n.name}: ${height}/${round}/${step}, locked ${lockedRound} ${locked === undefined ? '' : short(locked.id.hash)}, valid ${validRound} ${valid === undefined ? '' : short(valid.id.hash)}, ` +
      `commit round ${commitRound}, proposal ${c.proposal === undefined ? 'none' : short(c.proposal.blockId.hash)}, ` +
      `block ${c.proposalBlock === undefined ? 'none' : short(c.proposalBlock.id.hash)}, parts ${c.proposalParts === undefined ? 'none' : `${c.proposalParts.bitArray().toString()} of ${short(c.proposalParts.header.hash)}`}`,
    `  peers ${peers.join('; ')}`,
  ];
  for (const r of c.votes.rounds().slice(-3)) out.push(`  round ${r.round}: prevotes ${votes(r.prevotes.votes)} | precommits ${votes(r.precommits.votes)}`);
  return out;
}
