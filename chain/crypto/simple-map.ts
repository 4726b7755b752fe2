// The Merkle root of a map, by which the multistore makes its app hash (store:internal/maps): pairs sorted by key, each leaf is
// uvarint(len)‖key‖uvarint(len)‖sha256(value), in an RFC 6962 tree. Its proofs are ICS-23 proofs of TENDERMINT_SPEC.
import { compareBytes, concatBytes } from '../encoding/bytes.ts';
import { merkleRoot } from './merkle.ts';
import { sha256 } from './sha256.ts';

export interface SimplePair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

function uvarint(n: number): Uint8Array {
  const out: number[] = [];
  let v = n;
  for (; v > 127; v = Math.floor(v / 128)) out.push((v % 128) | 128);
  out.push(v);
  return Uint8Array.from(out);
}

/** The leaf of one pair before the tree's own leaf hash. */
export function simpleMapLeaf(pair: SimplePair): Uint8Array {
  const hash = sha256(pair.value);
  return concatBytes(uvarint(pair.key.length), pair.key, uvarint(hash.length), hash);
}

/** The pairs in the order of the tree. */
export function sortSimplePairs(pairs: readonly SimplePair[]): SimplePair[] {
  return [...pairs].sort((a, b) => compareBytes(a.key, b.key));
}

/** Keys must be distinct. */
export function simpleMapRoot(pairs: readonly SimplePair[]): Uint8Array {
  return merkleRoot(sortSimplePairs(pairs).map(simpleMapLeaf));
}
