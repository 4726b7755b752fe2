// Commits: the precommits by which a block was decided, one entry a validator in the set's order (cmt:types/block.go).
import { GO_ZERO_TIME, type Time } from '../encoding/time.ts';
import { type BlockId, isCompleteBlockId, isZeroBlockId, validateBlockId, ZERO_BLOCK_ID } from './block-id.ts';
import { PRECOMMIT, voteSignBytesTemplate } from './canonical.ts';
import { TypesError, within } from './errors.ts';
import { ADDRESS_SIZE, MAX_SIGNATURE_SIZE } from './limits.ts';
import type { Vote } from './vote.ts';

/** BlockIDFlag. */
export const BLOCK_ID_FLAG_ABSENT = 1;
export const BLOCK_ID_FLAG_COMMIT = 2;
export const BLOCK_ID_FLAG_NIL = 3;

export interface CommitSig {
  /** 1 absent, 2 commit, 3 nil. */
  readonly blockIdFlag: number;
  readonly validatorAddress: Uint8Array;
  readonly timestamp: Time;
  readonly signature: Uint8Array;
}

export interface Commit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSig[];
}

const EMPTY = new Uint8Array(0);
export const ABSENT_COMMIT_SIG: CommitSig = { blockIdFlag: BLOCK_ID_FLAG_ABSENT, validatorAddress: EMPTY, timestamp: GO_ZERO_TIME, signature: EMPTY };
/** The last commit of the first block. */
export const EMPTY_COMMIT: Commit = { height: 0n, round: 0, blockId: ZERO_BLOCK_ID, signatures: [] };

/** The block a signature is for: the commit's, or nil. */
export function commitSigBlockId(flag: number, blockId: BlockId): BlockId {
  return flag === BLOCK_ID_FLAG_COMMIT ? blockId : ZERO_BLOCK_ID;
}

/** Gives the sign bytes of the signature at an index; what the signatures share is encoded once. */
export function commitSignBytes(chainId: string, c: Commit): (index: number) => Uint8Array {
  const base = { type: PRECOMMIT, height: c.height, round: c.round };
  const forBlock = voteSignBytesTemplate(chainId, { ...base, blockId: c.blockId });
  let forNil: ((t: Time) => Uint8Array) | undefined;
  return (index) => {
    const s = c.signatures[index] as CommitSig;
    if (s.blockIdFlag === BLOCK_ID_FLAG_COMMIT) return forBlock(s.timestamp);
    forNil ??= voteSignBytesTemplate(chainId, { ...base, blockId: ZERO_BLOCK_ID });
    return forNil(s.timestamp);
  };
}

/** The precommit from which the entry at `index` came. */
export function commitVote(c: Commit, index: number): Vote {
  const s = c.signatures[index] as CommitSig;
  return {
    type: PRECOMMIT,
    height: c.height,
    round: c.round,
    blockId: commitSigBlockId(s.blockIdFlag, c.blockId),
    timestamp: s.timestamp,
    validatorAddress: s.validatorAddress,
    validatorIndex: index,
    signature: s.signature,
    extension: EMPTY,
    extensionSignature: EMPTY,
  };
}

/** The commit entry of a precommit; undefined gives the absent entry. */
export function voteToCommitSig(v: Vote | undefined): CommitSig {
  if (v === undefined) return ABSENT_COMMIT_SIG;
  if (!isZeroBlockId(v.blockId) && !isCompleteBlockId(v.blockId)) throw new Error('a vote in a commit names no block or a whole one');
  return {
    blockIdFlag: isZeroBlockId(v.blockId) ? BLOCK_ID_FLAG_NIL : BLOCK_ID_FLAG_COMMIT,
    validatorAddress: v.validatorAddress,
    timestamp: v.timestamp,
    signature: v.signature,
  };
}

/** Throws TypesError. */
export function validateCommitSig(s: CommitSig): void {
  const fail = (why: string): never => {
    throw new TypesError('commit', why);
  };
  switch (s.blockIdFlag) {
    case BLOCK_ID_FLAG_ABSENT:
      if (s.validatorAddress.length !== 0) fail('validator address is present');
      if (s.timestamp !== GO_ZERO_TIME) fail('time is present');
      if (s.signature.length !== 0) fail('signature is present');
      return;
    case BLOCK_ID_FLAG_COMMIT:
    case BLOCK_ID_FLAG_NIL:
      if (s.validatorAddress.length !== ADDRESS_SIZE) {
        fail(`expected ValidatorAddress size to be ${ADDRESS_SIZE} bytes, got ${s.validatorAddress.length} bytes`);
      }
      if (s.signature.length === 0) fail('signature is missing');
      if (s.signature.length > MAX_SIGNATURE_SIZE) fail(`signature is too big (max: ${MAX_SIGNATURE_SIZE})`);
      return;
    default:
      fail(`unknown BlockIDFlag: ${s.blockIdFlag}`);
  }
}

/** Form only: no signature is verified. Throws TypesError. */
export function validateCommit(c: Commit): void {
  const fail = (why: string): never => {
    throw new TypesError('commit', why);
  };
  if (c.height < 0n) fail('negative Height');
  if (c.round < 0) fail('negative Round');
  within('commit', 'wrong BlockID', () => validateBlockId(c.blockId));
  // CometBFT's decoder checks every entry, also of a commit at height 0.
  for (const [i, s] of c.signatures.entries()) within('commit', `wrong CommitSig #${i}`, () => validateCommitSig(s));
  if (c.height === 0n) return;
  if (isZeroBlockId(c.blockId)) fail('commit cannot be for nil block');
  if (c.signatures.length === 0) fail('no signatures in commit');
}
