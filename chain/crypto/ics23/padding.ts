// Where a node hangs below its parent, read from the lengths of prefix and suffix (ics23:go/proof.go): the ground of every statement
// that two leaves are neighbours, or that a leaf is the first or the last one.
import { bytesEqual } from '../../encoding/bytes.ts';
import type { InnerOp, InnerSpec } from './types.ts';

interface Padding {
  readonly minPrefix: number;
  readonly maxPrefix: number;
  readonly suffix: number;
}

/** Undefined where the spec's order does not name the branch. */
function paddingOf(spec: InnerSpec, branch: number): Padding | undefined {
  const index = spec.childOrder.indexOf(branch);
  if (index < 0) return undefined;
  const before = index * spec.childSize;
  return {
    minPrefix: before + spec.minPrefixLength,
    maxPrefix: before + spec.maxPrefixLength,
    suffix: (spec.childOrder.length - 1 - index) * spec.childSize,
  };
}

function hasPadding(op: InnerOp, p: Padding | undefined): boolean {
  return p !== undefined && op.prefix.length >= p.minPrefix && op.prefix.length <= p.maxPrefix && op.suffix.length === p.suffix;
}

/** Which child the step's hash is, or undefined if the padding fits none. */
function branchOf(spec: InnerSpec, op: InnerOp): number | undefined {
  for (let branch = 0; branch < spec.childOrder.length; branch++) if (hasPadding(op, paddingOf(spec, branch))) return branch;
  return undefined;
}

function allEmpty(spec: InnerSpec, padding: Uint8Array, from: number, branches: number): boolean {
  for (let branch = 0; branch < branches; branch++) {
    const index = spec.childOrder.indexOf(branch);
    if (index < 0) return false;
    const at = from + index * spec.childSize;
    if (at + spec.childSize > padding.length || !bytesEqual(spec.emptyChild, padding.subarray(at, at + spec.childSize))) return false;
  }
  return true;
}

/** Whether everything left of the step is placeholders: then it is on a leftmost path although it is not the first child. */
export function leftBranchesAreEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const branch = branchOf(spec, op);
  if (branch === undefined || branch === 0) return false;
  const from = op.prefix.length - branch * spec.childSize;
  return from >= 0 && allEmpty(spec, op.prefix, from, branch);
}

export function rightBranchesAreEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const branch = branchOf(spec, op);
  if (branch === undefined) return false;
  const rest = spec.childOrder.length - 1 - branch;
  if (rest === 0 || op.suffix.length !== rest * spec.childSize) return false;
  return allEmpty(spec, op.suffix, 0, rest);
}

export function isLeftMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  const first = paddingOf(spec, 0);
  return path.every((op) => hasPadding(op, first) || leftBranchesAreEmpty(spec, op));
}

export function isRightMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  const last = paddingOf(spec, spec.childOrder.length - 1);
  return path.every((op) => hasPadding(op, last) || rightBranchesAreEmpty(spec, op));
}

/**
 * Whether the right path leads to the leaf next to the left path's: above the split they are the same, at the split they are one
 * child apart, below it the left one is rightmost and the right one leftmost.
 */
export function isLeftNeighbor(spec: InnerSpec, left: readonly InnerOp[], right: readonly InnerOp[]): boolean {
  let l = left.length - 1;
  let r = right.length - 1;
  for (; l >= 0 && r >= 0; l--, r--) {
    const a = left[l] as InnerOp;
    const b = right[r] as InnerOp;
    if (!bytesEqual(a.prefix, b.prefix) || !bytesEqual(a.suffix, b.suffix)) {
      const leftBranch = branchOf(spec, a);
      const rightBranch = branchOf(spec, b);
      if (leftBranch === undefined || rightBranch !== leftBranch + 1) return false;
      return isRightMost(spec, left.slice(0, l)) && isLeftMost(spec, right.slice(0, r));
    }
  }
  // One path ends inside the other: no such tree (Go's slice index panics here).
  return false;
}
