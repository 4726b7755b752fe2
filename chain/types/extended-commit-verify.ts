// Verification of an extended commit (cmt:types/validator_set.go VerifyCommitExtended): the commit, then every extension's signature.
import type { BlockId } from './block-id.ts';
import { BLOCK_ID_FLAG_COMMIT } from './commit.ts';
import { type CommitPlan, planVerifyCommit, type SignatureCheck } from './commit-verify.ts';
import { signerAt } from './counted-votes.ts';
import { TypesError } from './errors.ts';
import { type ExtendedCommit, ensureExtensions, toCommit } from './extended-commit.ts';
import type { ValidatorSet } from './validator-set.ts';
import { voteExtensionSignBytes } from './vote.ts';

export interface ExtendedCommitPlan {
  readonly commit: CommitPlan;
  /** Signatures over the extensions. */
  readonly extensions: readonly SignatureCheck[];
}

/** Throws TypesError where an extension is missing or misplaced, or the commit is wrong before any signature. */
export function planVerifyCommitExtended(chainId: string, validators: ValidatorSet, blockId: BlockId, height: bigint, c: ExtendedCommit): ExtendedCommitPlan {
  ensureExtensions(c, true);
  const commit = planVerifyCommit(chainId, validators, blockId, height, toCommit(c));
  const extensions: SignatureCheck[] = [];
  for (const [index, s] of c.extendedSignatures.entries()) {
    if (s.blockIdFlag !== BLOCK_ID_FLAG_COMMIT || commit.failure !== undefined) continue;
    const message = voteExtensionSignBytes(chainId, { height: c.height, round: c.round, extension: s.extension });
    extensions.push({ index, pubKey: signerAt(validators, index, s).pubKey, message, signature: s.extensionSignature });
  }
  return { commit, extensions };
}

/** After concludeCommit on the plain commit. Throws TypesError. */
export function concludeExtensions(p: ExtendedCommitPlan, good: readonly boolean[]): void {
  if (good.length !== p.extensions.length) throw new Error(`${good.length} results for ${p.extensions.length} signature checks`);
  for (const [i, c] of p.extensions.entries()) {
    if (good[i] !== true) throw new TypesError('commit-signature', `invalid vote extension signature (val #${c.index})`);
  }
}
