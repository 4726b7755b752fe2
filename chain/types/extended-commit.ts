// Commits that keep the vote extensions (cmt:types/block.go ExtendedCommit).

import { toHexUpper } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, enumeration, int32, int64, message, time } from '../encoding/codec.ts';
import { type BlockId, isZeroBlockId, validateBlockId } from './block-id.ts';
import { blockIdCodec } from './block-id-codec.ts';
import { capped } from './capped.ts';
import { BLOCK_ID_FLAG_COMMIT, type Commit, type CommitSig, commitVote, validateCommitSig, voteToCommitSig } from './commit.ts';
import { TypesError, within } from './errors.ts';
import { MAX_SIGNATURE_SIZE, MAX_VOTE_EXTENSION_SIZE, MAX_VOTES_COUNT } from './limits.ts';
import type { Vote } from './vote.ts';

export interface ExtendedCommitSig extends CommitSig {
  readonly extension: Uint8Array;
  readonly extensionSignature: Uint8Array;
}

export interface ExtendedCommit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly extendedSignatures: readonly ExtendedCommitSig[];
}

export const extendedCommitSigCodec: Codec<ExtendedCommitSig> = message('tendermint.types.ExtendedCommitSig', {
  blockIdFlag: enumeration(1),
  validatorAddress: bytes(2),
  timestamp: time(3),
  signature: bytes(4),
  extension: bytes(5),
  extensionSignature: bytes(6),
});

export const extendedCommitCodec: Codec<ExtendedCommit> = message('tendermint.types.ExtendedCommit', {
  height: int64(1),
  round: int32(2),
  blockId: embed(3, blockIdCodec),
  extendedSignatures: capped(4, extendedCommitSigCodec, MAX_VOTES_COUNT),
});

const EMPTY = new Uint8Array(0);

export function toCommit(c: ExtendedCommit): Commit {
  const signatures = c.extendedSignatures.map(({ blockIdFlag, validatorAddress, timestamp, signature }) => ({
    blockIdFlag,
    validatorAddress,
    timestamp,
    signature,
  }));
  return { height: c.height, round: c.round, blockId: c.blockId, signatures };
}

/** A commit in the extended form, with empty extensions. */
export function wrapCommit(c: Commit): ExtendedCommit {
  const extendedSignatures = c.signatures.map((s) => ({ ...s, extension: EMPTY, extensionSignature: EMPTY }));
  return { height: c.height, round: c.round, blockId: c.blockId, extendedSignatures };
}

export function voteToExtendedCommitSig(v: Vote | undefined): ExtendedCommitSig {
  return { ...voteToCommitSig(v), extension: v?.extension ?? EMPTY, extensionSignature: v?.extensionSignature ?? EMPTY };
}

export function extendedCommitVote(c: ExtendedCommit, index: number): Vote {
  const { extension, extensionSignature } = c.extendedSignatures[index] as ExtendedCommitSig;
  return { ...commitVote({ height: c.height, round: c.round, blockId: c.blockId, signatures: c.extendedSignatures }, index), extension, extensionSignature };
}

function validateSig(s: ExtendedCommitSig): void {
  validateCommitSig(s);
  if (s.blockIdFlag === BLOCK_ID_FLAG_COMMIT) {
    if (s.extension.length > MAX_VOTE_EXTENSION_SIZE) throw new TypesError('commit', `vote extension is too big (max: ${MAX_VOTE_EXTENSION_SIZE})`);
    if (s.extensionSignature.length > MAX_SIGNATURE_SIZE) {
      throw new TypesError('commit', `vote extension signature is too big (max: ${MAX_SIGNATURE_SIZE})`);
    }
  } else if (s.extensionSignature.length === 0 && s.extension.length !== 0) {
    throw new TypesError('commit', 'vote extension signature absent on vote with extension');
  }
}

/** Form only. Throws TypesError. */
export function validateExtendedCommit(c: ExtendedCommit): void {
  if (c.height < 0n) throw new TypesError('commit', 'negative Height');
  if (c.round < 0) throw new TypesError('commit', 'negative Round');
  within('commit', 'wrong BlockID', () => validateBlockId(c.blockId));
  for (const [i, s] of c.extendedSignatures.entries()) within('commit', `wrong ExtendedCommitSig #${i}`, () => validateSig(s));
  if (c.height === 0n) return;
  if (isZeroBlockId(c.blockId)) throw new TypesError('commit', 'extended commit cannot be for nil block');
  if (c.extendedSignatures.length === 0) throw new TypesError('commit', 'no signatures in commit');
}

/** With extensions on, exactly the signatures for the block carry one; off, none does. Throws TypesError. */
export function ensureExtensions(c: ExtendedCommit, enabled: boolean): void {
  for (const s of c.extendedSignatures) {
    const signer = `validator ${toHexUpper(s.validatorAddress)}`;
    const forBlock = s.blockIdFlag === BLOCK_ID_FLAG_COMMIT;
    if (enabled && forBlock) {
      if (s.extensionSignature.length === 0) throw new TypesError('commit', `vote extension signature is missing; ${signer}`);
    } else if (s.extension.length !== 0 || s.extensionSignature.length !== 0) {
      const why = enabled ? 'vote extension on a vote that is not for the block' : 'vote extension present but extensions disabled';
      throw new TypesError('commit', `${why}; ${signer}`);
    }
  }
}
