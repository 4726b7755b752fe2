// One node of one version of a tree, wherever it is kept: what proofs and historical reads walk over.
import { compareBytes } from '../../encoding/bytes.ts';
import { HASH_BYTES, HEIGHT_MASK, keyWord, LEFT, META, MIN_LEAF, NODE_SHIFT, type NodeArena, RIGHT, SIZE, VERSION } from './node-arena.ts';

export interface NodeView {
  /** 0 for a leaf. */
  readonly height: number;
  /** Leaves below, 1 for a leaf. */
  readonly size: number;
  readonly version: number;
  /** Of an inner node: the smallest key of its right subtree. */
  readonly key: Uint8Array;
  /** Of a leaf. */
  readonly value: Uint8Array;
  readonly hash: Uint8Array;
  /** Order of a key against the node's: negative, zero, positive. */
  order(key: Uint8Array): number;
  /** Writes the hash into `target`. */
  putHash(target: Uint8Array, at: number): void;
  /** Of an inner node. */
  left(): NodeView;
  right(): NodeView;
}

class ArenaNode implements NodeView {
  readonly #nodes: NodeArena;
  readonly #n: number;

  constructor(nodes: NodeArena, n: number) {
    this.#nodes = nodes;
    this.#n = n;
  }

  #word(i: number): number {
    return this.#nodes.words[(this.#n << NODE_SHIFT) + i] as number;
  }

  get height(): number {
    return this.#word(META) & HEIGHT_MASK;
  }

  get size(): number {
    return this.#word(SIZE);
  }

  get version(): number {
    return this.#word(VERSION) >>> 0;
  }

  get key(): Uint8Array {
    return this.#nodes.key(this.height === 0 ? this.#n : this.#word(MIN_LEAF));
  }

  get value(): Uint8Array {
    return this.#nodes.value(this.#n);
  }

  get hash(): Uint8Array {
    return this.#nodes.hash(this.#n);
  }

  order(key: Uint8Array): number {
    return this.#nodes.compare(key, keyWord(key, 0), keyWord(key, 4), this.#n);
  }

  putHash(target: Uint8Array, at: number): void {
    const { octets } = this.#nodes;
    const from = this.#nodes.hashOffset(this.#n);
    for (let i = 0; i < HASH_BYTES; i++) target[at + i] = octets[from + i] as number;
  }

  left(): NodeView {
    return new ArenaNode(this.#nodes, this.#word(LEFT));
  }

  right(): NodeView {
    return new ArenaNode(this.#nodes, this.#word(RIGHT));
  }
}

/** A view of a node in memory, to be used before the tree drops its version; undefined for the empty tree. */
export function arenaView(nodes: NodeArena, n: number): NodeView | undefined {
  return n === 0 ? undefined : new ArenaNode(nodes, n);
}

/** The value of a key under a root. */
export function lookUp(root: NodeView | undefined, key: Uint8Array): Uint8Array | undefined {
  let n = root;
  while (n !== undefined && n.height > 0) n = n.order(key) < 0 ? n.left() : n.right();
  return n !== undefined && n.order(key) === 0 ? n.value : undefined;
}

/** Leaves with start <= key < end in ascending or descending order; undefined is open. */
export function* walk(
  root: NodeView | undefined,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
  ascending: boolean,
): Generator<readonly [Uint8Array, Uint8Array]> {
  const stack = root === undefined ? [] : [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const { key } = n;
    if (n.height === 0) {
      if ((start === undefined || compareBytes(start, key) <= 0) && (end === undefined || compareBytes(end, key) > 0)) yield [key, n.value];
      continue;
    }
    const wantsLeft = start === undefined || compareBytes(start, key) < 0;
    const wantsRight = end === undefined || compareBytes(end, key) > 0;
    if (ascending) {
      if (wantsRight) stack.push(n.right());
      if (wantsLeft) stack.push(n.left());
    } else {
      if (wantsLeft) stack.push(n.left());
      if (wantsRight) stack.push(n.right());
    }
  }
}
