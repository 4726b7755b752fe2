// The trees whose proofs are understood (ics23:go/proof.go): IAVL of a module's store, the simple tree over the stores, and the
// sparse Merkle tree that other chains use.
import { HASH_OP, LENGTH_OP } from './hash-op.ts';
import type { ProofSpec } from './types.ts';

export const IAVL_SPEC: ProofSpec = {
  leafSpec: { prefix: Uint8Array.of(0), prehashKey: HASH_OP.NO_HASH, hash: HASH_OP.SHA256, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.VAR_PROTO },
  // A child is its hash with a length byte; the prefix holds height, size and version.
  innerSpec: { childOrder: [0, 1], minPrefixLength: 4, maxPrefixLength: 12, childSize: 33, emptyChild: new Uint8Array(0), hash: HASH_OP.SHA256 },
  maxDepth: 0,
  minDepth: 0,
  prehashKeyBeforeComparison: false,
};

export const TENDERMINT_SPEC: ProofSpec = {
  leafSpec: { prefix: Uint8Array.of(0), prehashKey: HASH_OP.NO_HASH, hash: HASH_OP.SHA256, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.VAR_PROTO },
  innerSpec: { childOrder: [0, 1], minPrefixLength: 1, maxPrefixLength: 1, childSize: 32, emptyChild: new Uint8Array(0), hash: HASH_OP.SHA256 },
  maxDepth: 0,
  minDepth: 0,
  prehashKeyBeforeComparison: false,
};

export const SMT_SPEC: ProofSpec = {
  leafSpec: { prefix: Uint8Array.of(0), prehashKey: HASH_OP.SHA256, hash: HASH_OP.SHA256, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.NO_PREFIX },
  innerSpec: { childOrder: [0, 1], minPrefixLength: 1, maxPrefixLength: 1, childSize: 32, emptyChild: new Uint8Array(32), hash: HASH_OP.SHA256 },
  maxDepth: 256,
  minDepth: 0,
  prehashKeyBeforeComparison: true,
};

/** Go's SpecEquals: prefixes, depths, empty child and the values of the child order are not compared. */
export function specEquals(a: ProofSpec, b: ProofSpec): boolean {
  const [al, bl, ai, bi] = [a.leafSpec, b.leafSpec, a.innerSpec, b.innerSpec];
  if ((al === undefined) !== (bl === undefined) || (ai === undefined) !== (bi === undefined)) return false;
  if (al !== undefined && bl !== undefined) {
    if (al.hash !== bl.hash || al.prehashKey !== bl.prehashKey || al.prehashValue !== bl.prehashValue || al.length !== bl.length) return false;
  }
  if (ai !== undefined && bi !== undefined) {
    if (ai.hash !== bi.hash || ai.minPrefixLength !== bi.minPrefixLength || ai.maxPrefixLength !== bi.maxPrefixLength) return false;
    if (ai.childSize !== bi.childSize || ai.childOrder.length !== bi.childOrder.length) return false;
  }
  return true;
}
