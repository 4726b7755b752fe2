// The block, its encoding, its parts and what of it can be checked without state (cmt:types/block.go Block).
import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { type Codec, embed, int64, message, optional, repeatedBytes } from '../encoding/codec.ts';
import type { BlockId } from './block-id.ts';
import { blockIdCodec } from './block-id-codec.ts';
import { type Commit, validateCommit } from './commit.ts';
import { commitCodec, commitHash } from './commit-codec.ts';
import { TypesError, within } from './errors.ts';
import { type Evidence, evidenceListCodec, evidenceListHash, validateEvidence } from './evidence.ts';
import { type Header, headerHash, validateHeader } from './header.ts';
import { headerCodec } from './header-codec.ts';
import { MAX_BLOCK_SIZE_BYTES } from './limits.ts';
import { PartSet } from './part-set.ts';
import { dataHash } from './tx.ts';

export interface BlockData {
  readonly txs: readonly Uint8Array[];
}

export interface Block {
  readonly header: Header;
  readonly data: BlockData;
  readonly evidence: readonly Evidence[];
  /** Always there in a valid block; the first block's is EMPTY_COMMIT. */
  readonly lastCommit: Commit | undefined;
}

export const blockDataCodec: Codec<BlockData> = message('tendermint.types.Data', { txs: repeatedBytes(1) });

export const blockCodec: Codec<Block> = message('tendermint.types.Block', {
  header: embed(1, headerCodec),
  data: embed(2, blockDataCodec),
  evidence: embed(3, evidenceListCodec),
  lastCommit: optional(4, commitCodec),
});

/** What a block store keeps beside the parts. */
export interface BlockMeta {
  readonly blockId: BlockId;
  /** Bytes of the encoded block. */
  readonly blockSize: bigint;
  readonly header: Header;
  readonly numTxs: bigint;
}

export const blockMetaCodec: Codec<BlockMeta> = message('tendermint.types.BlockMeta', {
  blockId: embed(1, blockIdCodec),
  blockSize: int64(2),
  header: embed(3, headerCodec),
  numTxs: int64(4),
});

/** The header hash; empty where the header has no validatorsHash. */
export function blockHash(b: Block): Uint8Array {
  return headerHash(b.header);
}

/** The encoded block in parts: gossip sends these, and their root is half of the block id. */
export function makePartSet(b: Block): PartSet {
  return PartSet.fromData(blockCodec.encode(b));
}

export function blockIdOf(b: Block, parts: PartSet): BlockId {
  return { hash: blockHash(b), partSetHeader: parts.header };
}

/** Header fields that follow from the rest of the block. */
export function bodyHashes(data: BlockData, evidence: readonly Evidence[], lastCommit: Commit): Pick<Header, 'lastCommitHash' | 'dataHash' | 'evidenceHash'> {
  return { lastCommitHash: commitHash(lastCommit), dataHash: dataHash(data.txs), evidenceHash: evidenceListHash(evidence) };
}

function sameHash(name: string, inHeader: Uint8Array, computed: Uint8Array): void {
  if (!bytesEqual(inHeader, computed)) {
    throw new TypesError('block', `wrong Header.${name}: the body gives ${toHexUpper(computed)}, the header says ${toHexUpper(inHeader)}`);
  }
}

/** Throws TypesError. */
export function validateBlock(b: Block): void {
  within('block', 'invalid header', () => validateHeader(b.header));
  const { lastCommit } = b;
  if (lastCommit === undefined) throw new TypesError('block', 'nil LastCommit');
  within('block', 'wrong LastCommit', () => validateCommit(lastCommit));
  for (const [i, e] of b.evidence.entries()) within('block', `invalid evidence (#${i})`, () => validateEvidence(e));
  const body = bodyHashes(b.data, b.evidence, lastCommit);
  sameHash('LastCommitHash', b.header.lastCommitHash, body.lastCommitHash);
  sameHash('DataHash', b.header.dataHash, body.dataHash);
  sameHash('EvidenceHash', b.header.evidenceHash, body.evidenceHash);
}

/** A block from a peer or a store: decoded and checked. Throws TypesError or WireError. */
export function decodeBlock(bytes: Uint8Array, maxBytes = MAX_BLOCK_SIZE_BYTES): Block {
  if (bytes.length > maxBytes) throw new TypesError('size', `block of ${bytes.length} bytes is too big (max: ${maxBytes})`);
  const b = blockCodec.decode(bytes);
  validateBlock(b);
  return b;
}
