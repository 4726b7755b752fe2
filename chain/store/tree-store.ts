// The working tree of one store as modules see it. Writes go into the tree at once and into the change log of the coming commit.
import type { KVStore } from '../core/kv-store.ts';
import { assertKey, assertValue } from './branch.ts';
import { ChangeLog } from './change-set.ts';
import { pairs } from './iavl/iterate.ts';
import { lookUp, type NodeView, walk } from './iavl/node-view.ts';
import type { IavlTree } from './iavl/tree.ts';

type Pairs = Iterable<readonly [Uint8Array, Uint8Array]>;

export class TreeStore implements KVStore {
  readonly tree: IavlTree;
  readonly log = new ChangeLog();

  constructor(tree: IavlTree) {
    this.tree = tree;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.tree.get(key);
  }

  has(key: Uint8Array): boolean {
    return this.tree.has(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    assertKey(key);
    assertValue(value);
    this.tree.set(key, value);
    this.log.set(key, value);
  }

  delete(key: Uint8Array): void {
    assertKey(key);
    if (this.tree.remove(key)) this.log.delete(key);
  }

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return pairs(this.tree, this.tree.root, start, end, true);
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return pairs(this.tree, this.tree.root, start, end, false);
  }
}

function readOnly(): never {
  throw new Error('a past state cannot be written');
}

/** A kept version of a tree in memory. */
export class VersionStore implements KVStore {
  readonly #tree: IavlTree;
  readonly #version: number;

  constructor(tree: IavlTree, version: number) {
    this.#tree = tree;
    this.#version = version;
  }

  #root(): number {
    const root = this.#tree.rootOf(this.#version);
    if (root === undefined) throw new Error(`version ${this.#version} was dropped while it was read`);
    return root;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const leaf = this.#tree.find(this.#root(), key);
    return leaf === 0 ? undefined : this.#tree.nodes.value(leaf);
  }

  has(key: Uint8Array): boolean {
    return this.#tree.find(this.#root(), key) !== 0;
  }

  set = readOnly;
  delete = readOnly;

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return pairs(this.#tree, this.#root(), start, end, true);
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return pairs(this.#tree, this.#root(), start, end, false);
  }
}

/** A version of which only stored nodes are left. */
export class ViewStore implements KVStore {
  readonly #root: NodeView | undefined;

  constructor(root: NodeView | undefined) {
    this.#root = root;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return lookUp(this.#root, key);
  }

  has(key: Uint8Array): boolean {
    return lookUp(this.#root, key) !== undefined;
  }

  set = readOnly;
  delete = readOnly;

  iterate(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return walk(this.#root, start, end, true);
  }

  iterateReverse(start: Uint8Array | undefined, end: Uint8Array | undefined): Pairs {
    return walk(this.#root, start, end, false);
  }
}
