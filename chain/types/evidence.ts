// Evidence of misbehaviour, its encodings and hashes (cmt:types/evidence.go). Whether it is true is decided in chain/evidence.
import { merkleRoot } from '../crypto/merkle.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { type Codec, embed, int64, message, oneof, optional, repeated, time } from '../encoding/codec.ts';
import { Writer } from '../encoding/proto-wire.ts';
import { formatTimeWithZone, type Time } from '../encoding/time.ts';
import { compareBlockIdKeys } from './block-id-codec.ts';
import { capped } from './capped.ts';
import { TypesError, within } from './errors.ts';
import { headerHash } from './header.ts';
import { isMissingCommit, isMissingHeader, type LightBlock, validateLightBlock } from './light-block.ts';
import { lightBlockCodec } from './light-block-codec.ts';
import { MAX_VOTES_COUNT } from './limits.ts';
import { mapped } from './mapped.ts';
import { lightBlockText, validatorText, voteText } from './text.ts';
import type { Validator } from './validator.ts';
import { validatorCodec } from './validator-codec.ts';
import type { ValidatorSet } from './validator-set.ts';
import { type Vote, validateVote, voteCodec } from './vote.ts';

/** Two votes of one validator for different blocks in the same height, round and step. */
export interface DuplicateVoteEvidence {
  /** The vote whose block id is the smaller byte string. */
  readonly voteA: Vote;
  readonly voteB: Vote;
  readonly totalVotingPower: bigint;
  readonly validatorPower: bigint;
  /** Time of the block at the votes' height. */
  readonly timestamp: Time;
}

/** A light block that contradicts the chain, signed by a part of the validators of the common height. */
export interface LightClientAttackEvidence {
  readonly conflictingBlock: LightBlock;
  /** The last height at which both histories agree. */
  readonly commonHeight: bigint;
  readonly byzantineValidators: readonly Validator[];
  /** Of the set at the common height. */
  readonly totalVotingPower: bigint;
  readonly timestamp: Time;
}

interface EvidenceCases {
  duplicateVote: DuplicateVoteEvidence;
  lightClientAttack: LightClientAttackEvidence;
}

export type Evidence =
  | { readonly case: 'duplicateVote'; readonly value: DuplicateVoteEvidence }
  | { readonly case: 'lightClientAttack'; readonly value: LightClientAttackEvidence };

// The votes and the light block are nullable in Go; missing ones decode to zero values, which validation refuses.
export const duplicateVoteEvidenceCodec: Codec<DuplicateVoteEvidence> = message('tendermint.types.DuplicateVoteEvidence', {
  voteA: embed(1, voteCodec),
  voteB: embed(2, voteCodec),
  totalVotingPower: int64(3),
  validatorPower: int64(4),
  timestamp: time(5),
});

export const lightClientAttackEvidenceCodec: Codec<LightClientAttackEvidence> = message('tendermint.types.LightClientAttackEvidence', {
  conflictingBlock: embed(1, lightBlockCodec),
  commonHeight: int64(2),
  byzantineValidators: capped(3, validatorCodec, MAX_VOTES_COUNT),
  totalVotingPower: int64(4),
  timestamp: time(5),
});

interface EvidenceMessage {
  readonly sum: Evidence | undefined;
}

const evidenceMessageCodec: Codec<EvidenceMessage> = message<EvidenceMessage>('tendermint.types.Evidence', {
  sum: oneof<EvidenceCases>({
    duplicateVote: optional(1, duplicateVoteEvidenceCodec),
    lightClientAttack: optional(2, lightClientAttackEvidenceCodec),
  }),
});

/** The oneof message; of an unknown kind it does not decode. */
export const evidenceCodec: Codec<Evidence> = mapped(
  evidenceMessageCodec,
  (w) => {
    if (w.sum === undefined) throw new TypesError('evidence', 'evidence is not recognized');
    return w.sum;
  },
  (e) => ({ sum: e }),
);

/** Each piece is checked as it is read, so that a long list of empty ones fails at the first. */
const checkedEvidenceCodec: Codec<Evidence> = mapped(
  evidenceMessageCodec,
  (w) => {
    if (w.sum === undefined) throw new TypesError('evidence', 'evidence is not recognized');
    validateEvidence(w.sum);
    return w.sum;
  },
  (e) => ({ sum: e }),
);

const evidenceListMessageCodec: Codec<{ readonly evidence: readonly Evidence[] }> = message('tendermint.types.EvidenceList', {
  evidence: repeated(1, checkedEvidenceCodec),
});

/** tendermint.types.EvidenceList, as blocks and the evidence channel carry it. Evidence that is not well-formed does not decode. */
export const evidenceListCodec: Codec<readonly Evidence[]> = mapped(
  evidenceListMessageCodec,
  (w) => w.evidence,
  (list) => ({ evidence: [...list] }),
);

/** The bytes of the inner message: leaves of Header.evidenceHash. */
export function evidenceBytes(e: Evidence): Uint8Array {
  return e.case === 'duplicateVote' ? duplicateVoteEvidenceCodec.encode(e.value) : lightClientAttackEvidenceCodec.encode(e.value);
}

/** By which a pool knows a piece of evidence: 32 bytes. */
export function evidenceHash(e: Evidence): Uint8Array {
  if (e.case === 'duplicateVote') return sha256(evidenceBytes(e));
  // A frozen quirk of the reference: 31 bytes of the header hash, a zero byte, then the zigzag varint of the common height.
  const height = new Writer(10).sint64(e.value.commonHeight).finish();
  const buffer = new Uint8Array(32 + height.length);
  buffer.set(headerHash(e.value.conflictingBlock.signedHeader.header).subarray(0, 31));
  buffer.set(height, 32);
  return sha256(buffer);
}

/** Header.evidenceHash. */
export function evidenceListHash(list: readonly Evidence[]): Uint8Array {
  return merkleRoot(list.map(evidenceBytes));
}

/** Height of the infraction: for a light client attack the common height, at which the offenders were certainly bonded. */
export function evidenceHeight(e: Evidence): bigint {
  return e.case === 'duplicateVote' ? e.value.voteA.height : e.value.commonHeight;
}

export function evidenceTime(e: Evidence): Time {
  return e.value.timestamp;
}

/** Puts the votes in order. Throws TypesError where the voter is not in the set of the votes' height. */
export function newDuplicateVoteEvidence(vote1: Vote, vote2: Vote, blockTime: Time, validators: ValidatorSet): DuplicateVoteEvidence {
  const found = validators.getByAddress(vote1.validatorAddress);
  if (found === undefined) throw new TypesError('evidence', 'the voter is not in the validator set');
  const inOrder = compareBlockIdKeys(vote1.blockId, vote2.blockId) < 0;
  return {
    voteA: inOrder ? vote1 : vote2,
    voteB: inOrder ? vote2 : vote1,
    totalVotingPower: validators.totalVotingPower,
    validatorPower: found.validator.votingPower,
    timestamp: blockTime,
  };
}

/** As CometBFT quotes it in errors. */
export function evidenceText(e: Evidence): string {
  if (e.case === 'duplicateVote') return `DuplicateVoteEvidence{VoteA: ${voteText(e.value.voteA)}, VoteB: ${voteText(e.value.voteB)}}`;
  const { conflictingBlock, commonHeight, byzantineValidators, totalVotingPower, timestamp } = e.value;
  const lines = [
    `ConflictingBlock: ${lightBlockText(conflictingBlock)},`,
    `CommonHeight: ${commonHeight},`,
    `ByzatineValidators: [${byzantineValidators.map(validatorText).join(' ')}],`,
    `TotalVotingPower: ${totalVotingPower},`,
    `Timestamp: ${formatTimeWithZone(timestamp)}}#${toHexUpper(evidenceHash(e))}`,
  ];
  return `LightClientAttackEvidence{${lines.map((line) => `\n\t\t${line}`).join('')}`;
}

/** No vote, as a decoder finds it where the field is missing. */
const isMissing = (v: Vote): boolean => v.type === 0 && v.height === 0n && v.signature.length === 0 && v.validatorAddress.length === 0;

/** Form only. Throws TypesError. */
export function validateEvidence(e: Evidence): void {
  const fail = (why: string): never => {
    throw new TypesError('evidence', why);
  };
  if (e.case === 'duplicateVote') {
    const votes = [e.value.voteA, e.value.voteB];
    if (votes.some(isMissing)) fail(`one or both of the votes are empty ${votes.map((v) => (isMissing(v) ? 'nil-Vote' : voteText(v))).join(', ')}`);
    within('evidence', 'invalid VoteA', () => validateVote(e.value.voteA));
    within('evidence', 'invalid VoteB', () => validateVote(e.value.voteB));
    if (compareBlockIdKeys(e.value.voteA.blockId, e.value.voteB.blockId) >= 0) fail('duplicate votes in invalid order');
    return;
  }
  const { conflictingBlock, commonHeight, totalVotingPower } = e.value;
  const { header, commit } = conflictingBlock.signedHeader;
  if (isMissingHeader(header)) {
    const { validators } = conflictingBlock.validatorSet;
    if (!isMissingCommit(commit)) fail('conflicting block missing header');
    fail(validators.length === 0 ? 'conflicting block is nil' : 'conflicting block missing signed header');
  }
  if (totalVotingPower <= 0n) fail('negative or zero total voting power');
  if (commonHeight <= 0n) fail('negative or zero common height');
  if (commonHeight > header.height) fail(`common height is ahead of the conflicting block height (${commonHeight} > ${header.height})`);
  within('evidence', 'invalid conflicting light block', () => validateLightBlock(conflictingBlock, header.chainId));
}

export function hasEvidence(list: readonly Evidence[], e: Evidence): boolean {
  const hash = evidenceHash(e);
  return list.some((other) => bytesEqual(evidenceHash(other), hash));
}
