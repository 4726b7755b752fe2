// Nodes of every height on disk, for the modes that answer heights no longer in memory. They have a database of their own inside the state's
// folder whose keys only grow, so that LevelDB moves its tables down the levels without merging them. A version's new nodes are numbered from 1
// in pre-order, root first, and stored 64 to a page, so that a way down the tree stays within few pages. Pruning a height removes the nodes
// that the next height no longer had.
// Key: version in 8 bytes, store in 2, page in 4, big-endian. Page: per node its length as uvarint (0: removed) and the node (iavl/node-codec.ts).
// Store ffff: roots of all stores; store fffe: nodes of earlier versions that this one no longer has; store fffd: links (history-chain.ts).
// Invariant: written before the commit that needs it and synced now and then; what a crash takes of what was not yet synced is written again
// from the change sets. What was synced is witnessed outside LevelDB: where it is missing or changed, opening fails and names the file.
import { compareBytes } from '../encoding/bytes.ts';
import { Reader, Writer } from '../encoding/proto-wire.ts';
import { type CheckedDb, type DbOp, openDb } from './db.ts';
import { CorruptionError } from './errors.ts';
import { HistoryChain, keyVersion } from './history-chain.ts';
import { leafHash } from './iavl/hash.ts';
import { HEIGHT_MASK, LEFT, META, NODE_SHIFT, type NodeArena, RIGHT, SIZE, VERSION } from './iavl/node-arena.ts';
import { decodeNode, type NodeKey, type StoredNode, writeNode } from './iavl/node-codec.ts';
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

const ROOTS = 0xffff;
const ORPHANS = 0xfffe;
const KEY_BYTES = 14;

function pageKey(version: number, store: number, page: number): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  const view = new DataView(key.buffer);
  view.setBigUint64(0, BigInt(version));
  view.setUint16(8, store);
  view.setUint32(10, page);
  return key;
}

const rootsKey = (version: number): Uint8Array => pageKey(version, ROOTS, 0);
const orphansKey = (version: number): Uint8Array => pageKey(version, ORPHANS, 0);

/** The first of the heights without a gap that end with `last`. */
function oldestRoots(db: CheckedDb, last: number): number {
  let missing = 0;
  let there = last;
  while (there - missing > 1) {
    const middle = Math.floor((missing + there) / 2);
    if (db.has(rootsKey(middle))) there = middle;
    else missing = middle;
  }
  return there;
}

function joinPage(page: Page): Uint8Array {
  const w = new Writer(PAGE_NODES * 112);
  for (const node of page) w.bytes(node ?? new Uint8Array(0));
  return w.finish();
}

function splitPage(bytes: Uint8Array): Page {
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

function putRoot(roots: Writer, id: number, tree: IavlTree): void {
  const key = tree.root === 0 ? { version: 0, nonce: 0 } : nodeKey(tree.nodes, tree.root);
  roots.uint32(id).uint32(key.version).uint32(key.nonce);
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

function encodePage(nodes: NodeArena, made: readonly number[], from: number): Uint8Array {
  const w = new Writer(PAGE_NODES * 112);
  for (let i = from; i < made.length && i < from + PAGE_NODES; i++) {
    const at = w.begin();
    writeNode(w, storedNode(nodes, made[i] as number));
    w.end(at);
  }
  return w.finish();
}

type Trees = ReadonlyMap<string, { readonly tree: IavlTree }>;

export interface HistoryOptions {
  readonly folder: string;
  /** Store names by their number in keys. */
  readonly names: readonly string[];
  /** Heights that are answered; pruned below. */
  readonly keepRecent: number;
  /** The last committed height: what is stored of later ones was never committed. */
  readonly last: number;
  /** Commits between two that are synced. */
  readonly syncEvery: number;
}

export class History {
  readonly #db: CheckedDb;
  readonly #chain: HistoryChain;
  readonly #names: readonly string[];
  readonly #keepRecent: number;
  readonly #syncEvery: number;
  #oldest: number | undefined;
  #last: number | undefined;
  readonly #cache = new Map<string, Page>();

  private constructor(db: CheckedDb, chain: HistoryChain, options: HistoryOptions, oldest: number | undefined, last: number | undefined) {
    this.#db = db;
    this.#chain = chain;
    this.#names = options.names;
    this.#keepRecent = options.keepRecent;
    this.#syncEvery = options.syncEvery;
    this.#oldest = oldest;
    this.#last = last;
  }

  static async open(options: HistoryOptions): Promise<History> {
    // Hashes do not compress.
    const db = await openDb(options.folder, { compression: false });
    let chain: HistoryChain | undefined;
    try {
      chain = await HistoryChain.open(db, options.last);
      let last: number | undefined;
      for await (const [key] of db.iterate({ reverse: true, limit: 1 })) last = keyVersion(key);
      // A height that was begun only has no roots.
      if (last !== undefined && !db.has(rootsKey(last))) last = undefined;
      const oldest = last === undefined ? undefined : oldestRoots(db, last);
      return new History(db, chain, options, oldest, last);
    } catch (e) {
      await chain?.close();
      await db.close();
      throw e;
    }
  }

  /** The first height that is answered, and the last that is stored. */
  get oldest(): number | undefined {
    return this.#oldest;
  }

  get last(): number | undefined {
    return this.#last;
  }

  get location(): string {
    return this.#db.location;
  }

  /** Numbers the working nodes of versions that are stored already. */
  replay(trees: Trees, version: number): void {
    for (const { tree } of trees.values()) if (tree.workingVersion === version) numberNew(tree);
  }

  /** Numbers and stores all nodes of installed trees, of whatever version, as the first state of an empty database. */
  async install(version: number, trees: Trees): Promise<void> {
    const roots = new Writer(256);
    for (const [id, name] of this.#names.entries()) {
      const tree = trees.get(name)?.tree;
      if (tree === undefined || !tree.hasVersion(version)) continue;
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
          pages.push({ type: 'put', key: pageKey(made, id, from >>> PAGE_SHIFT), value: encodePage(nodes, list, from) });
          if (pages.length < PAGES_PER_BATCH) continue;
          await this.#chain.append(version, version, pages, { sync: false });
          pages = [];
        }
      }
      await this.#chain.append(version, version, pages, { sync: false });
      putRoot(roots, id, tree);
    }
    await this.#chain.append(version, version, [{ type: 'put', key: rootsKey(version), value: roots.finish() }], { sync: true });
    this.#oldest = version;
    this.#last = version;
  }

  /** Stores what makes the working trees readable later. They must be hashed, and may be committed as soon as the promise is given. */
  async save(version: number, trees: Trees): Promise<void> {
    const ops: DbOp[] = [];
    const roots = new Writer(256);
    const orphans = new Writer(256);
    for (const [id, name] of this.#names.entries()) {
      const tree = trees.get(name)?.tree;
      if (tree === undefined || tree.workingVersion !== version) continue;
      const nodes = tree.nodes;
      const made = numberNew(tree);
      for (let from = 0; from < made.length; from += PAGE_NODES) {
        ops.push({ type: 'put', key: pageKey(version, id, from >>> PAGE_SHIFT), value: encodePage(nodes, made, from) });
      }
      putRoot(roots, id, tree);
      if (tree.orphaned.length === 0 || this.#keepRecent === Number.MAX_SAFE_INTEGER) continue;
      orphans.uint32(id).uint32(tree.orphaned.length);
      for (const n of tree.orphaned) {
        const key = nodeKey(nodes, n);
        orphans.uint32(key.version).uint32(key.nonce);
      }
    }
    if (orphans.length > 0) ops.push({ type: 'put', key: orphansKey(version), value: orphans.finish() });
    ops.push({ type: 'put', key: rootsKey(version), value: roots.finish() });
    this.#oldest ??= version;
    this.#last = version;
    this.#prune(ops, version);
    await this.#chain.append(version, this.#oldest, ops, { sync: version % this.#syncEvery === 0 });
  }

  /** Makes sure that all that was saved is on the disk, and witnessed. */
  async sync(): Promise<void> {
    await this.#chain.sync(this.#oldest ?? 0);
  }

  async close(): Promise<void> {
    try {
      await this.#chain.close();
    } finally {
      await this.#db.close();
    }
  }

  #prune(ops: DbOp[], version: number): void {
    const changed = new Map<string, { readonly key: Uint8Array; readonly page: Page }>();
    const until = Math.min(version - this.#keepRecent, (this.#oldest as number) + PRUNED_PER_COMMIT_MAX - 1);
    for (let height = this.#oldest as number; height <= until; height++) {
      const next = orphansKey(height + 1);
      const record = this.#db.get(next);
      if (record !== undefined) {
        this.#removeOrphans(record, changed);
        ops.push({ type: 'del', key: next });
      }
      ops.push({ type: 'del', key: rootsKey(height) }, ...this.#chain.removal(height));
      this.#oldest = height + 1;
    }
    for (const { key, page } of changed.values()) {
      if (page.every((n) => n === undefined)) ops.push({ type: 'del', key });
      else ops.push({ type: 'put', key, value: joinPage(page) });
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
          const key = pageKey(version, store, index >>> PAGE_SHIFT);
          const bytes = this.#db.get(key);
          entry = { key, page: bytes === undefined ? [] : splitPage(bytes) };
          changed.set(id, entry);
          this.#cache.delete(id);
        }
        if (entry.page.length > 0) entry.page[index & (PAGE_NODES - 1)] = undefined;
      }
    }
  }

  /** Root of a store at a height; undefined for an empty tree. Throws ErrVersionDoesNotExist. */
  view(name: string, version: number): NodeView | undefined {
    const record = this.#db.get(rootsKey(version));
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
      const key = pageKey(version, store, page);
      const bytes = this.#db.get(key);
      if (bytes === undefined) throw new CorruptionError(this.#db.location, `nodes of version ${version} are missing`, key);
      found = splitPage(bytes);
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
        order: (other) => compareBytes(other, k),
        putHash: (target, at) => target.set(leafHash(k, value, key.version), at),
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
      order: (other) => compareBytes(other, node.key),
      putHash: (target, at) => target.set(node.hash, at),
      left: () => this.#load(store, node.left),
      right: () => this.#load(store, node.right),
    };
  }
}
