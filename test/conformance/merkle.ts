// RFC 6962 trees: merkle-ct (inclusion, consistency and subtree proofs, good and bad), and the roots and proofs of Go.
import { deepEqual, equal } from 'node:assert/strict';
import { merkleInnerHash, merkleProofs, merkleRoot, rootFromAunts, verifyMerkleProof } from '../../chain/crypto/merkle.ts';
import { merkleProofCodec } from '../../chain/crypto/merkle-codec.ts';
import { verifyConsistency, verifySubtreeConsistency, verifySubtreeInclusion } from '../../chain/crypto/merkle-consistency.ts';
import { simpleMapRoot } from '../../chain/crypto/simple-map.ts';
import { bytesEqual, fromBase64, fromHex, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import type { Handlers, VectorFile } from './runner.ts';

interface Probe {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly [field: string]: unknown;
}

/** One file is one case: `check` gives the verdict. */
const probe =
  (check: (p: Probe, proof: readonly Uint8Array[]) => boolean): Handlers[string] =>
  (file, t) => {
    const p = file.json() as Probe;
    return t.case(p.desc, () => equal(check(p, (p.proof ?? []).map(fromBase64)), !p.wantErr));
  };
const big = (v: unknown): bigint => BigInt(v as number);
const b64 = (v: unknown): Uint8Array => fromBase64(v as string);

const cases = (file: VectorFile): Record<string, unknown>[] => (file.json() as { cases: Record<string, unknown>[] }).cases;

export const handlers: Handlers = {
  'merkle-ct/inclusion/**': probe((p, proof) => {
    const leafHash = b64(p.leafHash);
    if (leafHash.length !== 32) return false;
    const root = rootFromAunts(big(p.leafIdx), big(p.treeSize), leafHash, proof);
    return root !== undefined && bytesEqual(root, b64(p.root));
  }),
  'merkle-ct/consistency/**': probe((p, proof) => verifyConsistency(big(p.size1), big(p.size2), b64(p.root1), b64(p.root2), proof)),
  'merkle-ct/subtreeinclusion/**': probe((p, proof) =>
    verifySubtreeInclusion(big(p.leafIdx), { start: big(p.start), end: big(p.end) }, b64(p.leafHash), b64(p.root), proof),
  ),
  'merkle-ct/subtreeconsistency/**': probe((p, proof) =>
    verifySubtreeConsistency({ start: big(p.start), end: big(p.end) }, big(p.size), b64(p.root1), b64(p.root2), proof),
  ),
  'oracle-cmt/merkle.json': async (file, t) => {
    for (const [i, c] of cases(file).entries()) {
      await t.case(`${i}`, () => {
        const items = (c.items as string[]).map(fromHex);
        const { root, proofs } = merkleProofs(items);
        equal(toHex(root), c.root);
        equal(toHex(merkleRoot(items)), c.root);
        for (const [k, proof] of proofs.entries()) {
          equal(verifyMerkleProof(proof, root, items[k] as Uint8Array), true);
          deepEqual(merkleProofCodec.decode(merkleProofCodec.encode(proof)), proof);
        }
        const want = c.proof as { index: number; total: number; leaf_hash: string; aunts: string[] } | undefined;
        if (want === undefined) return;
        const proof = proofs[want.index];
        equal(proof?.total, BigInt(want.total));
        equal(toHex(proof.leafHash), want.leaf_hash);
        deepEqual(proof.aunts.map(toHex), want.aunts);
      });
    }
  },
  'code-derived/merkle-rfc6962.json': async (file, t) => {
    for (const [i, c] of cases(file).entries()) {
      await t.case(`${i}`, () => {
        if (c.inner !== undefined) {
          const [left, right] = (c.inner as string[]).map(fromHex) as [Uint8Array, Uint8Array];
          equal(toHex(merkleInnerHash(left, right)), c.hash);
        } else equal(toHex(merkleRoot((c.items as string[]).map(fromHex))), c.root);
      });
    }
  },
  'code-derived/store-merkle-map.json': async (file, t) => {
    for (const [i, c] of cases(file).entries()) {
      await t.case(`${i}`, () => {
        const pairs = (c.pairs as [string, string][]).map(([key, value]) => ({ key: utf8(key), value: utf8(value) }));
        equal(toHex(simpleMapRoot(pairs)), c.root);
      });
    }
  },
};
