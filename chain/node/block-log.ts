// The nodes of the log of block hashes (module `history`), from which proofs are made. Not part of the state: the file can be derived from the
// blocks, or from the hashes that any peer gives, as the log's head in the state says whether they are right. Nodes stand in the order in which
// they are complete (post-order), 32 bytes each, so that the file only grows; the first record is the height of the first leaf.
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { merkleInnerHash, merkleLeafHash } from '../crypto/merkle.ts';
import { bytesEqual, concatBytes } from '../encoding/bytes.ts';
import type { Awaitable } from '../rpc/backend.ts';
import type { HistoryLog } from '../rpc/light/log.ts';

const HASH_BYTES = 32;
/** Leaves between two looks at other work. */
const BATCH = 2048;

/** Blocks that are here. */
export interface BlockHashes {
  readonly base: bigint;
  readonly height: bigint;
  hash(height: bigint): Awaitable<Uint8Array | undefined>;
}

function be64(n: bigint): Uint8Array {
  const b = new Uint8Array(8);
  new DataView(b.buffer).setBigUint64(0, n);
  return b;
}

export function leafHash(height: bigint, headerHash: Uint8Array): Uint8Array {
  return merkleLeafHash(concatBytes(be64(height), headerHash));
}

function ones(n: number): number {
  let count = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** Nodes of a log of so many leaves. */
const nodesOf = (leaves: number): number => 2 * leaves - ones(leaves);

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const isPowerOfTwo = (n: number): boolean => ones(n) === 1;

export class BlockLog implements HistoryLog {
  readonly #file: string;
  #fd: number;
  #base: bigint;
  #leaves: number;
  #extending: Promise<void> | undefined;
  #closed = false;

  private constructor(file: string, fd: number, base: bigint, leaves: number) {
    this.#file = file;
    this.#fd = fd;
    this.#base = base;
    this.#leaves = leaves;
  }

  /** `base`: the chain's first height, of a file that begins. What a cut left half written goes. */
  static open(file: string, base: bigint): BlockLog {
    mkdirSync(dirname(file), { recursive: true });
    const fd = openSync(file, 'a+');
    const records = Math.floor(fstatSync(fd).size / HASH_BYTES);
    if (records === 0) {
      ftruncateSync(fd, 0);
      writeSync(fd, concatBytes(new Uint8Array(HASH_BYTES - 8), be64(base)));
      return new BlockLog(file, fd, base, 0);
    }
    const first = new Uint8Array(HASH_BYTES);
    readSync(fd, first, 0, HASH_BYTES, 0);
    // A log of n leaves has at most 2n − 1 nodes, and log2(n) less at the least.
    let leaves = Math.ceil(records / 2) + 32;
    while (nodesOf(leaves) > records - 1) leaves--;
    ftruncateSync(fd, (1 + nodesOf(leaves)) * HASH_BYTES);
    return new BlockLog(file, fd, new DataView(first.buffer).getBigUint64(HASH_BYTES - 8), leaves);
  }

  get base(): bigint {
    return this.#base;
  }

  get size(): bigint {
    return BigInt(this.#leaves);
  }

  #read(position: number): Uint8Array {
    const out = new Uint8Array(HASH_BYTES);
    if (readSync(this.#fd, out, 0, HASH_BYTES, (1 + position) * HASH_BYTES) !== HASH_BYTES) throw new Error(`${this.#file}: node ${position} is not there`);
    return out;
  }

  /** Of the leaves from `low` to before `high`: a full subtree is read, others are put together from few. */
  #node(low: number, high: number): Uint8Array {
    const n = high - low;
    // A full subtree is complete with its last leaf, after the nodes below it.
    if (isPowerOfTwo(n)) return this.#read(nodesOf(high - 1) + Math.log2(n));
    const k = split(n);
    return merkleInnerHash(this.#node(low, low + k), this.#node(low + k, high));
  }

  #path(index: number, low: number, high: number): Uint8Array[] {
    if (high - low === 1) return [];
    const middle = low + split(high - low);
    return index < middle ? [...this.#path(index, low, middle), this.#node(middle, high)] : [...this.#path(index, middle, high), this.#node(low, middle)];
  }

  /** Leaves in the order of heights; durable when the system writes them, as they can be had again. */
  #append(leaves: readonly Uint8Array[]): void {
    const fresh: Uint8Array[] = [];
    const start = nodesOf(this.#leaves);
    const at = (position: number): Uint8Array => (position < start ? this.#read(position) : (fresh[position - start] as Uint8Array));
    for (const leaf of leaves) {
      let node = leaf;
      fresh.push(node);
      // A right child stands next to its parent; its left sibling's root stands before the right subtree.
      for (let height = 0, n = this.#leaves; n % 2 === 1; height++, n = (n - 1) / 2) {
        const right = start + fresh.length - 1;
        node = merkleInnerHash(at(right - (2 ** (height + 1) - 1)), node);
        fresh.push(node);
      }
      this.#leaves++;
    }
    writeSync(this.#fd, concatBytes(...fresh));
  }

  /** Takes what the blocks have more; where they begin above what is here, nothing: the hashes between must come from a peer. */
  extend(blocks: BlockHashes): Promise<void> {
    this.#extending ??= this.#extend(blocks).finally(() => {
      this.#extending = undefined;
    });
    return this.#extending;
  }

  async #extend(blocks: BlockHashes): Promise<void> {
    while (!this.#closed) {
      const next = this.#base + this.size;
      if (next > blocks.height || next < blocks.base) return;
      const leaves: Uint8Array[] = [];
      for (let h = next; h <= blocks.height && leaves.length < BATCH; h++) {
        const hash = await blocks.hash(h);
        if (hash === undefined) break;
        leaves.push(leafHash(h, hash));
      }
      if (leaves.length === 0 || this.#closed) return;
      this.#append(leaves);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  root(size: bigint): Uint8Array | undefined {
    return size < 1n || size > this.size ? undefined : this.#node(0, Number(size));
  }

  proof(height: bigint, size: bigint): { readonly index: bigint; readonly path: readonly Uint8Array[] } | undefined {
    const index = height - this.#base;
    if (index < 0n || index >= size || size > this.size) return undefined;
    return { index, path: this.#path(Number(index), 0, Number(size)) };
  }

  /**
   * Takes the hashes of the heights from the log's first to before `blocks.base` from elsewhere, and the rest from the blocks, if all together make
   * the head that the state has. `hashes`: of heights from and to, both included. Throws where they do not.
   */
  async fill(
    hashes: (from: bigint, to: bigint) => Promise<readonly Uint8Array[]>,
    blocks: BlockHashes,
    head: { size: bigint; root: Uint8Array },
  ): Promise<void> {
    const end = blocks.base - 1n;
    const other = `${this.#file}.fill`;
    rmSync(other, { force: true });
    const fresh = BlockLog.open(other, this.#base);
    try {
      for (let h = this.#base; h <= end; ) {
        const to = h + BigInt(BATCH) - 1n < end ? h + BigInt(BATCH) - 1n : end;
        const some = await hashes(h, to);
        if (BigInt(some.length) !== to - h + 1n) throw new Error(`${some.length} hashes for heights ${h} to ${to}`);
        fresh.#append(some.map((hash, i) => leafHash(h + BigInt(i), hash)));
        h = to + 1n;
      }
      await fresh.extend(blocks);
      const root = fresh.root(head.size);
      if (root === undefined || !bytesEqual(root, head.root)) throw new Error('the hashes are not those of the log in the state');
    } catch (e) {
      fresh.close();
      rmSync(other, { force: true });
      throw e;
    }
    renameSync(other, this.#file);
    closeSync(this.#fd);
    this.#fd = fresh.#fd;
    this.#leaves = fresh.#leaves;
  }

  /** Begins anew, where what is here does not make the head that the state has. */
  reset(): void {
    this.#leaves = 0;
    ftruncateSync(this.#fd, HASH_BYTES);
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#fd);
  }
}
