// BlockID: the header hash and the root of the parts, by which a block is voted for (cmt:types/block.go).

import { bytesEqual, toHexUpper } from '../encoding/bytes.ts';
import { bytesField, embedField, varintField } from '../encoding/proto-bytes.ts';
import { TypesError, within } from './errors.ts';
import { HASH_SIZE } from './limits.ts';

export interface PartSetHeader {
  readonly total: number;
  readonly hash: Uint8Array;
}

export interface BlockId {
  readonly hash: Uint8Array;
  readonly partSetHeader: PartSetHeader;
}

/** The message's bytes, without the codec's tables: hashes and sign bytes need no more. */
export function blockIdBytes({ hash, partSetHeader: { total, hash: partsHash } }: BlockId): number[] {
  return [...bytesField(1, hash), ...embedField(2, [...varintField(1, total), ...bytesField(2, partsHash)])];
}

const EMPTY = new Uint8Array(0);
export const ZERO_PART_SET_HEADER: PartSetHeader = { total: 0, hash: EMPTY };
/** What a vote for nil names. */
export const ZERO_BLOCK_ID: BlockId = { hash: EMPTY, partSetHeader: ZERO_PART_SET_HEADER };

export function isZeroPartSetHeader(h: PartSetHeader): boolean {
  return h.total === 0 && h.hash.length === 0;
}

export function isZeroBlockId(id: BlockId): boolean {
  return id.hash.length === 0 && isZeroPartSetHeader(id.partSetHeader);
}

/** Names a block wholly: both hashes and at least one part. */
export function isCompleteBlockId(id: BlockId): boolean {
  return id.hash.length === HASH_SIZE && id.partSetHeader.total > 0 && id.partSetHeader.hash.length === HASH_SIZE;
}

export function partSetHeadersEqual(a: PartSetHeader, b: PartSetHeader): boolean {
  return a.total === b.total && bytesEqual(a.hash, b.hash);
}

export function blockIdsEqual(a: BlockId, b: BlockId): boolean {
  return bytesEqual(a.hash, b.hash) && partSetHeadersEqual(a.partSetHeader, b.partSetHeader);
}

/** Upper-case `HASH:total:PARTS`, whole: for logs and map keys. */
export function formatBlockId(id: BlockId): string {
  return `${toHexUpper(id.hash)}:${id.partSetHeader.total}:${toHexUpper(id.partSetHeader.hash)}`;
}

/** The first 6 bytes in hex, zeros where there are less. */
export function fingerprint(b: Uint8Array): string {
  return toHexUpper(b.subarray(0, 6)).padEnd(12, '0');
}

/** As CometBFT's messages show it: the parts' hash shortened. */
export function blockIdText(id: BlockId): string {
  return `${toHexUpper(id.hash)}:${id.partSetHeader.total}:${fingerprint(id.partSetHeader.hash)}`;
}

/** A hash is empty or 32 bytes. */
export function validateHash(name: string, hash: Uint8Array): void {
  if (hash.length !== 0 && hash.length !== HASH_SIZE) {
    throw new TypesError('block-id', `wrong ${name}: expected size to be ${HASH_SIZE} bytes, got ${hash.length} bytes`);
  }
}

export function validateBlockId(id: BlockId): void {
  if (id.hash.length !== 0 && id.hash.length !== HASH_SIZE) throw new TypesError('block-id', 'wrong Hash');
  within('block-id', 'wrong PartSetHeader', () => validateHash('Hash', id.partSetHeader.hash));
}
