// Where slashing keeps its state. Source: sdk:x/slashing/types/keys.go.
import { bytesKey, pairKey, uint64LittleEndianKey } from '../../chain/core/collections/key-codec.ts';

export const MODULE_NAME = 'slashing';
export const STORE_NAME = 'slashing';

export const PREFIX = { params: 0, signingInfo: 1, missedBlocks: 2, pubKeys: 3 } as const;

/** Blocks in one chunk of a validator's bitmap. */
export const CHUNK_BLOCKS = 1024n;

/** Consensus address, number of the chunk. */
export const chunkKey = pairKey(bytesKey, uint64LittleEndianKey);
