// A Merkle log of block hashes in the state: any block of the chain can be proven from one header above it. Leaves and nodes hash as in RFC 6962;
// of the tree only the peaks of its full subtrees are kept, from which it grows. Invariant: the peaks have the sizes of the ones in `size`'s
// binary form, largest first, and the root is theirs. Source: light-client.md §8.
import { uint16Key } from '../../chain/core/collections/key-codec.ts';
import { Schema } from '../../chain/core/collections/schema.ts';
import { Item, StateMap } from '../../chain/core/collections/state-map.ts';
import { uint64Value, type ValueCodec } from '../../chain/core/collections/value-codec.ts';
import type { Context } from '../../chain/core/context.ts';
import { merkleInnerHash, merkleLeafHash } from '../../chain/crypto/merkle.ts';
import { concatBytes } from '../../chain/encoding/bytes.ts';
import { ErrNotRecent } from './errors.ts';
import { PREFIX, RECENT, STORE_NAME } from './keys.ts';

const HASH_BYTES = 32;

/** be64 of a number, then hashes. */
interface Numbered {
  readonly number: bigint;
  readonly hashes: Uint8Array;
}
const numberedValue: ValueCodec<Numbered> = {
  encode: ({ number, hashes }) => concatBytes(uint64Value.encode(number), hashes),
  decode: (b) => ({ number: uint64Value.decode(b.subarray(0, 8)), hashes: b.slice(8) }),
};

export interface LogHead {
  /** Leaves: the first is of the height `base`, the last of this block. */
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** The peaks with one leaf more; `size` before it. */
export function appendLeaf(peaks: readonly Uint8Array[], size: bigint, leaf: Uint8Array): readonly Uint8Array[] {
  const out = [...peaks];
  let node = leaf;
  // As many full subtrees join as there are ones at the end of the size.
  for (let n = size; n % 2n === 1n; n /= 2n) node = merkleInnerHash(out.pop() as Uint8Array, node);
  out.push(node);
  return out;
}

/** Of at least one peak. */
export function rootOfPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.reduceRight((right, left) => merkleInnerHash(left, right));
}

export function leafOf(height: bigint, headerHash: Uint8Array): Uint8Array {
  return merkleLeafHash(concatBytes(uint64Value.encode(height), headerHash));
}

export class HistoryKeeper {
  readonly #schema = new Schema(STORE_NAME);
  readonly #head = new Item(this.#schema, PREFIX.head, 'head', numberedValue);
  readonly #peaks = new Item(this.#schema, PREFIX.peaks, 'peaks', numberedValue);
  readonly #base = new Item(this.#schema, PREFIX.base, 'base', uint64Value);
  /** By the height modulo RECENT, two bytes: the height, by which a slot that was not written anew is told, and the header's hash. */
  readonly #recent = new StateMap<number, Numbered>(this.#schema, PREFIX.recent, 'recent', uint16Key, numberedValue);

  /** Adds the block that is being executed. */
  append(ctx: Context): void {
    const { height, hash } = ctx.block;
    const size = this.head(ctx)?.size ?? 0n;
    if (size === 0n) this.#base.set(ctx, height);
    const peaks = appendLeaf(this.peaks(ctx), size, leafOf(height, hash));
    this.#peaks.set(ctx, { number: size + 1n, hashes: concatBytes(...peaks) });
    this.#head.set(ctx, { number: size + 1n, hashes: rootOfPeaks(peaks) });
    this.#recent.set(ctx, Number(height % RECENT), { number: height, hashes: hash });
  }

  /** undefined before the first block, and where an upgrade has not begun the log yet. */
  head(ctx: Context): LogHead | undefined {
    const h = this.#head.get(ctx);
    return h && { size: h.number, root: h.hashes };
  }

  /** Roots of the full subtrees, the largest first. */
  peaks(ctx: Context): readonly Uint8Array[] {
    const hashes = this.#peaks.get(ctx)?.hashes ?? new Uint8Array(0);
    return Array.from({ length: hashes.length / HASH_BYTES }, (_, i) => hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }

  /** The height of the first leaf. */
  base(ctx: Context): bigint | undefined {
    return this.#base.get(ctx);
  }

  /** Header hash of a height among the last 1,024, this block's included. Throws ErrNotRecent. */
  hashOf(ctx: Context, height: bigint): Uint8Array {
    const slot = height < 0n ? undefined : this.#recent.get(ctx, Number(height % RECENT));
    if (slot?.number !== height) throw ErrNotRecent.wrap(`height ${height} at ${ctx.height}`);
    return slot.hashes;
  }
}
