// ICS-23 proofs of an IAVL tree. Source: iavl:proof_ics23.go and wire.md §4. A leaf's prefix is the varints of height, size and version; an
// inner node's prefix adds the length byte and, for a right child, the left hash and its own length byte; a left child's suffix is the right
// hash with its length byte.
import { type CommitmentProof, commitmentProofCodec, type ExistenceProof, HASH_OP, type InnerOp, LENGTH_OP } from '../../crypto/ics23/index.ts';
import { putUvarint } from './hash.ts';
import type { NodeView } from './node-view.ts';

const HASH_LENGTH = 0x20;

interface Step {
  readonly node: NodeView;
  readonly wentRight: boolean;
}

/** Three varints, a length byte, a hash, a length byte. */
const scratch = new Uint8Array(3 * 10 + 34);

/** Writes height, size and version into the scratch bytes; gives where they end. */
function putNumbers(node: NodeView): number {
  let p = putUvarint(scratch, 0, node.height * 2);
  p = putUvarint(scratch, p, node.size * 2);
  return putUvarint(scratch, p, node.version * 2);
}

const NO_SUFFIX = new Uint8Array(0);

function innerOp({ node, wentRight }: Step): InnerOp {
  let p = putNumbers(node);
  scratch[p++] = HASH_LENGTH;
  if (!wentRight) {
    const suffix = new Uint8Array(33);
    suffix[0] = HASH_LENGTH;
    node.right().putHash(suffix, 1);
    return { hash: HASH_OP.SHA256, prefix: scratch.slice(0, p), suffix };
  }
  node.left().putHash(scratch, p);
  p += 32;
  scratch[p++] = HASH_LENGTH;
  return { hash: HASH_OP.SHA256, prefix: scratch.slice(0, p), suffix: NO_SUFFIX };
}

function existence(path: readonly Step[], leaf: NodeView): ExistenceProof {
  const prefix = scratch.slice(0, putNumbers(leaf));
  return {
    key: leaf.key,
    value: leaf.value,
    leaf: { hash: HASH_OP.SHA256, prehashKey: HASH_OP.NO_HASH, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.VAR_PROTO, prefix },
    path: path.map(innerOp).reverse(),
  };
}

/** The way from a node to its outermost leaf on one side, after the way to that node. */
function edge(path: readonly Step[], from: NodeView, wentRight: boolean): ExistenceProof {
  const steps = [...path];
  let node = from;
  while (node.height > 0) {
    steps.push({ node, wentRight });
    node = wentRight ? node.right() : node.left();
  }
  return existence(steps, node);
}

/** The existing neighbour of the leaf at the end of `path`, on the side that `right` says. */
function neighbour(path: readonly Step[], right: boolean): ExistenceProof | undefined {
  for (let i = path.length - 1; i >= 0; i--) {
    const step = path[i] as Step;
    if (step.wentRight === right) continue;
    const turned = [...path.slice(0, i), { node: step.node, wentRight: right }];
    return edge(turned, right ? step.node.right() : step.node.left(), !right);
  }
  return undefined;
}

/** Proof that the key has its value, or that it is absent, and the value. An empty tree gives a proof without neighbours, which verifies nowhere. */
export function prove(root: NodeView | undefined, key: Uint8Array): { value: Uint8Array | undefined; proof: CommitmentProof } {
  if (root === undefined) return { value: undefined, proof: { proof: { case: 'nonexist', value: { key, left: undefined, right: undefined } } } };
  const path: Step[] = [];
  let node = root;
  while (node.height > 0) {
    const wentRight = node.order(key) >= 0;
    path.push({ node, wentRight });
    node = wentRight ? node.right() : node.left();
  }
  const order = node.order(key);
  const here = existence(path, node);
  if (order === 0) return { value: here.value, proof: { proof: { case: 'exist', value: here } } };
  const left = order > 0 ? here : neighbour(path, false);
  const right = order < 0 ? here : neighbour(path, true);
  return { value: undefined, proof: { proof: { case: 'nonexist', value: { key, left, right } } } };
}

export function encodeProof(proof: CommitmentProof): Uint8Array {
  return commitmentProofCodec.encode(proof);
}
