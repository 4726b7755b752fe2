// Vote sets as bit arrays.
import type { VoteSet } from '../../consensus/vote-set.ts';
import { BitArray } from '../../types/bit-array.ts';
import type { BlockId } from '../../types/block-id.ts';

/** Who voted; with an id, who voted for it: undefined where nobody is known to. */
export function voteBitArray(set: VoteSet): BitArray;
export function voteBitArray(set: VoteSet, id: BlockId): BitArray | undefined;
export function voteBitArray(set: VoteSet, id?: BlockId): BitArray | undefined {
  const bits = set.bits(id);
  return bits === undefined ? undefined : BitArray.from(bits.length, (i) => bits[i] === true);
}
