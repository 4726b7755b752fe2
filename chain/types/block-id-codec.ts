// tendermint.types.BlockID on the wire.
import { compareBytes, concatBytes } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, message, uint32 } from '../encoding/codec.ts';
import type { BlockId, PartSetHeader } from './block-id.ts';

export const partSetHeaderCodec: Codec<PartSetHeader> = message('tendermint.types.PartSetHeader', { total: uint32(1), hash: bytes(2) });
export const blockIdCodec: Codec<BlockId> = message('tendermint.types.BlockID', { hash: bytes(1), partSetHeader: embed(2, partSetHeaderCodec) });

/** Order of the two votes in duplicate vote evidence: by hash and protobuf part set header, as byte strings. */
export function compareBlockIdKeys(a: BlockId, b: BlockId): number {
  const key = (id: BlockId): Uint8Array => concatBytes(id.hash, partSetHeaderCodec.encode(id.partSetHeader));
  return compareBytes(key(a), key(b));
}
