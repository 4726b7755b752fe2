// Ordered walks over one root of a tree, in both directions.
import { HEIGHT_MASK, keyWord, LEFT, META, NODE_SHIFT, RIGHT } from './node-arena.ts';
import type { IavlTree } from './tree.ts';

/**
 * Leaves of a root with start <= key < end, ascending or descending; undefined is open. Throws where the tree changes or drops the version
 * meanwhile: that is a bug of the caller.
 */
export function* leaves(tree: IavlTree, root: number, start: Uint8Array | undefined, end: Uint8Array | undefined, ascending: boolean): Generator<number> {
  if (root === 0) return;
  const nodes = tree.nodes;
  const changes = tree.changes;
  const [startHigh, startLow] = start === undefined ? [0, 0] : [keyWord(start, 0), keyWord(start, 4)];
  const [endHigh, endLow] = end === undefined ? [0, 0] : [keyWord(end, 0), keyWord(end, 4)];
  // Subtrees still to be walked, nearest last.
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    let w = nodes.words;
    while (((w[(n << NODE_SHIFT) + META] as number) & HEIGHT_MASK) !== 0) {
      const left: number = w[(n << NODE_SHIFT) + LEFT] as number;
      const right: number = w[(n << NODE_SHIFT) + RIGHT] as number;
      // Keys of the left subtree are below the node's key, those of the right not.
      const wantsLeft: boolean = start === undefined || nodes.compare(start, startHigh, startLow, n) < 0;
      const wantsRight: boolean = end === undefined || nodes.compare(end, endHigh, endLow, n) > 0;
      if (wantsLeft && wantsRight) {
        stack.push(ascending ? right : left);
        n = ascending ? left : right;
      } else if (wantsLeft) n = left;
      else if (wantsRight) n = right;
      else return;
    }
    if (start !== undefined && nodes.compare(start, startHigh, startLow, n) > 0) continue;
    if (end !== undefined && nodes.compare(end, endHigh, endLow, n) <= 0) continue;
    yield n;
    if (tree.changes !== changes) throw new Error('iavl: the tree changed under an iterator');
    w = nodes.words;
  }
}

/** Pairs of a root, as copies. */
export function* pairs(
  tree: IavlTree,
  root: number,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
  ascending: boolean,
): Generator<readonly [Uint8Array, Uint8Array]> {
  for (const leaf of leaves(tree, root, start, end, ascending)) yield [tree.nodes.key(leaf), tree.nodes.value(leaf)];
}
