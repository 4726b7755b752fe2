// Builds a tree from its nodes in post-order: from tree files and from snapshots of other nodes. Throws WireError on nodes that are no IAVL tree.
import { WireError } from '../../encoding/proto-wire.ts';
import { DIRTY, KEY_HIGH, KEY_LOW, LEFT, META, MIN_LEAF, NODE_SHIFT, type NodeArena, RIGHT, SIZE, VERSION } from './node-arena.ts';

export class TreeBuilder {
  readonly #nodes: NodeArena;
  readonly #stack: number[] = [];
  /** Smallest leaf of each subtree on the stack. */
  readonly #smallest: number[] = [];
  #lastLeaf = 0;
  readonly #made: number[] = [];

  constructor(nodes: NodeArena) {
    this.#nodes = nodes;
  }

  /** Leaves must come in ascending order of their keys. */
  leaf(key: Uint8Array, value: Uint8Array, version: number): number {
    if (key.length === 0) throw new WireError('leaf with an empty key', 0);
    const n = this.#nodes.allocLeaf(key, value, version);
    this.#made.push(n);
    if (this.#lastLeaf !== 0) {
      const w = this.#nodes.words;
      const at = n << NODE_SHIFT;
      if (this.#nodes.compare(key, w[at + KEY_HIGH] as number, w[at + KEY_LOW] as number, this.#lastLeaf) <= 0) throw new WireError('leaves out of order', 0);
    }
    this.#lastLeaf = n;
    this.#stack.push(n);
    this.#smallest.push(n);
    return n;
  }

  /** The parent of the last two subtrees. */
  inner(height: number, version: number): number {
    const right = this.#stack.pop();
    const left = this.#stack.pop();
    const smallestRight = this.#smallest.pop();
    if (left === undefined || right === undefined || smallestRight === undefined) throw new WireError('inner node without two children', 0);
    const l = left << NODE_SHIFT;
    const r = right << NODE_SHIFT;
    const hl = this.#nodes.height(left);
    const hr = this.#nodes.height(right);
    if (height !== Math.max(hl, hr) + 1 || Math.abs(hl - hr) > 1) throw new WireError(`inner node of height ${height} over ${hl} and ${hr}`, 0);
    const n = this.#nodes.alloc();
    this.#made.push(n);
    const w = this.#nodes.words;
    const at = n << NODE_SHIFT;
    w[at + LEFT] = left;
    w[at + RIGHT] = right;
    w[at + MIN_LEAF] = smallestRight;
    w[at + SIZE] = (w[l + SIZE] as number) + (w[r + SIZE] as number);
    w[at + VERSION] = version;
    w[at + META] = height | DIRTY;
    w[at + KEY_HIGH] = w[(smallestRight << NODE_SHIFT) + KEY_HIGH] as number;
    w[at + KEY_LOW] = w[(smallestRight << NODE_SHIFT) + KEY_LOW] as number;
    this.#stack.push(n);
    return n;
  }

  setNonce(n: number, nonce: number): void {
    if (this.#nodes.nonces !== undefined) this.#nodes.nonces[n] = nonce;
  }

  /** Takes back all nodes made. */
  discard(): void {
    for (const n of this.#made.splice(0)) this.#nodes.free(n);
  }

  /** The root, 0 for no nodes at all. */
  finish(): number {
    if (this.#stack.length > 1) throw new WireError('nodes of several trees', 0);
    return this.#stack[0] ?? 0;
  }
}
