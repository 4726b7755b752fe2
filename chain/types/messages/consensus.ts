// Messages of the consensus reactor: tendermint.consensus.Message (cmt:proto/tendermint/consensus/types.proto, consensus/reactor.go).
import { bool, type Codec, embed, enumeration, int32, int64, message, oneof, optional, uint32 } from '../../encoding/codec.ts';
import { type BitArray, bitArrayCodec } from '../bit-array.ts';
import { type BlockId, type PartSetHeader, validateBlockId, validateHash } from '../block-id.ts';
import { blockIdCodec, partSetHeaderCodec } from '../block-id-codec.ts';
import { TypesError } from '../errors.ts';
import { MAX_BLOCK_PARTS_COUNT, MAX_VOTES_COUNT } from '../limits.ts';
import { type Part, partCodec, validatePart } from '../part-set.ts';
import { type Proposal, proposalCodec, validateProposal } from '../proposal.ts';
import { PRECOMMIT, PREVOTE, type Vote, validateVote, voteCodec } from '../vote.ts';
import { decodeChecked, unwrap, type Wrapped } from './decode.ts';

/** Bytes of one message on any of the consensus channels. */
export const CONSENSUS_MESSAGE_BYTES_MAX = 1_048_576;

export interface NewRoundStep {
  readonly height: bigint;
  readonly round: number;
  /** RoundStepType, 1 to 8. */
  readonly step: number;
  /** May be negative. */
  readonly secondsSinceStartTime: bigint;
  /** −1 at the initial height. */
  readonly lastCommitRound: number;
}
export interface NewValidBlock {
  readonly height: bigint;
  readonly round: number;
  readonly blockPartSetHeader: PartSetHeader;
  readonly blockParts: BitArray | undefined;
  readonly isCommit: boolean;
}
export interface ProposalPol {
  readonly height: bigint;
  readonly proposalPolRound: number;
  readonly proposalPol: BitArray;
}
export interface BlockPart {
  readonly height: bigint;
  readonly round: number;
  readonly part: Part;
}
export interface HasVote {
  readonly height: bigint;
  readonly round: number;
  readonly type: number;
  readonly index: number;
}
export interface VoteSetMaj23 {
  readonly height: bigint;
  readonly round: number;
  readonly type: number;
  readonly blockId: BlockId;
}
export interface VoteSetBits extends VoteSetMaj23 {
  readonly votes: BitArray;
}

interface Kinds {
  newRoundStep: NewRoundStep;
  newValidBlock: NewValidBlock;
  proposal: { readonly proposal: Proposal };
  proposalPol: ProposalPol;
  blockPart: BlockPart;
  vote: { readonly vote: Vote };
  hasVote: HasVote;
  voteSetMaj23: VoteSetMaj23;
  voteSetBits: VoteSetBits;
}
export type ConsensusMessage = { [K in keyof Kinds]: { readonly case: K; readonly value: Kinds[K] } }[keyof Kinds];

const name = 'tendermint.consensus';

export const consensusMessageCodec: Codec<Wrapped<ConsensusMessage>> = message<Wrapped<ConsensusMessage>>(`${name}.Message`, {
  sum: oneof<Kinds>({
    newRoundStep: optional(
      1,
      message<NewRoundStep>(`${name}.NewRoundStep`, {
        height: int64(1),
        round: int32(2),
        step: uint32(3),
        secondsSinceStartTime: int64(4),
        lastCommitRound: int32(5),
      }),
    ),
    newValidBlock: optional(
      2,
      message<NewValidBlock>(`${name}.NewValidBlock`, {
        height: int64(1),
        round: int32(2),
        blockPartSetHeader: embed(3, partSetHeaderCodec),
        blockParts: optional(4, bitArrayCodec),
        isCommit: bool(5),
      }),
    ),
    proposal: optional(3, message<Kinds['proposal']>(`${name}.Proposal`, { proposal: embed(1, proposalCodec) })),
    proposalPol: optional(
      4,
      message<ProposalPol>(`${name}.ProposalPOL`, { height: int64(1), proposalPolRound: int32(2), proposalPol: embed(3, bitArrayCodec) }),
    ),
    blockPart: optional(5, message<BlockPart>(`${name}.BlockPart`, { height: int64(1), round: int32(2), part: embed(3, partCodec) })),
    // Nullable in Go; a missing vote decodes to a zero one, which validation refuses.
    vote: optional(6, message<Kinds['vote']>(`${name}.Vote`, { vote: embed(1, voteCodec) })),
    hasVote: optional(7, message<HasVote>(`${name}.HasVote`, { height: int64(1), round: int32(2), type: enumeration(3), index: int32(4) })),
    voteSetMaj23: optional(
      8,
      message<VoteSetMaj23>(`${name}.VoteSetMaj23`, { height: int64(1), round: int32(2), type: enumeration(3), blockId: embed(4, blockIdCodec) }),
    ),
    voteSetBits: optional(
      9,
      message<VoteSetBits>(`${name}.VoteSetBits`, {
        height: int64(1),
        round: int32(2),
        type: enumeration(3),
        blockId: embed(4, blockIdCodec),
        votes: embed(5, bitArrayCodec),
      }),
    ),
  }),
});

function fail(why: string): never {
  throw new TypesError('message', why);
}

function checkHeightRound(height: bigint, round: number): void {
  if (height < 0n) fail('negative Height');
  if (round < 0) fail('negative Round');
}

function checkVoteType(type: number): void {
  if (type !== PREVOTE && type !== PRECOMMIT) fail(`invalid Type: ${type}`);
}

function checkBits(what: string, bits: BitArray, max: number): void {
  if (bits.size > max) fail(`${what} bit array is too big: ${bits.size}, max: ${max}`);
}

/** Form of a message as it comes from a peer. Throws TypesError. */
export function validateConsensusMessage(m: ConsensusMessage): void {
  switch (m.case) {
    case 'newRoundStep':
      checkHeightRound(m.value.height, m.value.round);
      if (m.value.step < 1 || m.value.step > 8) fail(`invalid Step: ${m.value.step}`);
      if (m.value.lastCommitRound < -1) fail('invalid LastCommitRound: cannot be < -1');
      return;
    case 'newValidBlock': {
      checkHeightRound(m.value.height, m.value.round);
      validateHash('BlockPartSetHeader.Hash', m.value.blockPartSetHeader.hash);
      const parts = m.value.blockParts;
      if (parts === undefined || parts.size === 0) throw new TypesError('message', 'BlockParts is required');
      if (parts.size !== m.value.blockPartSetHeader.total) {
        fail(`blockParts bit array size ${parts.size} not equal to BlockPartSetHeader.Total ${m.value.blockPartSetHeader.total}`);
      }
      checkBits('blockParts', parts, MAX_BLOCK_PARTS_COUNT);
      return;
    }
    case 'proposal':
      validateProposal(m.value.proposal);
      return;
    case 'proposalPol':
      checkHeightRound(m.value.height, m.value.proposalPolRound);
      if (m.value.proposalPol.size === 0) fail('ProposalPOL is required');
      checkBits('proposalPOL', m.value.proposalPol, MAX_VOTES_COUNT);
      return;
    case 'blockPart':
      checkHeightRound(m.value.height, m.value.round);
      validatePart(m.value.part);
      return;
    case 'vote':
      validateVote(m.value.vote);
      return;
    case 'hasVote':
      checkHeightRound(m.value.height, m.value.round);
      checkVoteType(m.value.type);
      if (m.value.index < 0) fail('negative Index');
      return;
    case 'voteSetMaj23':
      checkHeightRound(m.value.height, m.value.round);
      checkVoteType(m.value.type);
      validateBlockId(m.value.blockId);
      return;
    case 'voteSetBits':
      if (m.value.height < 0n) fail('negative Height');
      checkVoteType(m.value.type);
      validateBlockId(m.value.blockId);
      checkBits('votes', m.value.votes, MAX_VOTES_COUNT);
      return;
  }
}

/** A round step must fit the chain's first height: only there is there no last commit. Throws TypesError. */
export function validateNewRoundStepHeight(m: NewRoundStep, initialHeight: bigint): void {
  if (m.height < initialHeight) fail(`invalid Height: ${m.height} is below the initial height ${initialHeight}`);
  if (m.height === initialHeight && m.lastCommitRound !== -1) fail(`invalid LastCommitRound: ${m.lastCommitRound} must be -1 for initial height`);
  if (m.height > initialHeight && m.lastCommitRound < 0) fail('invalid LastCommitRound: can only be negative for initial height');
}

/** Throws TypesError. */
export function decodeConsensusMessage(bytes: Uint8Array, maxBytes = CONSENSUS_MESSAGE_BYTES_MAX): ConsensusMessage {
  return decodeChecked(consensusMessageCodec, bytes, maxBytes, (w) => {
    const m = unwrap(consensusMessageCodec.name, w);
    validateConsensusMessage(m);
    return m;
  });
}

export function encodeConsensusMessage(m: ConsensusMessage): Uint8Array {
  return consensusMessageCodec.encode({ sum: m });
}
