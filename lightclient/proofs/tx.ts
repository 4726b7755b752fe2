// Whether a transaction is in a block, and what it gave: by data_hash of its header, and last_results_hash of the next. Source: cmt:types/tx.go
// TxProof, cmt:types/results.go; RFC 6962.
import { merkleLeafHash, merkleRoot, rootFromAunts } from '../../chain/crypto/merkle.ts';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { bytesEqual } from '../../chain/encoding/bytes.ts';
import { bytesField, varintField } from '../../chain/encoding/proto-bytes.ts';
import { LightError } from '../errors.ts';
import type { TxAnswer, TxResult } from '../provider.ts';

/** Throws LightError `proof` unless the transaction of that hash stands at its index in the block with that data hash. */
export function assertIncluded(a: TxAnswer, hash: Uint8Array, dataHash: Uint8Array): void {
  if (!bytesEqual(sha256(a.tx), hash)) throw new LightError('proof', 'another transaction');
  const root = rootFromAunts(BigInt(a.index), BigInt(a.total), merkleLeafHash(hash), a.aunts);
  if (root === undefined || !bytesEqual(root, dataHash)) throw new LightError('proof', 'the transaction is not in the block');
}

/** What is hashed of a result: code, data, gas wanted and used. */
const resultBytes = (r: TxResult): Uint8Array =>
  Uint8Array.from([...varintField(1, r.code), ...bytesField(2, r.data), ...varintField(5, r.gasWanted), ...varintField(6, r.gasUsed)]);

/** The result at an index, if all of the block's results make the hash that the next header has. Throws LightError `proof`. */
export function provenResult(results: readonly TxResult[], index: number, lastResultsHash: Uint8Array): TxResult {
  const r = results[index];
  if (r === undefined || !bytesEqual(merkleRoot(results.map(resultBytes)), lastResultsHash))
    throw new LightError('proof', 'the results are not those of the block');
  return r;
}
