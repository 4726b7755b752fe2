// Commit verification in two steps (cmt:types/validation.go): a plan lists the signatures to check and what they are worth; conclude takes
// which of them are good. Between the two, the caller verifies however it likes: one by one, in a batch, in worker threads.
import { bytesEqual, toHexUpper, utf8 } from '../encoding/bytes.ts';
import { type BlockId, blockIdsEqual, blockIdText } from './block-id.ts';
import { BLOCK_ID_FLAG_ABSENT, type Commit, type CommitSig, commitSignBytes, validateCommitSig } from './commit.ts';
import { counts, signerAt } from './counted-votes.ts';
import { TypesError } from './errors.ts';
import type { PublicKey } from './public-key.ts';
import { commitSigText } from './text.ts';
import type { Validator } from './validator.ts';
import type { ValidatorList } from './validator-list.ts';

export interface SignatureCheck {
  /** Of the signature in its commit. */
  readonly index: number;
  readonly pubKey: PublicKey;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface CommitPlan {
  readonly checks: readonly SignatureCheck[];
  /** Power of the counted signatures, and what it must exceed. */
  readonly tallied: bigint;
  readonly needed: bigint;
  readonly commit: Commit;
  /** CometBFT verifies them in one batch: in which case it shows a bad one's whole entry, else its bytes. */
  readonly inBatch: boolean;
  /** An error that CometBFT finds only after the signatures before it have been verified. */
  readonly failure: TypesError | undefined;
}

/** Which signatures are good, in the order of the checks. */
export type VerifySignatures = (checks: readonly SignatureCheck[]) => readonly boolean[];

export interface TrustLevel {
  readonly numerator: bigint;
  readonly denominator: bigint;
}
export const DEFAULT_TRUST_LEVEL: TrustLevel = { numerator: 1n, denominator: 3n };

/** How a validator of a plan's set is found for a signature; undefined: skipped. */
type FindSigner = (index: number, s: CommitSig) => Validator | undefined;

interface Rules {
  readonly chainId: string;
  readonly validators: ValidatorList;
  readonly commit: Commit;
  readonly needed: bigint;
  readonly ignore: (s: CommitSig) => boolean;
  /** Also those beyond the needed power. */
  readonly all: boolean;
  readonly signer: FindSigner;
}

// CometBFT verifies two or more signatures of one ed25519 set as a batch, and then compares the power before it verifies anything;
// else one by one, and the power last. Verdicts are the same; which error comes first is not.
function batched(r: Rules): boolean {
  const type = r.validators.proposer?.pubKey.case;
  return r.commit.signatures.length >= 2 && type === 'ed25519' && r.validators.validators.every((v) => v.pubKey.case === type);
}

function plan(r: Rules): CommitPlan {
  const checks: SignatureCheck[] = [];
  const messageAt = commitSignBytes(r.chainId, r.commit);
  let tallied = 0n;
  const inBatch = batched(r);
  const planned = (failure?: TypesError): CommitPlan => {
    if (inBatch && failure !== undefined) throw failure;
    return { checks, tallied, needed: r.needed, commit: r.commit, inBatch, failure };
  };
  try {
    for (const [index, s] of r.commit.signatures.entries()) {
      if (r.ignore(s)) continue;
      if (!inBatch) validateCommitSig(s);
      const v = r.signer(index, s);
      if (v === undefined) continue;
      checks.push({ index, pubKey: v.pubKey, message: messageAt(index), signature: s.signature });
      if (counts(s)) tallied += v.votingPower;
      if (!r.all && tallied > r.needed) return planned();
    }
  } catch (e) {
    if (e instanceof TypesError) return planned(e);
    throw e;
  }
  if (tallied <= r.needed) {
    return planned(new TypesError('commit-power', `invalid commit -- insufficient voting power: got ${tallied}, needed more than ${r.needed}`));
  }
  return planned();
}

function checkFits(validators: ValidatorList, blockId: BlockId, height: bigint, commit: Commit): void {
  if (validators.size !== commit.signatures.length) {
    throw new TypesError('commit', `Invalid commit -- wrong set size: ${validators.size} vs ${commit.signatures.length}`);
  }
  if (height !== commit.height) throw new TypesError('commit', `Invalid commit -- wrong height: ${height} vs ${commit.height}`);
  if (!blockIdsEqual(blockId, commit.blockId)) {
    throw new TypesError('commit', `invalid commit -- wrong block ID: want ${blockIdText(blockId)}, got ${blockIdText(commit.blockId)}`);
  }
}

const twoThirds = (v: ValidatorList): bigint => (v.totalVotingPower * 2n) / 3n;

/** A full node's check of a block's last commit: every signature, also those for nil; more than 2/3 for the block. */
export function planVerifyCommit(chainId: string, validators: ValidatorList, blockId: BlockId, height: bigint, commit: Commit): CommitPlan {
  checkFits(validators, blockId, height, commit);
  return plan({
    chainId,
    validators,
    commit,
    needed: twoThirds(validators),
    ignore: (s) => s.blockIdFlag === BLOCK_ID_FLAG_ABSENT,
    all: true,
    signer: (i, s) => signerAt(validators, i, s),
  });
}

/** A light client's check: signatures for the block until more than 2/3 is reached; with `all`, every one of them. */
export function planVerifyCommitLight(chainId: string, validators: ValidatorList, blockId: BlockId, height: bigint, commit: Commit, all = false): CommitPlan {
  checkFits(validators, blockId, height, commit);
  return plan({
    chainId,
    validators,
    commit,
    needed: twoThirds(validators),
    ignore: (s) => !counts(s),
    all,
    signer: (i, s) => signerAt(validators, i, s),
  });
}

/** Whether enough of a set that is trusted already signed a commit of another set: signers are found by address. */
export function planVerifyCommitLightTrusting(chainId: string, validators: ValidatorList, commit: Commit, level: TrustLevel, all = false): CommitPlan {
  if (level.denominator === 0n) throw new TypesError('commit', 'trustLevel has zero Denominator');
  const product = validators.totalVotingPower * level.numerator;
  if (product > 9_223_372_036_854_775_807n) {
    throw new TypesError('commit', 'int64 overflow while calculating voting power needed. please provide smaller trustLevel numerator');
  }
  const seen = new Map<number, number>();
  return plan({
    chainId,
    validators,
    commit,
    needed: product / level.denominator,
    ignore: (s) => !counts(s),
    all,
    signer: (i, s) => {
      const found = validators.getByAddress(s.validatorAddress);
      if (found === undefined) return undefined;
      const first = seen.get(found.index);
      if (first !== undefined) throw new TypesError('commit-double-vote', `double vote from ${toHexUpper(found.validator.address)} (${first} and ${i})`);
      seen.set(found.index, i);
      return found.validator;
    },
  });
}

function signatureText({ commit, inBatch }: CommitPlan, index: number): string {
  const s = commit.signatures[index] as CommitSig;
  return toHexUpper(inBatch ? utf8(commitSigText(s)) : s.signature);
}

/** `good[i]` says whether the i-th check's signature is good. Throws TypesError unless all are and the plan had no failure of its own. */
export function concludeCommit(p: CommitPlan, good: readonly boolean[]): void {
  if (good.length !== p.checks.length) throw new Error(`${good.length} results for ${p.checks.length} signature checks`);
  for (const [i, c] of p.checks.entries()) {
    if (good[i] !== true) throw new TypesError('commit-signature', `wrong signature (#${c.index}): ${signatureText(p, c.index)}`);
  }
  if (p.failure !== undefined) throw p.failure;
}

export function verifyCommit(chainId: string, validators: ValidatorList, blockId: BlockId, height: bigint, commit: Commit, verify: VerifySignatures): void {
  const p = planVerifyCommit(chainId, validators, blockId, height, commit);
  concludeCommit(p, verify(p.checks));
}

export function verifyCommitLight(
  chainId: string,
  validators: ValidatorList,
  blockId: BlockId,
  height: bigint,
  commit: Commit,
  verify: VerifySignatures,
  all = false,
): void {
  const p = planVerifyCommitLight(chainId, validators, blockId, height, commit, all);
  concludeCommit(p, verify(p.checks));
}

export function verifyCommitLightTrusting(
  chainId: string,
  validators: ValidatorList,
  commit: Commit,
  level: TrustLevel,
  verify: VerifySignatures,
  all = false,
): void {
  const p = planVerifyCommitLightTrusting(chainId, validators, commit, level, all);
  concludeCommit(p, verify(p.checks));
}

/** The checks of `wanted` that are not among those of `done`: the 1/3 and the 2/3 pass over one commit mostly ask for the same signatures. */
export function remainingChecks(wanted: CommitPlan, done: CommitPlan): readonly SignatureCheck[] {
  const byIndex = new Map(done.checks.map((c) => [c.index, c]));
  return wanted.checks.filter((c) => {
    const d = byIndex.get(c.index);
    return d === undefined || !bytesEqual(d.pubKey.value, c.pubKey.value) || !bytesEqual(d.message, c.message) || !bytesEqual(d.signature, c.signature);
  });
}
