// Block proposals (cmt:types/proposal.go).
import { bytes, type Codec, embed, enumeration, int32, int64, message, time } from '../encoding/codec.ts';
import type { Time } from '../encoding/time.ts';
import { type BlockId, blockIdText, isCompleteBlockId, validateBlockId } from './block-id.ts';
import { blockIdCodec } from './block-id-codec.ts';
import { canonicalProposalBytes, PROPOSAL } from './canonical.ts';
import { TypesError, within } from './errors.ts';
import { BLOCK_PART_SIZE_BYTES, MAX_BLOCK_SIZE_BYTES, MAX_SIGNATURE_SIZE } from './limits.ts';

export { PROPOSAL } from './canonical.ts';

export interface Proposal {
  /** Always 32. */
  readonly type: number;
  readonly height: bigint;
  readonly round: number;
  /** The round of the polka that the block had, −1 for none. */
  readonly polRound: number;
  readonly blockId: BlockId;
  readonly timestamp: Time;
  readonly signature: Uint8Array;
}

export const proposalCodec: Codec<Proposal> = message('tendermint.types.Proposal', {
  type: enumeration(1),
  height: int64(2),
  round: int32(3),
  polRound: int32(4),
  blockId: embed(5, blockIdCodec),
  timestamp: time(6),
  signature: bytes(7),
});

/** The bytes the proposer signs, length prefix included. */
export function proposalSignBytes(chainId: string, p: Omit<Proposal, 'type' | 'signature'>): Uint8Array {
  return canonicalProposalBytes(chainId, p);
}

/** Throws TypesError. */
export function validateProposal(p: Proposal): void {
  const fail = (why: string): never => {
    throw new TypesError('proposal', why);
  };
  if (p.type !== PROPOSAL) fail(`invalid Type: ${p.type}`);
  if (p.height < 0n) fail('negative Height');
  if (p.round < 0) fail('negative Round');
  if (p.polRound < -1) fail('negative POLRound (exception: -1)');
  within('proposal', 'wrong BlockID', () => validateBlockId(p.blockId));
  if (!isCompleteBlockId(p.blockId)) fail(`expected a complete, non-empty BlockID, got: ${blockIdText(p.blockId)}`);
  if (p.signature.length === 0) fail('signature is missing');
  if (p.signature.length > MAX_SIGNATURE_SIZE) fail(`signature is too big (max: ${MAX_SIGNATURE_SIZE})`);
}

/** The proposed block may not have more parts than block.max_bytes allows (−1: the absolute maximum). Throws TypesError. */
export function validateProposalBlockSize(p: Proposal, maxBlockBytes: bigint): void {
  const max = maxBlockBytes === -1n ? BigInt(MAX_BLOCK_SIZE_BYTES) : maxBlockBytes;
  const maxParts = (max - 1n) / BigInt(BLOCK_PART_SIZE_BYTES) + 1n;
  if (BigInt(p.blockId.partSetHeader.total) > maxParts) {
    throw new TypesError('proposal', `proposal has too many parts ${p.blockId.partSetHeader.total} (max: ${maxParts})`);
  }
}
