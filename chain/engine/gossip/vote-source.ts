// Votes that can be given to a peer: a live vote set or a stored commit, read the same way.
import type { VoteSet } from '../../consensus/vote-set.ts';
import { isZeroBlockId } from '../../types/block-id.ts';
import { BLOCK_ID_FLAG_ABSENT, type Commit, commitVote } from '../../types/commit.ts';
import { type ExtendedCommit, extendedCommitVote } from '../../types/extended-commit.ts';
import { PRECOMMIT, type Vote } from '../../types/vote.ts';

export interface VoteSource {
  readonly height: bigint;
  readonly round: number;
  readonly type: number;
  readonly size: number;
  /** Precommits that decide the height. */
  readonly isCommit: boolean;
  has(index: number): boolean;
  get(index: number): Vote | undefined;
}

export function setSource(s: VoteSet): VoteSource {
  return {
    height: s.height,
    round: s.round,
    type: s.type,
    size: s.votes.length,
    isCommit: s.type === PRECOMMIT && s.maj23 !== undefined && !isZeroBlockId(s.maj23),
    has: (i) => s.votes[i] !== undefined,
    get: (i) => s.votes[i],
  };
}

export function commitSource(c: Commit): VoteSource {
  return {
    height: c.height,
    round: c.round,
    type: PRECOMMIT,
    size: c.signatures.length,
    isCommit: true,
    has: (i) => c.signatures[i]?.blockIdFlag !== BLOCK_ID_FLAG_ABSENT,
    get: (i) => commitVote(c, i),
  };
}

export function extendedCommitSource(c: ExtendedCommit): VoteSource {
  return {
    height: c.height,
    round: c.round,
    type: PRECOMMIT,
    size: c.extendedSignatures.length,
    isCommit: true,
    has: (i) => c.extendedSignatures[i]?.blockIdFlag !== BLOCK_ID_FLAG_ABSENT,
    get: (i) => extendedCommitVote(c, i),
  };
}
