// The trees of all committed stores of a chain, in one arena, with the versions kept in memory.
import { compareNames } from './commit-info.ts';
import { NodeArena } from './iavl/node-arena.ts';
import { IavlTree } from './iavl/tree.ts';
import { TreeStore } from './tree-store.ts';

/** Versions are 32-bit in the arena. */
export const HEIGHT_MAX = 0xffff_fffe;

export class StateTrees {
  readonly nodes = new NodeArena();
  /** In the order of their names. */
  readonly stores: ReadonlyMap<string, TreeStore>;
  #working: number;
  /** Last versions of stores that have one. */
  readonly #last: ReadonlyMap<string, number>;

  /** The version of the first commit; names with the version that the first commit of each will make, and the last one of those that end. */
  constructor(working: number, names: Iterable<readonly [name: string, first: number, last?: number]>) {
    const sorted = [...names].sort(([a], [b]) => compareNames(a, b));
    this.stores = new Map(sorted.map(([name, first]) => [name, new TreeStore(new IavlTree(this.nodes, first))]));
    this.#last = new Map(sorted.flatMap(([name, , last]) => (last === undefined ? [] : [[name, last] as const])));
    this.#working = working;
    // A store whose last version is the one before may be read from a file still.
    this.#end(working - 1);
  }

  #end(before: number): void {
    for (const [name, last] of this.#last) {
      const tree = this.stores.get(name)?.tree;
      if (last < before && tree?.isEnded === false) tree.end();
    }
  }

  /** Called when the version before the working one is there. */
  settle(): void {
    this.#end(this.#working);
  }

  /** The version that the next commit makes. */
  get working(): number {
    return this.#working;
  }

  /** Only before anything is written. */
  setFirstVersion(version: number): void {
    for (const s of this.stores.values()) s.tree.setFirstVersion(version);
    this.#working = version;
  }

  /** Makes the working trees a version; stores that begin later are passed over. */
  commit(options: { readonly hash: boolean } = { hash: true }): void {
    for (const s of this.stores.values()) {
      if (s.tree.workingVersion === this.#working) s.tree.commit(options);
      s.log.clear();
    }
    this.#working++;
    this.settle();
  }

  /** Makes trees that were built elsewhere the only version; stores without a root are empty. Only before anything is written. */
  install(version: number, roots: ReadonlyMap<string, number>): void {
    for (const [name, s] of this.stores) s.tree.install(roots.get(name) ?? 0, version);
    this.#working = version + 1;
  }

  /** Names and roots of the working trees. */
  *workingRoots(): Generator<readonly [string, Uint8Array]> {
    for (const [name, s] of this.stores) if (!s.tree.isEnded) yield [name, s.tree.workingHash()];
  }

  *rootsOf(version: number): Generator<readonly [string, Uint8Array]> {
    for (const [name, s] of this.stores) if (s.tree.hasVersion(version)) yield [name, s.tree.hashOf(version)];
  }

  dropBelow(version: number): void {
    for (const s of this.stores.values()) s.tree.dropBelow(version);
  }
}

/** Empty trees whose first commit is height 1. */
export function newTrees(names: readonly string[]): StateTrees {
  return new StateTrees(
    1,
    names.map((name) => [name, 1]),
  );
}
