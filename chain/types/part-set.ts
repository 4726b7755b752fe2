// Blocks travel in parts of 64 KiB, each with a Merkle proof under the part set's hash (cmt:types/part_set.go).
// Invariant: a part enters a set only with a proof for its own index and the set's total; nothing else changes the set.
import { checkMerkleProof, type MerkleProof, merkleProofs, verifyMerkleProof } from '../crypto/merkle.ts';
import { merkleProofCodec } from '../crypto/merkle-codec.ts';
import { concatBytes } from '../encoding/bytes.ts';
import { bytes, type Codec, embed, message, uint32 } from '../encoding/codec.ts';
import { BitArray } from './bit-array.ts';
import { type PartSetHeader, partSetHeadersEqual } from './block-id.ts';
import { TypesError } from './errors.ts';
import { BLOCK_PART_SIZE_BYTES, MAX_BLOCK_PARTS_COUNT } from './limits.ts';

export interface Part {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly proof: MerkleProof;
}

export const partCodec: Codec<Part> = message('tendermint.types.Part', { index: uint32(1), bytes: bytes(2), proof: embed(3, merkleProofCodec) });

/** Form of a part as received: size, and that its proof is for its index (F-6). Throws TypesError. */
export function validatePart(p: Part): void {
  if (p.bytes.length > BLOCK_PART_SIZE_BYTES) throw new TypesError('part', `part of ${p.bytes.length} bytes is too big (max: ${BLOCK_PART_SIZE_BYTES})`);
  const index = BigInt(p.index);
  if (index < p.proof.total - 1n && p.bytes.length !== BLOCK_PART_SIZE_BYTES) {
    throw new TypesError('part', `part ${p.index} of ${p.proof.total} has ${p.bytes.length} bytes; all but the last have ${BLOCK_PART_SIZE_BYTES}`);
  }
  if (index !== p.proof.index) throw new TypesError('part', `invalid part: part index ${p.index} != proof index ${p.proof.index}`);
  try {
    checkMerkleProof(p.proof);
  } catch (e) {
    throw new TypesError('part', `invalid part: wrong proof: ${(e as Error).message}`);
  }
}

export class PartSet {
  readonly header: PartSetHeader;
  readonly #parts: (Part | undefined)[];
  #count = 0;
  #byteSize = 0;

  private constructor(header: PartSetHeader) {
    this.header = header;
    this.#parts = new Array<Part | undefined>(header.total).fill(undefined);
  }

  /** A full set of the parts of `data`. */
  static fromData(data: Uint8Array, partSize = BLOCK_PART_SIZE_BYTES): PartSet {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += partSize) chunks.push(data.subarray(at, at + partSize));
    const { root, proofs } = merkleProofs(chunks);
    const set = new PartSet({ total: chunks.length, hash: root });
    for (const [index, chunk] of chunks.entries()) set.#put({ index, bytes: chunk, proof: proofs[index] as MerkleProof });
    return set;
  }

  /** An empty set to be filled. Throws TypesError where the header asks for more parts than the largest block has. */
  static fromHeader(header: PartSetHeader): PartSet {
    if (header.total > MAX_BLOCK_PARTS_COUNT) throw new TypesError('part-set', `part set of ${header.total} parts is too big (max: ${MAX_BLOCK_PARTS_COUNT})`);
    return new PartSet(header);
  }

  get total(): number {
    return this.header.total;
  }

  get hash(): Uint8Array {
    return this.header.hash;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the parts that are here. */
  get byteSize(): number {
    return this.#byteSize;
  }

  hasHeader(h: PartSetHeader): boolean {
    return partSetHeadersEqual(this.header, h);
  }

  getPart(index: number): Part | undefined {
    return this.#parts[index];
  }

  bitArray(): BitArray {
    const bits = new BitArray(this.total);
    for (let i = 0; i < this.total; i++) if (this.#parts[i] !== undefined) bits.set(i, true);
    return bits;
  }

  isComplete(): boolean {
    return this.#count === this.total;
  }

  /** True if the part is new, false if it was here already; throws TypesError on one that does not belong to the set. */
  addPart(p: Part): boolean {
    validatePart(p);
    if (p.index >= this.total) throw new TypesError('part-set', `unexpected part index ${p.index} of ${this.total}`);
    if (this.#parts[p.index] !== undefined) return false;
    if (p.proof.total !== BigInt(this.total)) throw new TypesError('part-set', `invalid part proof: for ${p.proof.total} parts, the set has ${this.total}`);
    if (!verifyMerkleProof(p.proof, this.hash, p.bytes)) throw new TypesError('part-set', `invalid part proof: part ${p.index} is not under the set's hash`);
    this.#put(p);
    return true;
  }

  /** The whole data. Throws on an incomplete set: that is a bug. */
  assemble(): Uint8Array {
    if (!this.isComplete()) throw new Error(`part set: ${this.#count} of ${this.total} parts`);
    return concatBytes(...this.#parts.map((p) => (p as Part).bytes));
  }

  #put(p: Part): void {
    this.#parts[p.index] = p;
    this.#count++;
    this.#byteSize += p.bytes.length;
  }
}
