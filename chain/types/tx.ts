// Transactions as the engine sees them: opaque bytes (cmt:types/tx.go).
import { type MerkleProof, merkleProofs, merkleRoot, verifyMerkleProof } from '../crypto/merkle.ts';
import { merkleProofCodec } from '../crypto/merkle-codec.ts';
import { sha256 } from '../crypto/sha256.ts';
import { bytesEqual } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, message } from '../encoding/codec.ts';
import { TypesError } from './errors.ts';

export interface TxProof {
  readonly rootHash: Uint8Array;
  /** The transaction. */
  readonly data: Uint8Array;
  readonly proof: MerkleProof;
}

export const txProofCodec: Codec<TxProof> = message('tendermint.types.TxProof', { rootHash: bytes(1), data: bytes(2), proof: embed(3, merkleProofCodec) });

/** Hashes of transactions that are in use: mempool, block, index and events all ask for the same ones. */
const hashes = new WeakMap<Uint8Array, Uint8Array>();

/** SHA-256 of the transaction's bytes: its id. Remembered for the array, so neither may be changed afterwards. */
export function txHash(tx: Uint8Array): Uint8Array {
  let hash = hashes.get(tx);
  if (hash === undefined) {
    hash = sha256(tx);
    hashes.set(tx, hash);
  }
  return hash;
}

/** Header.dataHash: the Merkle root whose leaves are the transactions' hashes. */
export function dataHash(txs: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(txs.map(txHash));
}

export function txProof(txs: readonly Uint8Array[], index: number): TxProof {
  const { root, proofs } = merkleProofs(txs.map(txHash));
  const proof = proofs[index];
  const data = txs[index];
  if (proof === undefined || data === undefined) throw new RangeError(`no transaction #${index} among ${txs.length}`);
  return { rootHash: root, data, proof };
}

/** Throws TypesError where the proof does not show the transaction under the header's data hash. */
export function verifyTxProof(p: TxProof, headerDataHash: Uint8Array): void {
  if (!bytesEqual(headerDataHash, p.rootHash)) throw new TypesError('block', 'proof matches different data hash');
  if (p.proof.index < 0n) throw new TypesError('block', 'proof index cannot be negative');
  if (p.proof.total <= 0n) throw new TypesError('block', 'proof total must be positive');
  if (!verifyMerkleProof(p.proof, p.rootHash, txHash(p.data))) throw new TypesError('block', 'proof is not internally consistent');
}

function uvarintSize(n: number): number {
  let size = 1;
  for (let v = n; v > 127; v = Math.floor(v / 128)) size++;
  return size;
}

/** Bytes of one transaction in a block's Data message, framing included: what counts against a block's limit. */
export function txProtoSize(tx: Uint8Array): number {
  return 1 + uvarintSize(tx.length) + tx.length;
}

export function txsProtoSize(txs: readonly Uint8Array[]): number {
  let size = 0;
  for (const tx of txs) size += txProtoSize(tx);
  return size;
}
