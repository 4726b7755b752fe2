// The hash and length operations of ICS-23 (ics23:go/ops.go). SHA-256, RIPEMD-160 and Bitcoin's hash are always there; the others are
// joined at start (`setHashOp`), because no tree of ours uses them. Keccak-256 and BLAKE3 are unsupported there as in Go.
import { concatBytes } from '../../encoding/bytes.ts';
import { CryptoError } from '../errors.ts';
import { ripemd160 } from '../ripemd160.ts';
import { sha256 } from '../sha256.ts';

/** cosmos.ics23.v1.HashOp */
export const HASH_OP = {
  NO_HASH: 0,
  SHA256: 1,
  SHA512: 2,
  KECCAK256: 3,
  RIPEMD160: 4,
  BITCOIN: 5,
  SHA512_256: 6,
  BLAKE2B_512: 7,
  BLAKE2S_256: 8,
  BLAKE3: 9,
} as const;

/** cosmos.ics23.v1.LengthOp */
export const LENGTH_OP = {
  NO_PREFIX: 0,
  VAR_PROTO: 1,
  VAR_RLP: 2,
  FIXED32_BIG: 3,
  FIXED32_LITTLE: 4,
  FIXED64_BIG: 5,
  FIXED64_LITTLE: 6,
  REQUIRE_32_BYTES: 7,
  REQUIRE_64_BYTES: 8,
} as const;

type HashFn = (data: Uint8Array) => Uint8Array;
const joined = new Map<number, HashFn>();

/** Joins an implementation of SHA512, SHA512_256, BLAKE2B_512 or BLAKE2S_256. */
export function setHashOp(op: number, hash: HashFn): void {
  joined.set(op, hash);
}

/** Throws CryptoError on NO_HASH and on an operation that is unknown or not joined. */
export function doHash(op: number, preimage: Uint8Array): Uint8Array {
  if (op === HASH_OP.SHA256) return sha256(preimage);
  if (op === HASH_OP.RIPEMD160) return ripemd160(preimage);
  if (op === HASH_OP.BITCOIN) return ripemd160(sha256(preimage));
  const hash = joined.get(op);
  if (hash === undefined) throw new CryptoError('ics23', `unsupported hashop: ${op}`);
  return hash(preimage);
}

export function doHashOrNoop(op: number, preimage: Uint8Array): Uint8Array {
  return op === HASH_OP.NO_HASH ? preimage : doHash(op, preimage);
}

function fixed(bytes: 4 | 8, little: boolean, length: number): Uint8Array {
  const out = new Uint8Array(bytes);
  new DataView(out.buffer).setUint32(little || bytes === 4 ? 0 : 4, length, little);
  return out;
}

function uvarint(length: number): Uint8Array {
  const out: number[] = [];
  let v = length;
  for (; v > 127; v = Math.floor(v / 128)) out.push((v % 128) | 128);
  out.push(v);
  return Uint8Array.from(out);
}

/** length(data)‖data, or the check that the length is the required one. */
export function doLength(op: number, data: Uint8Array): Uint8Array {
  const n = data.length;
  switch (op) {
    case LENGTH_OP.NO_PREFIX:
      return data;
    case LENGTH_OP.VAR_PROTO:
      return concatBytes(uvarint(n), data);
    case LENGTH_OP.FIXED32_BIG:
      return concatBytes(fixed(4, false, n), data);
    case LENGTH_OP.FIXED32_LITTLE:
      return concatBytes(fixed(4, true, n), data);
    case LENGTH_OP.FIXED64_BIG:
      return concatBytes(fixed(8, false, n), data);
    case LENGTH_OP.FIXED64_LITTLE:
      return concatBytes(fixed(8, true, n), data);
    case LENGTH_OP.REQUIRE_32_BYTES:
    case LENGTH_OP.REQUIRE_64_BYTES: {
      const want = op === LENGTH_OP.REQUIRE_32_BYTES ? 32 : 64;
      if (n !== want) throw new CryptoError('ics23', `data was ${n} bytes, not ${want}`);
      return data;
    }
    default:
      throw new CryptoError('ics23', `unsupported lengthop: ${op}`);
  }
}
