// Where slashing keeps its state. Source: sdk:x/slashing/types/keys.go.
import { bytesKey, type KeyCodec, lengthPrefixedBytesKey, pairKey } from '../../chain/core/collections/key-codec.ts';

export const MODULE_NAME = 'slashing';
export const STORE_NAME = 'slashing';

export const PREFIX = { params: 0, signingInfo: 1, missedBlocks: 2, pubKeys: 3 } as const;

/** Blocks in one chunk of a validator's bitmap. */
export const CHUNK_BLOCKS = 1024n;

const BYTES = 8;

/** Eight bytes, the lowest first. */
const littleEndianKey: KeyCodec<bigint> = (() => {
  const write = (out: Uint8Array, at: number, k: bigint): number => {
    for (let i = 0; i < BYTES; i++) out[at + i] = Number((k >> BigInt(8 * i)) & 255n);
    return at + BYTES;
  };
  const read = (b: Uint8Array, at: number): { key: bigint; end: number } => {
    if (b.length - at < BYTES) throw new RangeError('slashing: a chunk key is too short');
    let key = 0n;
    for (let i = BYTES - 1; i >= 0; i--) key = (key << 8n) | BigInt(b[at + i] as number);
    return { key, end: at + BYTES };
  };
  return { size: () => BYTES, write, read, sizeNonTerminal: () => BYTES, writeNonTerminal: write, readNonTerminal: read };
})();

export const addressKeyCodec = lengthPrefixedBytesKey;
/** Consensus address, number of the chunk. */
export const chunkKey = pairKey(bytesKey, littleEndianKey);
