// Nodes of a tree, children before their parents, left before right: the order of exports and tree files.
import { HEIGHT_MASK, LEFT, META, NODE_SHIFT, type NodeArena, RIGHT } from './node-arena.ts';

/** Nodes under a root; nodes may be made elsewhere in the arena between steps. */
export function* postOrder(nodes: NodeArena, root: number): Generator<number> {
  if (root === 0) return;
  // A node below zero has its children behind it.
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (n < 0) {
      yield -n;
      continue;
    }
    const at = n << NODE_SHIFT;
    const w = nodes.words;
    if (((w[at + META] as number) & HEIGHT_MASK) === 0) yield n;
    else stack.push(-n, w[at + RIGHT] as number, w[at + LEFT] as number);
  }
}
