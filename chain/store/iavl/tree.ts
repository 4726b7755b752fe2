// An IAVL v1 tree: an AVL tree with values in its leaves, versioned by copying on write. Source of the rules: wire.md §4 and
// iavl:mutable_tree.go. A node belongs to the version in which it was made; nodes of committed versions never change, nodes of the working
// version are changed in place. Hashes are computed once per commit, bottom up, whole levels at a time (hash.ts).
// Order of operations is part of the state: the same pairs in another order give another shape and root.
import { hashDirty, rootHash } from './hash.ts';
import {
  ADDRESS,
  DIRTY,
  HEIGHT_MASK,
  KEY_HIGH,
  KEY_LENGTH,
  KEY_LOW,
  keyWord,
  LEFT,
  META,
  MIN_LEAF,
  NODE_SHIFT,
  type NodeArena,
  RIGHT,
  SIZE,
  VALUE_LENGTH,
  VERSION,
} from './node-arena.ts';

/** An AVL tree of 2^32 leaves is not higher than 46. */
const DEPTH_MAX = 128;

const path = new Int32Array(DEPTH_MAX);
const wentRight = new Uint8Array(DEPTH_MAX);

export class IavlTree {
  readonly nodes: NodeArena;
  /** Root of the working tree; 0 when it is empty. */
  root = 0;
  #working: number;
  readonly #roots = new Map<number, number>();
  /** By version: nodes of earlier versions that are in none from this one on. */
  readonly #orphans = new Map<number, number[]>();
  #orphaned: number[] = [];
  #changes = 0;

  /** `firstVersion` is what the first commit will be. */
  constructor(nodes: NodeArena, firstVersion = 1) {
    this.nodes = nodes;
    this.#working = firstVersion;
  }

  /** The version that the next commit makes. */
  get workingVersion(): number {
    return this.#working;
  }

  /** No version is made from here on: what is there stays for those who ask for the past. */
  end(): void {
    this.discard();
    this.#working = 0;
  }

  get isEnded(): boolean {
    return this.#working === 0;
  }

  /** Grows with every change; iterators use it to notice one under their feet. */
  get changes(): number {
    return this.#changes;
  }

  get size(): bigint {
    return this.root === 0 ? 0n : BigInt(this.nodes.words[(this.root << NODE_SHIFT) + SIZE] as number);
  }

  /** Only before the first change. */
  setFirstVersion(version: number): void {
    if (this.root !== 0 || this.#roots.size > 0) throw new Error('iavl: the first version is set after the tree was used');
    this.#working = version;
  }

  /** Root node of a kept version; undefined where it is not kept. */
  rootOf(version: number): number | undefined {
    return this.#roots.get(version);
  }

  hasVersion(version: number): boolean {
    return this.#roots.has(version);
  }

  /** The leaf with that key under a root, or 0. */
  find(root: number, key: Uint8Array): number {
    if (root === 0) return 0;
    const nodes = this.nodes;
    const w = nodes.words;
    const high = keyWord(key, 0);
    const low = keyWord(key, 4);
    let n = root;
    while (((w[(n << NODE_SHIFT) + META] as number) & HEIGHT_MASK) !== 0) {
      n = w[(n << NODE_SHIFT) + (nodes.compare(key, high, low, n) < 0 ? LEFT : RIGHT)] as number;
    }
    return nodes.compare(key, high, low, n) === 0 ? n : 0;
  }

  /** From the working tree; undefined where absent. */
  get(key: Uint8Array): Uint8Array | undefined {
    const leaf = this.find(this.root, key);
    return leaf === 0 ? undefined : this.nodes.value(leaf);
  }

  has(key: Uint8Array): boolean {
    return this.find(this.root, key) !== 0;
  }

  #release(n: number): void {
    if ((this.nodes.words[(n << NODE_SHIFT) + VERSION] as number) >>> 0 === this.#working) this.nodes.free(n);
    else this.#orphaned.push(n);
  }

  /** The node itself where it is of the working version, else a copy that is. */
  #writable(n: number): number {
    const nodes = this.nodes;
    let w = nodes.words;
    const from = n << NODE_SHIFT;
    if ((w[from + VERSION] as number) >>> 0 === this.#working) {
      w[from + META] = (w[from + META] as number) | DIRTY;
      return n;
    }
    const copy = nodes.alloc();
    w = nodes.words;
    const at = copy << NODE_SHIFT;
    w[at + LEFT] = w[from + LEFT] as number;
    w[at + RIGHT] = w[from + RIGHT] as number;
    w[at + MIN_LEAF] = w[from + MIN_LEAF] as number;
    w[at + SIZE] = w[from + SIZE] as number;
    w[at + VERSION] = this.#working;
    w[at + META] = (w[from + META] as number) | DIRTY;
    w[at + KEY_HIGH] = w[from + KEY_HIGH] as number;
    w[at + KEY_LOW] = w[from + KEY_LOW] as number;
    this.#orphaned.push(n);
    return copy;
  }

  /** Walks to the leaf where the key is or would be, noting the way. */
  #descend(key: Uint8Array, high: number, low: number): { leaf: number; depth: number } {
    const nodes = this.nodes;
    const w = nodes.words;
    let n = this.root;
    let depth = 0;
    while (((w[(n << NODE_SHIFT) + META] as number) & HEIGHT_MASK) !== 0) {
      const right = nodes.compare(key, high, low, n) >= 0 ? 1 : 0;
      path[depth] = n;
      wentRight[depth++] = right;
      n = w[(n << NODE_SHIFT) + right] as number;
    }
    return { leaf: n, depth };
  }

  /** Returns true where a key was there already. A pair that is already so makes new nodes all the same, as in the reference. */
  set(key: Uint8Array, value: Uint8Array): boolean {
    this.#changes++;
    const nodes = this.nodes;
    if (this.root === 0) {
      this.root = nodes.allocLeaf(key, value, this.#working);
      return false;
    }
    const high = keyWord(key, 0);
    const low = keyWord(key, 4);
    const { leaf, depth } = this.#descend(key, high, low);
    const order = nodes.compare(key, high, low, leaf);
    if (order === 0) {
      if ((nodes.words[(leaf << NODE_SHIFT) + VERSION] as number) >>> 0 === this.#working) {
        nodes.replaceValue(leaf, value);
        this.#markDirty(depth);
      } else {
        const fresh = nodes.allocLeaf(key, value, this.#working);
        this.#orphaned.push(leaf);
        this.#replaceLeaf(depth, leaf, fresh);
      }
      return true;
    }
    const fresh = nodes.allocLeaf(key, value, this.#working);
    const parent = nodes.alloc();
    const w = nodes.words;
    const at = parent << NODE_SHIFT;
    const right = order < 0 ? leaf : fresh;
    w[at + LEFT] = order < 0 ? fresh : leaf;
    w[at + RIGHT] = right;
    w[at + SIZE] = 2;
    w[at + VERSION] = this.#working;
    w[at + META] = 1 | DIRTY;
    this.#setKey(parent, right);
    this.#ascend(depth, parent, 0, 0);
    return false;
  }

  /** Returns false, and changes nothing, where the key is absent. */
  remove(key: Uint8Array): boolean {
    if (this.root === 0) return false;
    const nodes = this.nodes;
    const high = keyWord(key, 0);
    const low = keyWord(key, 4);
    const { leaf, depth } = this.#descend(key, high, low);
    if (nodes.compare(key, high, low, leaf) !== 0) return false;
    this.#changes++;
    if (depth === 0) {
      this.root = 0;
      this.#release(leaf);
      return true;
    }
    const parent = path[depth - 1] as number;
    const at = parent << NODE_SHIFT;
    const w = nodes.words;
    const sibling = w[at + 1 - (wentRight[depth - 1] as number)] as number;
    // A removed left leaf may have been the smallest of a subtree further up: its successor is the parent's smallest right leaf.
    const successor = w[at + MIN_LEAF] as number;
    this.#ascend(depth - 1, sibling, leaf, successor);
    this.#release(leaf);
    this.#release(parent);
    return true;
  }

  /** Ends at the first dirty node: all above it are dirty too. */
  #markDirty(depth: number): void {
    const w = this.nodes.words;
    for (let i = depth - 1; i >= 0; i--) {
      const at = ((path[i] as number) << NODE_SHIFT) + META;
      if (((w[at] as number) & DIRTY) !== 0) return;
      w[at] = (w[at] as number) | DIRTY;
    }
  }

  /** Puts a new leaf in place of one with the same key: no shape changes. */
  #replaceLeaf(depth: number, old: number, fresh: number): void {
    let child = fresh;
    let keyed = false;
    for (let i = depth - 1; i >= 0; i--) {
      const before = path[i] as number;
      const wasDirty = ((this.nodes.words[(before << NODE_SHIFT) + META] as number) & DIRTY) !== 0;
      const n = this.#writable(before);
      const w = this.nodes.words;
      const at = n << NODE_SHIFT;
      w[at + (wentRight[i] as number)] = child;
      // The lowest node passed to the right is the one whose key this leaf gives.
      if (!keyed && wentRight[i] === 1) {
        keyed = true;
        if ((w[at + MIN_LEAF] as number) === old) w[at + MIN_LEAF] = fresh;
      }
      if (keyed && wasDirty && n === before) return;
      child = n;
    }
    this.root = child;
  }

  /** Rebuilds the way up after an insertion or removal; `gone`, where not 0, is replaced by `successor` as a node's smallest right leaf. */
  #ascend(depth: number, bottom: number, gone: number, successor: number): void {
    let child = bottom;
    for (let i = depth - 1; i >= 0; i--) {
      const n = this.#writable(path[i] as number);
      const w = this.nodes.words;
      const at = n << NODE_SHIFT;
      w[at + (wentRight[i] as number)] = child;
      if (gone !== 0 && (w[at + MIN_LEAF] as number) === gone) this.#setKey(n, successor);
      this.#measure(n);
      child = this.#balance(n);
    }
    this.root = child;
  }

  #setKey(n: number, leaf: number): void {
    const w = this.nodes.words;
    const at = n << NODE_SHIFT;
    w[at + MIN_LEAF] = leaf;
    w[at + KEY_HIGH] = w[(leaf << NODE_SHIFT) + KEY_HIGH] as number;
    w[at + KEY_LOW] = w[(leaf << NODE_SHIFT) + KEY_LOW] as number;
  }

  #measure(n: number): void {
    const w = this.nodes.words;
    const at = n << NODE_SHIFT;
    const l = (w[at + LEFT] as number) << NODE_SHIFT;
    const r = (w[at + RIGHT] as number) << NODE_SHIFT;
    const hl = (w[l + META] as number) & HEIGHT_MASK;
    const hr = (w[r + META] as number) & HEIGHT_MASK;
    w[at + META] = (Math.max(hl, hr) + 1) | DIRTY;
    w[at + SIZE] = (w[l + SIZE] as number) + (w[r + SIZE] as number);
  }

  #lean(n: number): number {
    const w = this.nodes.words;
    const at = n << NODE_SHIFT;
    return this.nodes.height(w[at + LEFT] as number) - this.nodes.height(w[at + RIGHT] as number);
  }

  #balance(n: number): number {
    const lean = this.#lean(n);
    if (lean > 1) {
      const left = this.nodes.words[(n << NODE_SHIFT) + LEFT] as number;
      if (this.#lean(left) < 0) {
        const rotated = this.#rotateLeft(this.#writable(left));
        this.nodes.words[(n << NODE_SHIFT) + LEFT] = rotated;
      }
      return this.#rotateRight(n);
    }
    if (lean < -1) {
      const right = this.nodes.words[(n << NODE_SHIFT) + RIGHT] as number;
      if (this.#lean(right) > 0) {
        const rotated = this.#rotateRight(this.#writable(right));
        this.nodes.words[(n << NODE_SHIFT) + RIGHT] = rotated;
      }
      return this.#rotateLeft(n);
    }
    return n;
  }

  /** `n` is writable. Keys stay with their nodes: the smallest right leaf of neither changes. */
  #rotateRight(n: number): number {
    const l = this.#writable(this.nodes.words[(n << NODE_SHIFT) + LEFT] as number);
    const w = this.nodes.words;
    w[(n << NODE_SHIFT) + LEFT] = w[(l << NODE_SHIFT) + RIGHT] as number;
    w[(l << NODE_SHIFT) + RIGHT] = n;
    this.#measure(n);
    this.#measure(l);
    return l;
  }

  #rotateLeft(n: number): number {
    const r = this.#writable(this.nodes.words[(n << NODE_SHIFT) + RIGHT] as number);
    const w = this.nodes.words;
    w[(n << NODE_SHIFT) + RIGHT] = w[(r << NODE_SHIFT) + LEFT] as number;
    w[(r << NODE_SHIFT) + LEFT] = n;
    this.#measure(n);
    this.#measure(r);
    return r;
  }

  /** Hash of the working root: what a commit now would give. */
  workingHash(): Uint8Array {
    return rootHash(this.nodes, this.root);
  }

  /** Hash of a kept version, computed now where the version was committed or installed without. */
  hashOf(version: number): Uint8Array {
    const root = this.#roots.get(version);
    if (root === undefined) throw new Error(`iavl: version ${version} is not kept`);
    return rootHash(this.nodes, root);
  }

  /** Makes the working tree a version. `hash: false` leaves the hashes to a later commit (for replaying versions that nobody asks for). */
  commit(options: { readonly hash: boolean } = { hash: true }): number {
    if (options.hash && this.root !== 0) hashDirty(this.nodes, this.root);
    const version = this.#working;
    this.#roots.set(version, this.root);
    if (this.#orphaned.length > 0) {
      this.#orphans.set(version, this.#orphaned);
      this.#orphaned = [];
    }
    this.#working = version + 1;
    this.#changes++;
    return version;
  }

  /** Throws away the working tree: it becomes the last version again. */
  discard(): void {
    if (this.isEnded) return;
    const root = this.#roots.get(this.#working - 1) ?? 0;
    if (root !== this.root) {
      // Nodes of the working version are reached only through each other.
      const stack = this.root === 0 ? [] : [this.root];
      for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
        const at = n << NODE_SHIFT;
        const w = this.nodes.words;
        if ((w[at + VERSION] as number) >>> 0 !== this.#working) continue;
        if (((w[at + META] as number) & HEIGHT_MASK) !== 0) stack.push(w[at + LEFT] as number, w[at + RIGHT] as number);
        this.nodes.free(n);
      }
      this.root = root;
    }
    this.#orphaned = [];
    this.#changes++;
  }

  /** Nodes of earlier versions that the working version no longer has, so far. */
  get orphaned(): readonly number[] {
    return this.#orphaned;
  }

  /** Forgets all versions below `version` and takes back their nodes. */
  dropBelow(version: number): void {
    if (this.isEnded && this.root !== 0 && Math.max(...this.#roots.keys()) < version) this.#freeLast();
    for (const v of this.#roots.keys()) {
      if (v >= version) break;
      this.#roots.delete(v);
    }
    for (const [v, list] of this.#orphans) {
      if (v > version) break;
      for (const n of list) this.nodes.free(n);
      this.#orphans.delete(v);
    }
    this.#changes++;
  }

  /** Nodes of the last version of an ended tree: no later version orphans them. */
  #freeLast(): void {
    const stack = [this.root];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      const at = n << NODE_SHIFT;
      const w = this.nodes.words;
      if (((w[at + META] as number) & HEIGHT_MASK) !== 0) stack.push(w[at + LEFT] as number, w[at + RIGHT] as number);
      this.nodes.free(n);
    }
    this.root = 0;
  }

  /** Installs a tree that was built elsewhere (a snapshot) as the only version. */
  install(root: number, version: number): void {
    if (this.root !== 0 || this.#roots.size > 0) throw new Error('iavl: a tree is installed over another');
    this.root = root;
    this.#roots.set(version, root);
    this.#working = version + 1;
  }

  /** Key and value bytes of a leaf as positions in a chunk, without a copy. */
  leafBytes(leaf: number): { chunk: Uint8Array; offset: number; keyLength: number; valueLength: number } {
    const w = this.nodes.words;
    const at = leaf << NODE_SHIFT;
    const address = w[at + ADDRESS] as number;
    return {
      chunk: this.nodes.bytes.chunk(address),
      offset: this.nodes.bytes.offset(address),
      keyLength: w[at + KEY_LENGTH] as number,
      valueLength: w[at + VALUE_LENGTH] as number,
    };
  }
}
