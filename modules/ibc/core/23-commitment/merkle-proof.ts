// Proofs of a value, or of its absence, by a chain of trees: a store's, then the tree of the stores. Source: ICS-23; ibc-go v10
// modules/core/23-commitment/types/merkle.go.
import { CryptoError } from '../../../../chain/crypto/errors.ts';
import {
  type CommitmentProof,
  commitmentProofCodec,
  commitmentRoot,
  type ProofSpec,
  verifyExistence,
  verifyNonExistence,
} from '../../../../chain/crypto/ics23/index.ts';
import { bytesEqual, fromUtf8Escaped, toHexUpper, utf8 } from '../../../../chain/encoding/bytes.ts';
import { type Codec, message, repeated } from '../../../../chain/encoding/codec.ts';
import { WireError } from '../../../../chain/encoding/proto-wire.ts';
import type { MerklePrefix } from '../../../../proto/gen/ibc/core/commitment/v1.ts';
import type { MerklePath } from '../../../../proto/gen/ibc/core/commitment/v2.ts';
import { ErrInvalidMerkleProof, ErrInvalidPrefix, ErrInvalidProof } from './errors.ts';

export interface MerkleProof {
  readonly proofs: readonly CommitmentProof[];
}
const merkleProofCodec: Codec<MerkleProof> = message('ibc.core.commitment.v1.MerkleProof', { proofs: repeated(1, commitmentProofCodec) });

/** Bytes of a proof that are read at all; a proof of a store is some kilobytes. */
const PROOF_BYTES_MAX = 1_048_576;

/** Throws ErrInvalidProof. */
export function decodeMerkleProof(proof: Uint8Array): MerkleProof {
  try {
    if (proof.length > PROOF_BYTES_MAX) throw new CryptoError('ics23', 'too long');
    return merkleProofCodec.decode(proof);
  } catch (e) {
    if (e instanceof WireError || e instanceof CryptoError) throw ErrInvalidProof.wrap('failed to unmarshal proof into ICS 23 commitment merkle proof');
    throw e;
  }
}

/** The path of a key in a counterparty's store. Throws ErrInvalidPrefix. */
export function applyPrefix(prefix: MerklePrefix, key: Uint8Array): MerklePath {
  if (prefix.keyPrefix.length === 0) throw ErrInvalidPrefix.wrap("prefix can't be empty");
  return { keyPath: [prefix.keyPrefix, key] };
}

function assertArguments({ proofs }: MerkleProof, { keyPath }: MerklePath, specs: readonly ProofSpec[], root: Uint8Array): void {
  if (proofs.length === 0) throw ErrInvalidMerkleProof.wrap('proof must not be empty');
  if (root.length === 0) throw ErrInvalidMerkleProof.wrap('root cannot be empty');
  if (specs.length !== proofs.length) throw ErrInvalidMerkleProof.wrap(`length of specs: ${specs.length} not equal to length of proof: ${proofs.length}`);
  if (keyPath.length !== specs.length) throw ErrInvalidProof.wrap(`path length ${keyPath.length} not same as proof ${specs.length}`);
}

/** What a proof gives, or an error of this module that begins with `what`. */
function proven<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (e instanceof CryptoError) throw ErrInvalidProof.wrap(`${what}: ${e.message}`);
    throw e;
  }
}

/** From the tree at `index` upwards each root is the value in the next one. */
function verifyChain(root: Uint8Array, specs: readonly ProofSpec[], { proofs }: MerkleProof, { keyPath }: MerklePath, first: Uint8Array, index: number): void {
  let value = first;
  for (let i = index; i < proofs.length; i++) {
    const { proof } = proofs[i] as CommitmentProof;
    const subroot = proven(`could not calculate proof root at index ${i}, merkle tree may be empty. `, () => commitmentRoot(proofs[i] as CommitmentProof));
    if (proof?.case !== 'exist') throw ErrInvalidProof.wrap(`commitment proof must be existence proof. got: ${proof?.case ?? 'nothing'} at index ${i}`);
    const key = keyPath[keyPath.length - 1 - i] as Uint8Array;
    const held = value;
    proven(`failed to verify membership proof at index ${i}`, () => verifyExistence(proof.value, specs[i] as ProofSpec, subroot, key, held));
    value = subroot;
  }
  if (bytesEqual(root, value)) return;
  throw ErrInvalidProof.wrap(
    `proof did not commit to expected root: ${toHexUpper(root)}, got: ${toHexUpper(value)}. Please ensure proof was submitted with correct proofHeight and to the correct chain.`,
  );
}

/** Throws errors of this module. */
export function verifyMembership(proof: MerkleProof, specs: readonly ProofSpec[], root: Uint8Array, path: MerklePath, value: Uint8Array): void {
  assertArguments(proof, path, specs, root);
  if (value.length === 0) throw ErrInvalidProof.wrap('empty value in membership proof');
  verifyChain(root, specs, proof, path, value, 0);
}

/** Throws errors of this module. */
export function verifyNonMembership(proof: MerkleProof, specs: readonly ProofSpec[], root: Uint8Array, path: MerklePath): void {
  assertArguments(proof, path, specs, root);
  const first = proof.proofs[0] as CommitmentProof;
  const subroot = proven('could not calculate root for proof index 0, merkle tree is likely empty. ', () => commitmentRoot(first));
  const absence = first.proof;
  if (absence?.case !== 'nonexist')
    throw ErrInvalidProof.wrap(`commitment proof must be non-existence proof for verifying non-membership. got: ${absence?.case ?? 'nothing'}`);
  const key = path.keyPath.at(-1) as Uint8Array;
  proven(`failed to verify non-membership proof with key ${fromUtf8Escaped(key)}`, () =>
    verifyNonExistence(absence.value, specs[0] as ProofSpec, subroot, key),
  );
  verifyChain(root, specs, proof, path, subroot, 1);
}

export const prefixOf = (text: string): MerklePrefix => ({ keyPrefix: utf8(text) });
