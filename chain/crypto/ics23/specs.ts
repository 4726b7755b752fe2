// The trees whose proofs are understood (ics23:go/proof.go): IAVL of a module's store, the simple tree over the stores, and the
// sparse Merkle tree that other chains use.
import { NO_HASH, NO_PREFIX, SHA256, VAR_PROTO } from './hash-op.ts';
import type { ProofSpec } from './types.ts';

/** Two children, whose hashes have no placeholder; keys are not hashed. */
const binary = (minPrefixLength: number, maxPrefixLength: number, childSize: number): ProofSpec => ({
  leafSpec: { prefix: Uint8Array.of(0), prehashKey: NO_HASH, hash: SHA256, prehashValue: SHA256, length: VAR_PROTO },
  innerSpec: { childOrder: [0, 1], minPrefixLength, maxPrefixLength, childSize, emptyChild: new Uint8Array(0), hash: SHA256 },
  maxDepth: 0,
  minDepth: 0,
  prehashKeyBeforeComparison: false,
});

/** A child is its hash with a length byte; the prefix holds height, size and version. */
export const IAVL_SPEC: ProofSpec = /* @__PURE__ */ binary(4, 12, 33);
export const TENDERMINT_SPEC: ProofSpec = /* @__PURE__ */ binary(1, 1, 32);

export const SMT_SPEC: ProofSpec = {
  leafSpec: { prefix: Uint8Array.of(0), prehashKey: SHA256, hash: SHA256, prehashValue: SHA256, length: NO_PREFIX },
  innerSpec: { childOrder: [0, 1], minPrefixLength: 1, maxPrefixLength: 1, childSize: 32, emptyChild: new Uint8Array(32), hash: SHA256 },
  maxDepth: 256,
  minDepth: 0,
  prehashKeyBeforeComparison: true,
};

/** Go's SpecEquals: prefixes, depths, empty child and the values of the child order are not compared. */
export function specEquals(a: ProofSpec, b: ProofSpec): boolean {
  const [al, bl, ai, bi] = [a.leafSpec, b.leafSpec, a.innerSpec, b.innerSpec];
  const same = <T extends object>(x: T | undefined, y: T | undefined, keys: readonly (keyof T)[]): boolean =>
    x === undefined || y === undefined ? x === y : keys.every((k) => x[k] === y[k]);
  return (
    same(al, bl, ['hash', 'prehashKey', 'prehashValue', 'length']) &&
    same(ai, bi, ['hash', 'minPrefixLength', 'maxPrefixLength', 'childSize']) &&
    ai?.childOrder.length === bi?.childOrder.length
  );
}
