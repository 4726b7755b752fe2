// Consensus public keys: tendermint.crypto.PublicKey, a oneof (cmt:proto/tendermint/crypto/keys.proto). 3 to 5 are new in v0.40.

export interface KeyBytes {
  ed25519: Uint8Array;
  secp256k1: Uint8Array;
  bls12381: Uint8Array;
  mldsa65: Uint8Array;
  secp256k1eth: Uint8Array;
}
export type PublicKeyType = keyof KeyBytes;

/** `case` names the algorithm, `value` are the key's bytes. */
export interface PublicKey {
  readonly case: PublicKeyType;
  readonly value: Uint8Array;
}

/** Field numbers of the oneof. */
export const KEY_NUMBERS: Readonly<Record<PublicKeyType, number>> = { ed25519: 1, secp256k1: 2, bls12381: 3, mldsa65: 4, secp256k1eth: 5 };
