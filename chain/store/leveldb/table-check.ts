// Checks that every byte of a LevelDB table file is what was written (leveldb:doc/table_format.md), since LevelDB as reached from Node does not.
// File: blocks, each followed by a byte for its packing and a masked CRC-32C of block and packing; then a footer of 48 bytes with the places of
// the metaindex and index blocks. The index names the data blocks, the metaindex the filter.
// Invariant: the blocks named there lie one after the other from byte 0 to the footer, so no byte is outside of a checksum but the footer's,
// which are compared.
import { crc32c } from '../../crypto/crc32c.ts';
import { CorruptionError } from '../errors.ts';
import { Fields, FormatError, fixed32, maskCrc } from './fields.ts';
import { type FileCheck, PIECE_BYTES } from './file-check.ts';
import { unpackSnappy } from './snappy.ts';

const FOOTER_BYTES = 48;
const HANDLES_BYTES_MAX = 40;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Packing byte and checksum. */
const TRAILER_BYTES = 5;
const PLAIN = 0;
const SNAPPY = 1;
/** Bytes of an index, packed or not: a table of 2 MiB has some 20 KiB of it. */
export const INDEX_BYTES_MAX = 1 << 26;

interface Block {
  readonly offset: number;
  /** Without the trailer. */
  readonly size: number;
}

function handle(r: Fields): Block {
  return { offset: r.varint(), size: r.varint() };
}

interface Footer {
  readonly metaindex: Block;
  readonly index: Block;
}

function readFooter(b: Uint8Array): Footer {
  if (MAGIC.some((x, i) => b[HANDLES_BYTES_MAX + i] !== x)) throw new FormatError('it does not end like a table');
  const r = new Fields(b, 0, HANDLES_BYTES_MAX);
  const footer = { metaindex: handle(r), index: handle(r) };
  if (b.subarray(r.pos, HANDLES_BYTES_MAX).some((x) => x !== 0)) throw new FormatError('the padding of its footer is not zero');
  return footer;
}

/** The places named by the values of an index block, whose entries are: shared, own and value length, own part of the key, value. */
export function readIndex(stored: Uint8Array): Block[] {
  const size = stored.length - TRAILER_BYTES;
  if (maskCrc(crc32c(stored.subarray(0, size + 1))) !== fixed32(stored, size + 1)) throw new FormatError('the checksum of an index does not match');
  const packing = stored[size];
  if (packing !== PLAIN && packing !== SNAPPY) throw new FormatError(`unknown packing ${packing}`);
  const block = packing === PLAIN ? stored.subarray(0, size) : unpackSnappy(stored.subarray(0, size), INDEX_BYTES_MAX);
  if (block.length < 4) throw new FormatError('an index is cut short');
  const restarts = fixed32(block, block.length - 4);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw new FormatError('an index is cut short');
  const blocks: Block[] = [];
  for (const r = new Fields(block, 0, end); r.left > 0; ) {
    r.varint();
    const own = r.varint();
    const value = r.varint();
    r.take(own);
    const inner = new Fields(r.take(value));
    blocks.push(handle(inner));
    if (inner.left > 0) throw new FormatError('an index entry is too long');
  }
  return blocks;
}

/** Throws FormatError unless the blocks fill the file up to its footer without a gap. */
function requireContiguous(blocks: readonly Block[], end: number): void {
  let at = 0;
  for (const b of blocks) {
    if (b.offset !== at) throw new FormatError(`a block begins at byte ${b.offset}, not at byte ${at}`);
    at += b.size + TRAILER_BYTES;
  }
  if (at !== end) throw new FormatError(`its blocks end at byte ${at}, not at byte ${end}`);
}

/** The checksums of blocks that follow each other, over pieces that need not end where they do. */
class BlockSums {
  readonly #blocks: readonly Block[];
  #next = 0;
  #at = 0;
  #crc = 0;
  #stored = 0;

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks;
  }

  add(piece: Uint8Array): void {
    for (let i = 0; i < piece.length; ) {
      const b = this.#blocks[this.#next] as Block;
      const sumFrom = b.offset + b.size + 1;
      if (this.#at < sumFrom) {
        const n = Math.min(sumFrom - this.#at, piece.length - i);
        this.#crc = crc32c(piece.subarray(i, i + n), this.#crc);
        this.#at += n;
        i += n;
        continue;
      }
      const place = this.#at++ - sumFrom;
      this.#stored |= (piece[i++] as number) << (8 * place);
      if (place === 3) this.#end(b);
    }
  }

  #end(b: Block): void {
    if (maskCrc(this.#crc) !== this.#stored >>> 0) throw new FormatError(`the checksum of the block at byte ${b.offset} does not match`);
    this.#next++;
    this.#crc = 0;
    this.#stored = 0;
  }
}

function* checkBlocks(size: number): FileCheck {
  const end = size - FOOTER_BYTES;
  if (end < 0) throw new FormatError(`it has ${size} bytes only`);
  const footer = readFooter(yield { offset: end, length: FOOTER_BYTES });
  for (const b of [footer.metaindex, footer.index]) {
    if (b.size > INDEX_BYTES_MAX || b.offset + b.size + TRAILER_BYTES > end) throw new FormatError('its footer points outside of it');
  }
  const { metaindex, index } = footer;
  const filters = readIndex(yield { offset: metaindex.offset, length: metaindex.size + TRAILER_BYTES });
  const data = readIndex(yield { offset: index.offset, length: index.size + TRAILER_BYTES });
  const blocks = [...data, ...filters, metaindex, index];
  requireContiguous(blocks, end);
  const sums = new BlockSums(blocks);
  for (let at = 0; at < end; at += PIECE_BYTES) sums.add(yield { offset: at, length: Math.min(PIECE_BYTES, end - at) });
}

/** A check of a whole table file; throws CorruptionError naming it. */
export function* checkTable(path: string, size: number): FileCheck {
  try {
    yield* checkBlocks(size);
  } catch (e) {
    if (e instanceof FormatError) throw new CorruptionError(path, e.message);
    throw e;
  }
}
