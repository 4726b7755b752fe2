// cosmos.crypto.multisig.v1beta1.CompactBitArray (sdk:crypto/types/compact_bit_array.go): which keys of a multisig signed. Bit 0 is the
// highest bit of the first byte. The two fields come from the network and need not fit together.
import { bytes, type Codec, message, repeatedBytes, uint32 } from '../encoding/codec.ts';
import { CryptoError } from './errors.ts';

export interface CompactBitArray {
  /** Bits used in the last byte; 0 means all eight. */
  readonly extraBitsStored: number;
  readonly elems: Uint8Array;
}

export const compactBitArrayCodec: Codec<CompactBitArray> = message<CompactBitArray>('cosmos.crypto.multisig.v1beta1.CompactBitArray', {
  extraBitsStored: uint32(1),
  elems: bytes(2),
});

/** cosmos.crypto.multisig.v1beta1.MultiSignature: the signatures of the set bits, in their order. */
export interface MultiSignatureBytes {
  readonly signatures: readonly Uint8Array[];
}
export const multiSignatureCodec: Codec<MultiSignatureBytes> = message<MultiSignatureBytes>('cosmos.crypto.multisig.v1beta1.MultiSignature', {
  signatures: repeatedBytes(1),
});

export function compactBitArrayOf(bits: readonly boolean[]): CompactBitArray {
  const elems = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((set, i) => {
    if (set) elems[i >> 3] = (elems[i >> 3] as number) | (128 >> (i & 7));
  });
  return { extraBitsStored: bits.length % 8, elems };
}

/** Number of bits; may be negative or too large for `elems` where the fields do not fit together. */
export function bitCount(a: CompactBitArray | undefined): number {
  if (a === undefined) return 0;
  return a.extraBitsStored === 0 ? a.elems.length * 8 : (a.elems.length - 1) * 8 + a.extraBitsStored;
}

/** Throws CryptoError 'index' where Go's array access panics: a count larger than the bytes there are. */
export function bitAt(a: CompactBitArray | undefined, i: number): boolean {
  if (a === undefined || i < 0 || i >= bitCount(a)) return false;
  const byte = a.elems[i >> 3];
  if (byte === undefined) throw new CryptoError('index', `bit ${i} of a bit array of ${a.elems.length} bytes`);
  return (byte & (128 >> (i & 7))) !== 0;
}

function popCount(byte: number): number {
  let n = 0;
  for (let v = byte; v > 0; v >>= 1) n += v & 1;
  return n;
}

/** Set bits below `index`. */
export function trueBitsBefore(a: CompactBitArray | undefined, index: number): number {
  if (a === undefined) return 0;
  const end = Math.min(index, bitCount(a));
  let n = 0;
  for (let e = 0; e < a.elems.length; e++) {
    const byte = a.elems[e] as number;
    if (e * 8 + 7 >= end) return n + popCount(byte >> (8 - (end % 8)));
    n += popCount(byte);
  }
  return n;
}
