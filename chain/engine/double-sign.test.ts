// F-17: how far back a starting validator looks for its own signature (CometBFT before #5668 looked at one block less).
import { expect, test } from 'vitest';
import type { BlockStore } from '../blockstore/block-store.ts';
import { ZERO_BLOCK_ID } from '../types/block-id.ts';
import { BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL, type Commit } from '../types/commit.ts';
import { checkDoubleSigningRisk, DoubleSignRiskError } from './double-sign.ts';

const OWN = new Uint8Array(20).fill(1);
const OTHER = new Uint8Array(20).fill(2);

/** A chain whose commit at `signedAt` has our signature, and which notes the heights that are looked at. */
function chain(signedAt: bigint, flag = BLOCK_ID_FLAG_COMMIT): { blocks: BlockStore; looked: bigint[] } {
  const looked: bigint[] = [];
  const loadSeenCommit = (height: bigint): Commit => {
    looked.push(height);
    const validatorAddress = height === signedAt ? OWN : OTHER;
    return { height, round: 0, blockId: ZERO_BLOCK_ID, signatures: [{ blockIdFlag: flag, validatorAddress, timestamp: 1n, signature: new Uint8Array(64) }] };
  };
  return { blocks: { loadSeenCommit } as Partial<BlockStore> as BlockStore, looked };
}

test('F-17: double_sign_check_height covers exactly so many blocks below the next height', () => {
  const { blocks, looked } = chain(10n);
  for (const depth of [0n, 1n, 9n]) expect(() => checkDoubleSigningRisk(blocks, OWN, 20n, depth)).not.toThrow();
  expect(looked).toEqual([19n, 19n, 18n, 17n, 16n, 15n, 14n, 13n, 12n, 11n]);
  expect(() => checkDoubleSigningRisk(blocks, OWN, 20n, 10n)).toThrow(DoubleSignRiskError);
  expect(() => checkDoubleSigningRisk(blocks, OWN, 20n, 1000n)).toThrow(/height 10/);
});

test('F-17: the check ends at the first block, and a vote for nil in a commit is no risk', () => {
  const { blocks, looked } = chain(99n);
  checkDoubleSigningRisk(blocks, OWN, 3n, 1000n);
  expect(looked).toEqual([2n, 1n]);
  expect(() => checkDoubleSigningRisk(chain(2n, BLOCK_ID_FLAG_NIL).blocks, OWN, 3n, 10n)).not.toThrow();
});
