// Whether evidence is true (cmt:evidence/verify.go, wire.md §1 Evidence). Form was checked when it was decoded; here it is held against the
// chain: stored headers, commits and validator sets. Signatures are planned and verified by the caller's port. Errors are TypesError.
import { byzantineValidators, isDerivedWrongly } from '../../lightclient/verifier/attack.ts';
import { bytesEqual, fromHex, toHexUpper } from '../encoding/bytes.ts';
import { type Duration, formatTimeWithZone, type Time } from '../encoding/time.ts';
import type { BlockMeta } from '../types/block.ts';
import { blockIdsEqual, blockIdText } from '../types/block-id.ts';
import { voteTypeName } from '../types/canonical.ts';
import type { Commit } from '../types/commit.ts';
import {
  type CommitPlan,
  concludeCommit,
  DEFAULT_TRUST_LEVEL,
  planVerifyCommitLight,
  planVerifyCommitLightTrusting,
  type SignatureCheck,
} from '../types/commit-verify.ts';
import { TypesError } from '../types/errors.ts';
import { type DuplicateVoteEvidence, type Evidence, evidenceHeight, evidenceTime, type LightClientAttackEvidence } from '../types/evidence.ts';
import { headerHash } from '../types/header.ts';
import type { SignedHeader } from '../types/light-block.ts';
import { validatorText } from '../types/text.ts';
import type { Validator } from '../types/validator.ts';
import { addressOfKey } from '../types/validator-address.ts';
import type { ValidatorSet } from '../types/validator-set.ts';
import { type Vote, voteSignBytes } from '../types/vote.ts';

export interface EvidenceChain {
  readonly chainId: string;
  /** Of the last block that was applied. */
  readonly height: bigint;
  /** Of the last block that is stored. */
  readonly storeHeight: bigint;
  readonly lastBlockTime: Time;
  readonly maxAgeNumBlocks: bigint;
  readonly maxAgeDuration: Duration;
  meta(height: bigint): BlockMeta | undefined;
  commit(height: bigint): Commit | undefined;
  validators(height: bigint): ValidatorSet | undefined;
}

export type CheckSignatures = (checks: readonly SignatureCheck[]) => readonly boolean[] | Promise<readonly boolean[]>;

function fail(why: string): never {
  throw new TypesError('evidence', why);
}

/** Too old in blocks and in time; one of them alone does not do. */
export function isExpired(chain: Pick<EvidenceChain, 'height' | 'lastBlockTime' | 'maxAgeNumBlocks' | 'maxAgeDuration'>, height: bigint, time: Time): boolean {
  return chain.height - height > chain.maxAgeNumBlocks && chain.lastBlockTime - time > chain.maxAgeDuration;
}

export async function verifyEvidence(e: Evidence, chain: EvidenceChain, check: CheckSignatures): Promise<void> {
  const height = evidenceHeight(e);
  const meta = chain.meta(height);
  if (meta === undefined) return fail(`don't have header #${height}`);
  const { time } = meta.header;
  if (evidenceTime(e) !== time) {
    fail(`evidence has a different time to the block it is associated with (${formatTimeWithZone(evidenceTime(e))} != ${formatTimeWithZone(time)})`);
  }
  if (isExpired(chain, height, time)) {
    const oldest = formatTimeWithZone(chain.lastBlockTime + chain.maxAgeDuration);
    fail(
      `evidence from height ${height} (created at: ${formatTimeWithZone(time)}) is too old; min height is ${chain.height - chain.maxAgeNumBlocks} and evidence can not be older than ${oldest}`,
    );
  }
  const validators = chain.validators(height);
  if (validators === undefined) return fail(`don't have the validators of height ${height}`);
  if (e.case === 'duplicateVote') await verifyDuplicateVote(e.value, chain.chainId, validators, check);
  else await verifyLightClientAttack(e.value, signedHeader(chain, height), trustedHeader(e.value, chain), validators, check);
}

function signedHeader(chain: EvidenceChain, height: bigint): SignedHeader {
  const meta = chain.meta(height);
  if (meta === undefined) return fail(`don't have header at height #${height}`);
  const commit = chain.commit(height);
  if (commit === undefined) return fail(`don't have commit at height #${height}`);
  return { header: meta.header, commit };
}

/** Our header at the height of the conflicting block, or our latest where that height is still ahead (a forward lunatic attack). */
function trustedHeader(e: LightClientAttackEvidence, chain: EvidenceChain): SignedHeader {
  const conflicting = e.conflictingBlock.signedHeader.header;
  if (chain.meta(conflicting.height) !== undefined && chain.commit(conflicting.height) !== undefined) return signedHeader(chain, conflicting.height);
  if (conflicting.height === e.commonHeight) return signedHeader(chain, conflicting.height);
  // CometBFT asks for the commit of its latest block, which only the next block brings: it refuses every such attack, so a block with one
  // would find no two thirds.
  const latest = signedHeader(chain, chain.storeHeight);
  if (latest.header.time < conflicting.time) {
    fail(`latest block time (${formatTimeWithZone(latest.header.time)}) is before conflicting block time (${formatTimeWithZone(conflicting.time)})`);
  }
  return latest;
}

const hrs = (v: Vote): string => `${v.height}/${v.round}/${voteTypeName(v.type)}`;

export async function verifyDuplicateVote(e: DuplicateVoteEvidence, chainId: string, validators: ValidatorSet, check: CheckSignatures): Promise<void> {
  const { voteA, voteB } = e;
  const validator = validators.getByAddress(voteA.validatorAddress)?.validator;
  if (validator === undefined) return fail(`address ${toHexUpper(voteA.validatorAddress)} was not a validator at height ${voteA.height}`);
  if (voteA.height !== voteB.height || voteA.round !== voteB.round || voteA.type !== voteB.type) {
    fail(`h/r/s does not match: ${hrs(voteA)} vs ${hrs(voteB)}`);
  }
  if (!bytesEqual(voteA.validatorAddress, voteB.validatorAddress)) {
    fail(`validator addresses do not match: ${toHexUpper(voteA.validatorAddress)} vs ${toHexUpper(voteB.validatorAddress)}`);
  }
  if (blockIdsEqual(voteA.blockId, voteB.blockId)) fail(`block IDs are the same (${blockIdText(voteA.blockId)}) - not a real duplicate vote`);
  const address = addressOfKey(validator.pubKey);
  if (!bytesEqual(address, voteA.validatorAddress)) {
    fail(`address (${toHexUpper(voteA.validatorAddress)}) doesn't match pubkey (${toHexUpper(address)})`);
  }
  if (validator.votingPower !== e.validatorPower) {
    fail(`validator power from evidence and our validator set does not match (${e.validatorPower} != ${validator.votingPower})`);
  }
  samePower(e.totalVotingPower, validators);
  const checks = [voteA, voteB].map((v, index) => ({ index, pubKey: validator.pubKey, message: voteSignBytes(chainId, v), signature: v.signature }));
  const good = await check(checks);
  for (const [i, name] of ['VoteA', 'VoteB'].entries()) if (good[i] !== true) fail(`verifying ${name}: invalid signature`);
}

function samePower(inEvidence: bigint, validators: ValidatorSet): void {
  if (inEvidence !== validators.totalVotingPower) {
    fail(`total voting power from the evidence and our validator set does not match (${inEvidence} != ${validators.totalVotingPower})`);
  }
}

async function conclude(what: string, make: () => CommitPlan, check: CheckSignatures): Promise<void> {
  try {
    const plan = make();
    concludeCommit(plan, plan.checks.length === 0 ? [] : await check(plan.checks));
  } catch (e) {
    if (!(e instanceof TypesError)) throw e;
    fail(`${what}: ${e.message}`);
  }
}

/** A double vote told as CometBFT tells it, with all of the validator; devices, which share the check, do with its address. */
function namingValidators<T>(set: ValidatorSet, run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (!(e instanceof TypesError) || e.code !== 'commit-double-vote') throw e;
    const whole = (address: string): string => validatorText(set.getByAddress(fromHex(address))?.validator as Validator);
    throw new TypesError(e.code, e.message.replace(/[0-9A-F]{40}/, whole));
  }
}

export async function verifyLightClientAttack(
  e: LightClientAttackEvidence,
  common: SignedHeader,
  trusted: SignedHeader,
  commonValidators: ValidatorSet,
  check: CheckSignatures,
): Promise<void> {
  const { header, commit } = e.conflictingBlock.signedHeader;
  const { chainId } = trusted.header;
  if (common.header.height !== header.height) {
    // Lunatic: one jump from the common height must have convinced a light client.
    const plan = (): CommitPlan =>
      namingValidators(commonValidators, () => planVerifyCommitLightTrusting(chainId, commonValidators, commit, DEFAULT_TRUST_LEVEL, true));
    await conclude('skipping verification of conflicting block failed', plan, check);
  } else if (isDerivedWrongly(e.conflictingBlock.signedHeader.header, trusted.header)) {
    fail("common height is the same as conflicting block height so expected the conflicting block to be correctly derived yet it wasn't");
  }
  const plan = (): CommitPlan => planVerifyCommitLight(chainId, e.conflictingBlock.validatorSet, commit.blockId, header.height, commit, true);
  await conclude('invalid commit from conflicting block', plan, check);
  samePower(e.totalVotingPower, commonValidators);
  if (header.height > trusted.header.height && header.time > trusted.header.time) {
    fail(
      `conflicting block doesn't violate monotonically increasing time (${formatTimeWithZone(header.time)} is after ${formatTimeWithZone(trusted.header.time)})`,
    );
  }
  const hash = headerHash(header);
  if (bytesEqual(headerHash(trusted.header), hash)) fail(`trusted header hash matches the evidence's conflicting header hash: ${toHexUpper(hash)}`);
  checkByzantine(e.byzantineValidators, byzantineValidators(e.conflictingBlock, commonValidators, trusted));
}

function checkByzantine(listed: readonly Validator[], expected: readonly Validator[] | undefined): void {
  // Whatever comes over the wire is a list to CometBFT, an empty one too: it never takes an amnesia attack in a block.
  if (expected === undefined) fail(`expected nil validators from an amnesia light client attack but got ${listed.length}`);
  if (expected.length !== listed.length) fail(`expected ${expected.length} byzantine validators from evidence but got ${listed.length}`);
  for (const [i, v] of expected.entries()) {
    const got = listed[i] as Validator;
    if (!bytesEqual(got.address, v.address)) {
      fail(`evidence contained an unexpected byzantine validator address; expected: ${toHexUpper(v.address)}, got: ${toHexUpper(got.address)}`);
    }
    if (got.votingPower !== v.votingPower) {
      fail(`evidence contained unexpected byzantine validator power; expected ${v.votingPower}, got ${got.votingPower}`);
    }
    if (got.pubKey.value.length === 0) fail(`byzantine validator at index ${i} has nil pubkey`);
    if (!bytesEqual(addressOfKey(got.pubKey), got.address)) {
      fail(
        `byzantine validator at index ${i} has address ${toHexUpper(got.address)} that does not match pubkey address ${toHexUpper(addressOfKey(got.pubKey))}`,
      );
    }
  }
}
