// Nodes of every height on disk, for the modes that answer heights no longer in memory. A version's new nodes are numbered from 1 in
// pre-order, root first, and stored 64 to a page, so that a way down the tree stays within few pages. Pruning a height removes the nodes that
// the next height no longer had. Node form: iavl/node-codec.ts. Page: per node its length as uvarint (0: removed) and the node.
import { Reader, Writer } from '../encoding/proto-wire.ts';
import type { CheckedDb, DbOp } from './db.ts';
import { CorruptionError } from './errors.ts';
import { heightKey, KIND, keyHeight, kindKey } from './height-keys.ts';
import { leafHash } from './iavl/hash.ts';
import { HEIGHT_MASK, LEFT, META, NODE_SHIFT, type NodeArena, RIGHT, SIZE, VERSION } from './iavl/node-arena.ts';
import { decodeNode, encodeNode, type NodeKey, type StoredNode } from './iavl/node-codec.ts';
import type { NodeView } from './iavl/node-view.ts';
import { postOrder } from './iavl/post-order.ts';
import type { IavlTree } from './iavl/tree.ts';
import { ErrVersionDoesNotExist } from './query-errors.ts';

const PAGE_SHIFT = 6;
const PAGE_NODES = 1 << PAGE_SHIFT;
const PAGES_CACHED_MAX = 256;
const PAGES_PER_BATCH = 256;
/** Heights pruned with one commit, at most: more would be felt. */
const PRUNED_PER_COMMIT_MAX = 20;

type Page = (Uint8Array | undefined)[];

function pageKey(store: number, version: number, page: number): Uint8Array {
  const key = new Uint8Array(15);
  const view = new DataView(key.buffer);
  key[0] = KIND.nodes.charCodeAt(0);
  view.setUint16(1, store);
  view.setBigUint64(3, BigInt(version));
  view.setUint32(11, page);
  return key;
}

/** First and end key of a store's pages of versions above `version`. */
export function pagesAbove(store: number, version: number): { readonly start: Uint8Array; readonly end: Uint8Array } {
  return { start: pageKey(store, version + 1, 0), end: pageKey(store + 1, 0, 0) };
}

function encodePage(page: Page): Uint8Array {
  const w = new Writer(PAGE_NODES * 110);
  for (const node of page) w.bytes(node ?? new Uint8Array(0));
  return w.finish();
}

function decodePage(bytes: Uint8Array): Page {
  const r = new Reader(bytes);
  const page: Page = [];
  while (!r.done()) {
    const node = r.bytes();
    page.push(node.length === 0 ? undefined : node);
  }
  return page;
}

/** Numbers the nodes that the working version made and lists them in that order. */
function numberNew(tree: IavlTree): number[] {
  const nodes = tree.nodes;
  const nonces = nodes.nonces as Uint32Array;
  const version = tree.workingVersion;
  const made: number[] = [];
  const stack = tree.root === 0 ? [] : [tree.root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const at = n << NODE_SHIFT;
    if ((nodes.words[at + VERSION] as number) >>> 0 !== version) continue;
    nonces[n] = made.push(n);
    if (((nodes.words[at + META] as number) & HEIGHT_MASK) !== 0) stack.push(nodes.words[at + RIGHT] as number, nodes.words[at + LEFT] as number);
  }
  return made;
}

function nodeKey(nodes: NodeArena, n: number): NodeKey {
  return { version: (nodes.words[(n << NODE_SHIFT) + VERSION] as number) >>> 0, nonce: (nodes.nonces as Uint32Array)[n] as number };
}

function storedNode(nodes: NodeArena, n: number): StoredNode {
  const w = nodes.words;
  const at = n << NODE_SHIFT;
  const height = (w[at + META] as number) & HEIGHT_MASK;
  if (height === 0) return { height: 0, size: 1, key: nodes.key(n), value: nodes.value(n) };
  return {
    height,
    size: w[at + SIZE] as number,
    key: nodes.key(nodes.minLeaf(n)),
    hash: nodes.hash(n),
    left: nodeKey(nodes, w[at + LEFT] as number),
    right: nodeKey(nodes, w[at + RIGHT] as number),
  };
}

export class History {
  readonly #db: CheckedDb;
  /** Store names by their number in keys. */
  readonly #names: readonly string[];
  /** Heights that are answered; pruned below. */
  readonly #keepRecent: number;
  #oldest: number | undefined;
  readonly #cache = new Map<string, Page>();

  private constructor(db: CheckedDb, names: readonly string[], keepRecent: number, oldest: number | undefined) {
    this.#db = db;
    this.#names = names;
    this.#keepRecent = keepRecent;
    this.#oldest = oldest;
  }

  static async open(db: CheckedDb, names: readonly string[], keepRecent: number): Promise<History> {
    let oldest: number | undefined;
    for await (const [key] of db.iterate({ start: kindKey(KIND.roots), end: heightKey(KIND.roots, Number.MAX_SAFE_INTEGER), limit: 1 }))
      oldest = keyHeight(key);
    return new History(db, names, keepRecent, oldest);
  }

  get oldest(): number | undefined {
    return this.#oldest;
  }

  /** Numbers the working nodes without storing them: for versions that are replayed. */
  replay(tree: IavlTree): void {
    numberNew(tree);
  }

  /** Numbers and stores all nodes of installed trees, of whatever version, and adds the record of their roots to `ops`. */
  async install(ops: DbOp[], version: number, trees: ReadonlyMap<string, { readonly tree: IavlTree }>): Promise<void> {
    const roots = new Writer(256);
    for (const [id, name] of this.#names.entries()) {
      const tree = trees.get(name)?.tree;
      if (tree === undefined) continue;
      const { nodes, root } = tree;
      const nonces = nodes.nonces as Uint32Array;
      const byVersion = new Map<number, number[]>();
      for (const n of postOrder(nodes, root)) {
        const made = (nodes.words[(n << NODE_SHIFT) + VERSION] as number) >>> 0;
        const list = byVersion.get(made) ?? [];
        byVersion.set(made, list);
        nonces[n] = list.push(n);
      }
      let pages: DbOp[] = [];
      for (const [made, list] of byVersion) {
        for (let from = 0; from < list.length; from += PAGE_NODES) {
          const page = list.slice(from, from + PAGE_NODES).map((n) => encodeNode(storedNode(nodes, n)));
          pages.push({ type: 'put', key: pageKey(id, made, from >>> PAGE_SHIFT), value: encodePage(page) });
          if (pages.length < PAGES_PER_BATCH) continue;
          await this.#db.batch(pages, { sync: false });
          pages = [];
        }
      }
      await this.#db.batch(pages, { sync: false });
      const key = root === 0 ? { version: 0, nonce: 0 } : nodeKey(nodes, root);
      roots.uint32(id).uint32(key.version).uint32(key.nonce);
    }
    ops.push({ type: 'put', key: heightKey(KIND.roots, version), value: roots.finish() });
    this.#oldest = version;
  }

  /** Adds what makes the working trees readable later. The hashes must be computed; the trees are committed after. */
  save(ops: DbOp[], version: number, trees: ReadonlyMap<string, { readonly tree: IavlTree }>): void {
    const roots = new Writer(256);
    const orphans = new Writer(256);
    for (const [id, name] of this.#names.entries()) {
      const tree = trees.get(name)?.tree;
      if (tree === undefined || tree.workingVersion !== version) continue;
      const nodes = tree.nodes;
      const made = numberNew(tree);
      for (let from = 0; from < made.length; from += PAGE_NODES) {
        const page = made.slice(from, from + PAGE_NODES).map((n) => encodeNode(storedNode(nodes, n)));
        ops.push({ type: 'put', key: pageKey(id, version, from >>> PAGE_SHIFT), value: encodePage(page) });
      }
      const root = tree.root === 0 ? { version: 0, nonce: 0 } : nodeKey(nodes, tree.root);
      roots.uint32(id).uint32(root.version).uint32(root.nonce);
      if (tree.orphaned.length > 0 && this.#keepRecent !== Number.MAX_SAFE_INTEGER) {
        orphans.uint32(id).uint32(tree.orphaned.length);
        for (const n of tree.orphaned) {
          const key = nodeKey(nodes, n);
          orphans.uint32(key.version).uint32(key.nonce);
        }
      }
    }
    ops.push({ type: 'put', key: heightKey(KIND.roots, version), value: roots.finish() });
    if (orphans.length > 0) ops.push({ type: 'put', key: heightKey(KIND.orphans, version), value: orphans.finish() });
    this.#oldest ??= version;
    this.#prune(ops, version);
  }

  #prune(ops: DbOp[], version: number): void {
    const changed = new Map<string, { readonly key: Uint8Array; readonly page: Page }>();
    const until = Math.min(version - this.#keepRecent, (this.#oldest as number) + PRUNED_PER_COMMIT_MAX - 1);
    for (let height = this.#oldest as number; height <= until; height++) {
      const next = heightKey(KIND.orphans, height + 1);
      const record = this.#db.get(next);
      if (record !== undefined) {
        this.#removeOrphans(record, changed);
        ops.push({ type: 'del', key: next });
      }
      ops.push({ type: 'del', key: heightKey(KIND.roots, height) }, { type: 'del', key: heightKey(KIND.info, height) });
      this.#oldest = height + 1;
    }
    for (const { key, page } of changed.values()) {
      if (page.every((n) => n === undefined)) ops.push({ type: 'del', key });
      else ops.push({ type: 'put', key, value: encodePage(page) });
    }
  }

  #removeOrphans(record: Uint8Array, changed: Map<string, { readonly key: Uint8Array; readonly page: Page }>): void {
    const r = new Reader(record);
    while (!r.done()) {
      const store = r.uint32();
      for (let left = r.uint32(); left > 0; left--) {
        const version = r.uint32();
        const index = r.uint32() - 1;
        const id = `${store}/${version}/${index >>> PAGE_SHIFT}`;
        let entry = changed.get(id);
        if (entry === undefined) {
          const key = pageKey(store, version, index >>> PAGE_SHIFT);
          const bytes = this.#db.get(key);
          // Nodes from before nodes were kept have no page.
          entry = { key, page: bytes === undefined ? [] : decodePage(bytes) };
          changed.set(id, entry);
          this.#cache.delete(id);
        }
        if (entry.page.length > 0) entry.page[index & (PAGE_NODES - 1)] = undefined;
      }
    }
  }

  /** Root of a store at a height; undefined for an empty tree. Throws ErrVersionDoesNotExist. */
  view(name: string, version: number): NodeView | undefined {
    const record = this.#db.get(heightKey(KIND.roots, version));
    if (record === undefined) throw ErrVersionDoesNotExist.wrap(`height ${version} is not kept`);
    const id = this.#names.indexOf(name);
    const r = new Reader(record);
    while (!r.done()) {
      const store = r.uint32();
      const key = { version: r.uint32(), nonce: r.uint32() };
      if (store === id) return key.version === 0 ? undefined : this.#load(id, key);
    }
    throw ErrVersionDoesNotExist.wrap(`store ${name} did not exist at height ${version}`);
  }

  #page(store: number, version: number, page: number): Page {
    const id = `${store}/${version}/${page}`;
    let found = this.#cache.get(id);
    if (found === undefined) {
      const key = pageKey(store, version, page);
      const bytes = this.#db.get(key);
      if (bytes === undefined) throw new CorruptionError(this.#db.location, `nodes of version ${version} are missing`, key);
      found = decodePage(bytes);
      if (this.#cache.size >= PAGES_CACHED_MAX) this.#cache.delete(this.#cache.keys().next().value as string);
      this.#cache.set(id, found);
    }
    return found;
  }

  #load(store: number, key: NodeKey): NodeView {
    const index = key.nonce - 1;
    const bytes = this.#page(store, key.version, index >>> PAGE_SHIFT)[index & (PAGE_NODES - 1)];
    if (bytes === undefined) throw new CorruptionError(this.#db.location, `node ${key.nonce} of version ${key.version} is missing`);
    const node = decodeNode(bytes);
    const nothing = new Uint8Array(0);
    const childless = (): never => {
      throw new Error('a leaf has no children');
    };
    if ('value' in node) {
      const { key: k, value } = node;
      return {
        height: 0,
        size: 1,
        version: key.version,
        key: k,
        value,
        get hash() {
          return leafHash(k, value, key.version);
        },
        left: childless,
        right: childless,
      };
    }
    return {
      height: node.height,
      size: node.size,
      version: key.version,
      key: node.key,
      value: nothing,
      hash: node.hash,
      left: () => this.#load(store, node.left),
      right: () => this.#load(store, node.right),
    };
  }
}
