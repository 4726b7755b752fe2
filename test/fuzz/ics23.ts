// Proofs from a counterparty or an RPC server: whatever the bytes are, they are refused by the one registered error or by `false`.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CryptoError } from '../../chain/crypto/errors.ts';
import {
  combineProofs,
  commitmentProofCodec,
  commitmentRoot,
  decodeCommitmentProof,
  decompressProof,
  IAVL_SPEC,
  type ProofSpec,
  SMT_SPEC,
  TENDERMINT_SPEC,
  verifyMembership,
  verifyNonMembership,
} from '../../chain/crypto/ics23/index.ts';
import { fromHex, toHex } from '../../chain/encoding/bytes.ts';
import type { FuzzTarget } from './target.ts';

const vectors = process.env.TRELLIS_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const SPECS: readonly ProofSpec[] = [IAVL_SPEC, TENDERMINT_SPEC, SMT_SPEC];

interface Known {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}
const known: Known[] = [];

export const target: FuzzTarget = {
  name: 'ics23',
  corpus() {
    const out: Uint8Array[] = [];
    for (const folder of ['ics23/iavl', 'ics23/tendermint', 'ics23-batch/iavl', 'ics23-batch/tendermint']) {
      for (const file of readdirSync(`${vectors}/${folder}`)) {
        const v = JSON.parse(readFileSync(`${vectors}/${folder}/${file}`, 'utf8')) as Record<string, unknown>;
        const items = (v.items as { key: string; value: string }[] | undefined) ?? [v as { key: string; value: string }];
        out.push(fromHex(v.proof as string));
        for (const { key, value } of items.slice(0, 2)) known.push({ root: fromHex(v.root as string), key: fromHex(key), value: fromHex(value ?? '') });
      }
    }
    return out;
  },
  run(input) {
    try {
      const proof = decodeCommitmentProof(input);
      // What is decoded is written and read again as the same.
      const bytes = commitmentProofCodec.encode(proof);
      if (toHex(commitmentProofCodec.encode(commitmentProofCodec.decode(bytes))) !== toHex(bytes))
        throw new Error('ics23: a proof does not survive its own encoding');
      for (const spec of SPECS) {
        for (const { root, key, value } of known) {
          const there = value.length > 0 && verifyMembership(spec, root, proof, key, value);
          if (there && verifyNonMembership(spec, root, proof, key)) throw new Error('ics23: a key is proven both there and absent');
          // No mutation may prove another value than the one that is there.
          if (value.length > 0 && verifyMembership(spec, root, proof, key, Uint8Array.of(...value, 0))) throw new Error('ics23: a wrong value is proven');
        }
      }
      commitmentRoot(proof);
      combineProofs([proof, decompressProof(proof)]);
    } catch (e) {
      if (!(e instanceof CryptoError)) throw e;
    }
  },
};
