// What is used of sodium-native 5, which brings no types. Output buffers come first, as in libsodium.
declare module 'sodium-native' {
  interface Sodium {
    crypto_hash_sha256(out: Uint8Array, input: Uint8Array): void;
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    crypto_hash_sha512(out: Uint8Array, input: Uint8Array): void;
    /** Throws unless both are points of the curve; any encoding and any order will do. */
    crypto_core_ed25519_add(sum: Uint8Array, p: Uint8Array, q: Uint8Array): void;
    crypto_core_ed25519_scalar_reduce(out: Uint8Array, scalar: Uint8Array): void;
    /** Throws unless p is in the subgroup and neither p nor the result is neutral. */
    crypto_scalarmult_ed25519_noclamp(out: Uint8Array, scalar: Uint8Array, p: Uint8Array): void;
    crypto_scalarmult_ed25519_base_noclamp(out: Uint8Array, scalar: Uint8Array): void;
    crypto_secretbox_easy(out: Uint8Array, message: Uint8Array, nonce: Uint8Array, key: Uint8Array): void;
    crypto_secretbox_open_easy(out: Uint8Array, box: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean;
  }
  const sodium: Sodium;
  export default sodium;
}
