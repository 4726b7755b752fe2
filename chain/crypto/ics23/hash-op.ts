// The hash and length operations of ICS-23 (ics23:go/ops.go). SHA-256 and the length of protobuf are always there, as the trees of Cosmos chains
// need no others; the rest is joined by more-ops.ts and at start (`setHashOp`). Keccak-256 and BLAKE3 are unsupported there as in Go.
import { concatBytes } from '../../encoding/bytes.ts';
import { varint } from '../../encoding/proto-bytes.ts';
import { sha256 } from '../sha256.ts';
import { fail } from './fail.ts';

/** Those that the specs name, by themselves: a page carries no table. */
export const NO_HASH = 0;
export const SHA256 = 1;
export const NO_PREFIX = 0;
export const VAR_PROTO = 1;

/** cosmos.ics23.v1.HashOp */
export const HASH_OP = {
  NO_HASH,
  SHA256,
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
  NO_PREFIX,
  VAR_PROTO,
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
  if (op === SHA256) return sha256(preimage);
  const hash = joined.get(op) ?? fail(`unsupported hashop: ${op}`);
  return hash(preimage);
}

export function doHashOrNoop(op: number, preimage: Uint8Array): Uint8Array {
  return op === NO_HASH ? preimage : doHash(op, preimage);
}

type LengthFn = (data: Uint8Array) => Uint8Array;
const joinedLengths = new Map<number, LengthFn>([[VAR_PROTO, (data) => concatBytes(Uint8Array.from(varint(data.length)), data)]]);

export function setLengthOp(op: number, put: LengthFn): void {
  joinedLengths.set(op, put);
}

/** length(data)‖data, or the check that the length is the required one. */
export function doLength(op: number, data: Uint8Array): Uint8Array {
  const put = joinedLengths.get(op) ?? fail(`unsupported lengthop: ${op}`);
  return put(data);
}
