import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes, concatBytes, utf8 } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { merkleProofs } from '../merkle.ts';
import { type SimplePair, simpleMapLeaf, simpleMapRoot, sortSimplePairs } from '../simple-map.ts';
import {
  COMMITMENT_PROOF_BYTES_MAX,
  type CommitmentProof,
  combineProofs,
  commitmentProofCodec,
  compressProof,
  decodeCommitmentProof,
  decompressProof,
  type ExistenceProof,
  HASH_OP,
  LENGTH_OP,
  SMT_SPEC,
  TENDERMINT_SPEC,
  verifyMembership,
  verifyNonMembership,
} from './index.ts';
import { isLeftNeighbor } from './padding.ts';

/** An existence proof of a pair of a simple map, whose tree is that of TENDERMINT_SPEC. */
function existence(pairs: readonly SimplePair[], i: number): ExistenceProof {
  const sorted = sortSimplePairs(pairs);
  const proof = merkleProofs(sorted.map(simpleMapLeaf)).proofs[i];
  const pair = sorted[i];
  if (proof === undefined || pair === undefined) throw new Error('no such pair');
  const sides: boolean[] = [];
  for (let [at, n] = [i, sorted.length]; n > 1; ) {
    let k = 1;
    while (2 * k < n) k *= 2;
    sides.unshift(at >= k);
    [at, n] = at >= k ? [at - k, n - k] : [at, k];
  }
  return {
    ...pair,
    leaf: { hash: HASH_OP.SHA256, prehashKey: HASH_OP.NO_HASH, prehashValue: HASH_OP.SHA256, length: LENGTH_OP.VAR_PROTO, prefix: Uint8Array.of(0) },
    path: proof.aunts.map((aunt, level) =>
      sides[level] === true
        ? { hash: HASH_OP.SHA256, prefix: concatBytes(Uint8Array.of(1), aunt), suffix: new Uint8Array(0) }
        : { hash: HASH_OP.SHA256, prefix: Uint8Array.of(1), suffix: aunt },
    ),
  };
}

const pairsOf = fc
  .uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 24, selector: (k) => k.join() })
  .map((keys) => keys.map((key): SimplePair => ({ key, value: concatBytes(utf8('v'), key) })));

describe('ICS-23 over simple maps', () => {
  it('proves every pair, and the absence of every key between, before and behind', () => {
    fc.assert(
      fc.property(pairsOf, fc.uint8Array({ minLength: 1, maxLength: 6 }), (pairs, probe) => {
        const root = simpleMapRoot(pairs);
        const sorted = sortSimplePairs(pairs);
        const proofs = sorted.map((_, i) => existence(pairs, i));
        const at = sorted.findIndex((p) => compareBytes(p.key, probe) >= 0);
        const right = at < 0 ? undefined : proofs[at];
        const left = at < 0 ? proofs[proofs.length - 1] : proofs[at - 1];
        for (const [i, value] of proofs.entries()) {
          const proof: CommitmentProof = { proof: { case: 'exist', value } };
          const pair = sorted[i] as SimplePair;
          expect(verifyMembership(TENDERMINT_SPEC, root, decodeCommitmentProof(commitmentProofCodec.encode(proof)), pair.key, pair.value)).toBe(true);
          expect(verifyNonMembership(TENDERMINT_SPEC, root, proof, pair.key)).toBe(false);
        }
        const absent: CommitmentProof = { proof: { case: 'nonexist', value: { key: probe, left, right } } };
        const isThere = right !== undefined && compareBytes(right.key, probe) === 0;
        expect(verifyNonMembership(TENDERMINT_SPEC, root, absent, probe)).toBe(!isThere);
        // Leaving a neighbour out is only good at the edge it stands for.
        if (left !== undefined && right !== undefined && !isThere) {
          for (const half of [
            { key: probe, left, right: undefined },
            { key: probe, left: undefined, right },
          ]) {
            expect(verifyNonMembership(TENDERMINT_SPEC, root, { proof: { case: 'nonexist', value: half } }, probe)).toBe(false);
          }
        }
        // Keys that are no neighbours leave room for one between.
        if (at > 0 && at + 1 < proofs.length && !isThere) {
          const wide: CommitmentProof = { proof: { case: 'nonexist', value: { key: probe, left, right: proofs[at + 1] } } };
          expect(verifyNonMembership(TENDERMINT_SPEC, root, wide, probe)).toBe(false);
        }
      }),
    );
  });

  it('joins proofs into a smaller batch that proves the same', () => {
    fc.assert(
      fc.property(pairsOf, (pairs) => {
        const root = simpleMapRoot(pairs);
        const sorted = sortSimplePairs(pairs);
        const batch = combineProofs(sorted.map((_, i) => ({ proof: { case: 'exist', value: existence(pairs, i) } })));
        expect(batch.proof?.case).toBe('compressed');
        for (const { key, value } of sorted) expect(verifyMembership(TENDERMINT_SPEC, root, batch, key, value)).toBe(true);
        expect(compressProof(decompressProof(batch))).toEqual(batch);
      }),
      { numRuns: 30 },
    );
  });
});

describe('bad proofs', () => {
  const step = (prefix: number, suffix: number) => ({ hash: HASH_OP.SHA256, prefix: new Uint8Array(prefix).fill(1), suffix: new Uint8Array(suffix) });
  const inner = SMT_SPEC.innerSpec as NonNullable<typeof SMT_SPEC.innerSpec>;

  it('with one path inside the other have no neighbours', () => {
    expect(isLeftNeighbor(inner, [], [])).toBe(false);
    expect(isLeftNeighbor(inner, [step(1, 32)], [])).toBe(false);
    expect(isLeftNeighbor(inner, [step(1, 32)], [step(1, 32)])).toBe(false);
    expect(isLeftNeighbor(inner, [step(1, 32)], [step(33, 0)])).toBe(true);
    expect(isLeftNeighbor(inner, [step(33, 0)], [step(1, 32)])).toBe(false);
    expect(isLeftNeighbor(inner, [step(7, 5)], [step(33, 0)])).toBe(false);
  });

  it('with an index outside of the table or an empty entry are refused, not crashed on', () => {
    const entry = { proof: { case: 'exist' as const, value: { key: utf8('k'), value: utf8('v'), leaf: undefined, path: [5] } } };
    const bad: CommitmentProof = { proof: { case: 'compressed', value: { entries: [entry], lookupInners: [] } } };
    expect(() => decompressProof(bad)).toThrow(CryptoError);
    expect(verifyMembership(TENDERMINT_SPEC, new Uint8Array(32), bad, utf8('k'), utf8('v'))).toBe(false);
    const empty: CommitmentProof = { proof: { case: 'compressed', value: { entries: [{ proof: undefined }], lookupInners: [] } } };
    expect(verifyNonMembership(TENDERMINT_SPEC, new Uint8Array(32), empty, utf8('k'))).toBe(false);
    expect(verifyMembership(TENDERMINT_SPEC, new Uint8Array(32), { proof: undefined }, utf8('k'), utf8('v'))).toBe(false);
  });

  it('that are too long are refused before they are read', () => {
    expect(() => decodeCommitmentProof(new Uint8Array(COMMITMENT_PROOF_BYTES_MAX + 1))).toThrow('longer than');
    expect(() => decodeCommitmentProof(Uint8Array.of(0x0a, 0xff))).toThrow(CryptoError);
  });
});
