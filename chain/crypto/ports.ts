// What the portable cryptography may be replaced with. The portable code works everywhere and is slow; chain/native joins faster,
// synchronous implementations at start. Every implementation must give the same answer to every input (test/conformance runs them all).

/** SHA-256 of the whole input: 32 bytes, a fresh array. */
export type Hash = (data: Uint8Array) => Uint8Array;

/**
 * SHA-256 of many inputs in one call: input i is `data[offsets[i], offsets[i] + lengths[i])`, its digest goes to `out[32 i, 32 i + 32)`.
 * The number of inputs is `offsets.length`. `out` and `data` must not overlap.
 */
export type HashMany = (data: Uint8Array, offsets: Uint32Array, lengths: Uint32Array, out: Uint8Array) => void;

export interface Hasher {
  readonly name: string;
  readonly sha256: Hash;
  readonly sha256Many: HashMany;
}

/** Algorithms of account and consensus keys that are verified here. */
export type SignatureAlgorithm = 'ed25519' | 'secp256k1' | 'secp256r1';

/**
 * Verifies one signature over a message; false for anything malformed, never a throw for input.
 * ed25519: 32-byte key, 64-byte signature, by the rules of ZIP-215.
 * secp256k1 and secp256r1: 33-byte compressed key, 64-byte r‖s with s in the lower half, over the SHA-256 of the message.
 */
export interface SignatureVerifier {
  readonly name: string;
  verify(algorithm: SignatureAlgorithm, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Signs; deterministic (RFC 8032, RFC 6979), so that every implementation gives the same bytes. Throws on a malformed secret key. */
export interface Signer {
  readonly name: string;
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** `seed` is the 32-byte RFC 8032 secret; 64-byte signature. */
  ed25519(seed: Uint8Array, message: Uint8Array): Uint8Array;
  secp256k1PublicKey(secretKey: Uint8Array): Uint8Array;
  /** 64-byte r‖s over the SHA-256 of the message, s in the lower half. */
  secp256k1(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
}
