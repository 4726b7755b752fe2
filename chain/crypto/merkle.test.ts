import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../encoding/bytes.ts';
import { checkMerkleProof, type MerkleProof, merkleInnerHash, merkleLeafHash, merkleProofs, merkleRoot, rootFromAunts, verifyMerkleProof } from './merkle.ts';
import { merkleProofCodec } from './merkle-codec.ts';
import { verifyConsistency } from './merkle-consistency.ts';
import { sha256 } from './sha256.ts';
import { simpleMapRoot } from './simple-map.ts';

/** RFC 6962 §2.1, as the text says it. */
function rootByDefinition(items: readonly Uint8Array[]): Uint8Array {
  if (items.length === 0) return sha256(new Uint8Array(0));
  if (items.length === 1) return merkleLeafHash(items[0] as Uint8Array);
  let k = 1;
  while (2 * k < items.length) k *= 2;
  return merkleInnerHash(rootByDefinition(items.slice(0, k)), rootByDefinition(items.slice(k)));
}

/** RFC 9162 §2.1.4.1, SUBPROOF. */
function consistencyProof(m: number, items: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (m === items.length) return whole ? [] : [rootByDefinition(items)];
  let k = 1;
  while (2 * k < items.length) k *= 2;
  if (m <= k) return [...consistencyProof(m, items.slice(0, k), whole), rootByDefinition(items.slice(k))];
  return [...consistencyProof(m - k, items.slice(k), false), rootByDefinition(items.slice(0, k))];
}

const items = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 });

describe('merkle tree', () => {
  it('has the root of the definition, for short and for long items', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 33 }), (list) => {
        expect(merkleRoot(list)).toEqual(rootByDefinition(list));
      }),
    );
  });

  it('proves every item at its place, and nothing else', () => {
    fc.assert(
      fc.property(items, fc.nat(), fc.nat(), (list, at, other) => {
        const { root, proofs } = merkleProofs(list);
        const i = at % list.length;
        const proof = proofs[i] as MerkleProof;
        const item = list[i] as Uint8Array;
        expect(root).toEqual(merkleRoot(list));
        expect(verifyMerkleProof(proof, root, item)).toBe(true);
        expect(merkleProofCodec.decode(merkleProofCodec.encode(proof))).toEqual(proof);
        expect(verifyMerkleProof(proof, root, Uint8Array.of(...item, 1))).toBe(false);
        expect(verifyMerkleProof({ ...proof, aunts: [...proof.aunts, root] }, root, item)).toBe(false);
        const wrong = other % list.length;
        const sides = (index: number): string => {
          const path: string[] = [];
          for (let [at2, n] = [index, list.length]; n > 1; ) {
            let k = 1;
            while (2 * k < n) k *= 2;
            path.push(at2 >= k ? 'r' : 'l');
            [at2, n] = at2 >= k ? [at2 - k, n - k] : [at2, k];
          }
          return path.join('');
        };
        // Another index gives another path, unless the aunts make up for it, which SHA-256 rules out where no item is there twice.
        if (sides(wrong) !== sides(i) && new Set(list.map(String)).size === list.length)
          expect(verifyMerkleProof({ ...proof, index: BigInt(wrong) }, root, item)).toBe(false);
      }),
    );
  });

  it('refuses what ValidateBasic refuses', () => {
    const good: MerkleProof = { total: 1n, index: 0n, leafHash: new Uint8Array(32), aunts: [] };
    checkMerkleProof(good);
    for (const bad of [
      { ...good, total: -1n },
      { ...good, index: -1n },
      { ...good, leafHash: new Uint8Array(31) },
      { ...good, aunts: [new Uint8Array(33)] },
      { ...good, aunts: Array.from({ length: 101 }, () => new Uint8Array(32)) },
    ]) {
      expect(() => checkMerkleProof(bad)).toThrow('merkle: ');
      expect(verifyMerkleProof(bad, new Uint8Array(32), new Uint8Array(0))).toBe(false);
    }
  });

  it('takes no time for a total of 2^63 - 1', () => {
    const huge = 2n ** 63n - 1n;
    expect(rootFromAunts(huge - 1n, huge, new Uint8Array(32), [])).toBeUndefined();
    expect(
      rootFromAunts(
        5n,
        huge,
        new Uint8Array(32),
        Array.from({ length: 63 }, () => new Uint8Array(32)),
      ),
    ).toHaveLength(32);
    expect(rootFromAunts(0n, 0n, new Uint8Array(32), [])).toBeUndefined();
    expect(rootFromAunts(1n, 1n, new Uint8Array(32), [])).toBeUndefined();
  });

  it('proves that a log is the beginning of a longer one', () => {
    fc.assert(
      fc.property(items, fc.nat(), (list, n) => {
        const size = (n % list.length) + 1;
        const start = list.slice(0, size);
        const proof = consistencyProof(size, list);
        const [root1, root2] = [merkleRoot(start), merkleRoot(list)];
        expect(verifyConsistency(BigInt(size), BigInt(list.length), root1, root2, proof)).toBe(true);
        const fork = merkleRoot([...start.slice(0, -1), utf8('another')]);
        expect(verifyConsistency(BigInt(size), BigInt(list.length), fork, root2, proof)).toBe(false);
      }),
    );
  });

  it('does not depend on the order of the pairs of a map', () => {
    const pairs = ['b', 'a', 'c'].map((k) => ({ key: utf8(k), value: utf8(`value of ${k}`) }));
    expect(simpleMapRoot(pairs)).toEqual(simpleMapRoot([...pairs].reverse()));
  });
});
