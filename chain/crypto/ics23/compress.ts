// Batches in which equal inner steps are written once (ics23:go/compress.go).
import { toHex } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { innerOpCodec } from './codec.ts';
import type { BatchEntry, CommitmentProof, CompressedBatchEntry, CompressedExistenceProof, ExistenceProof, InnerOp } from './types.ts';

function decompressExistence(p: CompressedExistenceProof | undefined, lookup: readonly InnerOp[]): ExistenceProof | undefined {
  if (p === undefined) return undefined;
  const path = p.path.map((index) => {
    const op = lookup[index];
    if (op === undefined) throw new CryptoError('ics23', `compressed proof has no inner op ${index}`);
    return op;
  });
  return { key: p.key, value: p.value, leaf: p.leaf, path };
}

function decompressEntry(entry: CompressedBatchEntry, lookup: readonly InnerOp[]): BatchEntry {
  const p = entry.proof;
  if (p === undefined) throw new CryptoError('ics23', 'compressed proof has an empty entry');
  if (p.case === 'exist') return { proof: { case: 'exist', value: decompressExistence(p.value, lookup) as ExistenceProof } };
  const { key, left, right } = p.value;
  return { proof: { case: 'nonexist', value: { key, left: decompressExistence(left, lookup), right: decompressExistence(right, lookup) } } };
}

/** A batch from a compressed batch; any other proof is returned as it is. Throws CryptoError on an index outside of the table. */
export function decompressProof(proof: CommitmentProof): CommitmentProof {
  const p = proof.proof;
  if (p?.case !== 'compressed') return proof;
  const { entries, lookupInners } = p.value;
  return { proof: { case: 'batch', value: { entries: entries.map((e) => decompressEntry(e, lookupInners)) } } };
}

/** A compressed batch from a batch; any other proof is returned as it is. */
export function compressProof(proof: CommitmentProof): CommitmentProof {
  const p = proof.proof;
  if (p?.case !== 'batch') return proof;
  const lookupInners: InnerOp[] = [];
  const known = new Map<string, number>();
  const step = (op: InnerOp): number => {
    const id = toHex(innerOpCodec.encode(op));
    let index = known.get(id);
    if (index === undefined) {
      index = lookupInners.push(op) - 1;
      known.set(id, index);
    }
    return index;
  };
  const existence = (e: ExistenceProof): CompressedExistenceProof => ({ key: e.key, value: e.value, leaf: e.leaf, path: e.path.map(step) });
  const entries = p.value.entries.map(({ proof: entry }): CompressedBatchEntry => {
    if (entry === undefined) throw new CryptoError('ics23', 'batch has an empty entry');
    if (entry.case === 'exist') return { proof: { case: 'exist', value: existence(entry.value) } };
    const { key, left, right } = entry.value;
    return { proof: { case: 'nonexist', value: { key, left: left && existence(left), right: right && existence(right) } } };
  });
  return { proof: { case: 'compressed', value: { entries, lookupInners } } };
}
