// Blocks by height (cmt:store/store.go). The bytes of a block are kept once: the encoded header in the meta record, the rest in parts of
// 64 KiB at the same places as in the part set; everything else is derived from them. One synced write a block.
// Invariants: heights base..height are all there; the seen commit is kept for `height` only, others are in the next block.
import { bytesEqual, concatBytes } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, int64, message } from '../encoding/codec.ts';
import { LENGTH_DELIMITED, Reader, WireError } from '../encoding/proto-wire.ts';
import type { DbOp } from '../store/db.ts';
import { CorruptionError } from '../store/errors.ts';
import { type Block, type BlockMeta, blockCodec } from '../types/block.ts';
import type { BlockId } from '../types/block-id.ts';
import { blockIdCodec } from '../types/block-id-codec.ts';
import type { Commit } from '../types/commit.ts';
import { commitCodec } from '../types/commit-codec.ts';
import { type ExtendedCommit, extendedCommitCodec, toCommit } from '../types/extended-commit.ts';
import { type Header, headerHash } from '../types/header.ts';
import { headerCodec } from '../types/header-codec.ts';
import { BLOCK_PART_SIZE_BYTES } from '../types/limits.ts';
import { type Part, PartSet } from '../types/part-set.ts';
import type { DurableDb } from './durable-db.ts';
import { extendedCommitKey, hashKey, metaKey, partKey, RANGE_KEY, seenCommitKey } from './keys.ts';

interface Range {
  readonly base: bigint;
  readonly height: bigint;
}
/** tendermint.store.BlockStoreState. */
const rangeCodec: Codec<Range> = message('tendermint.store.BlockStoreState', { base: int64(1), height: int64(2) });

interface StoredMeta {
  readonly blockId: BlockId;
  readonly blockSize: bigint;
  readonly numTxs: bigint;
  /** The first bytes of the block: its header field as encoded. Empty if the block does not begin with it. */
  readonly head: Uint8Array;
}
const storedMetaCodec: Codec<StoredMeta> = message('trellis.store.BlockMeta', {
  blockId: embed(1, blockIdCodec),
  blockSize: int64(2),
  numTxs: int64(3),
  head: bytes(4),
});
const heightCodec = message<{ height: bigint }>('trellis.store.Height', { height: int64(1) });

/** Heights deleted in one write when pruning. */
const PRUNE_BATCH_HEIGHTS = 500;
const HEADER_TAG = 10;
const LAST_COMMIT_TAG = 34;

/** Length of the header field at the start of an encoded block; 0 where something else comes first or the header is in pieces. */
function headLength(block: Uint8Array): number {
  const r = new Reader(block);
  if (r.done() || r.tag() !== HEADER_TAG) return 0;
  r.skip(LENGTH_DELIMITED);
  const end = r.pos;
  while (!r.done()) {
    const tag = r.tag();
    if (tag === HEADER_TAG) return 0;
    r.skip(tag & 7);
  }
  return end <= BLOCK_PART_SIZE_BYTES ? end : 0;
}

export class BlockStore {
  readonly #db: DurableDb;
  #range: Range;
  /** The last block read or written, with its parts: peers and RPC ask for the same one again and again. */
  #recent: { readonly height: bigint; readonly parts: PartSet; block: Block | undefined } | undefined;
  /** The block decoded last: searches ask for transactions of the same one. */
  #loaded: { readonly height: bigint; readonly block: Block } | undefined;

  private constructor(db: DurableDb, range: Range) {
    this.#db = db;
    this.#range = range;
  }

  /** Checks the newest block whole; throws CorruptionError. */
  static open(db: DurableDb): BlockStore {
    const stored = db.get(RANGE_KEY);
    const store = new BlockStore(db, stored === undefined ? { base: 0n, height: 0n } : rangeCodec.decode(stored));
    if (store.height > 0n) store.#check(store.height);
    return store;
  }

  /** Lowest height kept; 0 when empty. */
  get base(): bigint {
    return this.#range.base;
  }

  /** Highest height kept; 0 when empty. */
  get height(): bigint {
    return this.#range.height;
  }

  get size(): bigint {
    return this.#range.height === 0n ? 0n : this.#range.height - this.#range.base + 1n;
  }

  #corrupt(height: bigint, what: string): never {
    throw new CorruptionError(this.#db.location, `block ${height}: ${what}`);
  }

  #check(height: bigint): void {
    const meta = this.#stored(height) ?? this.#corrupt(height, 'it is missing');
    const parts = PartSet.fromData(this.#bytes(height, meta));
    if (!parts.hasHeader(meta.blockId.partSetHeader)) this.#corrupt(height, 'its parts are not those of its id');
    const block = this.loadBlock(height) ?? this.#corrupt(height, 'it is missing');
    if (block.header.height !== height || !bytesEqual(headerHash(block.header), meta.blockId.hash))
      this.#corrupt(height, 'its header is not the one of its id');
    if (this.loadSeenCommit(height) === undefined) this.#corrupt(height, 'its commit is missing');
  }

  /** Saves the next block with the commit this node saw, extended if vote extensions are on. Throws if it is not the next one: a bug. */
  async saveBlock(block: Block, parts: PartSet, seen: Commit | ExtendedCommit): Promise<void> {
    const { height } = block.header;
    if (this.height > 0n && height !== this.height + 1n) throw new Error(`block store: height ${height} after ${this.height}`);
    if (!parts.isComplete()) throw new Error(`block store: block ${height} with parts missing`);
    if (seen.height !== height) throw new Error(`block store: commit of height ${seen.height} for block ${height}`);
    const data = parts.assemble();
    const head = data.subarray(0, headLength(data));
    const blockId = { hash: headerHash(block.header), partSetHeader: parts.header };
    const meta: StoredMeta = { blockId, blockSize: BigInt(data.length), numTxs: BigInt(block.data.txs.length), head };
    const ops: DbOp[] = [
      { type: 'put', key: metaKey(height), value: storedMetaCodec.encode(meta) },
      { type: 'put', key: hashKey(blockId.hash), value: heightCodec.encode({ height }) },
    ];
    for (let i = 0, at = 0; at < data.length; i++, at += BLOCK_PART_SIZE_BYTES) {
      ops.push({ type: 'put', key: partKey(height, i), value: data.subarray(Math.max(at, head.length), at + BLOCK_PART_SIZE_BYTES) });
    }
    const extended = 'extendedSignatures' in seen;
    ops.push({ type: 'put', key: seenCommitKey(height), value: commitCodec.encode(extended ? toCommit(seen) : seen) });
    if (extended) ops.push({ type: 'put', key: extendedCommitKey(height), value: extendedCommitCodec.encode(seen) });
    if (this.height > 0n) ops.push({ type: 'del', key: seenCommitKey(this.height) });
    const range = { base: this.base === 0n ? height : this.base, height };
    ops.push({ type: 'put', key: RANGE_KEY, value: rangeCodec.encode(range) });
    await this.#db.write(ops);
    this.#range = range;
    this.#recent = { height, parts, block };
  }

  /** A commit of a height whose block is not here: where state sync begins. */
  async saveSeenCommit(commit: Commit): Promise<void> {
    await this.#db.write([{ type: 'put', key: seenCommitKey(commit.height), value: commitCodec.encode(commit) }]);
  }

  #stored(height: bigint): StoredMeta | undefined {
    const value = this.#db.get(metaKey(height));
    return value === undefined ? undefined : this.#decoded(height, () => storedMetaCodec.decode(value));
  }

  #decoded<T>(height: bigint, decode: () => T): T {
    try {
      return decode();
    } catch (e) {
      if (e instanceof WireError) return this.#corrupt(height, e.message);
      throw e;
    }
  }

  #bytes(height: bigint, meta: StoredMeta): Uint8Array {
    const pieces: Uint8Array[] = [meta.head];
    for (let i = 0; i < meta.blockId.partSetHeader.total; i++) pieces.push(this.#db.get(partKey(height, i)) ?? this.#corrupt(height, `part ${i} is missing`));
    const data = concatBytes(...pieces);
    if (BigInt(data.length) !== meta.blockSize) this.#corrupt(height, `it has ${data.length} bytes, not ${meta.blockSize}`);
    return data;
  }

  #load(height: bigint): { readonly parts: PartSet; block: Block | undefined } | undefined {
    if (this.#recent?.height === height) return this.#recent;
    const meta = this.#stored(height);
    if (meta === undefined) return undefined;
    this.#recent = { height, parts: PartSet.fromData(this.#bytes(height, meta)), block: undefined };
    return this.#recent;
  }

  /** The encoded block, to be sent on as it is. */
  loadBlockBytes(height: bigint): Uint8Array | undefined {
    if (this.#recent?.height === height) return this.#recent.parts.assemble();
    const meta = this.#stored(height);
    return meta === undefined ? undefined : this.#bytes(height, meta);
  }

  loadBlock(height: bigint): Block | undefined {
    if (this.#recent?.height === height) {
      const recent = this.#recent;
      recent.block ??= this.#decoded(height, () => blockCodec.decode(recent.parts.assemble()));
      return recent.block;
    }
    if (this.#loaded?.height === height) return this.#loaded.block;
    const meta = this.#stored(height);
    if (meta === undefined) return undefined;
    const block = this.#decoded(height, () => blockCodec.decode(this.#bytes(height, meta)));
    this.#loaded = { height, block };
    return block;
  }

  loadBlockByHash(hash: Uint8Array): Block | undefined {
    const height = this.#heightOf(hash);
    return height === undefined ? undefined : this.loadBlock(height);
  }

  #heightOf(hash: Uint8Array): bigint | undefined {
    const value = this.#db.get(hashKey(hash));
    return value === undefined ? undefined : heightCodec.decode(value).height;
  }

  loadPart(height: bigint, index: number): Part | undefined {
    return this.#load(height)?.parts.getPart(index);
  }

  loadBlockMeta(height: bigint): BlockMeta | undefined {
    const m = this.#stored(height);
    if (m === undefined) return undefined;
    const header = this.#decoded(height, () => this.#header(height, m));
    return { blockId: m.blockId, blockSize: m.blockSize, header, numTxs: m.numTxs };
  }

  #header(height: bigint, m: StoredMeta): Header {
    if (m.head.length === 0) return blockCodec.decode(this.#bytes(height, m)).header;
    const r = new Reader(m.head);
    r.tag();
    return headerCodec.decode(r.bytes());
  }

  loadBlockMetaByHash(hash: Uint8Array): BlockMeta | undefined {
    const height = this.#heightOf(hash);
    return height === undefined ? undefined : this.loadBlockMeta(height);
  }

  /** The commit of a height as the next block carries it. */
  loadCommit(height: bigint): Commit | undefined {
    const next = height + 1n;
    if (this.#recent?.height === next && this.#recent.block !== undefined) return this.#recent.block.lastCommit;
    const meta = this.#stored(next);
    if (meta === undefined) return undefined;
    return this.#decoded(next, () => {
      // The fields before it are skipped, not decoded: a large block costs no more than a small one.
      const r = new Reader(this.#bytes(next, meta));
      let commit: Commit | undefined;
      while (!r.done()) {
        const tag = r.tag();
        if (tag !== LAST_COMMIT_TAG) r.skip(tag & 7);
        else if (commit !== undefined) return blockCodec.decode(r.buf).lastCommit;
        else commit = commitCodec.decode(r.bytes());
      }
      return commit;
    });
  }

  /** The commit by which this node decided the height; for lower heights than the last one the canonical commit. */
  loadSeenCommit(height: bigint): Commit | undefined {
    const value = this.#db.get(seenCommitKey(height));
    return value === undefined ? this.loadCommit(height) : this.#decoded(height, () => commitCodec.decode(value));
  }

  /** With vote extensions; undefined where they were off. */
  loadExtendedCommit(height: bigint): ExtendedCommit | undefined {
    const value = this.#db.get(extendedCommitKey(height));
    return value === undefined ? undefined : this.#decoded(height, () => extendedCommitCodec.decode(value));
  }

  #deletions(height: bigint): DbOp[] {
    const meta = this.#stored(height);
    if (meta === undefined) return [];
    const keys = [metaKey(height), hashKey(meta.blockId.hash), seenCommitKey(height), extendedCommitKey(height)];
    for (let i = 0; i < meta.blockId.partSetHeader.total; i++) keys.push(partKey(height, i));
    return keys.map((key): DbOp => ({ type: 'del', key }));
  }

  /** Deletes the blocks below `retainHeight` and gives their number. Throws RangeError where that is above the newest block. */
  async prune(retainHeight: bigint): Promise<bigint> {
    if (retainHeight > this.height) throw new RangeError(`cannot prune to height ${retainHeight}, it is above the latest height ${this.height}`);
    const from = this.base;
    while (this.base < retainHeight) {
      const to = this.base + BigInt(PRUNE_BATCH_HEIGHTS) < retainHeight ? this.base + BigInt(PRUNE_BATCH_HEIGHTS) : retainHeight;
      const ops: DbOp[] = [];
      for (let h = this.base; h < to; h++) ops.push(...this.#deletions(h));
      const range = { base: to, height: this.height };
      ops.push({ type: 'put', key: RANGE_KEY, value: rangeCodec.encode(range) });
      await this.#db.write(ops);
      this.#range = range;
      this.#loaded = undefined;
    }
    return this.base - from;
  }

  /** Removes the newest block (rollback). Its predecessor's commit is kept as seen. */
  async deleteLatest(): Promise<void> {
    const { base, height } = this.#range;
    if (height === 0n) throw new RangeError('no block to delete');
    const ops = this.#deletions(height);
    const commit = height > base ? this.loadCommit(height - 1n) : undefined;
    if (commit !== undefined) ops.push({ type: 'put', key: seenCommitKey(height - 1n), value: commitCodec.encode(commit) });
    const range = height > base ? { base, height: height - 1n } : { base: 0n, height: 0n };
    ops.push({ type: 'put', key: RANGE_KEY, value: rangeCodec.encode(range) });
    await this.#db.write(ops);
    this.#range = range;
    this.#recent = undefined;
    this.#loaded = undefined;
  }
}
