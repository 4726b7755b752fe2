// ics23, ics23-batch and ics23-fuzz: proofs of real trees, the unit tables of the Go implementation with its error texts, and the inputs
// on which it once crashed.
import { deepEqual, equal, throws } from 'node:assert/strict';
import { CryptoError } from '../../chain/crypto/errors.ts';
import { doHash } from '../../chain/crypto/ics23/hash-op.ts';
import {
  batchVerifyMembership,
  batchVerifyNonMembership,
  checkExistenceAgainstSpec,
  commitmentProofCodec,
  commitmentRoot,
  compressProof,
  decodeCommitmentProof,
  decompressProof,
  existenceRoot,
  IAVL_SPEC,
  type ProofSpec,
  TENDERMINT_SPEC,
  verifyMembership,
  verifyNonMembership,
} from '../../chain/crypto/ics23/index.ts';
import { applyInner, applyLeaf, checkInner, checkLeaf } from '../../chain/crypto/ics23/ops.ts';
import { leftBranchesAreEmpty, rightBranchesAreEmpty } from '../../chain/crypto/ics23/padding.ts';
import { installHashOps } from '../../chain/crypto/noble.ts';
import { fromHex, toHex, utf8 } from '../../chain/encoding/bytes.ts';
import { bytesField, commitmentProofFromJson, existenceProofFromJson, innerOpFromJson, type Json, leafOpFromJson, proofSpecFromJson } from './ics23-json.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

installHashOps();

const specOf = (file: VectorFile): ProofSpec => (file.path.includes('/iavl/') ? IAVL_SPEC : TENDERMINT_SPEC);
const otherSpecOf = (file: VectorFile): ProofSpec => (file.path.includes('/iavl/') ? TENDERMINT_SPEC : IAVL_SPEC);

/** Proofs that prove one thing prove nothing else: another value, key, root or spec. */
async function proofFile(file: VectorFile, t: Cases): Promise<void> {
  const v = file.json() as { root: string; proof: string; key: string; value: string };
  const [root, bytes, key, value] = [fromHex(v.root), fromHex(v.proof), fromHex(v.key), fromHex(v.value)];
  const spec = specOf(file);
  await t.case('verify', () => {
    const proof = decodeCommitmentProof(bytes);
    deepEqual(commitmentProofCodec.encode(proof), bytes);
    deepEqual(commitmentRoot(proof), root);
    const wrongRoot = root.map((b, i) => (i === 0 ? b ^ 1 : b));
    if (value.length > 0) {
      equal(verifyMembership(spec, root, proof, key, value), true);
      equal(verifyMembership(spec, root, proof, key, utf8('another')), false);
      equal(verifyMembership(spec, root, proof, utf8('another'), value), false);
      equal(verifyMembership(spec, wrongRoot, proof, key, value), false);
      equal(verifyNonMembership(spec, root, proof, key), false);
      // A Tendermint leaf under the IAVL spec has no height, size and version. The other way round only inner nodes differ.
      if (spec === TENDERMINT_SPEC) equal(verifyMembership(otherSpecOf(file), root, proof, key, value), false);
    } else {
      equal(verifyNonMembership(spec, root, proof, key), true);
      equal(verifyNonMembership(spec, wrongRoot, proof, key), false);
      equal(verifyNonMembership(otherSpecOf(file), root, proof, key), false);
      equal(verifyMembership(spec, root, proof, key, utf8('any')), false);
    }
  });
}

async function batchFile(file: VectorFile, t: Cases): Promise<void> {
  const v = file.json() as { root: string; proof: string; items: { key: string; value: string }[] };
  const root = fromHex(v.root);
  const spec = specOf(file);
  const proof = decodeCommitmentProof(fromHex(v.proof));
  await t.case('batch', () => {
    deepEqual(commitmentProofCodec.encode(proof), fromHex(v.proof));
    const items = v.items.map((i) => ({ key: fromHex(i.key), value: fromHex(i.value ?? '') }));
    const [first] = items;
    if (first === undefined) throw new Error('no items');
    if (first.value.length > 0) {
      equal(batchVerifyMembership(spec, root, proof, items), true);
      equal(batchVerifyMembership(spec, root, proof, [...items, { key: first.key, value: utf8('another') }]), false);
      for (const { key, value } of items) equal(verifyMembership(spec, root, proof, key, value), true);
    } else {
      const keys = items.map((i) => i.key);
      equal(batchVerifyNonMembership(spec, root, proof, keys), true);
      for (const key of keys) equal(verifyNonMembership(spec, root, proof, key), true);
    }
    if (proof.proof?.case === 'compressed') {
      const big = decompressProof(proof);
      equal(big.proof?.case, 'batch');
      deepEqual(commitmentProofCodec.encode(compressProof(big)), commitmentProofCodec.encode(proof));
    }
  });
}

/** A table {name: row}; `check` throws for a failure. */
const table =
  (check: (row: Json) => void): Handlers[string] =>
  async (file, t) => {
    for (const [name, row] of Object.entries(file.json() as Record<string, Json>)) await t.case(name, () => check(row));
  };

function expectError(isError: boolean, run: () => Uint8Array, expected: Uint8Array): void {
  if (isError) throws(run, CryptoError);
  else deepEqual(run(), expected);
}

/** `go test fuzz v1` and one []byte literal. */
function goFuzzInput(text: string): string {
  const [head, line = ''] = text.split('\n');
  const literal = /^\[\]byte\("(.*)"\)\s*$/.exec(line)?.[1];
  if (head?.trim() !== 'go test fuzz v1' || literal === undefined) throw new Error('not a Go fuzz corpus file');
  return literal.replace(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|.)/g, (_, e: string) => {
    if (e.length > 1) return String.fromCharCode(Number.parseInt(e.slice(1), 16));
    return { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' }[e] ?? e;
  });
}

/** Go's decoder takes member names in any case. */
function lowerKeys(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(lowerKeys);
  if (typeof v !== 'object' || v === null) return v;
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k.toLowerCase(), lowerKeys(x)]));
}

/** What must not crash answers, or throws the one error of bad proofs. */
const survives =
  (run: (input: Json) => void): Handlers[string] =>
  (file, t) =>
    t.case('survives', () => {
      let input: unknown;
      try {
        input = lowerKeys(JSON.parse(goFuzzInput(file.text())));
      } catch (e) {
        // The fuzz function of Go returns on input that is no JSON.
        if (e instanceof SyntaxError) return;
        throw e;
      }
      try {
        run(input as Json);
      } catch (e) {
        if (!(e instanceof CryptoError)) throw e;
      }
    });

export const handlers: Handlers = {
  'ics23/iavl/*.json': proofFile,
  'ics23/tendermint/*.json': proofFile,
  'ics23-batch/iavl/*.json': batchFile,
  'ics23-batch/tendermint/*.json': batchFile,
  'ics23/TestLeafOpData.json': table((row) => {
    const op = leafOpFromJson(row.Op as Json);
    expectError(row.IsErr === true, () => applyLeaf(op, bytesField(row.Key), bytesField(row.Value)), bytesField(row.Expected));
  }),
  'ics23/TestInnerOpData.json': table((row) => {
    const op = innerOpFromJson(row.Op as Json);
    expectError(row.IsErr === true, () => applyInner(op, bytesField(row.Child)), bytesField(row.Expected));
  }),
  'ics23/TestDoHashData.json': table((row) => {
    const preimage = (row.Preimage ?? row.PreImage) as string;
    equal(toHex(doHash(row.HashOp as number, utf8(preimage))), row.ExpectedHash);
  }),
  'ics23/TestExistenceProofData.json': table((row) => {
    const proof = existenceProofFromJson(row.Proof as Json);
    expectError(row.IsErr === true, () => existenceRoot(proof), bytesField(row.Expected));
  }),
  'ics23/TestCheckLeafData.json': table((row) => {
    const spec: ProofSpec = { ...TENDERMINT_SPEC, leafSpec: leafOpFromJson(row.Spec as Json), innerSpec: undefined };
    const check = (): void => checkLeaf(leafOpFromJson(row.Leaf as Json), spec);
    if (row.IsErr === true) throws(check, CryptoError);
    else check();
  }),
  'ics23/TestCheckAgainstSpecData.json': table((row) => {
    const check = (): void => checkExistenceAgainstSpec(existenceProofFromJson(row.Proof as Json), proofSpecFromJson(row.Spec as Json));
    if (row.Err === '') check();
    else throws(check, { name: 'CryptoError', message: `ics23: ${row.Err as string}` });
  }),
  'ics23/TestEmptyBranchData.json': async (file, t) => {
    for (const [i, row] of (file.json() as Json[]).entries()) {
      await t.case(`${i}`, () => {
        const op = innerOpFromJson(row.Op as Json);
        const spec = proofSpecFromJson(row.Spec as Json);
        checkInner(op, spec, 1);
        if (spec.innerSpec === undefined) throw new Error('no inner spec');
        equal(leftBranchesAreEmpty(spec.innerSpec, op), row.IsLeft);
        equal(rightBranchesAreEmpty(spec.innerSpec, op), row.IsRight);
      });
    }
  },
  'ics23-fuzz/FuzzExistenceProofCalculate/*': survives((input) => existenceRoot(existenceProofFromJson(input))),
  'ics23-fuzz/FuzzExistenceProofCheckAgainstSpec/*': survives((input) => {
    if (input.proof == null) return;
    checkExistenceAgainstSpec(existenceProofFromJson(input.proof as Json), proofSpecFromJson((input.spec ?? {}) as Json));
  }),
  'ics23-fuzz/FuzzVerifyMembership/*': survives((input) => {
    const ref = (input.ref ?? {}) as Json;
    const spec = proofSpecFromJson((input.spec ?? {}) as Json);
    equal(verifyMembership(spec, bytesField(ref.roothash), commitmentProofFromJson(input.proof as Json), bytesField(ref.key), bytesField(ref.value)), false);
  }),
};
